#include "tests/unit/health/site_maker.h"

#include <string.h>

void
make_streams (LineSample *line)
{
  static const StreamSample streams[] = {
    { .name = "mic",
      .kind = STREAM_AUDIO_UP,
      .flags = STREAM_ACTIVE,
      .span_ms = 1000,
      .packets = 50,
      .bytes = 4000,
      .jitter_us = 3000,
      .level = 40,
      .loudest = 25 },
    { .name = "camera",
      .kind = STREAM_VIDEO_UP,
      .flags = STREAM_ACTIVE,
      .span_ms = 1000,
      .packets = 120,
      .bytes = 125000,
      .frames = 25,
      .gap_ms = 45,
      .width = 1280,
      .height = 720 },
    { .name = "a0",
      .kind = STREAM_AUDIO_DOWN,
      .flags = STREAM_ACTIVE,
      .span_ms = 1000,
      .packets = 50,
      .bytes = 4000 },
    { .name = "main",
      .kind = STREAM_VIDEO_DOWN,
      .flags = STREAM_ACTIVE,
      .span_ms = 1000,
      .packets = 120,
      .bytes = 125000,
      .height = 720,
      .wanted = 720 },
  };

  memcpy (line->streams, streams, sizeof streams);
  line->n_streams = G_N_ELEMENTS (streams);
}

StreamSample *
find_stream (LineSample *line, const char *name)
{
  return (StreamSample *) line_sample_find (line, name);
}

LineStats *
make_stats (const char *transport, const LineSample *line)
{
  LineStats *stats = line_stats_new ();
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < line->n_streams; i++)
    g_assert_true (stream_sample_write (text, &line->streams[i]));
  stats->transport = g_strdup (transport);
  stats->rtt_ms = 20;
  stats->up_jitter_us = 3000;
  stats->up_bps = 1050000;
  stats->down_bps = 1050000;
  stats->address = g_strdup ("192.0.2.7:50012");
  stats->samples = g_strdup (text->str);
  return stats;
}

SiteFacts
make_facts (void)
{
  return (SiteFacts){ .is_in = TRUE,
                      .has_media = TRUE,
                      .mic_open = TRUE,
                      .camera_on = TRUE,
                      .is_spoken_to = TRUE,
                      .is_shown = TRUE };
}

void
make_sample (SiteSample *sample, ClientReport *report, gint64 now_us)
{
  memset (sample, 0, sizeof *sample);
  sample->now_us = now_us;
  sample->line.at_us = now_us;
  sample->line.state = TRANSPORT_CONNECTED;
  sample->line.rtt_ms = 20;
  make_streams (&sample->line);
  report->played = CLIENT_PLAYED_YES;
  report->out_level = 30;
  report->audio_packets = 50;
  report->concealed_permille = 0;
  report->decoded_fps = 25;
  report->frozen_ms = 0;
  sample->client.at_us = now_us;
  sample->client.report = report;
  sample->facts = make_facts ();
}
