#include "server/capture/capture_desk.h"

#include "config/log.h"
#include "config/write_all.h"
#include "server/storage/state_directory.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define TAG "capture"
#define FOLDER "captures"
#define SWEEP_S 60

const char *const capture_stage_names[] = { "starting", "running", "done", "failed", NULL };

/* One room's. Requests under way hold a reference. */
typedef struct {
  CaptureDesk *desk; /* NULL: forgotten */
  char *endpoint, *transport, *by, *path;
  CaptureStage stage;
  const char *reason;
  gboolean payload, stopping, asking;
  guint seconds;
  gint64 started_ms, bytes, packets, dropped;
  int fd; /* -1: closed */
  guint poll;
} SiteCapture;

struct CaptureDesk {
  const CaptureRelay *relay;
  gpointer relay_data;
  char *folder;
  GHashTable *captures; /* endpoint -> SiteCapture */
  guint sweep;
  guint last_number;
};

GQuark
capture_error_quark (void)
{
  return g_quark_from_static_string ("capture-error");
}

/* --- one --------------------------------------------------------------------------------------
 */

static void
site_capture_clear (gpointer data)
{
  SiteCapture *capture = data;
  g_free (capture->endpoint);
  g_free (capture->transport);
  g_free (capture->by);
  g_free (capture->path);
}

static void
site_capture_unref (gpointer data)
{
  g_rc_box_release_full (data, site_capture_clear);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SiteCapture, site_capture_unref)

static gboolean
is_under_way (const SiteCapture *capture)
{
  return capture->stage == CAPTURE_STARTING || capture->stage == CAPTURE_GOING;
}

static void
ask (SiteCapture *capture, ControlType type, ControlReplyFunc callback)
{
  CaptureTransport request = { capture->transport };
  capture->desk->relay->request (capture->desk->relay_data, type, &request, callback,
                                 callback ? g_rc_box_acquire (capture) : NULL);
}

static void
end (SiteCapture *capture, CaptureStage stage, const char *reason)
{
  if (!is_under_way (capture))
    return;
  capture->stage = stage;
  capture->reason = reason;
  g_clear_handle_id (&capture->poll, g_source_remove);
  close (capture->fd);
  capture->fd = -1;
  if (capture->desk)
    ask (capture, CONTROL_CAPTURE_STOP, NULL);
}

/* The desk lets go of it. */
static void
site_capture_drop (gpointer data)
{
  SiteCapture *capture = data;
  end (capture, CAPTURE_DONE, "stopped");
  g_unlink (capture->path);
  capture->desk = NULL;
  site_capture_unref (capture);
}

static gboolean
keep (SiteCapture *capture, const CaptureReadReply *reply)
{
  gsize size = 0;
  g_autofree guint8 *data = reply->data ? g_base64_decode (reply->data, &size) : NULL;
  capture->packets = reply->packets;
  capture->dropped = reply->dropped;
  if (!write_all (capture->fd, data, size))
    return FALSE;
  capture->bytes += (gint64) size;
  return TRUE;
}

/* It answered, if only that the transport has gone. */
static gboolean
relay_is_there (const GError *error)
{
  return g_error_matches (error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_REMOTE);
}

static void
on_read (gconstpointer reply, const GError *error, gpointer user_data)
{
  g_autoptr (SiteCapture) capture = user_data;
  const CaptureReadReply *read = reply;
  capture->asking = FALSE;
  if (!is_under_way (capture) || !capture->desk)
    return;
  if (error)
    end (capture, CAPTURE_DONE, relay_is_there (error) ? "closed" : "relay");
  else if (!keep (capture, read))
    end (capture, CAPTURE_FAILED, "disk");
  else if (read->more) {
    capture->asking = TRUE;
    ask (capture, CONTROL_CAPTURE_READ, on_read);
  } else if (read->state != CAPTURE_RUNNING)
    end (capture, CAPTURE_DONE, capture_state_names[read->state]);
  else if (capture->stopping)
    end (capture, CAPTURE_DONE, "stopped");
}

static gboolean
on_poll (gpointer user_data)
{
  SiteCapture *capture = user_data;
  if (!capture->asking) {
    capture->asking = TRUE;
    ask (capture, CONTROL_CAPTURE_READ, on_read);
  }
  return G_SOURCE_CONTINUE;
}

static void
on_started (gconstpointer reply, const GError *error, gpointer user_data)
{
  g_autoptr (SiteCapture) capture = user_data;
  if (!is_under_way (capture) || !capture->desk)
    return;
  if (error) {
    log_warning (TAG, capture->transport, "no capture: %s", error->message);
    end (capture, CAPTURE_FAILED, relay_is_there (error) ? "closed" : "relay");
    return;
  }
  capture->stage = CAPTURE_GOING;
  capture->poll = g_timeout_add (CAPTURE_POLL_MS, on_poll, capture);
}

/* --- all --------------------------------------------------------------------------------------
 */

static void
remove_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  for (const char *name; dir && (name = g_dir_read_name (dir));) {
    g_autofree char *path = g_build_filename (folder, name, NULL);
    g_unlink (path);
  }
}

static gboolean
on_sweep (gpointer user_data)
{
  capture_desk_sweep (user_data, g_get_real_time () / 1000);
  return G_SOURCE_CONTINUE;
}

CaptureDesk *
capture_desk_new (const char *state_dir, const CaptureRelay *relay, gpointer relay_data)
{
  CaptureDesk *desk = g_new0 (CaptureDesk, 1);
  desk->relay = relay;
  desk->relay_data = relay_data;
  desk->folder = g_build_filename (state_dir, FOLDER, NULL);
  desk->captures = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, site_capture_drop);
  remove_files (desk->folder);
  desk->sweep = g_timeout_add_seconds (SWEEP_S, on_sweep, desk);
  return desk;
}

void
capture_desk_free (CaptureDesk *desk)
{
  g_source_remove (desk->sweep);
  g_hash_table_unref (desk->captures);
  g_free (desk->folder);
  g_free (desk);
}

static guint
count_under_way (CaptureDesk *desk)
{
  guint n = 0;
  GHashTableIter iter;
  gpointer capture;
  g_hash_table_iter_init (&iter, desk->captures);
  while (g_hash_table_iter_next (&iter, NULL, &capture))
    n += is_under_way (capture);
  return n;
}

/* Of those that have ended the oldest, when there are too many. */
static void
make_room (CaptureDesk *desk)
{
  const SiteCapture *oldest = NULL;
  GHashTableIter iter;
  gpointer value;
  if (g_hash_table_size (desk->captures) < CAPTURES_KEPT)
    return;
  g_hash_table_iter_init (&iter, desk->captures);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const SiteCapture *capture = value;
    if (!is_under_way (capture) && (!oldest || capture->started_ms < oldest->started_ms))
      oldest = capture;
  }
  if (oldest)
    g_hash_table_remove (desk->captures, oldest->endpoint);
}

/* -1 and @error. */
static int
open_file (CaptureDesk *desk, char **ret_path, GError **error)
{
  g_autofree char *name = g_strdup_printf ("%u.pcapng", ++desk->last_number);
  g_autofree char *path = g_build_filename (desk->folder, name, NULL);
  int fd = -1;
  if (state_directory_ensure (desk->folder, NULL))
    fd = g_open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0)
    g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_DISK, "%s: %s", path, g_strerror (errno));
  else
    *ret_path = g_steal_pointer (&path);
  return fd;
}

gboolean
capture_desk_start (CaptureDesk *desk, const CaptureOrder *order, gint64 now_ms, GError **error)
{
  const SiteCapture *before = g_hash_table_lookup (desk->captures, order->endpoint);
  CaptureStartRequest request = { .transport = (char *) order->transport,
                                  .payload = order->payload,
                                  .seconds = (int) order->seconds,
                                  .max_bytes = LIMIT_CAPTURE_BYTES,
                                  .comment = (char *) order->comment };
  if (before && is_under_way (before)) {
    g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_RUNNING, "%s is captured", order->endpoint);
    return FALSE;
  }
  if (count_under_way (desk) >= CAPTURES_AT_ONCE) {
    g_set_error (error, CAPTURE_ERROR, CAPTURE_ERROR_FULL, "%d are captured", CAPTURES_AT_ONCE);
    return FALSE;
  }
  g_hash_table_remove (desk->captures, order->endpoint);
  make_room (desk);
  g_autofree char *path = NULL;
  int fd = open_file (desk, &path, error);
  if (fd < 0)
    return FALSE;
  SiteCapture *capture = g_rc_box_new0 (SiteCapture);
  *capture = (SiteCapture){ .desk = desk,
                            .endpoint = g_strdup (order->endpoint),
                            .transport = g_strdup (order->transport),
                            .by = g_strdup (order->by),
                            .path = g_steal_pointer (&path),
                            .payload = order->payload,
                            .seconds = order->seconds,
                            .started_ms = now_ms,
                            .fd = fd };
  g_hash_table_insert (desk->captures, capture->endpoint, capture);
  desk->relay->request (desk->relay_data, CONTROL_CAPTURE_START, &request, on_started,
                        g_rc_box_acquire (capture));
  return TRUE;
}

gboolean
capture_desk_stop (CaptureDesk *desk, const char *endpoint)
{
  SiteCapture *capture = g_hash_table_lookup (desk->captures, endpoint);
  if (!capture || !is_under_way (capture))
    return FALSE;
  capture->stopping = TRUE;
  return TRUE;
}

gboolean
capture_desk_find (CaptureDesk *desk, const char *endpoint, CaptureInfo *ret_info)
{
  const SiteCapture *capture = g_hash_table_lookup (desk->captures, endpoint);
  if (!capture)
    return FALSE;
  *ret_info = (CaptureInfo){ .stage = capture->stage,
                             .reason = capture->reason,
                             .payload = capture->payload,
                             .by = capture->by,
                             .seconds = capture->seconds,
                             .started_ms = capture->started_ms,
                             .bytes = capture->bytes,
                             .packets = capture->packets,
                             .dropped = capture->dropped,
                             .path = capture->path };
  return TRUE;
}

void
capture_desk_sweep (CaptureDesk *desk, gint64 now_ms)
{
  GHashTableIter iter;
  gpointer value;
  g_hash_table_iter_init (&iter, desk->captures);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const SiteCapture *capture = value;
    if (!is_under_way (capture) && now_ms - capture->started_ms > CAPTURE_KEPT_MS)
      g_hash_table_iter_remove (&iter);
  }
}
