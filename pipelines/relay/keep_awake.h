/* KeepAwake: keeps the cores of this machine from sleeping while the relay sends much
 * (wakefulness.h), by a request of CPU latency (Linux, Documentation/power/pm_qos_interface.rst):
 * it holds as long as the device is open, so it ends with the process too.
 *
 * Owner and thread: the relay's main one. Life: new -> look once a second -> free.
 */
#pragma once

#include "pipelines/relay/wakefulness.h"

/* Files of the machine; tests have others. */
typedef struct {
  const gchar *device;     /* takes the request: /dev/cpu_dma_latency */
  const gchar *times;      /* /proc/stat */
  const gchar *processors; /* /proc/cpuinfo: whether this machine is a virtual one */
} KeepAwakeFiles;
extern const KeepAwakeFiles keep_awake_files;

/* Wake-up times in microseconds that are asked for. A virtual machine's core must not halt at all,
 * since a halt ends in the host; a real one may halt but not switch parts of itself off. */
#define KEEP_AWAKE_VIRTUAL_US 0
#define KEEP_AWAKE_REAL_US 3

typedef struct _KeepAwake KeepAwake;

/* @files must outlive it. */
KeepAwake *keep_awake_new (const KeepAwakeFiles *files);
void keep_awake_free (KeepAwake *self);

/* @packets: sent by all shards since the start, modulo 2^32. A device that cannot be opened is said
 * in the log, once, and all else goes on. */
void keep_awake_look (KeepAwake *self, gint64 now_us, guint32 packets);

/* Whether the request holds now. */
gboolean keep_awake_holds (const KeepAwake *self);
