/* The engine: what a log says about who was there, who spoke and what was voted. */
#include "tests/unit/reports/fixture.h"

#include "server/reports/report_vote.h"

#define AT(minutes) (START + (minutes) *MINUTE)

static const ReportSite *
site_of (const MeetingReport *report, const char *endpoint)
{
  const ReportSite *site = report_find_site (report, endpoint);
  g_assert_nonnull (site);
  return site;
}

/* Rows of a log, and what they make of site e2. */
static void
test_attendance (void)
{
  static const struct {
    const char *name;
    ReportEvent events[8];
    guint spans;
    int minutes;
    guint late, breaks;
    RollResult roll;
  } rows[] = {
    { "never came", { { AT (0), "meeting.state", "", "", "live" } }, 0, 0, 0, 0, ROLL_ABSENT },
    { "from before the start to the end",
      { { AT (-40), "seat.joined", "e2" } },
      1,
      150,
      0,
      0,
      ROLL_PRESENT },
    { "late, begun minutes count",
      { { AT (5) + 1, "seat.joined", "e2" } },
      1,
      144,
      6,
      0,
      ROLL_PRESENT },
    { "on the minute is in time", { { AT (0), "seat.joined", "e2" } }, 1, 150, 0, 0, ROLL_PRESENT },
    { "line cut and back",
      { { AT (-1), "seat.joined", "e2" },
        { AT (50), "seat.lost", "e2" },
        { AT (60), "seat.back", "e2" },
        { AT (100), "seat.left", "e2" } },
      2,
      90,
      0,
      1,
      ROLL_PRESENT },
    { "lost for good: the later `left` adds nothing",
      { { AT (0), "seat.joined", "e2" },
        { AT (50), "seat.lost", "e2" },
        { AT (51), "seat.left", "e2" } },
      1,
      50,
      0,
      1,
      ROLL_PRESENT },
    { "joined twice without having left",
      { { AT (0), "seat.joined", "e2" },
        { AT (10), "seat.joined", "e2" },
        { AT (20), "seat.left", "e2" } },
      1,
      20,
      0,
      0,
      ROLL_PRESENT },
    { "gone before the start",
      { { AT (-30), "seat.joined", "e2" }, { AT (-10), "seat.left", "e2" } },
      1,
      0,
      0,
      0,
      ROLL_ABSENT },
    { "a rehearsal is no attendance",
      { { AT (-1440), "meeting.state", "", "", "rehearsal" },
        { AT (-1439), "seat.joined", "e2" },
        { AT (-1400), "meeting.state", "", "", "scheduled" } },
      0,
      0,
      0,
      0,
      ROLL_ABSENT },
    { "another site's log", { { AT (0), "seat.joined", "e3" } }, 0, 0, 0, 0, ROLL_ABSENT },
    { "a site that is not invited", { { AT (0), "seat.joined", "e9" } }, 0, 0, 0, 0, ROLL_ABSENT },
    { "marked absent with reason though it looked in",
      { { AT (0), "seat.joined", "e2" },
        { AT (1), "roll.mark", "e2", "", "{\"mark\":\"excused\",\"reason\":\"bão\"}" } },
      1,
      150,
      0,
      0,
      ROLL_EXCUSED },
    { "a mark taken back",
      { { AT (1), "roll.mark", "e2", "", "{\"mark\":\"present\"}" },
        { AT (2), "roll.mark", "e2", "", "{\"mark\":null}" } },
      0,
      0,
      0,
      0,
      ROLL_ABSENT },
    { "marks that cannot be read",
      { { AT (1), "roll.mark", "e2", "", "{\"mark\":\"here\"}" },
        { AT (2), "roll.mark", "e2", "", "no json" } },
      0,
      0,
      0,
      0,
      ROLL_ABSENT },
  };
  g_autoptr (MeetingRecord) record = sample_record ();
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    gsize n = 0;
    while (n < G_N_ELEMENTS (rows[i].events) && rows[i].events[n].action)
      n++;
    g_test_message ("%s", rows[i].name);
    g_autoptr (MeetingReport) report = sample_report (record, rows[i].events, n, 0);
    const ReportSite *site = site_of (report, "e2");
    g_assert_cmpuint (site->spans->len, ==, rows[i].spans);
    g_assert_cmpint (site->present_ms / MINUTE, ==, rows[i].minutes);
    g_assert_cmpuint (site->late_minutes, ==, rows[i].late);
    g_assert_cmpuint (site->breaks, ==, rows[i].breaks);
    g_assert_cmpint (site->roll, ==, rows[i].roll);
  }
}

static void
test_still_running (void)
{
  const ReportEvent events[] = { { AT (10), "seat.joined", "e2" } };
  g_autoptr (MeetingRecord) record = sample_record ();
  record->ended_at_ms = 0;
  g_autoptr (MeetingReport) report = sample_report (record, events, 1, 0);
  g_assert_cmpint (report->to_ms, ==, END + 5 * MINUTE);
  g_assert_cmpint (site_of (report, "e2")->present_ms, ==, 145 * MINUTE);
  g_assert_cmpint (site_of (report, "e2")->roll, ==, ROLL_PRESENT);
  g_assert_cmpint (site_of (report, "e3")->roll, ==, ROLL_NOT_CALLED);
}

static void
test_speaking (void)
{
  const ReportEvent events[] = {
    { AT (10), "floor.granted", "e2", "thuky", "{\"remark\":false,\"seconds\":300}" },
    { AT (14), "floor.released", "e2" },
    { AT (20), "floor.granted", "e3", "thuky", "{\"remark\":true}" },
    { AT (22), "floor.granted", "e2" }, /* given on without taking it back first */
    { AT (23), "floor.released", "e2" },
    { AT (24), "floor.released", "e2" }, /* nobody had it */
    { AT (149), "floor.granted", "e3" }, /* to the end */
    { END, "meeting.state", "", "", "ended" },
  };
  g_autoptr (MeetingRecord) record = sample_record ();
  g_autoptr (MeetingReport) report = sample_report (record, events, G_N_ELEMENTS (events), 0);
  static const struct {
    const char *endpoint;
    int minutes;
    gboolean is_remark;
  } wanted[] = { { "e2", 4, FALSE }, { "e3", 2, TRUE }, { "e2", 1, FALSE }, { "e3", 1, FALSE } };
  g_assert_cmpuint (report->speeches->len, ==, G_N_ELEMENTS (wanted));
  for (guint i = 0; i < report->speeches->len; i++) {
    const ReportSpeech *speech = report->speeches->pdata[i];
    g_assert_cmpstr (speech->endpoint, ==, wanted[i].endpoint);
    g_assert_cmpint ((speech->to_ms - speech->from_ms) / MINUTE, ==, wanted[i].minutes);
    g_assert_cmpint (speech->is_remark, ==, wanted[i].is_remark);
  }
  g_assert_cmpint (site_of (report, "e2")->spoken_ms, ==, 5 * MINUTE);
}

static void
test_counts (void)
{
  const ReportEvent events[] = {
    { AT (-5), "seat.joined", "e1" },
    { AT (3), "seat.joined", "e2" },
    { AT (4), "head_count", "e1", "", "{\"present\":120,\"expected\":130}" },
    { AT (5), "head_count", "e2", "", "{\"present\":20}" },
    { AT (6), "head_count", "e2", "", "{\"present\":23,\"expected\":25}" },
    { AT (7), "head_count", "e3", "", "{\"present\":-3}" },
  };
  g_autoptr (MeetingRecord) record = sample_record ();
  g_autoptr (MeetingReport) report = sample_report (record, events, G_N_ELEMENTS (events), 50);
  g_assert_cmpuint (report->counts[ROLL_PRESENT], ==, 2);
  g_assert_cmpuint (report->counts[ROLL_ABSENT], ==, 1);
  g_assert_cmpuint (report->late, ==, 1);
  g_assert_cmpuint (report->delegates, ==, 143);
  g_assert_cmpint (site_of (report, "e2")->head_expected, ==, 25);
  g_assert_cmpuint (report->quorum_needed, ==, 2); /* half of three, rounded up */
  g_assert_true (report->quorum_reached);
  g_autoptr (MeetingReport) strict = sample_report (record, events, G_N_ELEMENTS (events), 67);
  g_assert_cmpuint (strict->quorum_needed, ==, 3);
  g_assert_false (strict->quorum_reached);
}

static void
test_votes (void)
{
  const ReportEvent events[] = {
    { AT (30), "vote.closed", "v1", "thuky",
      "{\"question\":\"Thông qua nghị quyết?\",\"secret\":true,\"choices\":[\"Tán thành\","
      "\"Không tán thành\"],\"counts\":[140,3],\"eligible\":163,\"passed\":true,"
      "\"quorum_met\":true,\"opened_at\":1795312000000}" },
    { AT (31), "vote.closed", "v2", "thuky", "not a vote" },
  };
  g_autoptr (MeetingRecord) record = sample_record ();
  g_autoptr (MeetingReport) report = sample_report (record, events, G_N_ELEMENTS (events), 0);
  g_assert_cmpuint (report->votes->len, ==, 1);
  const ReportVote *vote = report->votes->pdata[0];
  g_assert_true (vote->is_secret && vote->passed && vote->quorum_met);
  g_assert_cmpuint (vote->eligible, ==, 163);
  g_autofree char *counts = report_vote_counts (vote);
  g_assert_cmpstr (counts, ==, "Tán thành: 140; Không tán thành: 3");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/reports/attendance", test_attendance);
  g_test_add_func ("/reports/still-running", test_still_running);
  g_test_add_func ("/reports/speaking", test_speaking);
  g_test_add_func ("/reports/counts", test_counts);
  g_test_add_func ("/reports/votes", test_votes);
  return g_test_run ();
}
