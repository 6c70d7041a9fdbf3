#include "tests/unit/bwe/virtual_line.h"

#include <string.h>

#define TICK_US (5 * MS)
#define FRAME_US (40 * MS)
#define RELAY_TICK_US (20 * MS)
#define PACKET_BYTES 1200
#define AUDIO_BYTES 120
#define KEYFRAME_SECONDS 0.4
#define SOUND_US (20 * MS)
#define SOUND_BUFFER_US (40 * MS)

VirtualLine *
virtual_line_new (const LineConfig *config, guint n_senders, guint32 seed)
{
  VirtualLine *line = g_new0 (VirtualLine, 1);
  line->config = *config;
  line->n_senders = n_senders;
  line->random = g_rand_new_with_seed (seed);
  line->now_us = 1000000000;
  line->free_us = line->now_us;
  line->estimators = g_new0 (Estimator, n_senders);
  line->receivers = g_new0 (TwccReceiver, n_senders);
  for (guint i = 0; i < n_senders; i++) {
    line->flying[i] = g_new0 (LinePacket, LINE_PACKETS);
    estimator_init (&line->estimators[i], line->now_us);
  }
  return line;
}

void
virtual_line_free (VirtualLine *line)
{
  for (guint i = 0; i < line->n_senders; i++)
    g_free (line->flying[i]);
  g_free (line->estimators);
  g_free (line->receivers);
  g_rand_free (line->random);
  g_free (line);
}

void
virtual_line_give_layers (VirtualLine *line, gboolean with_rates)
{
  static const guint sizes[LINE_LAYERS] = { 150000, 400000, 1200000 };
  static const guint steps[LINE_LAYERS] = { 60000, 90000, 150000, 240000, 400000, 720000, 1200000 };
  static const gboolean are_rates[LINE_LAYERS] = { FALSE, TRUE, TRUE, FALSE, TRUE, FALSE, TRUE };

  memcpy (line->layers_bps, with_rates ? steps : sizes, sizeof line->layers_bps);
  if (with_rates)
    memcpy (line->is_rate, are_rates, sizeof line->is_rate);
}

/* Sound that came: what was missing until now had to be made up. */
static void
hear_sound (VirtualLine *line, guint i, gint64 arrival_us)
{
  LineSound *sound = &line->sounds[i];

  if (sound->until_us == 0)
    sound->until_us = arrival_us + SOUND_BUFFER_US;
  sound->gap_us = MAX (sound->gap_us, arrival_us - sound->until_us);
  sound->late_us = MAX (sound->late_us, arrival_us - line->now_us);
  sound->until_us = MAX (sound->until_us, arrival_us) + SOUND_US;
  /* the buffer gets rid of what it has too much, as browsers do */
  sound->until_us = MIN (sound->until_us, arrival_us + SOUND_BUFFER_US + SOUND_US);
}

static void
send_packet (VirtualLine *line, guint i, guint bytes)
{
  const LineConfig *config = &line->config;
  guint16 seq = line->seq[i]++;
  gint64 start_us = MAX (line->now_us, line->free_us);
  gint64 queued_us = start_us - line->now_us;

  estimator_on_sent (&line->estimators[i], seq, bytes, line->now_us);
  line->sent_bytes[i] += bytes;
  if (queued_us > config->queue_us ||
      g_rand_int_range (line->random, 0, 1000) < (int) config->loss_permille) {
    line->lost[i]++;
    return;
  }
  line->worst_queue_us = MAX (line->worst_queue_us, queued_us);
  line->free_us = start_us + (gint64) bytes * 8 * G_USEC_PER_SEC / config->rate_bps;
  gint64 jitter_us =
      config->jitter_us > 0 ? g_rand_int_range (line->random, 0, (int) config->jitter_us) : 0;
  gint64 arrival_us = line->free_us + config->delay_us + jitter_us;
  /* jitter does not reorder: a later packet waits behind an earlier one */
  arrival_us = MAX (arrival_us, line->last_arrival_us[i]);
  line->last_arrival_us[i] = arrival_us;
  g_assert (line->n_flying[i] < LINE_PACKETS);
  line->flying[i][line->n_flying[i]++] = (LinePacket){ arrival_us, seq };
  line->arrived_bytes[i] += bytes;
  if (bytes == AUDIO_BYTES)
    hear_sound (line, i, arrival_us);
}

/* TRUE: from @before to @layer only the frame rate changes. */
static gboolean
is_same_encoding (const VirtualLine *line, gint before, gint layer)
{
  if (before < 0)
    return FALSE;
  for (gint i = MIN (before, layer) + 1; i <= MAX (before, layer); i++)
    if (!line->is_rate[i])
      return FALSE;
  return TRUE;
}

/* As the relay. */
static void
choose_layer (VirtualLine *line, guint i)
{
  AllocatorPicture picture = { .current = line->layer[i] };
  AllocatorResult result;
  guint sound_bps = AUDIO_BYTES * 8 * 50;
  double all_bps;
  double budget = estimator_get_bps (&line->estimators[i]) * ALLOCATOR_USE - sound_bps;
  gint layer;

  while (picture.n_layers < LINE_LAYERS && line->layers_bps[picture.n_layers] > 0) {
    picture.bps[picture.n_layers] = line->layers_bps[picture.n_layers];
    picture.needs_key[picture.n_layers] = !line->is_rate[picture.n_layers];
    picture.n_layers++;
  }
  if (picture.n_layers == 0)
    return;
  picture.wanted = picture.n_layers - 1;
  allocator_divide (&line->allocators[i], &picture, 1, (guint) MAX (budget, 0), line->now_us,
                    &result);
  layer = result.layers[0];
  /* another layer starts with a key frame, as large as 0.4 s of it */
  if (layer >= 0 && !is_same_encoding (line, line->layer[i], layer))
    line->carry[i] += line->layers_bps[layer] * KEYFRAME_SECONDS / 8;
  line->switches[i] += layer != line->layer[i];
  line->layer[i] = layer;
  estimator_set_next (&line->estimators[i],
                      (guint) ((result.next_bps + sound_bps) / ALLOCATOR_USE));
  all_bps = MAX (result.wanted_bps * ALLOCATOR_UP, result.next_bps);
  estimator_set_wanted (&line->estimators[i], result.used_bps < result.wanted_bps
                                                  ? (guint) ((all_bps + sound_bps) / ALLOCATOR_USE)
                                                  : 0);
  estimator_set_bare (&line->estimators[i], result.used_bps == 0);
}

/* Pictures that wait, as far as the pacer lets them. */
static void
send_waiting (VirtualLine *line, guint i)
{
  Pacer *pacer = &line->pacers[i];

  while (line->waiting[i] >= 200) {
    guint bytes = (guint) MIN (line->waiting[i], PACKET_BYTES);
    gint64 waited_us = line->now_us - line->waiting_us[i];
    if (pacer->is_on && waited_us > BWE_PACE_WAIT_MAX_US) {
      line->waiting[i] = 0;
      return;
    }
    if (pacer->is_on && !pacer_may_send (pacer, line->now_us))
      return;
    send_packet (line, i, bytes);
    if (pacer->is_on)
      pacer_on_sent (pacer, bytes, waited_us, line->now_us);
    line->waiting[i] -= bytes;
    /* as if what waits had come evenly */
    if (line->waiting[i] >= 200)
      line->waiting_us[i] += (gint64) (waited_us * bytes / (line->waiting[i] + bytes));
  }
}

static void
update_hold (VirtualLine *line, guint i)
{
  gint64 from_us, until_us;

  estimator_get_hold (&line->estimators[i], &from_us, &until_us);
  pacer_hold (&line->pacers[i], from_us, until_us);
}

static void
pace (VirtualLine *line, guint i)
{
  const Estimator *estimator = &line->estimators[i];
  PacerLine now = { .is_narrow = estimator_is_narrow (estimator),
                    .is_congested = estimator_is_congested (estimator),
                    .line_bps = estimator_get_bps (estimator),
                    .sound_bps = AUDIO_BYTES * 8 * 50,
                    .pictures_bps = line->layers_bps[0] > 0 && line->layer[i] >= 0
                                        ? line->layers_bps[line->layer[i]]
                                        : estimator_get_bps (estimator) };

  if (line->is_paced)
    pacer_update (&line->pacers[i], &now, line->now_us);
  update_hold (line, i);
}

static gint64
frame_us (const VirtualLine *line)
{
  return line->frame_us > 0 ? line->frame_us : FRAME_US;
}

static void
send_frame (VirtualLine *line, guint i)
{
  guint bps = estimator_get_bps (&line->estimators[i]);
  if (line->layers_bps[0] > 0) {
    if (line->key_every_us > 0 && line->now_us % line->key_every_us < FRAME_US &&
        line->layer[i] >= 0)
      line->carry[i] += line->layers_bps[line->layer[i]] * KEYFRAME_SECONDS / 8;
    bps = line->layer[i] < 0 ? 0 : line->layers_bps[line->layer[i]];
    bps = (guint) ((bps + AUDIO_BYTES * 8 * 50) / ALLOCATOR_USE);
  }
  if (line->source_bps[i] > 0)
    bps = MIN (bps, line->source_bps[i]);
  /* as the allocator: sound comes first */
  line->carry[i] +=
      MAX (bps * 0.95 - AUDIO_BYTES * 8 * 50, 0) / 8 * frame_us (line) / G_USEC_PER_SEC;
  if (line->waiting[i] <= 0)
    line->waiting_us[i] = line->now_us;
  line->waiting[i] += line->carry[i];
  line->carry[i] = 0;
  send_waiting (line, i);
}

static void
repeat_for_probe (VirtualLine *line, guint i)
{
  guint due = estimator_probe_bytes (&line->estimators[i], line->now_us);
  while (due > 0) {
    send_packet (line, i, PACKET_BYTES);
    due -= MIN (due, PACKET_BYTES);
  }
}

static void
give_feedback (VirtualLine *line, guint i)
{
  guint8 data[1500];
  guint kept = 0;
  /* what the receiver had then */
  gint64 seen_us = line->now_us - line->config.delay_us - line->config.back_us;
  if (line->config.back_jitter_us > 0)
    seen_us -= g_rand_int_range (line->random, 0, (int) line->config.back_jitter_us);

  for (guint k = 0; k < line->n_flying[i]; k++) {
    const LinePacket *packet = &line->flying[i][k];
    if (packet->arrival_us <= seen_us)
      twcc_receiver_on_packet (&line->receivers[i], packet->seq, packet->arrival_us);
    else
      line->flying[i][kept++] = *packet;
  }
  line->n_flying[i] = kept;
  while (twcc_receiver_pending (&line->receivers[i])) {
    RtcpWriter writer;
    RtcpIter iter;
    RtcpPacket packet;
    TwccFeedback feedback;
    rtcp_writer_init (&writer, data, sizeof data);
    if (!twcc_receiver_build (&line->receivers[i], &writer, 1, 2))
      return;
    rtcp_iter_init (&iter, data, writer.size);
    while (rtcp_iter_next (&iter, &packet))
      if (twcc_feedback_init (&feedback, &packet))
        estimator_on_feedback (&line->estimators[i], &feedback, line->now_us);
    update_hold (line, i);
  }
}

void
virtual_line_run (VirtualLine *line, gint64 us)
{
  for (gint64 end_us = line->now_us + us; line->now_us < end_us; line->now_us += TICK_US)
    for (guint i = 0; i < line->n_senders; i++) {
      /* senders are not in step with each other */
      gint64 at_us = line->now_us + i * 15 * MS;
      if (at_us % frame_us (line) == 0 && !line->is_idle)
        send_frame (line, i);
      if (at_us % (20 * MS) == 0 && !line->is_idle && !line->is_mute)
        send_packet (line, i, AUDIO_BYTES);
      if (!line->is_idle)
        send_waiting (line, i);
      if (at_us % LINE_FEEDBACK_US == 0)
        give_feedback (line, i);
      if (at_us % RELAY_TICK_US == 0) {
        line->heard_bytes += (guint64) line->heard_bps * RELAY_TICK_US / 8 / G_USEC_PER_SEC;
        estimator_note_heard (&line->estimators[i], line->heard_bytes);
        estimator_tick (&line->estimators[i], line->now_us);
        pace (line, i);
        if ((at_us % (200 * MS) == 0 || estimator_is_congested (&line->estimators[i])) &&
            !(line->pacers[i].is_on && estimator_is_late (&line->estimators[i])))
          choose_layer (line, i);
        repeat_for_probe (line, i);
      }
    }
}

void
virtual_line_forget (VirtualLine *line)
{
  memset (line->sent_bytes, 0, sizeof line->sent_bytes);
  memset (line->arrived_bytes, 0, sizeof line->arrived_bytes);
  memset (line->lost, 0, sizeof line->lost);
  line->worst_queue_us = 0;
  for (guint i = 0; i < line->n_senders; i++)
    line->sounds[i].gap_us = line->sounds[i].late_us = 0;
}
