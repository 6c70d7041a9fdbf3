#include "server/reports/report_export.h"

static json_t *
count_or_null (int count)
{
  return count < 0 ? json_null () : json_integer (count);
}

static json_t *
time_or_null (gint64 ms)
{
  return ms == 0 ? json_null () : json_integer (ms);
}

static json_t *
spans_to_json (const ReportSite *site)
{
  json_t *list = json_array ();
  for (guint i = 0; i < site->spans->len; i++) {
    const ReportSpan *span = &g_array_index (site->spans, ReportSpan, i);
    json_array_append_new (
        list, json_pack ("[I, I]", (json_int_t) span->from_ms, (json_int_t) span->to_ms));
  }
  return list;
}

static json_t *
site_to_json (const ReportSite *site)
{
  return json_pack (
      "{s:s, s:s, s:s, s:s, s:b, s:o, s:o, s:i, s:i, s:i, s:s, s:b, s:s, s:o, s:o,"
      " s:i}",
      "endpoint", site->endpoint, "name", site->name, "unit_name", site->unit_name, "branch",
      site->branch, "invited", TRUE, "first_joined_at", time_or_null (site->first_joined_ms),
      "spans", spans_to_json (site), "minutes", (int) (site->present_ms / 60000), "late_minutes",
      (int) site->late_minutes, "breaks", (int) site->breaks, "mark",
      roll_result_to_string (site->roll), "marked", site->is_marked, "reason", site->reason,
      "head_count", count_or_null (site->head_count), "head_expected",
      count_or_null (site->head_expected), "spoken_seconds", (int) (site->spoken_ms / 1000));
}

static json_t *
speech_to_json (const ReportSpeech *speech)
{
  return json_pack ("{s:s, s:s, s:I, s:i, s:s}", "endpoint", speech->endpoint, "name", speech->name,
                    "from", (json_int_t) speech->from_ms, "seconds",
                    (int) ((speech->to_ms - speech->from_ms) / 1000), "kind",
                    speech->is_remark ? "remark" : "floor");
}

static json_t *
vote_to_json (const ReportVote *vote)
{
  json_t *choices = json_array (), *counts = json_array ();
  for (guint i = 0; i < vote->choices->len; i++) {
    json_array_append_new (choices, json_string (vote->choices->pdata[i]));
    json_array_append_new (counts, json_integer (g_array_index (vote->counts, guint, i)));
  }
  return json_pack ("{s:s, s:b, s:o, s:o, s:i, s:b, s:b, s:o, s:o}", "question", vote->question,
                    "secret", vote->is_secret, "choices", choices, "counts", counts, "eligible",
                    (int) vote->eligible, "passed", vote->passed, "quorum_met", vote->quorum_met,
                    "opened_at", time_or_null (vote->opened_ms), "closed_at",
                    time_or_null (vote->closed_ms));
}

#define LIST_TO_JSON(list, type, to_json)                                                          \
  G_STMT_START                                                                                     \
  {                                                                                                \
    for (guint i = 0; i < report->list->len; i++)                                                  \
      json_array_append_new (list, to_json ((const type *) report->list->pdata[i]));               \
  }                                                                                                \
  G_STMT_END

json_t *
report_to_json (const MeetingReport *report)
{
  json_t *sites = json_array (), *speeches = json_array (), *votes = json_array ();
  LIST_TO_JSON (sites, ReportSite, site_to_json);
  LIST_TO_JSON (speeches, ReportSpeech, speech_to_json);
  LIST_TO_JSON (votes, ReportVote, vote_to_json);
  json_t *counts = json_pack (
      "{s:i, s:i, s:i, s:i, s:i, s:i, s:I}", "invited", (int) report->sites->len, "present",
      (int) report->counts[ROLL_PRESENT], "absent", (int) report->counts[ROLL_ABSENT], "excused",
      (int) report->counts[ROLL_EXCUSED], "not_called", (int) report->counts[ROLL_NOT_CALLED],
      "late", (int) report->late, "delegates", (json_int_t) report->delegates);
  json_t *quorum = json_pack ("{s:i, s:i, s:i, s:b}", "percent", (int) report->quorum_percent,
                              "present", (int) report->counts[ROLL_PRESENT], "needed",
                              (int) report->quorum_needed, "reached", report->quorum_reached);
  return json_pack ("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "from", time_or_null (report->from_ms),
                    "to", time_or_null (report->to_ms), "counts", counts, "quorum", quorum,
                    "attendance", sites, "speaking", speeches, "votes", votes);
}
