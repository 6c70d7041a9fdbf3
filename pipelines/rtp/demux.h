/* RtpDemux: which track and encoding a packet of one transport belongs to (RFC 8843 9.2).
 *
 * Owner: the shard of the transport. Order: known SSRC, then mid (and rid or repaired-rid)
 * extension, then a payload type that only one track has. What is found by extension or payload
 * type is learnt by SSRC. A changed SSRC of an encoding supersedes the old one, whose late packets
 * are dropped. Bounded by DEMUX_*. */
#pragma once

#include "pipelines/rtp/extension.h"

typedef struct RtpDemux RtpDemux;

typedef struct {
  const char *mid;                       /* "" if none */
  const char *rids[DEMUX_ENCODINGS_MAX]; /* best first; n_rids 0: one encoding */
  guint n_rids;
  const guint8 *payload_types; /* media */
  guint n_payload_types;
  const guint8 *rtx_payload_types;
  guint n_rtx_payload_types;
  const guint32 *ssrcs; /* signalled, encoding i has ssrcs[i]; may be none */
  guint n_ssrcs;
  const guint32 *rtx_ssrcs; /* of encoding i; 0: unknown */
  guint n_rtx_ssrcs;
} RtpDemuxTrack;

typedef struct {
  guint track; /* as returned by add_track */
  guint encoding;
  gboolean rtx;
  gboolean learnt; /* this packet taught the SSRC: the stream starts (over) */
} RtpDemuxTarget;

RtpDemux *rtp_demux_new (void);
void rtp_demux_free (RtpDemux *demux);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RtpDemux, rtp_demux_free)

/* One map per transport: bundled m-lines share the ids (RFC 8843 9.1). */
void rtp_demux_set_extensions (RtpDemux *demux, const ExtensionMap *map);

/* Copies what it needs. -1: full, or a mid that is there already. Numbers count up from 0. */
gint rtp_demux_add_track (RtpDemux *demux, const RtpDemuxTrack *track);

/* FALSE: belongs to nobody (count it, drop it). Learns. */
gboolean rtp_demux_find (RtpDemux *demux, const RtpPacket *packet, RtpDemuxTarget *ret_target);

/* For RTCP about a publisher's stream: no learning. */
gboolean rtp_demux_find_ssrc (const RtpDemux *demux, guint32 ssrc, RtpDemuxTarget *ret_target);

/* The media SSRC of an encoding (what its RTX is unwrapped to, what PLI and NACK name); FALSE while
 * it is not known. */
gboolean rtp_demux_get_ssrc (const RtpDemux *demux, guint track, guint encoding, guint32 *ret_ssrc);

/* The stream said BYE: its SSRC may come back anew. */
void rtp_demux_forget_ssrc (RtpDemux *demux, guint32 ssrc);
