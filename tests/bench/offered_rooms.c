/* offered_rooms: virtual rooms whose offers and answers somebody else carries, so that another
 * server can be put under the load of `diemcau load` (scripts/lib/bench_janus.py).
 *
 * One JSON object a line on standard input, one on standard output for each:
 *   {"do": "add", "kbps": K, "deaf": B}  a room that sends K kbps (0: that receives; deaf: the
 *                                kernel throws away the media that comes) -> {"id", "offer"}
 *   {"do": "take", "id", "sdp"}  the other side's description -> {"error": text or null}
 *   {"do": "count"}              -> {"connected", "showing": have had a picture}
 *   {"do": "begin"}, {"do": "end"}  a measured window; the end tells its figures: "packets" that
 *                                were read, "unheard" by deaf rooms, "least": by the room that got
 *                                fewest
 * It ends with its input.  Its only argument, if any: try all sockets each so many milliseconds, as
 * `diemcau load --scan-ms`. */
#include "pipelines/client/virtual_room.h"
#include "server/load/media_kit.h"
#include "server/load/process_figures.h"

#include <gio/gio.h>
#include <jansson.h>
#include <stdio.h>

#define LINE_BYTES_MAX (64 * 1024)
#define FPS 25
#define PACKETS_OF_A_FRAME 9
#define AUDIO_KBPS 32

typedef struct {
  MediaKit *kit;
  RtcPeerConfig peer, deaf_peer;
  Histogram latency; /* media thread */
  GPtrArray *rooms;  /* of VirtualRoom; media thread */
  RtcPeerFigures begun;
  GArray *begun_got;   /* of guint64, for each room */
  guint64 thrown_away; /* by the kernel until the window began */
} Rooms;

/* What one line asks for, in the media thread. */
typedef struct {
  Rooms *rooms;
  json_t *asked;
  json_t *told;
} Request;

static void
ignore (gpointer user_data)
{
  (void) user_data;
}

static void
on_connected (gpointer user_data, gint64 now_us)
{
  (void) user_data;
  (void) now_us;
}

static void
on_key (gpointer user_data, const KeyNews *news)
{
  (void) user_data;
  (void) news;
}

static void
add (gpointer data)
{
  static const VirtualRoomEvents events = { on_connected, ignore, on_key };
  Request *request = data;
  Rooms *rooms = request->rooms;
  guint kbps = (guint) json_integer_value (json_object_get (request->asked, "kbps"));
  gboolean is_deaf = json_is_true (json_object_get (request->asked, "deaf"));
  VirtualRoomConfig config = {
    .peer = is_deaf ? &rooms->deaf_peer : &rooms->peer,
    .publishes = kbps > 0,
    .audio_slots = kbps > 0 ? 0 : 1,
    .video_slots = kbps > 0 ? 0 : 1,
    .noise = { .codec = CODEC_VP8, .kbps = kbps, .fps = FPS, .packets = PACKETS_OF_A_FRAME },
    .audio_kbps = AUDIO_KBPS,
  };
  VirtualRoom *room = virtual_room_new (&config, &events, NULL);
  g_autofree char *offer = virtual_room_restart (room);

  virtual_room_set_mic (room, TRUE);
  g_ptr_array_add (rooms->rooms, room);
  request->told = json_pack ("{s:i, s:s}", "id", (int) rooms->rooms->len - 1, "offer", offer);
}

static void
take (gpointer data)
{
  Request *request = data;
  gsize id = (gsize) json_integer_value (json_object_get (request->asked, "id"));
  const char *sdp = json_string_value (json_object_get (request->asked, "sdp"));
  g_autoptr (GError) error = NULL;

  if (!sdp || id >= request->rooms->rooms->len)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                         "no such room, or no sdp");
  else
    virtual_room_take_answer (g_ptr_array_index (request->rooms->rooms, id), sdp, &error);
  request->told = json_pack ("{s:s?}", "error", error ? error->message : NULL);
}

static void
count (gpointer data)
{
  Request *request = data;
  int connected = 0, showing = 0;

  for (guint i = 0; i < request->rooms->rooms->len; i++) {
    const VirtualRoom *room = g_ptr_array_index (request->rooms->rooms, i);
    connected += virtual_room_is_connected (room);
    showing += virtual_room_get_figures (room).rx.pictures > 0;
  }
  request->told = json_pack ("{s:i, s:i}", "connected", connected, "showing", showing);
}

static RtcPeerFigures
sum (const Rooms *rooms)
{
  RtcPeerFigures all = { 0 };

  for (guint i = 0; i < rooms->rooms->len; i++) {
    RtcPeerFigures one = virtual_room_get_figures (g_ptr_array_index (rooms->rooms, i));
    rtc_peer_figures_add (&all, &one);
  }
  return all;
}

static guint64
get_got (const Rooms *rooms, guint room)
{
  RtcPeerFigures figures = virtual_room_get_figures (g_ptr_array_index (rooms->rooms, room));

  return figures.rx.packets + figures.unheard;
}

static guint64
get_least (const Rooms *rooms)
{
  guint64 least = G_MAXINT64;

  for (guint i = 0; i < rooms->begun_got->len; i++)
    least = MIN (least, get_got (rooms, i) - g_array_index (rooms->begun_got, guint64, i));
  return least;
}

static void
begin (gpointer data)
{
  Request *request = data;
  Rooms *rooms = request->rooms;

  rooms->latency = (Histogram){ 0 };
  rooms->begun = sum (rooms);
  g_array_set_size (rooms->begun_got, 0);
  for (guint i = 0; i < rooms->rooms->len; i++) {
    guint64 got = get_got (rooms, i);
    g_array_append_val (rooms->begun_got, got);
  }
  rooms->thrown_away = process_udp_buffer_errors ();
  (void) media_loop_take_worst_us (rooms->kit->loop);
  request->told = json_object ();
}

static void
end (gpointer data)
{
  Request *request = data;
  Rooms *rooms = request->rooms;
  RtcPeerFigures now = sum (rooms);

  request->told = json_pack (
      "{s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:f, s:I}", "packets",
      (json_int_t) (now.rx.packets - rooms->begun.rx.packets), "unheard",
      (json_int_t) (now.unheard - rooms->begun.unheard), "least", (json_int_t) get_least (rooms),
      "bytes", (json_int_t) (now.rx.bytes - rooms->begun.rx.bytes), "lost",
      (json_int_t) (now.rx.lost - rooms->begun.rx.lost), "p50_ms",
      (double) histogram_get_us (&rooms->latency, 500) / 1000, "p99_ms",
      (double) histogram_get_us (&rooms->latency, 990) / 1000, "late_ms",
      (double) media_loop_take_worst_us (rooms->kit->loop) / 1000, "udp_buffer_errors",
      (json_int_t) (process_udp_buffer_errors () - rooms->thrown_away));
}

static json_t *
answer (Rooms *rooms, const char *line)
{
  static const struct {
    const char *name;
    void (*func) (gpointer data);
  } acts[] = {
    { "add", add }, { "take", take }, { "count", count }, { "begin", begin }, { "end", end }
  };
  json_auto_t *asked = json_loads (line, 0, NULL);
  const char *act = json_string_value (json_object_get (asked, "do"));
  Request request = { .rooms = rooms, .asked = asked };

  for (guint i = 0; i < G_N_ELEMENTS (acts); i++)
    if (g_strcmp0 (act, acts[i].name) == 0) {
      media_loop_call (rooms->kit->loop, acts[i].func, &request);
      return request.told;
    }
  return json_pack ("{s:s}", "error", "this is none of its lines");
}

static void
free_rooms (gpointer data)
{
  Rooms *rooms = data;

  g_ptr_array_unref (rooms->rooms);
  g_array_unref (rooms->begun_got);
}

int
main (int argc, char **argv)
{
  guint scan_ms = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 0;
  g_autoptr (GError) error = NULL;
  static Rooms rooms;
  static char line[LINE_BYTES_MAX];

  rooms.kit = media_kit_new (0, &error);
  if (!rooms.kit) {
    g_printerr ("offered_rooms: %s\n", error->message);
    return 1;
  }
  if (scan_ms > 0)
    media_loop_scan (rooms.kit->loop, scan_ms * 1000);
  rooms.peer = media_kit_peer (rooms.kit);
  rooms.peer.latency = &rooms.latency;
  rooms.deaf_peer = rooms.peer;
  rooms.deaf_peer.deaf = TRUE;
  rooms.rooms = g_ptr_array_new_with_free_func ((GDestroyNotify) virtual_room_free);
  rooms.begun_got = g_array_new (FALSE, FALSE, sizeof (guint64));
  while (fgets (line, sizeof line, stdin)) {
    json_auto_t *told = answer (&rooms, line);
    g_autofree char *text = json_dumps (told, JSON_COMPACT);

    puts (text);
    (void) fflush (stdout);
  }
  media_loop_call (rooms.kit->loop, free_rooms, &rooms);
  media_kit_free (rooms.kit);
  return 0;
}
