#include "signaling/meeting/test_run.h"

static char *
take_text (json_t *json)
{
  g_autoptr (json_t) owned = json;

  return json_dumps (owned, JSON_COMPACT);
}

static char *
advice_of (const TestVerdict *verdict)
{
  json_t *list = json_array ();

  for (guint i = 0; i < verdict->n_advices; i++)
    json_array_append_new (list, json_string (test_advice_words (verdict->advices[i])->id));
  return take_text (list);
}

static json_t *
figure_or_null (int figure)
{
  return figure == TEST_UNKNOWN ? json_null () : json_integer (figure);
}

static char *
result_of (const TestResult *result, const RelayLine *relay)
{
  json_t *json = record_encode (&test_result_type, result);

  json_object_set_new (
      json, "relay",
      json_pack ("{s:o, s:o, s:o, s:o}", "up_loss", figure_or_null (relay->up_loss), "down_loss",
                 figure_or_null (relay->down_loss), "rtt_ms", figure_or_null (relay->rtt_ms),
                 "carried",
                 relay->carried == TEST_UNKNOWN ? json_null () : json_boolean (relay->carried)));
  return take_text (json);
}

TestRun *
test_run_new (const char *endpoint, gint64 at_ms, const TestResult *result, const RelayLine *relay,
              const TestVerdict *verdict)
{
  TestRun *run = g_new0 (TestRun, 1);

  run->endpoint = g_strdup (endpoint);
  run->test = g_strdup (result->test);
  run->at_ms = at_ms;
  run->light = verdict->light;
  run->advice = advice_of (verdict);
  run->result = result_of (result, relay);
  return run;
}

TestRun *
test_run_copy (const TestRun *run)
{
  TestRun *copy = g_memdup2 (run, sizeof *run);

  copy->endpoint = g_strdup (run->endpoint);
  copy->test = g_strdup (run->test);
  copy->advice = g_strdup (run->advice);
  copy->result = g_strdup (run->result);
  return copy;
}

void
test_run_free (TestRun *run)
{
  if (run == NULL)
    return;
  g_free (run->endpoint);
  g_free (run->test);
  g_free (run->advice);
  g_free (run->result);
  g_free (run);
}

json_t *
test_run_advice_to_json (const TestRun *run)
{
  g_autoptr (json_t) ids = run->advice != NULL ? json_loads (run->advice, 0, NULL) : NULL;
  json_t *list = json_array ();
  size_t index = 0;
  const json_t *id = NULL;

  json_array_foreach (ids, index, id)
  {
    TestAdvice advice = TEST_ADVICE_NOT_COMPLETE;
    if (!test_advice_from_id (json_string_value (id), &advice))
      continue;
    const TestWords *words = test_advice_words (advice);
    json_array_append_new (list, json_pack ("{s:s, s:{s:s, s:s}}", "id", words->id, "text", "vi",
                                            words->vi, "en", words->en));
  }
  return list;
}
