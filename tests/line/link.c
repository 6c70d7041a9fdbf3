#include "tests/line/link.h"

#include <string.h>

struct Link {
  LinkSettings settings;
  GRand *random;
  GQueue queue; /* LinkPacket, before the bottleneck */
  gsize queue_bytes;
  gint64 leaves_us; /* when the head has been sent; G_MAXINT64: empty */
  GQueue way;       /* LinkPacket, by due_us */
  gint64 last_due_us;
  guint64 order;
  gboolean is_bad; /* Gilbert: a run of losses */
  LinkStats stats;
};

Link *
link_new (const LinkSettings *settings, guint32 seed)
{
  Link *link = g_new0 (Link, 1);

  link->settings = *settings;
  link->random = g_rand_new_with_seed (seed);
  g_queue_init (&link->queue);
  g_queue_init (&link->way);
  link->leaves_us = G_MAXINT64;
  return link;
}

void
link_free (Link *link)
{
  g_queue_clear_full (&link->queue, g_free);
  g_queue_clear_full (&link->way, g_free);
  g_rand_free (link->random);
  g_free (link);
}

const LinkSettings *
link_get_settings (const Link *link)
{
  return &link->settings;
}

/* --- the bottleneck --- */

static gsize
weight_of (const Link *link, gsize size)
{
  return size + link->settings.overhead_bytes;
}

static gint64
time_of (const Link *link, gsize bytes)
{
  if (link->settings.rate_bps == 0)
    return 0;
  return (gint64) (bytes * 8 * (guint64) G_USEC_PER_SEC / link->settings.rate_bps);
}

/* How long a datagram waits that comes now. */
static gint64
backlog_us (const Link *link, gint64 now_us)
{
  const LinkPacket *head = link->queue.head != NULL ? link->queue.head->data : NULL;

  if (head == NULL)
    return 0;
  return MAX (link->leaves_us - now_us, 0) +
         time_of (link, link->queue_bytes - weight_of (link, head->size));
}

static void
note_queue (Link *link, gint64 now_us)
{
  gint64 queue_us = backlog_us (link, now_us);

  link->stats.queue_max_us = MAX (link->stats.queue_max_us, queue_us);
  link->stats.queue_least_us = MIN (link->stats.queue_least_us, queue_us);
}

static void
start_head (Link *link, gint64 from_us)
{
  const LinkPacket *head = link->queue.head != NULL ? link->queue.head->data : NULL;

  link->leaves_us =
      head == NULL ? G_MAXINT64 : from_us + time_of (link, weight_of (link, head->size));
}

/* --- the way --- */

static gboolean
draw (Link *link, double share)
{
  return share > 0 && g_rand_double (link->random) < share;
}

/* Runs of losses of loss_burst in the mean, between runs of what arrives that keep the share. */
static gboolean
is_lost (Link *link)
{
  double burst = link->settings.loss_burst, loss = link->settings.loss;

  if (burst <= 1 || loss >= 1)
    return draw (link, loss);
  if (link->is_bad)
    link->is_bad = !draw (link, 1 / burst);
  else
    link->is_bad = draw (link, loss / (burst * (1 - loss)));
  return link->is_bad;
}

static gint
compare_due (gconstpointer a, gconstpointer b, gpointer data)
{
  const LinkPacket *one = a, *two = b;

  if (one->due_us != two->due_us)
    return one->due_us < two->due_us ? -1 : 1;
  return one->order < two->order ? -1 : 1;
}

static void
insert_by_due (Link *link, LinkPacket *packet)
{
  GList *at = link->way.tail;

  while (at != NULL && compare_due (packet, at->data, NULL) < 0)
    at = at->prev;
  if (at == NULL)
    g_queue_push_head (&link->way, packet);
  else
    g_queue_insert_after (&link->way, at, packet);
}

static void
send_off (Link *link, LinkPacket *packet, gint64 left_us)
{
  const LinkSettings *settings = &link->settings;
  gint64 jitter_us =
      settings->jitter_us > 0 ? g_rand_int_range (link->random, 0, (gint) settings->jitter_us) : 0;

  packet->due_us = left_us + settings->delay_us + jitter_us;
  if (!settings->reorders)
    packet->due_us = MAX (packet->due_us, link->last_due_us);
  link->last_due_us = MAX (link->last_due_us, packet->due_us);
  packet->order = link->order++;
  insert_by_due (link, packet);
}

static void
leave_bottleneck (Link *link, LinkPacket *packet, gint64 left_us)
{
  if (is_lost (link)) {
    link->stats.lost++;
    g_free (packet);
    return;
  }
  if (draw (link, link->settings.duplicates)) {
    link->stats.duplicated++;
    send_off (link, g_memdup2 (packet, sizeof *packet + packet->size), left_us);
  }
  send_off (link, packet, left_us);
}

static void
advance (Link *link, gint64 now_us)
{
  while (link->leaves_us <= now_us) {
    gint64 left_us = link->leaves_us;
    LinkPacket *packet = g_queue_pop_head (&link->queue);
    link->queue_bytes -= weight_of (link, packet->size);
    start_head (link, left_us);
    leave_bottleneck (link, packet, left_us);
  }
  note_queue (link, now_us);
}

/* --- from outside --- */

static void
cut_all (Link *link)
{
  link->stats.cut += link->queue.length + link->way.length;
  g_queue_clear_full (&link->queue, g_free);
  g_queue_clear_full (&link->way, g_free);
  link->queue_bytes = 0;
  link->leaves_us = G_MAXINT64;
}

void
link_set (Link *link, const LinkSettings *settings, gint64 now_us)
{
  guint overhead_bytes = link->settings.overhead_bytes;

  advance (link, now_us);
  link->settings = *settings;
  if (settings->is_cut)
    cut_all (link);
  link->queue_bytes += link->queue.length * ((gsize) settings->overhead_bytes - overhead_bytes);
  /* what was left of the head is sent anew, at the new rate */
  start_head (link, now_us);
}

static gboolean
is_full (const Link *link, gsize size, gint64 now_us)
{
  const LinkSettings *settings = &link->settings;

  if (settings->queue_bytes > 0 &&
      link->queue_bytes + weight_of (link, size) > settings->queue_bytes)
    return TRUE;
  return settings->rate_bps > 0 &&
         backlog_us (link, now_us) > (gint64) settings->queue_ms * G_TIME_SPAN_MILLISECOND;
}

gboolean
link_offer (Link *link, gpointer owner, gconstpointer data, gsize size, gint64 now_us)
{
  LinkPacket *packet;

  advance (link, now_us);
  link->stats.offered++;
  link->stats.offered_bytes += size;
  if (link->settings.is_cut) {
    link->stats.cut++;
    return FALSE;
  }
  if (is_full (link, size, now_us)) {
    link->stats.overflowed++;
    return FALSE;
  }
  packet = g_malloc (sizeof *packet + size);
  *packet = (LinkPacket){
    .owner = owner, .offered_us = now_us, .number = link->stats.offered, .size = size
  };
  memcpy (packet->data, data, size);
  g_queue_push_tail (&link->queue, packet);
  link->queue_bytes += weight_of (link, size);
  if (link->queue.length == 1)
    start_head (link, now_us);
  note_queue (link, now_us);
  return TRUE;
}

LinkPacket *
link_take (Link *link, gint64 now_us)
{
  LinkPacket *first;

  advance (link, now_us);
  first = g_queue_peek_head (&link->way);
  if (first == NULL || first->due_us > now_us)
    return NULL;
  link->stats.carried++;
  link->stats.carried_bytes += first->size;
  return g_queue_pop_head (&link->way);
}

gint64
link_next_us (const Link *link)
{
  const LinkPacket *first = link->way.head != NULL ? link->way.head->data : NULL;

  return MIN (link->leaves_us, first != NULL ? first->due_us : G_MAXINT64);
}

static void
drop_owner (GQueue *queue, gpointer owner)
{
  for (GList *at = queue->head, *next; at != NULL; at = next) {
    LinkPacket *packet = at->data;
    next = at->next;
    if (packet->owner != owner)
      continue;
    g_queue_delete_link (queue, at);
    g_free (packet);
  }
}

void
link_forget_owner (Link *link, gpointer owner, gint64 now_us)
{
  const LinkPacket *head = g_queue_peek_head (&link->queue);
  gboolean is_head = head != NULL && head->owner == owner;

  drop_owner (&link->way, owner);
  drop_owner (&link->queue, owner);
  link->queue_bytes = 0;
  for (const GList *at = link->queue.head; at != NULL; at = at->next)
    link->queue_bytes += weight_of (link, ((const LinkPacket *) at->data)->size);
  if (is_head)
    start_head (link, now_us);
}

guint64
link_count_offered (const Link *link)
{
  return link->stats.offered;
}

void
link_get_stats (Link *link, gint64 now_us, LinkStats *ret_stats)
{
  advance (link, now_us);
  *ret_stats = link->stats;
  ret_stats->queue_us = backlog_us (link, now_us);
}

void
link_forget (Link *link, gint64 now_us)
{
  link->stats.queue_max_us = link->stats.queue_least_us = backlog_us (link, now_us);
}
