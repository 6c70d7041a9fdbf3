/* write_all: write (2) until all is written.  Any thread; blocks as the descriptor does. */
#pragma once

#include <errno.h>
#include <glib.h>
#include <unistd.h>

/* FALSE: errno says why, and a part may have been written. */
static inline gboolean
write_all (int fd, gconstpointer data, gsize size)
{
  const guint8 *at = data;
  while (size > 0) {
    gssize n = write (fd, at, size);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return FALSE;
    at += n;
    size -= (gsize) n;
  }
  return TRUE;
}
