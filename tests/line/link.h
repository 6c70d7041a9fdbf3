/* Link: one direction of a line: a queue before a bottleneck, then a way with delay, jitter, loss,
 * duplicates and order of its own.  The same seed and the same offers give the same result.
 *
 *   offered --full? drop--> queue --rate--> lost? --> delay + jitter --> link_take ()
 *
 * Pure: the time is passed in, monotonic.  One thread at a time. */
#pragma once

#include <glib.h>

typedef struct {
  guint rate_bps;       /* of datagrams with overhead_bytes; 0 = without bound */
  guint queue_ms;       /* what would wait longer is dropped at the tail */
  guint queue_bytes;    /* the same by size; 0 = without bound */
  guint overhead_bytes; /* IP and UDP headers, counted by rate and queue */
  guint delay_us;
  guint jitter_us;   /* each datagram takes 0..jitter more, evenly */
  gboolean reorders; /* jitter may turn the order round */
  double loss;       /* share, in the long run */
  double loss_burst; /* mean length of a run of losses (Gilbert's model); <= 1: each by itself */
  double duplicates; /* share */
  gboolean is_cut;   /* nothing comes through, what is under way is lost */
} LinkSettings;

/* In nobody's way; headers of IPv4 and UDP. */
#define LINK_SETTINGS_OPEN ((LinkSettings){ .queue_ms = 1000, .overhead_bytes = 28 })

typedef struct {
  guint64 offered, offered_bytes;
  guint64 carried, carried_bytes; /* handed out, duplicates too; bytes of datagrams */
  guint64 lost;                   /* on the way */
  guint64 overflowed;             /* at the queue's tail */
  guint64 cut;                    /* while the line was cut */
  guint64 duplicated;
  gint64 queue_us;                     /* now */
  gint64 queue_max_us, queue_least_us; /* since link_forget () */
} LinkStats;

typedef struct {
  gpointer owner; /* as offered */
  gint64 offered_us;
  gint64 due_us;
  guint64 number; /* of being offered, from 1 on */
  guint64 order;  /* of leaving the bottleneck */
  gsize size;
  guint8 data[];
} LinkPacket;

typedef struct Link Link;

/* (transfer full) */
Link *link_new (const LinkSettings *settings, guint32 seed);
void link_free (Link *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Link, link_free)

/* What is in the queue goes on at the new rate; what is on the way arrives as it would have. */
void link_set (Link *link, const LinkSettings *settings, gint64 now_us);
const LinkSettings *link_get_settings (const Link *link);

/* Copies @data. FALSE: dropped at once. */
gboolean link_offer (Link *link, gpointer owner, gconstpointer data, gsize size, gint64 now_us);
/* (transfer full) (nullable): the next that has arrived by now; g_free () it. */
LinkPacket *link_take (Link *link, gint64 now_us);
/* When something happens next; G_MAXINT64: never. */
gint64 link_next_us (const Link *link);
/* Drops all that belongs to @owner. */
void link_forget_owner (Link *link, gpointer owner, gint64 now_us);

/* The number of what was offered last. */
guint64 link_count_offered (const Link *link);
void link_get_stats (Link *link, gint64 now_us, LinkStats *ret_stats);
/* queue_max_us and queue_least_us begin anew. */
void link_forget (Link *link, gint64 now_us);
