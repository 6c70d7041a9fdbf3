/* What the commands that work on storage share: the password prompt and the audit of who sat at
 * the console.  Main thread, blocking. */
#pragma once
#include "server/storage/database.h"

/* A password from the person at the terminal, typed twice without an echo; from one line of
 * standard input if that is no terminal (never from an argument: other users would see it).
 * transfer full (password_free ()); the rules of password.h are checked. */
char *console_read_password (const char *login, GError **error);

/* Appends an event of the account that runs the command; @subject and @detail may be NULL. */
gboolean console_audit (Database *database, const char *action, const char *subject,
                        const char *detail, GError **error);
