#include "server/card/card_maker.h"

#include "pipelines/client/test_card.h"
#include "server/card/card_desk.h"
#include "server/load/media_kit.h"
#include "server/load/room_media.h"

#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <jansson.h>
#include <string.h>
#include <unistd.h>

#define TICK_US (5 * MEDIA_LOOP_TICK_US)

typedef struct {
  GMainLoop *loop;
  RoomMedia *media;
  GDataInputStream *in;
  gboolean is_answered;
  GError *error;
} Maker;

static void
on_connected (gpointer user_data, gint64 at_us)
{
  (void) user_data;
  (void) at_us;
}

static void
on_failed (gpointer user_data)
{
  Maker *maker = user_data;

  g_set_error_literal (&maker->error, G_IO_ERROR, G_IO_ERROR_CLOSED, "the relay is lost");
  g_main_loop_quit (maker->loop);
}

static void
on_key (gpointer user_data, const KeyNews *news)
{
  (void) user_data;
  (void) news;
}

/* --- the picture --- */

static void
draw (gconstpointer data, const ClipFormat *format, guint index, guint8 *bgrx)
{
  TestCardSize size = { format->width, format->height };

  (void) data;
  test_card_draw (&size, index, format->fps * format->seconds, bgrx);
}

static void
fill (gconstpointer data, const ClipFormat *format, guint first, gint16 *samples, guint count)
{
  (void) data;
  (void) format;
  test_card_fill (first, samples, count);
}

static Clip *
make_clip (GError **error)
{
  static const ClipFormat format = { .width = CARD_HEIGHT * 16 / 9,
                                     .height = CARD_HEIGHT,
                                     .fps = CARD_FPS,
                                     .seconds = CARD_SECONDS,
                                     .kbps = CARD_KBPS };

  return clip_encode_art (&(ClipArt){ draw, fill, NULL }, &format, error);
}

/* --- offer and answer --- */

static gboolean
write_offer (const char *sdp, int out, GError **error)
{
  json_t *json = json_pack ("{s:s}", "sdp", sdp);
  char *text = json_dumps (json, JSON_COMPACT);
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  gsize size = strlen (line);
  gboolean is_written = write (out, line, size) == (gssize) size;

  free (text);
  json_decref (json);
  if (!is_written)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE, "nobody takes the offer");
  return is_written;
}

static gboolean
take_answer (Maker *maker, const char *line)
{
  json_t *json = json_loads (line, JSON_REJECT_DUPLICATES, NULL);
  const char *sdp = json_string_value (json_object_get (json, "sdp"));

  maker->is_answered = sdp != NULL && room_media_take_answer (maker->media, sdp, &maker->error);
  json_decref (json);
  return maker->is_answered;
}

static void read_line (Maker *maker);

/* The first line is the answer; the end of all is the end of the card. */
static void
on_line (GObject *in, GAsyncResult *result, gpointer user_data)
{
  Maker *maker = user_data;
  g_autofree char *line =
      g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (in), result, NULL, NULL);

  if (line != NULL && strlen (line) < CARD_LINE_BYTES && !maker->is_answered &&
      take_answer (maker, line))
    read_line (maker);
  else
    g_main_loop_quit (maker->loop);
}

static void
read_line (Maker *maker)
{
  g_data_input_stream_read_line_async (maker->in, G_PRIORITY_DEFAULT, NULL, on_line, maker);
}

/* --- the run --- */

static gboolean
run (Maker *maker, int in, int out, GError **error)
{
  g_autoptr (GInputStream) stream = g_unix_input_stream_new (in, FALSE);
  g_autofree char *sdp = room_media_restart (maker->media);

  if (!write_offer (sdp, out, error))
    return FALSE;
  room_media_set_mic (maker->media, TRUE);
  maker->in = g_data_input_stream_new (stream);
  maker->loop = g_main_loop_new (g_main_context_get_thread_default (), FALSE);
  read_line (maker);
  g_main_loop_run (maker->loop);
  g_main_loop_unref (maker->loop);
  g_object_unref (maker->in);
  if (maker->error == NULL)
    return TRUE;
  g_propagate_error (error, maker->error);
  return FALSE;
}

gboolean
card_maker_run (int in, int out, GError **error)
{
  static const RoomMediaEvents events = { on_connected, on_failed, on_key };
  g_autoptr (Clip) clip = make_clip (error);
  g_autoptr (MediaKit) kit = clip != NULL ? media_kit_new (TICK_US, error) : NULL;
  Maker maker = { 0 };

  if (kit == NULL)
    return FALSE;
  RtcPeerConfig peer = media_kit_peer (kit);
  VirtualRoomConfig config = { .peer = &peer, .publishes = TRUE, .clip = clip };
  maker.media = room_media_new (&config, &events, &maker);
  gboolean is_done = run (&maker, in, out, error);
  room_media_free (maker.media);
  return is_done;
}
