/* Resend: what a receiver that lost packets is sent again, and what not (RFC 4585, RFC 4588).
 *
 *   NACK of a number --> ResendLog: not before a round trip (two after two at once: the NACK may
 *                        have crossed them), RESEND_TIMES_MAX times at most
 *                    --> ResendBudget: a share of what its line carries
 *
 * Both bound what one receiver can make us send. Plain data, zero-initialised; owner: the shard of
 * the slot (the log, 8 kB, is made with its first NACK) and of the transport (the budget). */
#pragma once

#include "pipelines/rtp/bounds.h"
#include <glib.h>

/* A packet lost three times, once as sent and twice as repeated, is better replaced by a keyframe.
 */
#define RESEND_TIMES_MAX 2
/* While the round trip is not known, and at least: a receiver's own timers are no finer. */
#define RESEND_WAIT_MIN_US 10000
/* On a line so long, a repeat that gets lost as well comes again only after the picture has stood:
 * both go at once, if the line has room. */
#define RESEND_TWICE_RTT_US 80000
/* Repeats beyond a quarter of the line take the place of what could still arrive the first time. */
#define RESEND_LINE_SHARE 4
/* of a line that nothing is known of: 1,000 full packets a second in all, as a LAN bears */
#define RESEND_UNKNOWN_BPS 40000000
#define RESEND_BURST_US 500000
/* The least burst: half of a keyframe of 720 lines. */
#define RESEND_BURST_MIN_BYTES 24000

typedef enum {
  RESEND_SEND,
  RESEND_WAIT,   /* the repeat before may still be under way */
  RESEND_ENOUGH, /* as often as is worth it: a keyframe instead */
} ResendVerdict;

typedef struct {
  guint32 index; /* low bits of the packet's index */
  guint16 sent_ms;
  guint8 times, at_once; /* of them with the last */
} ResendEntry;

typedef struct {
  ResendEntry entries[SEAL_WINDOW];
} ResendLog;

/* Whether packet @index is sent again now; @rtt_us <= 0: not known. Changes nothing. */
ResendVerdict resend_log_check (const ResendLog *log, guint64 index, gint64 rtt_us, gint64 now_us);
/* How often it has been. */
guint resend_log_times (const ResendLog *log, guint64 index);
/* It was, @n times at once. */
void resend_log_note (ResendLog *log, guint64 index, guint n, gint64 now_us);

typedef struct {
  gint64 tokens; /* bytes that may be sent again now, in millionths */
  gint64 updated_us;
} ResendBudget;

/* Takes @bytes out; FALSE: there are not as many. @line_bps 0: not known. */
gboolean resend_budget_take (ResendBudget *budget, guint bytes, guint line_bps, gint64 now_us);
