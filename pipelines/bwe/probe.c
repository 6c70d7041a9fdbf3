#include "pipelines/bwe/probe.h"

gboolean
probe_wants (const Probe *probe, guint estimate_bps, guint wanted_bps, gint64 now_us,
             guint *ret_bps)
{
  double bps = MIN (wanted_bps * BWE_PROBE_SPARE, estimate_bps * BWE_PROBE_FACTOR);

  if (probe->state != PROBE_IDLE || now_us < probe->next_us || wanted_bps <= estimate_bps)
    return FALSE;
  *ret_bps = (guint) MIN (bps, BWE_MAX_BPS);
  return TRUE;
}

/* At a low rate a tenth of a second is a packet or two, which show nothing. */
static gint64
lasts_us (guint rate_bps)
{
  gint64 us = (gint64) BWE_PROBE_BYTES * 8 * G_USEC_PER_SEC / MAX (rate_bps, 1);

  return CLAMP (us, BWE_PROBE_US, BWE_PROBE_MAX_US);
}

void
probe_start (Probe *probe, guint rate_bps, gint64 now_us)
{
  *probe = (Probe){ .state = PROBE_SENDING,
                    .group = probe->last_group % SENT_GROUP_MAX + 1,
                    .last_group = probe->last_group % SENT_GROUP_MAX + 1,
                    .rate_bps = rate_bps,
                    .started_us = now_us,
                    .lasts_us = lasts_us (rate_bps),
                    .gap_us = probe->gap_us };
}

guint
probe_due_bytes (const Probe *probe, gint64 now_us)
{
  /* one tick ahead: the first bytes go out when it starts */
  gint64 passed_us = MIN (now_us - probe->started_us + BWE_PROBE_US / 5, probe->lasts_us);
  guint64 due;

  if (probe->state != PROBE_SENDING)
    return 0;
  due = (guint64) probe->rate_bps * passed_us / 8 / G_USEC_PER_SEC;
  return due > probe->sent_bytes ? (guint) (due - probe->sent_bytes) : 0;
}

guint
probe_on_sent (Probe *probe, guint bytes, gint64 now_us)
{
  if (probe->state != PROBE_SENDING)
    return 0;
  probe->sent_bytes += bytes;
  return probe->group;
}

void
probe_on_told (Probe *probe, const SentPacket *packet, gint64 sent_us, gint64 arrival_us)
{
  if (probe->state == PROBE_IDLE || packet->group != probe->group)
    return;
  if (probe->told_packets == 0) {
    probe->first_sent_us = probe->last_sent_us = sent_us;
    probe->first_arrival_us = probe->last_arrival_us = arrival_us;
    probe->first_bytes = packet->size;
  } else if (sent_us - probe->last_sent_us > BWE_GROUP_SEND_US) {
    probe->last_sent_us = sent_us;
    probe->last_arrival_us = arrival_us;
    probe->last_bytes = packet->size;
    probe->told_bytes_before = probe->told_bytes;
  }
  probe->told_packets++;
  probe->told_bytes += packet->size;
}

static guint
rate_of (guint bytes, gint64 span_us)
{
  return span_us > 0 ? (guint) MIN ((guint64) bytes * 8 * G_USEC_PER_SEC / span_us, BWE_MAX_BPS)
                     : BWE_MAX_BPS;
}

/* The slower of sending and arriving: what a queue took in does not count as carried. Between two
 * arrivals the younger packet has come and the older had. */
static guint
result_bps (const Probe *probe)
{
  gint64 sent_us = probe->last_sent_us - probe->first_sent_us;
  gint64 arrival_us = probe->last_arrival_us - probe->first_arrival_us;
  guint arrived = probe->told_bytes_before - probe->first_bytes + probe->last_bytes;

  if (probe->told_packets < BWE_PROBE_LEAST_PACKETS || sent_us < BWE_PROBE_US / 2)
    return 0;
  return MIN (rate_of (probe->told_bytes_before, sent_us), rate_of (arrived, arrival_us));
}

gboolean
probe_tick (Probe *probe, gint64 now_us, gint64 rtt_us, guint *ret_bps)
{
  gint64 wait_us = MIN (MAX (rtt_us, 0) + 200000, BWE_PROBE_ANSWER_US);

  if (probe->state == PROBE_SENDING && now_us - probe->started_us >= probe->lasts_us) {
    probe->state = PROBE_WAITING;
    probe->ended_us = now_us;
  }
  if (probe->state != PROBE_WAITING || now_us - probe->ended_us < wait_us)
    return FALSE;
  probe->state = PROBE_IDLE;
  *ret_bps = result_bps (probe);
  return TRUE;
}

/* Three quarters to five quarters of @gap_us, by what happens to be sent: the probes of those who
 * share a line would else stay in step, and each only see the other's. */
static gint64
out_of_step (gint64 gap_us, guint salt)
{
  guint steps = (salt * 2654435761u) >> 29;

  return gap_us * (12 + steps) / 16;
}

void
probe_judge (Probe *probe, gboolean was_useful, gint64 gap_max_us, gint64 now_us)
{
  probe->gap_us =
      was_useful ? BWE_PROBE_GAP_US / 8 : CLAMP (probe->gap_us * 2, BWE_PROBE_GAP_US, gap_max_us);
  probe->next_us = now_us + out_of_step (probe->gap_us, probe->told_bytes + probe->rate_bps);
}
