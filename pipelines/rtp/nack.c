#include "pipelines/rtp/nack.h"

#include <string.h>

/* Doubling stops here: later requests would come too late anyhow. */
#define NACK_BACKOFF_SHIFT_MAX 2

void
nack_list_reset (NackList *list)
{
  list->count = 0;
  list->highest = 0;
  list->rtt_us = 0;
}

/* The first request's answer alone tells: of later ones nobody knows which was answered. One that
 * was on its way anyhow makes it seem short; so it falls slowly and rises at once. */
static void
note_answer (NackList *list, const NackEntry *entry, gint64 now_us)
{
  gint64 sample_us = now_us - entry->asked_us;

  if (entry->tries == 1)
    list->rtt_us =
        sample_us > list->rtt_us ? sample_us : list->rtt_us - list->rtt_us / 8 + sample_us / 8;
}

static void
drop_first (NackList *list, guint n)
{
  list->count -= n;
  memmove (list->entries, list->entries + n, list->count * sizeof (NackEntry));
}

/* TRUE if @seq was missing. */
static gboolean
remove_seq (NackList *list, guint64 seq, gint64 now_us)
{
  for (guint i = 0; i < list->count; i++) {
    if (list->entries[i].seq != seq)
      continue;
    note_answer (list, &list->entries[i], now_us);
    list->count--;
    memmove (list->entries + i, list->entries + i + 1, (list->count - i) * sizeof (NackEntry));
    return TRUE;
  }
  return FALSE;
}

static void
append_gap (NackList *list, guint64 from, guint64 to, gint64 now_us)
{
  for (guint64 seq = from; seq < to; seq++) {
    if (list->count == NACK_ENTRIES_MAX) {
      drop_first (list, 1);
      list->given_up++;
    }
    list->entries[list->count++] =
        (NackEntry){ .seq = seq, .due_us = now_us + NACK_FIRST_WAIT_US, .missed_us = now_us };
  }
}

NackEvent
nack_list_on_packet (NackList *list, guint64 seq, gint64 now_us)
{
  if (list->highest == 0) {
    list->highest = seq;
    return NACK_IN_ORDER;
  }
  if (seq <= list->highest) {
    if (!remove_seq (list, seq, now_us))
      return NACK_OLD;
    list->recovered++;
    return NACK_RECOVERED;
  }
  guint64 gap = seq - list->highest - 1;
  guint64 from = list->highest + 1;
  list->highest = seq;
  if (gap == 0)
    return NACK_IN_ORDER;
  if (gap > NACK_GAP_MAX) {
    list->given_up += list->count;
    list->count = 0;
    return NACK_RESET;
  }
  append_gap (list, from, seq, now_us);
  return NACK_GAP;
}

void
nack_list_drop_before (NackList *list, guint64 seq)
{
  guint n = 0;
  while (n < list->count && list->entries[n].seq < seq)
    n++;
  drop_first (list, n);
}

static gint64
round_trip (const NackList *list, gint64 rtt_us)
{
  if (rtt_us <= 0)
    rtt_us = list->rtt_us > 0 ? list->rtt_us : NACK_RTT_DEFAULT_US;
  return rtt_us;
}

static gint64
retry_distance (guint tries, gint64 rtt_us)
{
  return MAX (rtt_us, NACK_RETRY_MIN_US) << MIN (tries / 2, NACK_BACKOFF_SHIFT_MAX);
}

static gboolean
is_hopeless (const NackEntry *entry, gint64 now_us, gint64 rtt_us)
{
  return entry->tries >= NACK_TRIES_MAX || now_us + rtt_us - entry->missed_us > NACK_HELPS_US;
}

guint
nack_list_collect (NackList *list, gint64 now_us, gint64 rtt_us, guint16 *seqs, guint max,
                   guint *ret_given_up)
{
  guint n = 0, kept = 0, given_up = 0;
  rtt_us = round_trip (list, rtt_us);
  for (guint i = 0; i < list->count; i++) {
    NackEntry entry = list->entries[i];
    if (entry.due_us <= now_us && is_hopeless (&entry, now_us, rtt_us)) {
      given_up++;
      continue;
    }
    if (entry.due_us <= now_us && n < max) {
      entry.due_us = now_us + retry_distance (entry.tries, rtt_us);
      entry.asked_us = now_us;
      entry.tries++;
      seqs[n++] = (guint16) entry.seq;
    }
    list->entries[kept++] = entry;
  }
  list->count = kept;
  list->given_up += given_up;
  *ret_given_up = given_up;
  return n;
}

gint64
nack_list_next_due_us (const NackList *list)
{
  gint64 due_us = G_MAXINT64;
  for (guint i = 0; i < list->count; i++)
    due_us = MIN (due_us, list->entries[i].due_us);
  return due_us;
}
