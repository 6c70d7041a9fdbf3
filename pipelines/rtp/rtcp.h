/* RTCP: walk over a compound packet, readers of what we use, and a writer.
 *
 * Readers work in place on decrypted bytes and own nothing; RtcpWriter appends to the caller's
 * buffer. Any thread. RFC 3550 6, feedback RFC 4585 and RFC 5104, REMB draft-alvestrand-rmcat-remb,
 * transport-wide feedback in twcc.h. */
#pragma once

#include "pipelines/rtp/bounds.h"
#include <glib.h>

typedef enum {
  RTCP_SR = 200,
  RTCP_RR = 201,
  RTCP_SDES = 202,
  RTCP_BYE = 203,
  RTCP_APP = 204,
  RTCP_RTPFB = 205, /* transport layer feedback */
  RTCP_PSFB = 206,  /* payload specific feedback */
  RTCP_XR = 207,
} RtcpType;

enum {
  RTCP_RTPFB_NACK = 1,
  RTCP_RTPFB_TWCC = 15,
  RTCP_PSFB_PLI = 1,
  RTCP_PSFB_FIR = 4,
  RTCP_PSFB_AFB = 15, /* application layer: REMB */
};

typedef struct {
  RtcpType type;
  guint8 count; /* or the feedback's FMT */
  guint16 size; /* whole, header included, padding not */
  const guint8 *data;
} RtcpPacket;

typedef struct {
  const guint8 *next;
  const guint8 *end;
  guint left;
} RtcpIter;

typedef struct {
  guint32 ssrc;
  guint8 fraction_lost; /* of 256 */
  gint32 cumulative_lost;
  guint32 highest_seq;         /* extended */
  guint32 jitter;              /* ticks */
  guint32 last_sr;             /* middle 32 bits of the NTP time; 0: none */
  guint32 delay_since_last_sr; /* 1/65536 s */
} RtcpReportBlock;

typedef struct {
  guint32 ssrc;
  guint64 ntp; /* 32.32 */
  guint32 rtp_timestamp;
  guint32 packets;
  guint32 octets;
} RtcpSenderInfo;

typedef struct {
  guint32 sender_ssrc;
  guint32 media_ssrc;
  guint count;
  guint16 seqs[RTCP_NACK_SEQS_MAX];
} RtcpNack;

typedef struct {
  guint32 sender_ssrc;
  guint count;
  struct {
    guint32 ssrc;
    guint8 seq;
  } entries[RTCP_SSRCS_MAX];
} RtcpFir;

typedef struct {
  guint64 bitrate_bps;
  guint count;
  guint32 ssrcs[RTCP_SSRCS_MAX];
} RtcpRemb;

/* --- reading --- */

/* At most RTCP_PACKETS_MAX packets; a wrong version or length ends the walk. Reduced-size compounds
 * (RFC 5506) are welcome. */
void rtcp_iter_init (RtcpIter *iter, const guint8 *data, gsize size);
gboolean rtcp_iter_next (RtcpIter *iter, RtcpPacket *ret_packet);

/* Each returns FALSE if the packet is another one or too short for what it says. */
gboolean rtcp_read_sender_info (const RtcpPacket *packet, RtcpSenderInfo *ret_info);
/* Block @index of an SR or RR; FALSE past the last. */
gboolean rtcp_read_report_block (const RtcpPacket *packet, guint index, RtcpReportBlock *ret_block);
/* SR, RR, RTPFB, PSFB: SSRC of who sent it. */
gboolean rtcp_read_sender_ssrc (const RtcpPacket *packet, guint32 *ret_ssrc);
gboolean rtcp_read_bye (const RtcpPacket *packet, guint index, guint32 *ret_ssrc);
/* The CNAME of the first chunk that has one; *ret_cname is not terminated. */
gboolean rtcp_read_sdes_cname (const RtcpPacket *packet, guint32 *ret_ssrc, const char **ret_cname,
                               gsize *ret_size);
/* Beyond RTCP_NACK_SEQS_MAX the rest is left out. */
gboolean rtcp_read_nack (const RtcpPacket *packet, RtcpNack *ret_nack);
gboolean rtcp_read_pli (const RtcpPacket *packet, guint32 *ret_media_ssrc);
gboolean rtcp_read_fir (const RtcpPacket *packet, RtcpFir *ret_fir);
gboolean rtcp_read_remb (const RtcpPacket *packet, RtcpRemb *ret_remb);

/* --- writing --- */

/* Appends whole packets; one that does not fit is left out and sets @overflowed. */
typedef struct {
  guint8 *data;
  gsize capacity;
  gsize size;
  gboolean overflowed;
} RtcpWriter;

void rtcp_writer_init (RtcpWriter *writer, guint8 *data, gsize capacity);

/* Up to 31 blocks; NULL with 0. An SR or RR must come first in a compound (RFC 3550 6.1). */
gboolean rtcp_write_sr (RtcpWriter *writer, const RtcpSenderInfo *info,
                        const RtcpReportBlock *blocks, guint n_blocks);
gboolean rtcp_write_rr (RtcpWriter *writer, guint32 ssrc, const RtcpReportBlock *blocks,
                        guint n_blocks);
/* @cname is cut at RTCP_CNAME_MAX bytes. */
gboolean rtcp_write_sdes_cname (RtcpWriter *writer, guint32 ssrc, const char *cname);
gboolean rtcp_write_bye (RtcpWriter *writer, guint32 ssrc);
gboolean rtcp_write_pli (RtcpWriter *writer, guint32 sender_ssrc, guint32 media_ssrc);
gboolean rtcp_write_fir (RtcpWriter *writer, guint32 sender_ssrc, guint32 media_ssrc,
                         guint8 command_seq);
/* @seqs in ascending order (on the circle); packed into PID/BLP words. */
gboolean rtcp_write_nack (RtcpWriter *writer, guint32 sender_ssrc, guint32 media_ssrc,
                          const guint16 *seqs, guint n_seqs);
gboolean rtcp_write_remb (RtcpWriter *writer, guint32 sender_ssrc, guint64 bitrate_bps,
                          const guint32 *ssrcs, guint n_ssrcs);

/* --- time --- */

/* NTP 32.32 of a microsecond count. The relay's reports use its monotonic clock (RFC 3550 6.4.1
 * allows a clock without wall time); what matters is that all of them use the same. */
guint64 rtcp_ntp_from_us (gint64 us);
gint64 rtcp_ntp_to_us (guint64 ntp);
/* The middle 32 bits, as in LSR. */
static inline guint32
rtcp_ntp_middle (guint64 ntp)
{
  return (guint32) (ntp >> 16);
}
/* Round trip from a report block that arrived at @now_us about SRs stamped with rtcp_ntp_from_us;
 * -1 if it names none. */
gint64 rtcp_round_trip_us (const RtcpReportBlock *block, gint64 now_us);
