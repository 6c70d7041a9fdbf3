#include "server/reports/report.h"

#include "pipelines/control/record.h"
#include "server/reports/report_vote.h"

#include <string.h>

static const char *const roll_names[N_ROLLS] = { "not_called", "present", "absent", "excused" };

const char *
roll_result_to_string (RollResult result)
{
  g_return_val_if_fail ((guint) result < N_ROLLS, "not_called");
  return roll_names[result];
}

ReportSite *
report_site_new (const char *endpoint, const char *name, const char *unit_name, const char *branch)
{
  ReportSite *site = g_new0 (ReportSite, 1);
  site->endpoint = g_strdup (endpoint);
  site->name = g_strdup (name);
  site->unit_name = g_strdup (unit_name);
  site->branch = g_strdup (branch ? branch : "");
  site->spans = g_array_new (FALSE, FALSE, sizeof (ReportSpan));
  site->reason = g_strdup ("");
  site->head_count = -1;
  site->head_expected = -1;
  return site;
}

void
report_site_free (ReportSite *site)
{
  if (!site)
    return;
  g_free (site->endpoint);
  g_free (site->name);
  g_free (site->unit_name);
  g_free (site->branch);
  g_free (site->reason);
  g_array_unref (site->spans);
  g_free (site);
}

static void
report_speech_free (ReportSpeech *speech)
{
  g_free (speech->endpoint);
  g_free (speech->name);
  g_free (speech);
}

void
meeting_report_free (MeetingReport *report)
{
  if (!report)
    return;
  meeting_record_free (report->record);
  g_free (report->host_name);
  g_free (report->chair_name);
  g_ptr_array_unref (report->sites);
  g_ptr_array_unref (report->speeches);
  g_ptr_array_unref (report->votes);
  g_free (report);
}

const ReportSite *
report_find_site (const MeetingReport *report, const char *endpoint)
{
  for (guint i = 0; i < report->sites->len; i++) {
    const ReportSite *site = report->sites->pdata[i];
    if (strcmp (site->endpoint, endpoint) == 0)
      return site;
  }
  return NULL;
}

/* --- reading the log --- */

typedef struct {
  MeetingReport *report;
  GHashTable *sites; /* endpoint -> ReportSite, borrowed */
  GHashTable *open;  /* ReportSite -> start of the span that goes on, gint64 * */
  ReportSpeech *speech;
  gboolean in_rehearsal;
} Reader;

static void
close_span (Reader *reader, ReportSite *site, gint64 at_ms)
{
  const gint64 *from = g_hash_table_lookup (reader->open, site);
  if (!from)
    return;
  ReportSpan span = { *from, MAX (*from, at_ms) };
  g_array_append_val (site->spans, span);
  g_hash_table_remove (reader->open, site);
}

static void
open_span (Reader *reader, ReportSite *site, gint64 at_ms)
{
  if (!g_hash_table_contains (reader->open, site))
    g_hash_table_insert (reader->open, site, g_memdup2 (&at_ms, sizeof at_ms));
  if (site->first_joined_ms == 0)
    site->first_joined_ms = at_ms;
}

static void
close_all_spans (Reader *reader, gint64 at_ms)
{
  for (guint i = 0; i < reader->report->sites->len; i++)
    close_span (reader, reader->report->sites->pdata[i], at_ms);
}

static void
on_seat (Reader *reader, ReportSite *site, const ReportEvent *event)
{
  const char *what = event->action + strlen ("seat.");
  if (g_str_equal (what, "joined") || g_str_equal (what, "back")) {
    open_span (reader, site, event->at_ms);
  } else if (g_str_equal (what, "lost")) {
    site->breaks += g_hash_table_contains (reader->open, site);
    close_span (reader, site, event->at_ms);
  } else if (g_str_equal (what, "left")) {
    close_span (reader, site, event->at_ms);
  }
}

static void
end_speech (Reader *reader, gint64 at_ms)
{
  if (!reader->speech)
    return;
  ReportSpeech *speech = reader->speech;
  ReportSite *site = g_hash_table_lookup (reader->sites, speech->endpoint);
  reader->speech = NULL;
  speech->to_ms = MAX (speech->from_ms, at_ms);
  if (site)
    site->spoken_ms += speech->to_ms - speech->from_ms;
  g_ptr_array_add (reader->report->speeches, speech);
}

static json_t *
detail_of (const ReportEvent *event)
{
  return json_loads (event->detail ? event->detail : "", 0, NULL);
}

static void
on_floor (Reader *reader, const ReportSite *site, const ReportEvent *event)
{
  g_autoptr (json_t) detail = detail_of (event);
  end_speech (reader, event->at_ms);
  if (!g_str_equal (event->action, "floor.granted"))
    return;
  reader->speech = g_new0 (ReportSpeech, 1);
  reader->speech->endpoint = g_strdup (site->endpoint);
  reader->speech->name = g_strdup (site->name);
  reader->speech->from_ms = event->at_ms;
  reader->speech->is_remark = json_is_true (json_object_get (detail, "remark"));
}

static int
count_of (const json_t *detail, const char *member, int fallback)
{
  const json_t *value = json_object_get (detail, member);
  return json_is_integer (value) ? (int) CLAMP (json_integer_value (value), 0, G_MAXINT) : fallback;
}

static void
on_head_count (ReportSite *site, const ReportEvent *event)
{
  g_autoptr (json_t) detail = detail_of (event);
  site->head_count = count_of (detail, "present", site->head_count);
  site->head_expected = count_of (detail, "expected", site->head_expected);
}

static void
on_mark (ReportSite *site, const ReportEvent *event)
{
  g_autoptr (json_t) detail = detail_of (event);
  const char *mark = json_string_value (json_object_get (detail, "mark"));
  const char *reason = json_string_value (json_object_get (detail, "reason"));
  site->is_marked = FALSE;
  for (guint i = ROLL_PRESENT; mark && i < N_ROLLS; i++)
    if (g_str_equal (roll_names[i], mark)) {
      site->roll = (RollResult) i;
      site->is_marked = TRUE;
    }
  g_free (site->reason);
  site->reason = g_strdup (site->is_marked && reason ? reason : "");
}

/* What a rehearsal showed is not attendance: it ends as if it had not been. */
static void
on_state (Reader *reader, const ReportEvent *event)
{
  const char *state = event->detail ? event->detail : "";
  gboolean was_rehearsal = reader->in_rehearsal;
  reader->in_rehearsal = g_str_equal (state, "rehearsal");
  if (was_rehearsal || reader->in_rehearsal)
    return;
  if (!g_str_equal (state, "open") && !g_str_equal (state, "live")) {
    end_speech (reader, event->at_ms);
    close_all_spans (reader, event->at_ms);
  }
}

static void
read_event (Reader *reader, const ReportEvent *event)
{
  if (g_str_equal (event->action, "meeting.state")) {
    on_state (reader, event);
    return;
  }
  if (reader->in_rehearsal)
    return;
  if (g_str_equal (event->action, "vote.closed")) {
    ReportVote *vote = report_vote_parse (event->detail, event->at_ms);
    if (vote)
      g_ptr_array_add (reader->report->votes, vote);
    return;
  }
  if (g_str_equal (event->action, "floor.released")) {
    end_speech (reader, event->at_ms);
    return;
  }
  ReportSite *site = event->subject ? g_hash_table_lookup (reader->sites, event->subject) : NULL;
  if (!site)
    return;
  if (g_str_has_prefix (event->action, "seat."))
    on_seat (reader, site, event);
  else if (g_str_equal (event->action, "floor.granted"))
    on_floor (reader, site, event);
  else if (g_str_equal (event->action, "head_count"))
    on_head_count (site, event);
  else if (g_str_equal (event->action, "roll.mark"))
    on_mark (site, event);
}

/* --- summing up --- */

static gint64
overlap_ms (const ReportSpan *span, gint64 from_ms, gint64 to_ms)
{
  return MAX (0, MIN (span->to_ms, to_ms) - MAX (span->from_ms, from_ms));
}

static void
sum_site (MeetingReport *report, ReportSite *site)
{
  gint64 due_ms = MAX (report->record->started_at_ms, report->record->starts_at_ms);
  gboolean was_here = FALSE;
  for (guint i = 0; i < site->spans->len; i++) {
    const ReportSpan *span = &g_array_index (site->spans, ReportSpan, i);
    gint64 present_ms = overlap_ms (span, report->from_ms, report->to_ms);
    site->present_ms += present_ms;
    was_here = was_here || present_ms > 0 || span->to_ms >= report->to_ms;
  }
  if (site->first_joined_ms > due_ms && report->record->started_at_ms > 0)
    site->late_minutes = (guint) ((site->first_joined_ms - due_ms + 59999) / 60000);
  if (!site->is_marked) {
    gboolean is_over = report->record->ended_at_ms > 0;
    site->roll = was_here ? ROLL_PRESENT : is_over ? ROLL_ABSENT : ROLL_NOT_CALLED;
  }
  report->counts[site->roll]++;
  report->late += site->late_minutes > 0;
  report->delegates += site->head_count > 0 ? (guint64) site->head_count : 0;
}

static void
sum_up (MeetingReport *report)
{
  for (guint i = 0; i < report->sites->len; i++)
    sum_site (report, report->sites->pdata[i]);
  report->quorum_needed = (report->sites->len * report->quorum_percent + 99) / 100;
  report->quorum_reached = report->counts[ROLL_PRESENT] >= report->quorum_needed;
}

static MeetingReport *
report_new (const ReportSource *source)
{
  MeetingReport *report = g_new0 (MeetingReport, 1);
  const MeetingRecord *record = source->record;
  report->record = meeting_record_copy (record);
  report->host_name = g_strdup (source->host_name);
  report->chair_name = g_strdup (source->chair_name);
  report->quorum_percent = source->quorum_percent;
  report->from_ms = record->started_at_ms;
  report->to_ms = record->ended_at_ms ? record->ended_at_ms : source->now_ms;
  report->sites = source->sites;
  report->speeches = g_ptr_array_new_with_free_func ((GDestroyNotify) report_speech_free);
  report->votes = g_ptr_array_new_with_free_func ((GDestroyNotify) report_vote_free);
  return report;
}

MeetingReport *
report_build (const ReportSource *source)
{
  MeetingReport *report = report_new (source);
  g_autoptr (GHashTable) sites = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) open = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  Reader reader = { .report = report, .sites = sites, .open = open };
  for (guint i = 0; i < report->sites->len; i++) {
    ReportSite *site = report->sites->pdata[i];
    g_hash_table_insert (sites, site->endpoint, site);
  }
  for (gsize i = 0; i < source->n_events; i++)
    read_event (&reader, &source->events[i]);
  end_speech (&reader, report->to_ms);
  close_all_spans (&reader, report->to_ms);
  sum_up (report);
  return report;
}
