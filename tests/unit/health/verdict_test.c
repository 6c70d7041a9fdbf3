/* What a tile says, by a table: a second is spoilt in one way, and the word, the light and the
 * time it takes are looked at. */
#include "tests/unit/health/site_maker.h"

#define CALM (5 * SECOND)

typedef struct {
  SiteVerdict verdict;
  SiteSample sample;
  ClientReport *report;
  gint64 now_us;
} Site;

typedef void (*Spoil) (Site *site);

static void
site_begin (Site *site)
{
  *site = (Site){ .report = client_report_new (), .now_us = 100 * SECOND };
  site->verdict.line.state = LINE_GOOD;
}

static void
site_end (Site *site)
{
  client_report_free (site->report);
}

static void
site_second (Site *site, Spoil spoil)
{
  site->now_us += SECOND;
  client_report_free (site->report);
  site->report = client_report_new ();
  make_sample (&site->sample, site->report, site->now_us);
  if (spoil != NULL)
    spoil (site);
  site_verdict_judge (&site->verdict, &site->sample, CALM);
}

/* --- faults --- */

static void
spoil_lost (Site *site)
{
  site->verdict.line.state = LINE_LOST;
}

static void
spoil_away (Site *site)
{
  site->sample.facts.is_away = TRUE;
}

static void
spoil_connecting (Site *site)
{
  site->sample.line.state = TRANSPORT_CHECKING;
}

static void
spoil_no_transport (Site *site)
{
  site->sample.facts.has_media = FALSE;
  site->sample.line.at_us = 0;
}

static void
spoil_no_camera (Site *site)
{
  find_stream (&site->sample.line, "camera")->flags = 0;
}

/* The machine has none, and says so. */
static void
spoil_has_no_camera (Site *site)
{
  spoil_no_camera (site);
  site->report->no_camera = TRUE;
}

static void
spoil_no_mic (Site *site)
{
  find_stream (&site->sample.line, "mic")->flags = 0;
}

static void
spoil_blocked (Site *site)
{
  site->report->blocked = TRUE;
}

static void
spoil_not_played (Site *site)
{
  site->report->played = CLIENT_PLAYED_NO;
}

static void
spoil_no_sound_sent (Site *site)
{
  find_stream (&site->sample.line, "a0")->flags = 0;
}

static void
spoil_no_sound_arrives (Site *site)
{
  site->report->audio_packets = 0;
}

static void
spoil_silent (Site *site)
{
  find_stream (&site->sample.line, "mic")->loudest = 127;
}

static void
spoil_black (Site *site)
{
  site->sample.facts.is_dark = TRUE;
}

static void
spoil_frozen (Site *site)
{
  find_stream (&site->sample.line, "camera")->frozen_ms = 900;
}

static void
spoil_frozen_here (Site *site)
{
  site->report->frozen_ms = 800;
}

static void
spoil_clipped (Site *site)
{
  find_stream (&site->sample.line, "mic")->clipped = 20;
}

static void
spoil_output (Site *site)
{
  site->report->output_suspect = TRUE;
}

static void
spoil_line (Site *site)
{
  site->verdict.line.state = LINE_FAIR;
}

static void
spoil_line_much (Site *site)
{
  site->verdict.line.state = LINE_POOR;
}

static void
spoil_absent (Site *site)
{
  site->sample.facts.is_in = FALSE;
}

static void
mend_line (Site *site)
{
  site->verdict.line.state = LINE_GOOD;
}

static const struct {
  const char *name;
  Spoil spoil;
  HealthState state;
  HealthLight light;
  guint seconds; /* within which it is told */
  gboolean is_calmed;
} faults[] = {
  { "lost", spoil_lost, HEALTH_LOST, HEALTH_LIGHT_LOST, 1, FALSE },
  { "away", spoil_away, HEALTH_LOST, HEALTH_LIGHT_LOST, 1, FALSE },
  { "connecting", spoil_connecting, HEALTH_CONNECTING, HEALTH_LIGHT_FAIR, 4, FALSE },
  { "no transport", spoil_no_transport, HEALTH_CONNECTING, HEALTH_LIGHT_FAIR, 4, FALSE },
  { "no camera", spoil_no_camera, HEALTH_NO_MEDIA, HEALTH_LIGHT_POOR, 3, TRUE },
  { "no microphone", spoil_no_mic, HEALTH_NO_MEDIA, HEALTH_LIGHT_POOR, 3, TRUE },
  { "sound blocked", spoil_blocked, HEALTH_NOT_PLAYED, HEALTH_LIGHT_POOR, 3, TRUE },
  { "sound not played", spoil_not_played, HEALTH_NOT_PLAYED, HEALTH_LIGHT_POOR, 3, TRUE },
  { "no sound sent", spoil_no_sound_sent, HEALTH_DEAF, HEALTH_LIGHT_POOR, 4, TRUE },
  { "no sound arrives", spoil_no_sound_arrives, HEALTH_DEAF, HEALTH_LIGHT_POOR, 4, TRUE },
  { "silent", spoil_silent, HEALTH_SILENT, HEALTH_LIGHT_FAIR, 3, TRUE },
  { "black", spoil_black, HEALTH_BLACK, HEALTH_LIGHT_FAIR, 1, TRUE },
  { "frozen", spoil_frozen, HEALTH_FROZEN, HEALTH_LIGHT_FAIR, 2, TRUE },
  { "frozen here", spoil_frozen_here, HEALTH_FROZEN_HERE, HEALTH_LIGHT_FAIR, 2, TRUE },
  { "clipped", spoil_clipped, HEALTH_CLIPPED, HEALTH_LIGHT_FAIR, 4, TRUE },
  { "output", spoil_output, HEALTH_WRONG_OUTPUT, HEALTH_LIGHT_FAIR, 4, TRUE },
  { "line", spoil_line, HEALTH_POOR_LINE, HEALTH_LIGHT_FAIR, 1, FALSE },
  { "line, much", spoil_line_much, HEALTH_POOR_LINE, HEALTH_LIGHT_POOR, 1, FALSE },
  { "absent", spoil_absent, HEALTH_ABSENT, HEALTH_LIGHT_ABSENT, 1, FALSE },
};

static guint
seconds_until (Site *site, Spoil spoil, HealthState state)
{
  guint seconds = 0;

  do {
    site_second (site, spoil);
    seconds++;
  } while (site->verdict.state != state && seconds < 30);
  return seconds;
}

static void
test_faults (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (faults); i++) {
    Site site;

    g_test_message ("%s", faults[i].name);
    site_begin (&site);
    for (guint s = 0; s < 10; s++)
      site_second (&site, NULL);
    g_assert_cmpint (site.verdict.state, ==, HEALTH_OK);
    g_assert_cmpint (site.verdict.light, ==, HEALTH_LIGHT_GOOD);

    g_assert_cmpuint (seconds_until (&site, faults[i].spoil, faults[i].state), ==,
                      faults[i].seconds);
    g_assert_cmpint (site.verdict.light, ==, faults[i].light);
    g_assert_cmpint (site.verdict.state_since_us, ==, site.now_us);

    guint back = seconds_until (&site, mend_line, HEALTH_OK);
    g_assert_cmpuint (back, >=, faults[i].is_calmed ? 6 : 1);
    g_assert_cmpuint (back, <=, faults[i].is_calmed ? 8 : 1);
    site_end (&site);
  }
}

/* One bad second within a calm begins the calm anew, and the tile does not flicker. */
static void
test_calm (void)
{
  Site site;

  site_begin (&site);
  seconds_until (&site, spoil_silent, HEALTH_SILENT);
  for (guint i = 0; i < 4; i++)
    site_second (&site, NULL);
  site_second (&site, spoil_silent);
  for (guint i = 0; i < 5; i++) {
    site_second (&site, NULL);
    g_assert_cmpint (site.verdict.state, ==, HEALTH_SILENT);
  }
  site_second (&site, NULL);
  g_assert_cmpint (site.verdict.state, ==, HEALTH_OK);
  site_end (&site);
}

/* Pauses in speech, and a second of it, are no fault. */
static void
test_short_ones (void)
{
  static const Spoil spoils[] = { spoil_silent, spoil_clipped,          spoil_no_camera,
                                  spoil_output, spoil_no_sound_arrives, spoil_not_played };

  for (guint i = 0; i < G_N_ELEMENTS (spoils); i++) {
    Site site;

    site_begin (&site);
    for (guint s = 0; s < 60; s++) {
      site_second (&site, s % 4 < 2 ? spoils[i] : NULL);
      g_assert_cmpint (site.verdict.state, ==, HEALTH_OK);
    }
    site_end (&site);
  }
}

static void
spoil_both (Site *site)
{
  spoil_black (site);
  spoil_not_played (site);
  spoil_line (site);
}

static void
spoil_line_and_black (Site *site)
{
  spoil_black (site);
  spoil_line_much (site);
}

/* The gravest is told; the light is the worse of the state's and the line's. */
static void
test_gravest (void)
{
  Site site;

  site_begin (&site);
  for (guint i = 0; i < 5; i++)
    site_second (&site, spoil_both);
  g_assert_cmpint (site.verdict.state, ==, HEALTH_NOT_PLAYED);
  g_assert_cmpint (site.verdict.light, ==, HEALTH_LIGHT_POOR);
  g_assert_true (site.verdict.conditions[HEALTH_BLACK].is_told);
  site_end (&site);

  site_begin (&site);
  site_second (&site, spoil_line_and_black);
  g_assert_cmpint (site.verdict.state, ==, HEALTH_BLACK);
  g_assert_cmpint (site.verdict.light, ==, HEALTH_LIGHT_POOR);
  site_end (&site);
}

static void
mute_all (Site *site)
{
  site->sample.facts.mic_open = site->sample.facts.camera_on = FALSE;
  site->sample.facts.is_spoken_to = FALSE;
  spoil_no_camera (site);
  spoil_no_mic (site);
  spoil_not_played (site);
  spoil_silent (site);
  spoil_black (site);
  spoil_no_sound_arrives (site);
}

/* A room that only listens, in a moment in which nobody speaks, is well. */
static void
test_listening (void)
{
  Site site;

  site_begin (&site);
  for (guint i = 0; i < 20; i++) {
    site_second (&site, mute_all);
    g_assert_cmpint (site.verdict.state, ==, HEALTH_OK);
  }
  site_end (&site);
}

/* What an old page says counts no more. */
static void
test_stale_page (void)
{
  Site site;

  site_begin (&site);
  seconds_until (&site, spoil_blocked, HEALTH_NOT_PLAYED);
  for (guint i = 0; i < 10; i++) {
    site.now_us += SECOND;
    site.sample.now_us = site.sample.line.at_us = site.now_us;
    site_verdict_judge (&site.verdict, &site.sample, CALM);
  }
  g_assert_cmpint (site.verdict.state, ==, HEALTH_NOT_PLAYED);
  site.now_us += SECOND;
  site.sample.now_us = site.sample.line.at_us = site.now_us;
  site_verdict_judge (&site.verdict, &site.sample, CALM);
  g_assert_cmpint (site.verdict.state, ==, HEALTH_OK);
  site_end (&site);
}

static void
lose_much (Site *site)
{
  find_stream (&site->sample.line, "mic")->lost = 50;
}

/* Falls within two seconds, rises over some more. */
static void
test_score_moves (void)
{
  Site site;

  site_begin (&site);
  site.verdict.up.score = site.verdict.down.score = -1;
  site_second (&site, NULL);
  g_assert_cmpint (site.verdict.up.score, >=, 95);
  site_second (&site, lose_much);
  site_second (&site, lose_much);
  g_assert_cmpint (site.verdict.up.score, <, 50);
  g_assert_cmpint (site.verdict.up.reason, ==, HEALTH_REASON_LOSS);
  site_second (&site, NULL);
  g_assert_cmpint (site.verdict.up.score, <, 70);
  for (guint i = 0; i < 20; i++)
    site_second (&site, NULL);
  g_assert_cmpint (site.verdict.up.score, >=, 95);
  site_end (&site);
}

/* A machine without a camera is not ill, however long. */
static void
test_no_camera_to_have (void)
{
  Site site;

  site_begin (&site);
  for (guint s = 0; s < 30; s++) {
    site_second (&site, spoil_has_no_camera);
    g_assert_cmpint (site.verdict.state, ==, HEALTH_OK);
    g_assert_cmpint (site.verdict.light, ==, HEALTH_LIGHT_GOOD);
  }
  site_end (&site);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/health/verdict/faults", test_faults);
  g_test_add_func ("/health/verdict/no_camera_to_have", test_no_camera_to_have);
  g_test_add_func ("/health/verdict/calm", test_calm);
  g_test_add_func ("/health/verdict/short_ones", test_short_ones);
  g_test_add_func ("/health/verdict/gravest", test_gravest);
  g_test_add_func ("/health/verdict/listening", test_listening);
  g_test_add_func ("/health/verdict/stale_page", test_stale_page);
  g_test_add_func ("/health/verdict/score_moves", test_score_moves);
  return g_test_run ();
}
