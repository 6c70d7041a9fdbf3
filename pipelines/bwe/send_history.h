/* SendHistory: when each packet was sent and how large it was, by transport-wide sequence number.
 *
 * 16 kB, owner: the shard of its transport.  send_history_add () is on the packet path: one store
 * of eight bytes, next to the one before. */
#pragma once

#include "pipelines/bwe/bounds.h"
#include <glib.h>

typedef struct {
  guint32 sent_us; /* low 32 bits of the clock */
  guint16 seq;
  guint16 size : 11; /* bytes of the datagram; 0 = empty */
  guint16 group : 5; /* of a probe; 0 = none */
} SentPacket;

G_STATIC_ASSERT (sizeof (SentPacket) == 8);

#define SENT_SIZE_MAX 2047
#define SENT_GROUP_MAX 31

typedef struct {
  SentPacket packets[BWE_HISTORY];
} SendHistory;

static inline void
send_history_add (SendHistory *history, guint16 seq, guint size, guint group, gint64 now_us)
{
  history->packets[seq % BWE_HISTORY] = (SentPacket){
    .sent_us = (guint32) now_us, .seq = seq, .size = MIN (size, SENT_SIZE_MAX), .group = group
  };
}

/* What is going to be written for @seq and those that follow it at once. */
G_ALWAYS_INLINE static inline void
send_history_prefetch (const SendHistory *history, guint16 seq)
{
  __builtin_prefetch (&history->packets[seq % BWE_HISTORY], 1 /* to write */, 2);
  __builtin_prefetch (&history->packets[(seq + 8u) % BWE_HISTORY], 1, 2);
}

/* Takes the packet out: it is told of once.  FALSE: never sent, forgotten, or told of already.
 * *@ret_sent_us is the whole clock, the nearest before @now_us. */
gboolean send_history_take (SendHistory *history, guint16 seq, gint64 now_us,
                            SentPacket *ret_packet, gint64 *ret_sent_us);
/* When the packet was sent, without taking it out.  FALSE as above. */
gboolean send_history_look (const SendHistory *history, guint16 seq, gint64 now_us,
                            gint64 *ret_sent_us);
