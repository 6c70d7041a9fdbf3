#include "server/commands/rehearsal_opener.h"

#include "config/log.h"
#include "server/storage/rehearsal_store.h"

#define TAG "rehearsal"

static gboolean
open_one (const RehearsalOpener *opener, const char *meeting, gint64 now_us)
{
  g_autoptr (GError) error = NULL;
  StateChange change = { MEETING_REHEARSAL, NULL, "", NULL };
  if (meeting_hub_set_meeting_state (opener->hub, meeting, &change, now_us, &error)) {
    log_info (TAG, meeting, "opened by itself");
    return TRUE;
  }
  log_warning (TAG, meeting, "does not open by itself: %s", error->message);
  return FALSE;
}

guint
rehearsal_opener_look (const RehearsalOpener *opener, gint64 wall_ms, gint64 now_us)
{
  g_autoptr (GError) error = NULL;
  gint64 before_ms = opener->settings->rehearsal.minutes_before * G_GINT64_CONSTANT (60000);
  guint n = 0;
  if (before_ms == 0)
    return 0;
  g_autoptr (GPtrArray) due =
      rehearsal_store_due (opener->database, wall_ms, wall_ms + before_ms, &error);
  if (!due) {
    log_warning (TAG, NULL, "meetings cannot be looked through: %s", error->message);
    return 0;
  }
  for (guint i = 0; i < due->len; i++)
    n += open_one (opener, g_ptr_array_index (due, i), now_us);
  return n;
}
