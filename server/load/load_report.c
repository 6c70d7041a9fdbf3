#include "server/load/load_report.h"

#include "server/load/timeline.h"

#include <math.h>
#include <string.h>
#include <unistd.h>

#define BAR_CELLS 30
/* The last second of a run may be a fraction that says nothing. */
#define SAMPLE_MIN_S 0.5
#define LATENCY_HOW                                                                                \
  "sender's monotonic clock in the payload (first packet of each picture, all marks with "         \
  "--decrypt-all), to the kernel's receive timestamp"

typedef struct {
  gint64 at_us;
  RtcPeerFigures media;
  ProcessFigures relay, own;
  guint64 udp_errors;
} Snapshot;

struct _LoadReport {
  Fleet *fleet;
  LoadReportRooms rooms;
  int relay_pid;
  gint64 started_us;
  FleetSummary summary;
  Snapshot last; /* of the sample before */
  Snapshot window;
  gboolean has_window;
  GArray *samples; /* of TimelineSample */
  gint64 late_us;  /* the worst in the window */
  guint lines;     /* of the live table on the terminal */
};

static Snapshot
take_snapshot (LoadReport *report)
{
  Snapshot snapshot = { .at_us = g_get_monotonic_time (),
                        .udp_errors = process_udp_buffer_errors () };

  report->summary = fleet_get_summary (report->fleet);
  snapshot.media = report->summary.media;
  process_figures_read (report->relay_pid, &snapshot.relay);
  process_figures_read (getpid (), &snapshot.own);
  report->late_us = MAX (report->late_us, report->summary.late_us);
  return snapshot;
}

LoadReport *
load_report_new (Fleet *fleet, const LoadReportRooms *rooms, int relay_pid)
{
  LoadReport *report = g_new0 (LoadReport, 1);

  report->fleet = fleet;
  report->rooms = *rooms;
  report->relay_pid = relay_pid;
  report->samples = g_array_new (FALSE, FALSE, sizeof (TimelineSample));
  report->last = take_snapshot (report);
  report->started_us = report->last.at_us;
  report->window = report->last;
  return report;
}

void
load_report_free (LoadReport *report)
{
  g_array_unref (report->samples);
  g_free (report);
}

static double
cpu_percent (const ProcessFigures *a, const ProcessFigures *b, double seconds)
{
  gint64 us = b->user_us + b->system_us - a->user_us - a->system_us;

  return seconds > 0 ? (double) us / 1e4 / seconds : 0;
}

static double
loss_percent (const RtcPeerFigures *a, const RtcPeerFigures *b)
{
  double lost = (double) b->rx.lost - (double) a->rx.lost;
  double got = (double) (b->rx.packets - a->rx.packets);

  return lost > 0 ? 100 * lost / (got + lost) : 0;
}

static double
audio_lost (const RtcPeerFigures *a, const RtcPeerFigures *b)
{
  return MAX ((double) b->rx.audio_lost - (double) a->rx.audio_lost, 0);
}

const FleetSummary *
load_report_sample (LoadReport *report)
{
  Snapshot now = take_snapshot (report), *last = &report->last;
  double seconds = (double) (now.at_us - last->at_us) / G_USEC_PER_SEC;
  double freezes = (double) now.media.rx.freezes - (double) last->media.rx.freezes;

  if (seconds >= SAMPLE_MIN_S) {
    TimelineSample sample = {
      .at_s = (double) (now.at_us - report->started_us) / G_USEC_PER_SEC,
      .in_meeting = report->summary.in_meeting,
      .watching = report->summary.watching,
      .rx_mbps = (double) (now.media.rx.bytes - last->media.rx.bytes) * 8 / 1e6 / seconds,
      .rx_pps = (double) (now.media.rx.packets - last->media.rx.packets) / seconds,
      .loss_percent = loss_percent (&last->media, &now.media),
      .audio_lost = audio_lost (&last->media, &now.media),
      .pictures = (double) (now.media.rx.pictures - last->media.rx.pictures) / seconds,
      .freezes = MAX (freezes, 0), /* the window's begin sets them to 0 */
      .relay_cpu = report->relay_pid ? cpu_percent (&last->relay, &now.relay, seconds) : -1,
      .own_cpu = cpu_percent (&last->own, &now.own, seconds),
    };
    g_array_append_val (report->samples, sample);
  }
  if (seconds >= SAMPLE_MIN_S)
    report->last = now;
  return &report->summary;
}

void
load_report_begin_window (LoadReport *report)
{
  fleet_begin_window (report->fleet);
  report->late_us = 0;
  report->window = take_snapshot (report);
  report->late_us = 0;
  report->has_window = TRUE;
}

double
load_report_get_window_s (const LoadReport *report)
{
  return report->has_window
             ? (double) (g_get_monotonic_time () - report->window.at_us) / G_USEC_PER_SEC
             : 0;
}

/* --- lines --- */

static void
print_bar (guint done, guint all, FILE *out)
{
  guint cells = all > 0 ? done * BAR_CELLS / all : 0;

  fputc ('[', out);
  for (guint i = 0; i < BAR_CELLS; i++)
    fputs (i < cells ? "#" : ".", out);
  fputc (']', out);
}

void
load_report_print_live (LoadReport *report, FILE *out)
{
  const FleetSummary *sum = &report->summary;
  const TimelineSample none = { 0 };
  const TimelineSample *now =
      report->samples->len > 0
          ? &g_array_index (report->samples, TimelineSample, report->samples->len - 1)
          : &none;

  if (report->lines > 0)
    fprintf (out, "\033[%uA", report->lines);
  fputs ("\033[J", out);
  print_bar (sum->watching, sum->rooms, out);
  fprintf (out, " %u of %u rooms see a picture\n", sum->watching, sum->rooms);
  fprintf (out, "  in the meeting %6u   connected %6u   left %6u\n", sum->in_meeting,
           sum->connected, sum->over);
  fprintf (out, "  received  %8.0f /s  %9.1f Mb/s   loss %.2f %%   freezes %.0f /s\n", now->rx_pps,
           now->rx_mbps, now->loss_percent, now->freezes);
  fprintf (out, "  CPU       this program %.0f %%", now->own_cpu);
  if (report->relay_pid)
    fprintf (out, "   relay %.0f %%", now->relay_cpu);
  fprintf (out, "\n");
  report->lines = 4;
  fflush (out);
}

void
load_report_print_line (const LoadReport *report, FILE *out)
{
  const FleetSummary *sum = &report->summary;

  fprintf (out,
           "rooms %u  in meeting %u  media connected %u  left %u  sent %" G_GUINT64_FORMAT
           "  received %" G_GUINT64_FORMAT "  lost %" G_GUINT64_FORMAT "\n",
           sum->rooms, sum->in_meeting, sum->connected, sum->over, sum->media.tx_packets,
           sum->media.rx.packets, sum->media.rx.lost);
  fflush (out);
}

/* --- JSON --- */

static json_t *
rounded (double value)
{
  return json_real (round (value * 1000) / 1000);
}

static json_t *
percentiles (const Histogram *histogram)
{
  return json_pack ("{s:I, s:o, s:o, s:o}", "n", (json_int_t) histogram->count, "p50_ms",
                    rounded ((double) histogram_get_us (histogram, 500) / 1000), "p99_ms",
                    rounded ((double) histogram_get_us (histogram, 990) / 1000), "max_ms",
                    rounded ((double) histogram->max_us / 1000));
}

static json_t *
times_to_json (const LoadReport *report)
{
  g_autofree Histogram *seat = g_new0 (Histogram, 1);
  g_autofree Histogram *media = g_new0 (Histogram, 1);
  g_autofree Histogram *picture = g_new0 (Histogram, 1);
  const GPtrArray *sessions = fleet_get_sessions (report->fleet);

  for (guint i = 0; i < sessions->len; i++) {
    const RoomSessionTimes *times = room_session_get_times (g_ptr_array_index (sessions, i));
    if (times->seated_us)
      histogram_add (seat, times->seated_us - times->asked_us);
    if (times->media_us)
      histogram_add (media, times->media_us - times->asked_us);
    if (times->picture_us)
      histogram_add (picture, times->picture_us - times->asked_us);
  }
  return json_pack ("{s:o, s:o, s:o}", "seat", percentiles (seat), "media", percentiles (media),
                    "first_picture", percentiles (picture));
}

/* One kind of media; sizes as they came, tags included. */
static json_t *
kind_to_json (guint64 packets, guint64 bytes, gint64 lost)
{
  return json_pack ("{s:I, s:I, s:o}", "received", (json_int_t) packets, "lost",
                    (json_int_t) MAX (lost, 0), "bytes_per_packet",
                    rounded (packets > 0 ? (double) bytes / (double) packets : 0));
}

static void
add_kinds (json_t *media, const PeerReceiverFigures *from, const PeerReceiverFigures *to)
{
  guint64 packets = to->audio_packets - from->audio_packets;
  guint64 bytes = to->audio_bytes - from->audio_bytes;
  gint64 lost = (gint64) (to->audio_lost - from->audio_lost);

  json_object_set_new (media, "audio", kind_to_json (packets, bytes, lost));
  json_object_set_new (media, "video",
                       kind_to_json (to->packets - from->packets - packets,
                                     to->bytes - from->bytes - bytes,
                                     (gint64) (to->lost - from->lost) - lost));
}

static json_t *
media_to_json (const Snapshot *a, const Snapshot *b, double seconds)
{
  const RtcPeerFigures *from = &a->media, *to = &b->media;
  guint64 received = to->rx.packets - from->rx.packets;
  json_t *media =
      json_pack ("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "received",
                 (json_int_t) received, "lost", (json_int_t) (to->rx.lost - from->rx.lost),
                 "recovered", (json_int_t) (to->rx.recovered - from->rx.recovered), "refused",
                 (json_int_t) (to->rx.refused - from->rx.refused), "thrown",
                 (json_int_t) (to->rx.thrown - from->rx.thrown), "nacks",
                 (json_int_t) (to->rx.nacks - from->rx.nacks), "plis",
                 (json_int_t) (to->rx.plis - from->rx.plis), "feedback",
                 (json_int_t) (to->rx.feedback - from->rx.feedback), "sent",
                 (json_int_t) (to->tx_packets - from->tx_packets), "resent",
                 (json_int_t) (to->resent - from->resent));

  json_object_set_new (media, "rx_pps", rounded ((double) received / seconds));
  json_object_set_new (media, "rx_mbps",
                       rounded ((double) (to->rx.bytes - from->rx.bytes) * 8 / 1e6 / seconds));
  json_object_set_new (media, "tx_mbps",
                       rounded ((double) (to->tx_bytes - from->tx_bytes) * 8 / 1e6 / seconds));
  json_object_set_new (media, "loss_percent", rounded (loss_percent (from, to)));
  add_kinds (media, &from->rx, &to->rx);
  return media;
}

/* How soon the relay answers what keeps a room's connection alive. */
static json_t *
consent_to_json (const Snapshot *a, const Snapshot *b, const Histogram *stun)
{
  json_t *consent = percentiles (stun);

  json_object_set_new (consent, "checks",
                       json_integer ((json_int_t) (b->media.checks - a->media.checks)));
  json_object_set_new (consent, "answers",
                       json_integer ((json_int_t) (b->media.answers - a->media.answers)));
  json_object_set_new (consent, "failed",
                       json_integer ((json_int_t) (b->media.failed - a->media.failed)));
  return consent;
}

static json_t *
pictures_to_json (const Snapshot *a, const Snapshot *b)
{
  const PeerReceiverFigures *from = &a->media.rx, *to = &b->media.rx;

  return json_pack ("{s:I, s:I, s:I, s:o, s:o}", "stood",
                    (json_int_t) (to->pictures - from->pictures), "given_up",
                    (json_int_t) (to->given_up - from->given_up), "freezes",
                    (json_int_t) to->freezes, "frozen_s", rounded ((double) to->frozen_us / 1e6),
                    "longest_gap_ms", rounded ((double) to->longest_us / 1000));
}

/* Deaf rooms are sent as much as the others, but cannot say so. */
static double
count_forwarded (const LoadReport *report, const Snapshot *end)
{
  const LoadReportRooms *rooms = &report->rooms;
  double hear = (double) rooms->all - (double) rooms->deaf - (rooms->publishers == 1);
  double packets = (double) (end->media.rx.packets - report->window.media.rx.packets);

  return hear > 0 ? packets * (hear + rooms->deaf) / hear : packets;
}

static json_t *
relay_to_json (const LoadReport *report, const Snapshot *end, double seconds)
{
  const ProcessFigures *from = &report->window.relay, *to = &end->relay;
  double packets = count_forwarded (report, end);
  double user_us = (double) (to->user_us - from->user_us);
  double system_us = (double) (to->system_us - from->system_us);
  double per = packets > 0 ? 1.0 / packets : 0;

  if (!report->relay_pid)
    return json_null ();
  return json_pack (
      "{s:i, s:I, s:o, s:o, s:o, s:o, s:o, s:i}", "pid", report->relay_pid, "forwarded",
      (json_int_t) packets, "cpu_percent", rounded (cpu_percent (from, to, seconds)),
      "us_per_packet", rounded ((user_us + system_us) * per), "us_per_packet_user",
      rounded (user_us * per), "us_per_packet_system", rounded (system_us * per), "rss_mib",
      rounded ((double) to->rss_bytes / (1 << 20)), "threads", (int) to->threads);
}

static json_t *
seconds_to_json (const GArray *samples)
{
  json_t *list = json_array ();

  for (guint i = 0; i < samples->len; i++) {
    const TimelineSample *s = &g_array_index (samples, TimelineSample, i);
    json_array_append_new (
        list, json_pack ("{s:o, s:i, s:i, s:o, s:o, s:o, s:i, s:i, s:i, s:o, s:o}", "at_s",
                         rounded (s->at_s), "in_meeting", (int) s->in_meeting, "watching",
                         (int) s->watching, "rx_mbps", rounded (s->rx_mbps), "rx_pps",
                         rounded (s->rx_pps), "loss_percent", rounded (s->loss_percent), "freezes",
                         (int) s->freezes, "audio_lost", (int) s->audio_lost, "pictures",
                         (int) s->pictures, "relay_cpu",
                         s->relay_cpu < 0 ? json_null () : rounded (s->relay_cpu), "own_cpu",
                         rounded (s->own_cpu)));
  }
  return list;
}

json_t *
load_report_to_json (LoadReport *report)
{
  Snapshot end = take_snapshot (report);
  const FleetSummary *sum = &report->summary;
  double seconds = MAX ((double) (end.at_us - report->window.at_us) / G_USEC_PER_SEC, 0.001);
  g_autofree Histogram *latency = g_new0 (Histogram, 1);
  g_autofree Histogram *stun = g_new0 (Histogram, 1);

  fleet_get_times (report->fleet, latency, stun);
  json_t *latencies = percentiles (latency);
  json_object_set_new (latencies, "how", json_string (LATENCY_HOW));
  return json_pack (
      "{s:i, s:i, s:i, s:i, s:i, s:i, s:o, s:o, s:b, s:o, s:o, s:o, s:o, s:o, s:{s:o, s:o, s:o, "
      "s:I}, "
      "s:o}",
      "rooms", (int) sum->rooms, "publishers", (int) report->rooms.publishers, "joined",
      (int) sum->in_meeting, "connected", (int) sum->connected, "watching", (int) sum->watching,
      "left", (int) sum->over, "times", times_to_json (report), "window_s", rounded (seconds),
      "steady", report->has_window, "media", media_to_json (&report->window, &end, seconds),
      "pictures", pictures_to_json (&report->window, &end), "latency", latencies, "consent",
      consent_to_json (&report->window, &end, stun), "relay", relay_to_json (report, &end, seconds),
      "load", "cpu_percent", rounded (cpu_percent (&report->window.own, &end.own, seconds)),
      "rss_mib", rounded ((double) end.own.rss_bytes / (1 << 20)), "longest_tick_ms",
      rounded ((double) report->late_us / 1000), "udp_buffer_errors",
      (json_int_t) (end.udp_errors - report->window.udp_errors), "seconds",
      seconds_to_json (report->samples));
}

static double
number (const json_t *result, const char *group, const char *name)
{
  return json_number_value (json_object_get (json_object_get (result, group), name));
}

void
load_report_print_result (const json_t *result, FILE *out)
{
  static const struct {
    const char *name, *label;
  } times[] = { { "seat", "seat" }, { "media", "media" }, { "first_picture", "first picture" } };
  const json_t *all = json_object_get (result, "times");

  for (guint i = 0; i < G_N_ELEMENTS (times); i++)
    fprintf (out, "%-14s p50 %8.1f ms   p99 %8.1f ms   max %8.1f ms   (%.0f rooms)\n",
             times[i].label, number (all, times[i].name, "p50_ms"),
             number (all, times[i].name, "p99_ms"), number (all, times[i].name, "max_ms"),
             number (all, times[i].name, "n"));
  fprintf (out, "%-14s p50 %8.1f ms   p99 %8.1f ms   max %8.1f ms\n", "latency",
           number (result, "latency", "p50_ms"), number (result, "latency", "p99_ms"),
           number (result, "latency", "max_ms"));
  fprintf (out, "received       %.0f /s, %.1f Mb/s, loss %.3f %%; %.0f freezes, %.1f s frozen\n",
           number (result, "media", "rx_pps"), number (result, "media", "rx_mbps"),
           number (result, "media", "loss_percent"), number (result, "pictures", "freezes"),
           number (result, "pictures", "frozen_s"));
  if (json_is_object (json_object_get (result, "relay")))
    fprintf (out, "relay          %.1f %% of a core, %.2f us a packet, %.0f MiB\n",
             number (result, "relay", "cpu_percent"), number (result, "relay", "us_per_packet"),
             number (result, "relay", "rss_mib"));
  fprintf (out, "this program   %.1f %% of a core, longest tick %.1f ms\n",
           number (result, "load", "cpu_percent"), number (result, "load", "longest_tick_ms"));
}

gboolean
load_report_draw (const LoadReport *report, const char *path, GError **error)
{
  g_autofree char *title = g_strdup_printf ("diemcau load: %u rooms, %u of them send",
                                            report->summary.rooms, report->rooms.publishers);

  return timeline_draw (report->samples, title, path, error);
}
