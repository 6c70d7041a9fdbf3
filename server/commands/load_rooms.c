#include "server/commands/load_rooms.h"

#include "server/auth/access_token.h"
#include "server/commands/console.h"
#include "server/storage/schedule_store.h"

#include <errno.h>
#include <gio/gio.h>
#include <unistd.h>

#define ROOMS_FILE_MAX_BYTES (4 * 1024 * 1024)

static gboolean
read_all (int fd, GByteArray *into)
{
  guint8 piece[8192];
  ssize_t got;
  while ((got = read (fd, piece, sizeof piece)) != 0) {
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0 || into->len + got > ROOMS_FILE_MAX_BYTES)
      return FALSE;
    g_byte_array_append (into, piece, (guint) got);
  }
  return TRUE;
}

GPtrArray *
load_rooms_read (const char *path, char **ret_url, char **ret_meeting, GError **error)
{
  g_autofree char *text = NULL;
  gsize size = 0;
  if (g_strcmp0 (path, "-") != 0) {
    if (!g_file_get_contents (path, &text, &size, error))
      return NULL;
    return fleet_rooms_parse (text, size, ret_url, ret_meeting, error);
  }
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  if (!read_all (STDIN_FILENO, bytes)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                         "the list of rooms on standard input is too long or broken");
    return NULL;
  }
  return fleet_rooms_parse ((const char *) bytes->data, bytes->len, ret_url, ret_meeting, error);
}

static FleetRoom *
make_room (const char *meeting, const char *endpoint, gboolean speaks, GBytes *key)
{
  AccessToken token = { (char *) meeting, (char *) endpoint, ACCESS_ROOM,
                        g_get_real_time () / G_USEC_PER_SEC + ACCESS_TOKEN_DEFAULT_S };
  g_autofree char *text = access_token_sign (&token, key);

  return fleet_room_new (endpoint, endpoint, text, speaks);
}

GPtrArray *
load_rooms_make (const Settings *settings, const char *meeting, const LoadRoomsWanted *wanted,
                 GError **error)
{
  guint count = wanted->count;
  const char *state_dir = settings->storage.state_dir;
  g_autoptr (Database) database = database_open_in (state_dir, error);
  g_autoptr (MeetingRecord) record =
      database ? schedule_store_get (database, meeting, error) : NULL;
  g_autoptr (GBytes) key = record ? access_token_key_load (state_dir, error) : NULL;

  if (!key || !console_audit (database, "token.made", NULL, meeting, error))
    return NULL;
  g_autoptr (GPtrArray) rooms = g_ptr_array_new_with_free_func ((GDestroyNotify) fleet_room_free);
  if (count == 0 || count > record->endpoints->len)
    count = record->endpoints->len;
  g_ptr_array_add (rooms, make_room (meeting, record->chair_endpoint, wanted->speakers > 0, key));
  for (guint i = 0; i < record->endpoints->len && rooms->len < count; i++) {
    const char *endpoint = g_ptr_array_index (record->endpoints, i);
    if (g_strcmp0 (endpoint, record->chair_endpoint) != 0)
      g_ptr_array_add (rooms, make_room (meeting, endpoint, rooms->len < wanted->speakers, key));
  }
  return g_steal_pointer (&rooms);
}
