#include "signaling/meeting/line_limits.h"

#define BPS(kbps) ((gint64) (kbps) *1000)

/* The settings' is for those of whom nothing else is said in that direction. */
static gint64
own_bps (guint own_kbps, guint shared_kbps, guint otherwise_kbps)
{
  if (own_kbps > 0)
    return BPS (own_kbps);
  return shared_kbps > 0 ? 0 : BPS (otherwise_kbps);
}

gboolean
line_limits_of (const MediaSession *session, TransportLimit *ret_limit)
{
  const MeetingHubConfig *config = &session->meeting->hub->config;
  const InvitedLine *line = session->seat != NULL ? &session->seat->info->line : NULL;

  *ret_limit = (TransportLimit){ .transport = session->transport };
  if (line == NULL)
    return FALSE;
  ret_limit->down_bps = own_bps (line->down_kbps, line->shared_down_kbps, config->room_down_kbps);
  ret_limit->up_bps = own_bps (line->up_kbps, line->shared_up_kbps, config->room_up_kbps);
  ret_limit->line = line->shared;
  ret_limit->line_down_bps = BPS (line->shared_down_kbps);
  ret_limit->line_up_bps = BPS (line->shared_up_kbps);
  return ret_limit->down_bps > 0 || ret_limit->up_bps > 0 || ret_limit->line != NULL;
}

guint
line_limits_up_bps (const MediaSession *session)
{
  TransportLimit limit;

  if (!line_limits_of (session, &limit))
    return 0;
  if (limit.up_bps == 0 || limit.line_up_bps == 0)
    return (guint) MAX (limit.up_bps, limit.line_up_bps);
  return (guint) MIN (limit.up_bps, limit.line_up_bps);
}

void
line_limits_tell (const MediaSession *session, gboolean is_full)
{
  MeetingHub *hub = session->meeting->hub;
  TransportLimit limit;

  if (line_limits_of (session, &limit) || (is_full && session->seat != NULL))
    hub->media.limit (hub->media_data, &limit, 1);
}

void
line_limits_tell_all (Meeting *meeting, gboolean is_full)
{
  g_autoptr (GArray) limits = g_array_new (FALSE, FALSE, sizeof (TransportLimit));
  GHashTableIter iter;
  gpointer value = NULL;

  g_hash_table_iter_init (&iter, meeting->sessions);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    const MediaSession *session = value;
    TransportLimit limit;

    if (session->is_pending || session->local == NULL)
      continue; /* the relay does not have it yet */
    if (line_limits_of (session, &limit) || (is_full && session->seat != NULL))
      g_array_append_val (limits, limit);
  }
  if (limits->len > 0)
    meeting->hub->media.limit (meeting->hub->media_data, (const TransportLimit *) limits->data,
                               limits->len);
}
