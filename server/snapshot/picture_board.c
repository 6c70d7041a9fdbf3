#include "server/snapshot/picture_board.h"

#include <string.h>

#define CAMERA_SUFFIX "/camera"

typedef struct {
  HealthSite *site;
  char *track; /* that was asked for last, or NULL */
  gint64 asked_us;
  gint64 woken_us; /* last; 0: never */
  SitePicture picture;
  gint64 making_us; /* a frame of it is with the job since; 0: none */
  gint64 making_ms; /* the same, UTC */
  guint64 ticket;   /* of that frame */
  guint strikes;
  gint64 blocked_until_us;
} Entry;

struct PictureBoard {
  HealthBoard *health;
  PictureBoardPort port;
  gpointer user_data;
  gboolean is_enabled;
  guint seconds;
  gint64 watched_us;   /* 0: never */
  guint next;          /* site to be looked at by the next tick */
  GHashTable *sites;   /* HealthSite -> Entry, owned */
  GHashTable *tracks;  /* Entry.track -> Entry */
  GHashTable *tickets; /* &Entry.ticket -> Entry, of those that are made */
  guint64 last_ticket;
};

/* --- entries ---------------------------------------------------------------------------------- */

static void
forget_picture (Entry *entry)
{
  g_clear_pointer (&entry->picture.jpeg, g_bytes_unref);
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  forget_picture (entry);
  g_free (entry->track);
  g_free (entry);
}

static void
stop_making (PictureBoard *board, Entry *entry)
{
  if (entry->making_us == 0)
    return;
  g_hash_table_remove (board->tickets, &entry->ticket);
  entry->making_us = 0;
}

static Entry *
entry_of (PictureBoard *board, HealthSite *site)
{
  Entry *entry = g_hash_table_lookup (board->sites, site);

  if (entry != NULL)
    return entry;
  entry = g_new0 (Entry, 1);
  entry->site = site;
  g_hash_table_insert (board->sites, site, entry);
  return entry;
}

static void
remove_entry (PictureBoard *board, HealthSite *site)
{
  Entry *entry = g_hash_table_lookup (board->sites, site);

  if (entry == NULL)
    return;
  stop_making (board, entry);
  if (entry->track != NULL)
    g_hash_table_remove (board->tracks, entry->track);
  g_hash_table_remove (board->sites, site);
}

static void
on_closed (gpointer user_data, HealthSite *site)
{
  remove_entry (user_data, site);
}

static const HealthObserver observer = { .on_closed = on_closed };

/* --- who has a picture ------------------------------------------------------------------------ */

static PictureState
state_of (const PictureBoard *board, const HealthSite *site)
{
  const SiteFacts *facts = &site->now.facts;

  if (!board->is_enabled)
    return PICTURE_SWITCHED_OFF;
  if (site->transport == NULL || !facts->is_in || !(facts->camera_on || facts->camera_rests))
    return PICTURE_CAMERA_OFF;
  if (facts->camera_rests || line_sample_main (&site->now.line, STREAM_VIDEO_UP) == NULL)
    return PICTURE_CAMERA_RESTS;
  return PICTURE_COMES;
}

/* What the room closed is not shown any more; what is too old neither, and no frame is waited for
 * for ever. */
static void
forget_old (PictureBoard *board, Entry *entry, gint64 now_us)
{
  PictureState state = state_of (board, entry->site);

  if (state == PICTURE_SWITCHED_OFF || state == PICTURE_CAMERA_OFF ||
      now_us - entry->picture.at_us > PICTURE_KEEP_US)
    forget_picture (entry);
  if (entry->making_us != 0 && now_us - entry->making_us > PICTURE_KEEP_US)
    stop_making (board, entry);
}

/* --- asking ----------------------------------------------------------------------------------- */

static gboolean
is_due (const PictureBoard *board, const Entry *entry, gint64 now_us)
{
  return state_of (board, entry->site) == PICTURE_COMES && entry->making_us == 0 &&
         now_us >= entry->blocked_until_us &&
         (entry->asked_us == 0 ||
          now_us - entry->asked_us >= board->seconds * (gint64) G_USEC_PER_SEC);
}

/* Its camera, to be asked for; lent. */
static char *
note_asked (PictureBoard *board, Entry *entry, gint64 now_us)
{
  g_autofree char *track = g_strconcat (entry->site->transport, CAMERA_SUFFIX, NULL);

  entry->asked_us = now_us;
  if (g_strcmp0 (track, entry->track) == 0)
    return entry->track;
  if (entry->track != NULL)
    g_hash_table_remove (board->tracks, entry->track);
  g_free (entry->track);
  entry->track = g_steal_pointer (&track);
  g_hash_table_insert (board->tracks, entry->track, entry);
  return entry->track;
}

static void
ask_one (PictureBoard *board, Entry *entry, gint64 now_us)
{
  char *tracks[] = { note_asked (board, entry, now_us), NULL };

  board->port.ask (board->user_data, tracks, 0);
}

/* --- cameras that rest ------------------------------------------------------------------------ */

/* It sends for us, or is about to. */
static gboolean
is_awake (const Entry *entry, gint64 now_us)
{
  return entry->woken_us != 0 && now_us - entry->woken_us < PICTURE_WAKE_S * G_USEC_PER_SEC;
}

static guint
count_awake (const PictureBoard *board, gint64 now_us)
{
  GHashTableIter iter;
  gpointer entry;
  guint n = 0;

  g_hash_table_iter_init (&iter, board->sites);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    n += is_awake (entry, now_us);
  return n;
}

/* Somebody looks at its site. TRUE: it was asked for a picture on that occasion. */
static gboolean
wake (PictureBoard *board, Entry *entry, gint64 now_us)
{
  PictureState state = state_of (board, entry->site);
  gboolean was_awake = is_awake (entry, now_us);

  if (state < PICTURE_CAMERA_RESTS || (state != PICTURE_CAMERA_RESTS && !was_awake) ||
      now_us < entry->blocked_until_us)
    return FALSE;
  if (was_awake ? now_us - entry->woken_us < PICTURE_WAKE_AGAIN_US
                : count_awake (board, now_us) >= PICTURE_WAKE_MAX)
    return FALSE;
  char *tracks[] = { note_asked (board, entry, now_us), NULL };
  entry->woken_us = now_us;
  board->port.ask (board->user_data, tracks, PICTURE_WAKE_S);
  return TRUE;
}

void
picture_board_tick (PictureBoard *board, gint64 now_us)
{
  guint n = health_board_n_sites (board->health);
  /* spread over the time between two pictures of one site */
  guint most = MIN (n / MAX (board->seconds, 1) + 1, LIMIT_CONTROL_BATCH);
  gboolean is_watched =
      board->is_enabled && board->watched_us != 0 && now_us - board->watched_us < PICTURE_WATCH_US;
  g_autoptr (GPtrArray) tracks = g_ptr_array_new ();

  for (guint i = 0; i < n && tracks->len < most; i++) {
    HealthSite *site = health_board_get_site (board->health, (board->next + i) % n);
    Entry *entry = is_watched ? entry_of (board, site) : g_hash_table_lookup (board->sites, site);

    if (entry == NULL)
      continue;
    forget_old (board, entry, now_us);
    if (is_watched && is_due (board, entry, now_us))
      g_ptr_array_add (tracks, note_asked (board, entry, now_us));
    if (tracks->len == most)
      board->next = (board->next + i + 1) % n;
  }
  if (tracks->len == 0)
    return;
  g_ptr_array_add (tracks, NULL);
  board->port.ask (board->user_data, (char **) tracks->pdata, 0);
}

void
picture_board_watch (PictureBoard *board, gint64 now_us)
{
  board->watched_us = now_us;
}

/* --- frames and pictures ---------------------------------------------------------------------- */

void
picture_board_on_frame (PictureBoard *board, const TrackFrameEvent *event, gint64 now_us,
                        gint64 wall_ms)
{
  Entry *entry = g_hash_table_lookup (board->tracks, event->track);
  g_autoptr (GBytes) frame = NULL;
  gsize size = 0;
  guchar *data;

  if (entry == NULL || entry->making_us != 0 ||
      state_of (board, entry->site) < PICTURE_CAMERA_RESTS)
    return;
  data = g_base64_decode (event->data, &size);
  frame = g_bytes_new_take (data, size);
  entry->ticket = ++board->last_ticket;
  entry->making_us = now_us;
  entry->making_ms = wall_ms;
  g_hash_table_insert (board->tickets, &entry->ticket, entry);
  if (!board->port.make (board->user_data, entry->ticket, codec_from_name (event->codec), frame))
    stop_making (board, entry);
}

static void
note_crash (Entry *entry)
{
  if (++entry->strikes < PICTURE_STRIKES_MAX)
    return;
  entry->strikes = 0;
  entry->blocked_until_us = entry->making_us + PICTURE_PENALTY_US;
}

void
picture_board_on_result (gpointer user_data, const PictureResult *result)
{
  PictureBoard *board = user_data;
  Entry *entry = g_hash_table_lookup (board->tickets, &result->ticket);

  if (entry == NULL)
    return;
  if (result->is_crash)
    note_crash (entry);
  /* it may have been closed while the picture was made */
  if (result->jpeg != NULL && state_of (board, entry->site) >= PICTURE_CAMERA_RESTS) {
    forget_picture (entry);
    entry->picture = (SitePicture){ g_bytes_ref (result->jpeg), result->width, result->height,
                                    entry->making_ms, entry->making_us };
    entry->strikes = 0;
  }
  stop_making (board, entry);
}

PictureState
picture_board_get (PictureBoard *board, HealthSite *site, gint64 now_us,
                   const SitePicture **ret_picture)
{
  Entry *entry = entry_of (board, site);

  picture_board_watch (board, now_us);
  forget_old (board, entry, now_us);
  if (!wake (board, entry, now_us) && is_due (board, entry, now_us))
    ask_one (board, entry, now_us);
  if (entry->picture.jpeg == NULL) {
    PictureState state = state_of (board, site);

    return state == PICTURE_CAMERA_RESTS && is_awake (entry, now_us) ? PICTURE_CAMERA_WAKES : state;
  }
  *ret_picture = &entry->picture;
  return PICTURE_THERE;
}

/* --- life ------------------------------------------------------------------------------------- */

void
picture_board_set (PictureBoard *board, gboolean is_enabled, guint seconds)
{
  GHashTableIter iter;
  gpointer entry;

  board->is_enabled = is_enabled;
  board->seconds = seconds;
  g_hash_table_iter_init (&iter, board->sites);
  while (!is_enabled && g_hash_table_iter_next (&iter, NULL, &entry))
    forget_picture (entry);
}

PictureBoard *
picture_board_new (HealthBoard *health, const PictureBoardPort *port, gpointer user_data)
{
  PictureBoard *board = g_new0 (PictureBoard, 1);

  board->health = health;
  board->port = *port;
  board->user_data = user_data;
  board->sites = g_hash_table_new_full (NULL, NULL, NULL, entry_free);
  board->tracks = g_hash_table_new (g_str_hash, g_str_equal);
  board->tickets = g_hash_table_new (g_int64_hash, g_int64_equal);
  health_board_add_observer (health, &observer, board);
  return board;
}

void
picture_board_free (PictureBoard *board)
{
  health_board_remove_observer (board->health, board);
  g_hash_table_unref (board->tickets);
  g_hash_table_unref (board->tracks);
  g_hash_table_unref (board->sites);
  g_free (board);
}
