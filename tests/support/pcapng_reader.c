#include "tests/support/pcapng_reader.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static guint32
get_32 (const guint8 *at)
{
  guint32 value;

  memcpy (&value, at, sizeof value);
  return value;
}

static guint16
get_16 (const guint8 *at)
{
  guint16 value;

  memcpy (&value, at, sizeof value);
  return value;
}

/* The value of option @code among those at @at; NULL: none. Fails if they are malformed. */
static const guint8 *
find_option (const guint8 *at, const guint8 *end, guint code, gsize *ret_size)
{
  const guint8 *found = NULL;

  while (at < end) {
    guint16 option = get_16 (at), size = get_16 (at + 2);

    g_assert_true (at + 4 + size <= end);
    if (option == 0) {
      g_assert_true (at + 4 == end);
      return found;
    }
    if (option == code) {
      found = at + 4;
      *ret_size = size;
    }
    at += 4 + (size + 3u) / 4 * 4;
  }
  g_assert_not_reached ();
}

static gchar *
text_option (const guint8 *at, const guint8 *end, guint code)
{
  gsize size = 0;
  const guint8 *value = find_option (at, end, code, &size);

  return value != NULL ? g_strndup ((const gchar *) value, size) : NULL;
}

static void
read_packet (PcapngFile *file, const guint8 *body, const guint8 *end)
{
  PcapngBlockView packet = { .interface = get_32 (body),
                             .time_ns =
                                 (gint64) ((guint64) get_32 (body + 4) << 32 | get_32 (body + 8)),
                             .captured = get_32 (body + 12),
                             .original = get_32 (body + 16),
                             .data = body + 20 };
  gsize size = 0;
  const guint8 *flags = find_option (body + 20 + (packet.captured + 3) / 4 * 4, end, 2, &size);

  g_assert_cmpuint (packet.interface, <, file->interfaces->len);
  g_assert_cmpuint (packet.captured, <=, packet.original);
  g_assert_cmpuint (size, ==, 4);
  packet.flags = get_32 (flags);
  g_array_append_val (file->packets, packet);
}

PcapngFile *
pcapng_file_read (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  PcapngFile *file = g_new0 (PcapngFile, 1);

  file->interfaces = g_ptr_array_new_with_free_func (g_free);
  file->packets = g_array_new (FALSE, FALSE, sizeof (PcapngBlockView));
  for (gsize at = 0; at < size;) {
    guint32 type = get_32 (data + at), length = get_32 (data + at + 4);
    const guint8 *body = data + at + 8, *end = data + at + length - 4;

    g_assert_cmpuint (length % 4, ==, 0);
    g_assert_cmpuint (length, >=, 12);
    g_assert_cmpuint (at + length, <=, size);
    g_assert_cmpuint (get_32 (end), ==, length);
    if (type == 0x0A0D0D0A) {
      g_assert_cmpuint (at, ==, 0);
      g_assert_cmphex (get_32 (body), ==, 0x1A2B3C4D);
      file->comment = text_option (body + 16, end, 1);
      file->application = text_option (body + 16, end, 4);
    } else if (type == 1) {
      g_assert_cmpuint (get_16 (body), ==, 101);
      g_ptr_array_add (file->interfaces, text_option (body + 8, end, 2));
    } else {
      g_assert_cmpuint (type, ==, 6);
      read_packet (file, body, end);
    }
    at += length;
  }
  return file;
}

void
pcapng_file_free (PcapngFile *file)
{
  g_free (file->comment);
  g_free (file->application);
  g_ptr_array_unref (file->interfaces);
  g_array_unref (file->packets);
  g_free (file);
}

const PcapngBlockView *
pcapng_file_packet (const PcapngFile *file, guint index)
{
  g_assert_cmpuint (index, <, file->packets->len);
  return &g_array_index (file->packets, PcapngBlockView, index);
}

const gchar *
pcapng_file_name (const PcapngFile *file, guint index)
{
  return g_ptr_array_index (file->interfaces, pcapng_file_packet (file, index)->interface);
}

guint
pcapng_file_count (const PcapngFile *file, const gchar *name)
{
  guint n = 0;

  for (guint i = 0; i < file->packets->len; i++)
    n += g_strcmp0 (pcapng_file_name (file, i), name) == 0;
  return n;
}

const guint8 *
pcapng_payload (const PcapngBlockView *packet, gsize *ret_size)
{
  gsize headers = packet->data[0] >> 4 == 6 ? 48 : 28;

  g_assert_cmpuint (packet->captured, >=, headers);
  *ret_size = packet->captured - headers;
  return packet->data + headers;
}

gchar *
pcapng_ask_tshark (GBytes *bytes, const gchar *arguments)
{
  g_autofree gchar *program = g_find_program_in_path ("tshark");
  g_autofree gchar *path = NULL, *command = NULL, *errors = NULL;
  g_autoptr (GError) error = NULL;
  gchar *lines = NULL;
  gsize size;
  gint fd, status = 0;

  if (program == NULL)
    return NULL;
  fd = g_file_open_tmp ("diemcau-XXXXXX.pcapng", &path, &error);
  g_assert_no_error (error);
  close (fd);
  g_file_set_contents (path, g_bytes_get_data (bytes, &size), (gssize) g_bytes_get_size (bytes),
                       &error);
  g_assert_no_error (error);
  command = g_strdup_printf ("%s -n -r %s %s", program, path, arguments);
  g_spawn_command_line_sync (command, &lines, &errors, &status, &error);
  g_assert_no_error (error);
  g_test_message ("%s%s", lines, errors);
  g_unlink (path);
  g_assert_true (g_spawn_check_wait_status (status, NULL));
  return lines;
}
