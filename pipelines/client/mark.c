#include "pipelines/client/mark.h"

#include "pipelines/rtp/bytes.h"

#define MAGIC 0x44434c44u /* "DCLD" */
#define BOOT_ID "/proc/sys/kernel/random/boot_id"

/* The same for all processes of a machine until it starts again. */
static guint32
clock_id (void)
{
  static gsize once;
  static guint32 id;

  if (g_once_init_enter (&once)) {
    g_autofree char *boot = NULL;
    id = g_file_get_contents (BOOT_ID, &boot, NULL, NULL) ? g_str_hash (boot) : g_random_int ();
    g_once_init_leave (&once, 1);
  }
  return id;
}

guint32
mark_room (const char *endpoint)
{
  guint32 room = g_str_hash (endpoint);

  return room ? room : 1;
}

void
mark_write (const Mark *mark, guint8 *payload, gsize size)
{
  g_return_if_fail (size >= MARK_BYTES);
  guint8 *at = payload + size - MARK_BYTES;
  bytes_put_u32 (at, MAGIC);
  bytes_put_u32 (at + 4, clock_id ());
  bytes_put_u32 (at + 8, mark->room);
  bytes_put_u32 (at + 12, mark->counter);
  bytes_put_u64 (at + 16, (guint64) mark->sent_us);
}

gboolean
mark_read (Mark *mark, const guint8 *payload, gsize size)
{
  if (size < MARK_BYTES || bytes_get_u32 (payload + size - MARK_BYTES) != MAGIC)
    return FALSE;
  const guint8 *at = payload + size - MARK_BYTES;
  mark->is_same_clock = bytes_get_u32 (at + 4) == clock_id ();
  mark->room = bytes_get_u32 (at + 8);
  mark->counter = bytes_get_u32 (at + 12);
  mark->sent_us = (gint64) bytes_get_u64 (at + 16);
  return TRUE;
}
