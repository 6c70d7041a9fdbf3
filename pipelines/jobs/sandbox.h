/* Sandbox: from sandbox_enter () on this process can compute, and talk through what is open
 * already. It opens no file and no socket, starts no process or thread, maps no new code, and takes
 * no more memory than it was given. Nothing gets it out again.
 *
 *   seccomp     system calls that are not on a short list fail with EPERM
 *   rlimits     memory; no new descriptor, no file written, no core
 *   prctl       no new privileges, not dumpable, ends with its parent
 *
 * Only inherited descriptors 0, 1 and 2 stay open. Called before anything of a stranger is read, in
 * a process with one thread. */
#pragma once

#include <glib.h>

/* @memory_bytes: of address space beyond what is mapped now. FALSE with @error (G_IO_ERROR): the
 * kernel does not give it; the caller ends. */
gboolean sandbox_enter (gsize memory_bytes, GError **error);

/* The lowest priority there is: runs when nobody else wants to. */
void sandbox_lower_priority (void);
