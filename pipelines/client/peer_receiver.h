/* PeerReceiver: all that a peer receives: a Reception for each SSRC, RTX put back, and the RTCP
 * that a receiver owes (RFC 3550 6.4.2, RFC 4585): reports each second, NACKs, PLI; and, of lines
 * that number what they bring, transport-wide feedback ten times a second, as browsers give it.
 *
 * Pure but for SRTP: takes sealed packets and times, gives plain RTCP. Of RTP it decrypts the first
 * packet of each picture and what RTX brings, or everything (decrypt_all).
 * Owner: the media thread.
 */
#pragma once

#include "pipelines/client/description.h"
#include "pipelines/client/histogram.h"
#include "pipelines/rtp/rtcp.h"
#include "pipelines/transport/srtp_opener.h"

/* 32 pictures with RTX, or 64 voices; what an answer has beyond them is not received. */
#define PEER_RECEIVER_SSRCS_MAX 64
/* A report, and NACKs of half a second at 2 Mbps. */
#define PEER_RECEIVER_RTCP_MAX 1100

typedef struct _PeerReceiver PeerReceiver;

/* A key frame stands. */
typedef struct {
  guint line;
  guint32 room; /* Mark.room, 0 where the picture has no mark */
  gboolean room_changed;
  gint64 at_us;
  gint64 gap_us; /* since the picture before stood on that line; 0: there was none */
} KeyNews;

typedef struct {
  const AnswerLine *lines; /* copied */
  guint n_lines;
  gboolean decrypt_all;
  guint loss_permille; /* of the RTP that comes, thrown away unseen */
  gboolean is_raw;     /* says nothing to the sender, who then sends on: a line is measured */
  Histogram *latency;  /* (nullable): of marks of this machine; lent */
  void (*on_key) (gpointer user_data, const KeyNews *news);
  gpointer user_data;
} PeerReceiverConfig;

typedef struct {
  guint64 packets; /* RTP, retransmissions too */
  guint64 bytes;
  guint64 lost;                                   /* by sequence numbers, before retransmission */
  guint64 audio_packets, audio_bytes, audio_lost; /* of these, sound */
  guint64 recovered;                              /* of these, by RTX */
  guint64 refused;                                /* did not authenticate */
  guint64 thrown;                                 /* by loss_permille */
  guint64 pictures;                               /* that stood */
  guint64 given_up;
  guint64 nacks;    /* packets asked for */
  guint64 feedback; /* transport-wide, that was given */
  guint64 plis;
  guint freezes;
  gint64 frozen_us;
  gint64 longest_us; /* between two pictures of one line */
} PeerReceiverFigures;

/* What came on one line, RTX left out. The sender's reports tell what it had sent by then. */
typedef struct {
  guint64 packets;
  guint64 bytes;    /* as they came, without the network's headers */
  guint64 lost;     /* by sequence numbers: also what its sender never got */
  gint64 jitter_us; /* RFC 3550 6.4.1 */
  guint reports;
  guint32 told_packets;      /* by the last report: sent */
  guint64 packets_at_report; /* had come when it did */
  gint64 report_us;
} LineReception;

/* (transfer full) */
PeerReceiver *peer_receiver_new (const PeerReceiverConfig *config);
void peer_receiver_free (PeerReceiver *receiver);

/* One sealed packet, changed in place where it is decrypted. */
void peer_receiver_on_rtp (PeerReceiver *receiver, SrtpOpener *opener, guint8 *data, gsize size,
                           gint64 arrival_us);
void peer_receiver_on_sender_report (PeerReceiver *receiver, const RtcpSenderInfo *info,
                                     gint64 now_us);

/* Writes what is due; @out has PEER_RECEIVER_RTCP_MAX bytes. Returns the size, 0: nothing. */
gsize peer_receiver_write_rtcp (PeerReceiver *receiver, gint64 now_us, guint8 *out);
/* The same of transport-wide feedback; call until it returns 0. */
gsize peer_receiver_write_feedback (PeerReceiver *receiver, gint64 now_us, guint8 *out);

/* What comes next on line @line has nothing to do with what was there. */
void peer_receiver_pause (PeerReceiver *receiver, guint line);

PeerReceiverFigures peer_receiver_get_figures (const PeerReceiver *receiver);
/* FALSE: nothing is received on @line. */
gboolean peer_receiver_get_line (const PeerReceiver *receiver, guint line,
                                 LineReception *ret_reception);
/* Freezes and the longest gap count from here. */
void peer_receiver_reset_worst (PeerReceiver *receiver);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PeerReceiver, peer_receiver_free)
