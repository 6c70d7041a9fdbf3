#include "server/commands/snapshots.h"

#define TICK_MS 1000

struct Snapshots {
  const Settings *settings;
  RelayLink *relay;
  PictureBoard *board;
  PictureWorker *worker;
  guint tick;
};

static void
ask (gpointer user_data, char **tracks, guint wake_s)
{
  Snapshots *snapshots = user_data;
  TrackPictureRequest request = { .tracks = tracks, .wake_s = (int) wake_s };

  if (relay_link_is_up (snapshots->relay))
    relay_link_request (snapshots->relay, CONTROL_TRACK_PICTURE, &request, NULL, NULL);
}

static gboolean
make (gpointer user_data, guint64 ticket, Codec codec, GBytes *frame)
{
  return picture_worker_push (((Snapshots *) user_data)->worker, ticket, codec, frame);
}

static void
read_settings (Snapshots *snapshots)
{
  picture_board_set (snapshots->board, snapshots->settings->snapshots.enabled,
                     (guint) snapshots->settings->snapshots.seconds);
}

static gboolean
on_tick (gpointer user_data)
{
  Snapshots *snapshots = user_data;

  read_settings (snapshots);
  picture_board_tick (snapshots->board, g_get_monotonic_time ());
  return G_SOURCE_CONTINUE;
}

Snapshots *
snapshots_new (const Settings *settings, HealthBoard *health, RelayLink *relay)
{
  static const PictureBoardPort port = { ask, make };
  static const char *const arguments[] = { "media", "pictures", NULL };
  Snapshots *snapshots = g_new0 (Snapshots, 1);
  PictureWorkerConfig config = { .program = "/proc/self/exe", .arguments = arguments };

  snapshots->settings = settings;
  snapshots->relay = relay;
  snapshots->board = picture_board_new (health, &port, snapshots);
  snapshots->worker = picture_worker_new (&config, picture_board_on_result, snapshots->board);
  snapshots->tick = g_timeout_add (TICK_MS, on_tick, snapshots);
  read_settings (snapshots);
  return snapshots;
}

void
snapshots_free (Snapshots *snapshots)
{
  g_clear_handle_id (&snapshots->tick, g_source_remove);
  picture_worker_free (snapshots->worker);
  picture_board_free (snapshots->board);
  g_free (snapshots);
}

PictureBoard *
snapshots_get_board (Snapshots *snapshots)
{
  return snapshots->board;
}

PictureWorker *
snapshots_get_worker (Snapshots *snapshots)
{
  return snapshots->worker;
}

void
snapshots_on_event (Snapshots *snapshots, ControlType type, gconstpointer event)
{
  if (type == CONTROL_TRACK_FRAME)
    picture_board_on_frame (snapshots->board, event, g_get_monotonic_time (),
                            g_get_real_time () / 1000);
}
