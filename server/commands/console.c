#include "server/commands/console.h"

#include "server/auth/password.h"
#include "server/storage/event_store.h"

#include <errno.h>
#include <gio/gio.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* One line of standard input, without its end; NULL at the end of input.  Read byte by byte, so
 * that no buffer keeps a copy. */
static char *
read_line (void)
{
  char line[PASSWORD_MAX_BYTES + 2] = "";
  gsize length = 0;
  char c = 0;
  gssize n;
  while ((n = read (STDIN_FILENO, &c, 1)) != 0 && c != '\n') {
    if (n < 0 && errno != EINTR)
      break;
    if (n > 0 && length < sizeof line - 1)
      line[length++] = c;
  }
  if (length > 0 && line[length - 1] == '\r')
    line[--length] = 0;
  char *copy = length > 0 || c == '\n' ? g_strdup (line) : NULL;
  explicit_bzero (line, sizeof line);
  return copy;
}

static char *
prompt (const char *text)
{
  struct termios before, silent;
  gboolean is_silent = tcgetattr (STDIN_FILENO, &before) == 0;
  fputs (text, stderr);
  fflush (stderr);
  if (is_silent) {
    silent = before;
    silent.c_lflag &= ~(tcflag_t) ECHO;
    tcsetattr (STDIN_FILENO, TCSAFLUSH, &silent);
  }
  char *line = read_line ();
  if (is_silent) {
    tcsetattr (STDIN_FILENO, TCSAFLUSH, &before);
    fputc ('\n', stderr);
  }
  return line;
}

static char *
prompt_twice (GError **error)
{
  char *first = prompt ("Mật khẩu / password: ");
  char *second = first ? prompt ("Nhập lại / again: ") : NULL;
  gboolean same = first && g_strcmp0 (first, second) == 0;
  password_free (second);
  if (same)
    return first;
  password_free (first);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "the two passwords differ");
  return NULL;
}

char *
console_read_password (const char *login, GError **error)
{
  gboolean person = isatty (STDIN_FILENO);
  char *password = person ? prompt_twice (error) : read_line ();
  if (!password && !person)
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                 "no password on standard input (or use --random)");
  if (password && !password_check_rules (password, login, error)) {
    password_free (password);
    return NULL;
  }
  return password;
}

gboolean
console_audit (Database *database, const char *action, const char *subject, const char *detail,
               GError **error)
{
  Event event = { .at_ms = g_get_real_time () / 1000,
                  .actor = (char *) g_get_user_name (),
                  .source = (char *) "console",
                  .action = (char *) action,
                  .subject = (char *) subject,
                  .detail = (char *) detail };
  return event_store_append (database, &event, error);
}
