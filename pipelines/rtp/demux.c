#include "pipelines/rtp/demux.h"

#include <string.h>

#include "config/limits.h"

/* What is agreed is what packets can carry. */
G_STATIC_ASSERT (RTP_RID_MAX == LIMIT_RID_BYTES);
G_STATIC_ASSERT (RTP_MID_MAX == LIMIT_MID_BYTES);

typedef struct {
  char mid[RTP_MID_MAX + 1];
  char rids[DEMUX_ENCODINGS_MAX][RTP_RID_MAX + 1];
  guint n_rids;
  guint8 media_types[128 / 8]; /* bit sets */
  guint8 rtx_types[128 / 8];
} DemuxTrack;

typedef struct {
  guint32 ssrc;
  guint8 track;
  guint8 encoding;
  gboolean rtx;
  gboolean superseded; /* kept so that its late packets are not learnt again */
} DemuxSsrc;

struct RtpDemux {
  ExtensionMap map;
  DemuxTrack tracks[DEMUX_TRACKS_MAX];
  guint n_tracks;
  DemuxSsrc ssrcs[DEMUX_SSRCS_MAX]; /* oldest first */
  guint n_ssrcs;
};

static gboolean
type_is_in (const guint8 *types, guint payload_type)
{
  return types[payload_type / 8] >> (payload_type % 8) & 1;
}

static void
add_types (guint8 *types, const guint8 *payload_types, guint n)
{
  for (guint i = 0; i < MIN (n, DEMUX_PAYLOAD_TYPES_MAX); i++)
    types[(payload_types[i] & 0x7f) / 8] |= 1u << (payload_types[i] % 8);
}

RtpDemux *
rtp_demux_new (void)
{
  return g_new0 (RtpDemux, 1);
}

void
rtp_demux_free (RtpDemux *demux)
{
  g_free (demux);
}

void
rtp_demux_set_extensions (RtpDemux *demux, const ExtensionMap *map)
{
  demux->map = *map;
}

/* --- SSRC table --- */

static DemuxSsrc *
find_ssrc (RtpDemux *demux, guint32 ssrc)
{
  for (guint i = 0; i < demux->n_ssrcs; i++) {
    if (demux->ssrcs[i].ssrc == ssrc)
      return &demux->ssrcs[i];
  }
  return NULL;
}

static void
remove_ssrc (RtpDemux *demux, DemuxSsrc *entry)
{
  guint at = entry - demux->ssrcs;
  demux->n_ssrcs--;
  memmove (entry, entry + 1, (demux->n_ssrcs - at) * sizeof *entry);
}

/* Makes room by forgetting the oldest superseded entry. */
static gboolean
make_room (RtpDemux *demux)
{
  if (demux->n_ssrcs < DEMUX_SSRCS_MAX)
    return TRUE;
  for (guint i = 0; i < demux->n_ssrcs; i++) {
    if (demux->ssrcs[i].superseded) {
      remove_ssrc (demux, &demux->ssrcs[i]);
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
learn_ssrc (RtpDemux *demux, guint32 ssrc, const RtpDemuxTarget *target)
{
  for (guint i = 0; i < demux->n_ssrcs; i++) {
    DemuxSsrc *entry = &demux->ssrcs[i];
    if (entry->track == target->track && entry->encoding == target->encoding &&
        entry->rtx == target->rtx)
      entry->superseded = TRUE;
  }
  if (!make_room (demux))
    return FALSE;
  demux->ssrcs[demux->n_ssrcs++] = (DemuxSsrc){
    .ssrc = ssrc,
    .track = target->track,
    .encoding = target->encoding,
    .rtx = target->rtx,
  };
  return TRUE;
}

gboolean
rtp_demux_find_ssrc (const RtpDemux *demux, guint32 ssrc, RtpDemuxTarget *ret_target)
{
  const DemuxSsrc *entry = find_ssrc ((RtpDemux *) demux, ssrc);
  if (!entry || entry->superseded)
    return FALSE;
  *ret_target =
      (RtpDemuxTarget){ .track = entry->track, .encoding = entry->encoding, .rtx = entry->rtx };
  return TRUE;
}

gboolean
rtp_demux_get_ssrc (const RtpDemux *demux, guint track, guint encoding, guint32 *ret_ssrc)
{
  for (guint i = 0; i < demux->n_ssrcs; i++) {
    const DemuxSsrc *entry = &demux->ssrcs[i];
    if (entry->track != track || entry->encoding != encoding || entry->rtx || entry->superseded)
      continue;
    *ret_ssrc = entry->ssrc;
    return TRUE;
  }
  return FALSE;
}

void
rtp_demux_forget_ssrc (RtpDemux *demux, guint32 ssrc)
{
  DemuxSsrc *entry = find_ssrc (demux, ssrc);
  if (entry)
    remove_ssrc (demux, entry);
}

/* --- tracks --- */

static gint
find_track_by_mid (const RtpDemux *demux, const char *mid, gsize size)
{
  for (guint i = 0; i < demux->n_tracks; i++) {
    const char *own = demux->tracks[i].mid;
    if (size > 0 && strlen (own) == size && memcmp (own, mid, size) == 0)
      return i;
  }
  return -1;
}

static void
add_signalled_ssrcs (RtpDemux *demux, guint track, const guint32 *ssrcs, guint n, gboolean rtx)
{
  for (guint i = 0; i < MIN (n, DEMUX_ENCODINGS_MAX); i++) {
    RtpDemuxTarget target = { .track = track, .encoding = i, .rtx = rtx };
    if (ssrcs[i] != 0 && !find_ssrc (demux, ssrcs[i]))
      learn_ssrc (demux, ssrcs[i], &target);
  }
}

gint
rtp_demux_add_track (RtpDemux *demux, const RtpDemuxTrack *track)
{
  const char *mid = track->mid ? track->mid : "";
  if (demux->n_tracks == DEMUX_TRACKS_MAX || strlen (mid) > RTP_MID_MAX ||
      find_track_by_mid (demux, mid, strlen (mid)) >= 0)
    return -1;
  guint number = demux->n_tracks++;
  DemuxTrack *own = &demux->tracks[number];
  g_strlcpy (own->mid, mid, sizeof own->mid);
  own->n_rids = MIN (track->n_rids, DEMUX_ENCODINGS_MAX);
  for (guint i = 0; i < own->n_rids; i++)
    g_strlcpy (own->rids[i], track->rids[i], sizeof own->rids[i]);
  add_types (own->media_types, track->payload_types, track->n_payload_types);
  add_types (own->rtx_types, track->rtx_payload_types, track->n_rtx_payload_types);
  add_signalled_ssrcs (demux, number, track->ssrcs, track->n_ssrcs, FALSE);
  add_signalled_ssrcs (demux, number, track->rtx_ssrcs, track->n_rtx_ssrcs, TRUE);
  return number;
}

static gboolean
track_has_type (const DemuxTrack *track, guint payload_type)
{
  return type_is_in (track->media_types, payload_type) ||
         type_is_in (track->rtx_types, payload_type);
}

/* The only track with that payload type; -1: none, or several. */
static gint
find_track_by_type (const RtpDemux *demux, guint payload_type)
{
  gint found = -1;
  for (guint i = 0; i < demux->n_tracks; i++) {
    if (!track_has_type (&demux->tracks[i], payload_type))
      continue;
    if (found >= 0)
      return -1;
    found = i;
  }
  return found;
}

static gint
find_encoding (const DemuxTrack *track, const char *rid, gsize size)
{
  for (guint i = 0; i < track->n_rids; i++) {
    if (strlen (track->rids[i]) == size && memcmp (track->rids[i], rid, size) == 0)
      return i;
  }
  return -1;
}

static gboolean
resolve (const RtpDemux *demux, const RtpPacket *packet, RtpDemuxTarget *ret_target)
{
  ExtensionValues values;
  extension_values_read (&values, &demux->map, packet);
  gint track = values.mid ? find_track_by_mid (demux, values.mid, values.mid_size)
                          : find_track_by_type (demux, packet->payload_type);
  if (track < 0 || !track_has_type (&demux->tracks[track], packet->payload_type))
    return FALSE;
  const DemuxTrack *own = &demux->tracks[track];
  gint encoding = 0;
  if (values.repaired_rid)
    encoding = find_encoding (own, values.repaired_rid, values.repaired_rid_size);
  else if (values.rid)
    encoding = find_encoding (own, values.rid, values.rid_size);
  else if (own->n_rids > 1)
    encoding = -1; /* any of them: wait for a packet that says it */
  if (encoding < 0)
    return FALSE;
  *ret_target = (RtpDemuxTarget){
    .track = track,
    .encoding = encoding,
    .rtx = values.repaired_rid || type_is_in (own->rtx_types, packet->payload_type),
    .learnt = TRUE,
  };
  return TRUE;
}

gboolean
rtp_demux_find (RtpDemux *demux, const RtpPacket *packet, RtpDemuxTarget *ret_target)
{
  const DemuxSsrc *entry = find_ssrc (demux, packet->ssrc);
  if (entry)
    return rtp_demux_find_ssrc (demux, packet->ssrc, ret_target);
  return resolve (demux, packet, ret_target) && learn_ssrc (demux, packet->ssrc, ret_target);
}
