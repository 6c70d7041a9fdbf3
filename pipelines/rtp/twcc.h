/* TwccReceiver: arrival times by transport-wide sequence number, turned into feedback packets
 * (draft-holmer-rmcat-transport-wide-cc-extensions-01); and a reader of such feedback.
 *
 * Owner: the shard of the transport; 8 kB, embedded or allocated by the owner, zero-initialised.
 * Call build () every 50-100 ms (until it returns 0: a long interval takes several packets). */
#pragma once

#include "pipelines/rtp/bounds.h"
#include "pipelines/rtp/rtcp.h"
#include "pipelines/rtp/seq.h"

typedef struct {
  SeqUnwrapper unwrapper;
  guint64 next;     /* first seq the next feedback tells of; 0: nothing seen */
  guint64 highest;  /* received */
  gboolean pending; /* something arrived since the last feedback */
  guint8 feedback_count;
  gint64 arrivals_us[TWCC_WINDOW]; /* by seq; 0: missing */
} TwccReceiver;

void twcc_receiver_on_packet (TwccReceiver *receiver, guint16 transport_seq, gint64 arrival_us);

/* TRUE: build () has something to tell. */
gboolean twcc_receiver_pending (const TwccReceiver *receiver);

/* Appends one feedback packet, from the first unreported seq to the highest received (or less, see
 * TWCC_STATUSES_MAX, or if a delta does not fit 16 bits: then call again). FALSE: nothing to tell
 * or no room. */
gboolean twcc_receiver_build (TwccReceiver *receiver, RtcpWriter *writer, guint32 sender_ssrc,
                              guint32 media_ssrc);

/* --- reading --- */
typedef struct {
  guint16 seq;
  gboolean received;
  gint64 arrival_us; /* on the receiver's clock, modulo 2^24 * 64 ms; if received */
} TwccStatus;

typedef struct {
  guint32 media_ssrc;
  guint16 base_seq;
  guint16 status_count;
  guint8 feedback_count;
  /* walk */
  const guint8 *chunk;
  const guint8 *delta;
  const guint8 *end;
  guint16 told;
  guint16 chunk_bits;
  guint16 chunk_left; /* statuses */
  guint8 chunk_width; /* bits per status; 0: a run */
  gint64 time_us;
} TwccFeedback;

/* FALSE: another packet or malformed (chunks or deltas short). */
gboolean twcc_feedback_init (TwccFeedback *feedback, const RtcpPacket *packet);
gboolean twcc_feedback_next (TwccFeedback *feedback, TwccStatus *ret_status);
