#include "server/reports/report_vote.h"
#include "pipelines/control/record.h"

void
report_vote_free (ReportVote *vote)
{
  g_free (vote->question);
  g_ptr_array_unref (vote->choices);
  g_array_unref (vote->counts);
  g_free (vote);
}

static void
read_choices (ReportVote *vote, const json_t *detail)
{
  const json_t *choices = json_object_get (detail, "choices");
  const json_t *counts = json_object_get (detail, "counts");
  for (gsize i = 0; i < json_array_size (choices); i++) {
    const char *text = json_string_value (json_array_get (choices, i));
    json_int_t told = json_integer_value (json_array_get (counts, i));
    guint count = (guint) CLAMP (told, 0, G_MAXINT);
    g_ptr_array_add (vote->choices, g_strdup (text ? text : ""));
    g_array_append_val (vote->counts, count);
  }
}

ReportVote *
report_vote_parse (const char *detail, gint64 closed_ms)
{
  g_autoptr (json_t) json = json_loads (detail ? detail : "", 0, NULL);
  const char *question = json_string_value (json_object_get (json, "question"));
  if (!question)
    return NULL;
  ReportVote *vote = g_new0 (ReportVote, 1);
  vote->question = g_strdup (question);
  vote->is_secret = json_is_true (json_object_get (json, "secret"));
  vote->passed = json_is_true (json_object_get (json, "passed"));
  vote->quorum_met = json_is_true (json_object_get (json, "quorum_met"));
  vote->eligible =
      (guint) CLAMP (json_integer_value (json_object_get (json, "eligible")), 0, G_MAXINT);
  vote->opened_ms = json_integer_value (json_object_get (json, "opened_at"));
  vote->closed_ms = closed_ms;
  vote->choices = g_ptr_array_new_with_free_func (g_free);
  vote->counts = g_array_new (FALSE, FALSE, sizeof (guint));
  read_choices (vote, json);
  return vote;
}

char *
report_vote_counts (const ReportVote *vote)
{
  GString *text = g_string_new ("");
  for (guint i = 0; i < vote->choices->len; i++)
    g_string_append_printf (text, "%s%s: %u", i > 0 ? "; " : "",
                            (const char *) vote->choices->pdata[i],
                            g_array_index (vote->counts, guint, i));
  return g_string_free (text, FALSE);
}
