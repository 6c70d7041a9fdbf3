#include "server/probe/probe_report.h"

#include "signaling/health/client_report.h"

/* The lights of a line (DOMAIN), as `health.*` has them by default. */
#define FAIR_PERMILLE 10
#define POOR_PERMILLE 50
#define BAR_CELLS 20

/* --- judging --- */

static int
ms_of (gint64 us)
{
  return us < 0 ? TEST_UNKNOWN : (int) ((us + 500) / 1000);
}

static int
permille_of (double share)
{
  return (int) (share * 1000 + .5);
}

static int
network_of (const char *name)
{
  if (g_strcmp0 (name, "wifi") == 0)
    return CLIENT_NETWORK_WIFI;
  return g_strcmp0 (name, "ethernet") == 0 ? CLIENT_NETWORK_ETHERNET : CLIENT_NETWORK_UNKNOWN;
}

static TestLine
line_of (const ProbeResult *result)
{
  const LineFigures *line = &result->line;

  return (TestLine){ .network = network_of (result->network),
                     .up_kbps = (int) line->up.kbps,
                     .down_kbps = line->is_down_least ? TEST_UNKNOWN : (int) line->down.kbps,
                     .up_loss = permille_of (line->up.loss),
                     .down_loss = permille_of (line->down.loss),
                     .up_jitter_ms = ms_of (line->up.jitter_us),
                     .down_jitter_ms = ms_of (line->down.jitter_us),
                     .rtt_ms = ms_of (line->rtt_us),
                     .seconds = (int) (line->seconds + .5) };
}

static int
reach_of (Reach reach)
{
  return reach == REACH_UNKNOWN ? TEST_UNKNOWN : reach == REACH_YES;
}

void
probe_report_judge (const ProbeResult *result, TestVerdict *ret_verdict)
{
  TestMic mic = { .ok = TRUE, .level = TEST_UNKNOWN };
  TestCamera camera = { .ok = TRUE, .dark = FALSE, .height = TEST_UNKNOWN };
  TestLoop loop = { result->seen, result->heard };
  TestReach reach = { reach_of (result->udp), reach_of (result->tcp) };
  TestLine line = line_of (result);
  TestResult all = { .mic = &mic,
                     .speaker = TEST_SPEAKER_YES,
                     .camera = &camera,
                     .loop = &loop,
                     .reach = &reach,
                     .line = &line };
  RelayLine relay = { TEST_UNKNOWN, TEST_UNKNOWN, TEST_UNKNOWN };
  TestTerms terms = { FAIR_PERMILLE, POOR_PERMILLE, result->asked_kbps };

  room_test_judge (&all, &relay, &terms, ret_verdict);
}

/* --- JSON --- */

static json_t *
way_to_json (const LineWay *way)
{
  return json_pack ("{s:f, s:f, s:f, s:I}", "kbps", way->kbps, "loss_percent", way->loss * 100,
                    "jitter_ms", (double) way->jitter_us / 1000, "packets",
                    (json_int_t) way->packets);
}

static json_t *
time_to_json (gint64 us)
{
  return us < 0 ? json_null () : json_real ((double) us / 1000);
}

static json_t *
reach_to_json (Reach reach)
{
  return reach == REACH_UNKNOWN ? json_null () : json_boolean (reach == REACH_YES);
}

static json_t *
advice_to_json (const TestVerdict *verdict)
{
  json_t *list = json_array ();

  for (guint i = 0; i < verdict->n_advices; i++) {
    const TestWords *words = test_advice_words (verdict->advices[i]);
    json_array_append_new (list, json_pack ("{s:s, s:{s:s, s:s}}", "id", words->id, "text", "vi",
                                            words->vi, "en", words->en));
  }
  return list;
}

json_t *
probe_report_to_json (const ProbeResult *result, const TestVerdict *verdict)
{
  const LineFigures *line = &result->line;
  json_t *json;

  if (result->problem)
    return json_pack ("{s:s, s:{s:o, s:o}}", "problem", result->problem, "reach", "udp",
                      reach_to_json (result->udp), "tcp", reach_to_json (result->tcp));
  json = json_pack ("{s:s, s:s, s:s, s:{s:o, s:o}, s:i, s:f, s:f}", "light",
                    test_light_names[verdict->light], "by", result->by_tcp ? "tcp" : "udp",
                    "network", result->network, "reach", "udp", reach_to_json (result->udp), "tcp",
                    reach_to_json (result->tcp), "asked_kbps", (int) result->asked_kbps,
                    "sent_kbps", line->sent_kbps, "seconds", line->seconds);
  json_object_set_new (json, "seen", json_boolean (result->seen));
  json_object_set_new (json, "heard", json_boolean (result->heard));
  json_object_set_new (json, "up", way_to_json (&line->up));
  json_object_set_new (json, "down", way_to_json (&line->down));
  json_object_set_new (json, "down_is_least", json_boolean (line->is_down_least));
  json_object_set_new (json, "rtt_ms", time_to_json (line->rtt_us));
  json_object_set_new (json, "loaded_rtt_ms", time_to_json (line->loaded_rtt_us));
  json_object_set_new (json, "advice", advice_to_json (verdict));
  json_object_set_new (json, "told", json_boolean (result->verdict != NULL));
  return json;
}

/* --- words --- */

static const char *const marks[] = { "–", "●", "▲", "■" };

static const char *const light_words[][2] = {
  { "Chưa đo được", "Not measured" },
  { "Đường truyền tốt", "The line is good" },
  { "Đường truyền tạm được", "The line is fair" },
  { "Đường truyền kém", "The line is bad" },
};

static void
append_way (GString *text, const char *name, const LineWay *way, ProbeLanguage language)
{
  g_string_append_printf (text,
                          language == PROBE_WORDS_VI
                              ? "  %s  %7.0f kbit/s   mất gói %5.2f %%   rung %5.1f ms\n"
                              : "  %s  %7.0f kbit/s   loss %5.2f %%   jitter %5.1f ms\n",
                          name, way->kbps, way->loss * 100, (double) way->jitter_us / 1000);
}

static const char *
reach_word (Reach reach, ProbeLanguage language)
{
  static const char *const words[][2] = {
    [REACH_UNKNOWN] = { "chưa thử", "not tried" },
    [REACH_YES] = { "thông", "open" },
    [REACH_NO] = { "bị chặn", "blocked" },
  };

  return words[reach][language];
}

char *
probe_report_to_text (const ProbeResult *result, const TestVerdict *verdict, ProbeLanguage language)
{
  GString *text = g_string_new (NULL);
  const LineFigures *line = &result->line;
  gboolean is_vi = language == PROBE_WORDS_VI;

  g_string_append_printf (text, "%s %s\n", marks[verdict->light],
                          light_words[verdict->light][language]);
  append_way (text, is_vi ? "lên    " : "up     ", &line->up, language);
  append_way (text, is_vi ? "xuống  " : "down   ", &line->down, language);
  g_string_append_printf (text,
                          is_vi ? "  trễ khứ hồi %.0f ms, khi đầy tải %.0f ms\n"
                                : "  round trip %.0f ms, %.0f ms when filled\n",
                          (double) MAX (line->rtt_us, 0) / 1000,
                          (double) MAX (line->loaded_rtt_us, 0) / 1000);
  g_string_append_printf (text, "  UDP %s, TCP %s\n", reach_word (result->udp, language),
                          reach_word (result->tcp, language));
  for (guint i = 0; i < verdict->n_advices; i++) {
    const TestWords *words = test_advice_words (verdict->advices[i]);
    g_string_append_printf (text, "→ %s\n", is_vi ? words->vi : words->en);
  }
  return g_string_free (text, FALSE);
}

char *
probe_report_progress (ProbeStage stage, double share, const LineFigures *line,
                       ProbeLanguage language)
{
  static const char *const names[][2] = {
    [PROBE_JOINING] = { "vào phiên", "joining" },
    [PROBE_IDLE] = { "đo trễ", "round trip" },
    [PROBE_FILLING] = { "gửi hình", "sending" },
    [PROBE_MEASURING] = { "đang đo", "measuring" },
    [PROBE_DRYING] = { "chờ báo cáo", "last reports" },
    [PROBE_TELLING] = { "gửi kết quả", "telling" },
    [PROBE_DONE] = { "", "" },
    [PROBE_FAILED] = { "", "" },
  };
  GString *text = g_string_new ("[");

  for (guint i = 0; i < BAR_CELLS; i++)
    g_string_append_c (text, i < share * BAR_CELLS ? '=' : ' ');
  g_string_append_printf (text, "] %s", names[stage][language]);
  if (stage == PROBE_MEASURING)
    g_string_append_printf (text, "  ↑ %.0f kbit/s %.1f %%  ↓ %.0f kbit/s %.1f %%", line->up.kbps,
                            line->up.loss * 100, line->down.kbps, line->down.loss * 100);
  return g_string_free (text, FALSE);
}
