/* What a probe says of what it found. */
#include "server/probe/probe_report.h"

#include <string.h>

static ProbeResult
good_line (void)
{
  return (ProbeResult){ .udp = REACH_YES,
                        .tcp = REACH_YES,
                        .network = "ethernet",
                        .asked_kbps = 1200,
                        .seen = TRUE,
                        .heard = TRUE,
                        .line = { .up = { 1290, 0, 2000, 3000 },
                                  .down = { 1290, .002, 3000, 3000 },
                                  .sent_kbps = 1290,
                                  .rtt_us = 24400,
                                  .loaded_rtt_us = 30000,
                                  .seconds = 15 } };
}

static void
assert_judged (const ProbeResult *result, TestLight light, const char *advice)
{
  TestVerdict verdict;
  g_autofree char *text = NULL;

  probe_report_judge (result, &verdict);
  g_assert_cmpint (verdict.light, ==, light);
  g_assert_cmpuint (verdict.n_advices, ==, advice != NULL);
  if (advice)
    g_assert_cmpstr (test_advice_words (verdict.advices[0])->id, ==, advice);
  text = probe_report_to_text (result, &verdict, PROBE_WORDS_VI);
  g_assert_true (g_utf8_validate (text, -1, NULL));
  if (advice)
    g_assert_nonnull (strstr (text, test_advice_words (verdict.advices[0])->vi));
}

static void
test_judges_the_line_alone (void)
{
  ProbeResult result = good_line ();

  assert_judged (&result, TEST_LIGHT_GOOD, NULL);
  result.line.up.loss = .03;
  assert_judged (&result, TEST_LIGHT_FAIR, "loss_up");
  result.line.up.loss = .06;
  assert_judged (&result, TEST_LIGHT_BAD, "loss_up");
  result = good_line ();
  result.line.down.kbps = 800;
  assert_judged (&result, TEST_LIGHT_FAIR, "narrow_down");
  result.line.is_down_least = TRUE; /* so little came up: nothing is known */
  assert_judged (&result, TEST_LIGHT_GOOD, NULL);
  result = good_line ();
  result.line.rtt_us = 260000;
  assert_judged (&result, TEST_LIGHT_BAD, "far");
  result = good_line ();
  result.udp = REACH_NO;
  assert_judged (&result, TEST_LIGHT_FAIR, "tcp_only");
  result = good_line ();
  result.seen = FALSE;
  assert_judged (&result, TEST_LIGHT_BAD, "loop_not_seen");
}

static void
test_json (void)
{
  ProbeResult result = good_line ();
  TestVerdict verdict;

  result.line.rtt_us = -1;
  probe_report_judge (&result, &verdict);
  g_autoptr (json_t) json = probe_report_to_json (&result, &verdict);
  g_assert_cmpstr (json_string_value (json_object_get (json, "light")), ==, "good");
  g_assert_true (json_is_null (json_object_get (json, "rtt_ms")));
  g_assert_true (json_is_true (json_object_get (json_object_get (json, "reach"), "udp")));
  const json_t *down = json_object_get (json, "down");
  g_assert_cmpfloat (json_real_value (json_object_get (down, "loss_percent")), ==, .2);
  g_assert_true (json_is_false (json_object_get (json, "told")));
}

static void
test_json_of_a_problem (void)
{
  ProbeResult result = { .problem = (char *) "nobody there", .udp = REACH_NO };
  TestVerdict verdict = { 0 };
  g_autoptr (json_t) json = probe_report_to_json (&result, &verdict);
  const json_t *reach = json_object_get (json, "reach");

  g_assert_cmpstr (json_string_value (json_object_get (json, "problem")), ==, "nobody there");
  g_assert_true (json_is_false (json_object_get (reach, "udp")));
  g_assert_true (json_is_null (json_object_get (reach, "tcp")));
}

static void
test_words (void)
{
  ProbeResult result = good_line ();
  TestVerdict verdict;

  probe_report_judge (&result, &verdict);
  g_autofree char *vi = probe_report_to_text (&result, &verdict, PROBE_WORDS_VI);
  g_autofree char *en = probe_report_to_text (&result, &verdict, PROBE_WORDS_EN);
  g_assert_nonnull (strstr (vi, "● Đường truyền tốt"));
  g_assert_nonnull (strstr (vi, "24 ms"));
  g_assert_nonnull (strstr (en, "UDP open, TCP open"));
  g_autofree char *half = probe_report_progress (PROBE_MEASURING, .5, &result.line, PROBE_WORDS_EN);
  g_assert_true (g_str_has_prefix (half, "[==========          ] measuring"));
  g_autofree char *joining = probe_report_progress (PROBE_JOINING, 0, &result.line, PROBE_WORDS_VI);
  g_assert_cmpstr (joining, ==, "[                    ] vào phiên");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/probe-report/judges", test_judges_the_line_alone);
  g_test_add_func ("/probe-report/json", test_json);
  g_test_add_func ("/probe-report/json-of-a-problem", test_json_of_a_problem);
  g_test_add_func ("/probe-report/words", test_words);
  return g_test_run ();
}
