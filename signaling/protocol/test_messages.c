#include "signaling/protocol/test_messages.h"

#include "config/limits.h"
#include "signaling/health/client_report.h"

const char *const test_speaker_names[] = { "unknown", "yes", "no", "skipped", NULL };
const char *const test_ask_names[] = { "test", "playback", "reload", "card", NULL };

#define LABEL(m) RECORD_FIELD_STRING (TestDevices, m, RECORD_OPTIONAL, 0, CLIENT_LABEL_BYTES)
/* Yes, no, or nothing said: then it is not written either. */
#define ANSWER(T, m) RECORD_FIELD_BOOL (T, m, RECORD_OPTIONAL, TEST_UNKNOWN)
#define NUMBER(T, m, most)                                                                         \
  RECORD_FIELD_INT (T, m, RECORD_OPTIONAL, TEST_UNKNOWN, most, TEST_UNKNOWN)

static const RecordField test_devices_fields[] = {
  LABEL (camera),
  LABEL (microphone),
  LABEL (speaker),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TestDevices, test_devices);

static const RecordField test_mic_fields[] = {
  ANSWER (TestMic, ok),
  NUMBER (TestMic, level, TEST_SILENCE),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TestMic, test_mic);

static const RecordField test_camera_fields[] = {
  ANSWER (TestCamera, ok),
  ANSWER (TestCamera, dark),
  NUMBER (TestCamera, height, LIMIT_HEIGHT),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TestCamera, test_camera);

static const RecordField test_echo_fields[] = {
  ANSWER (TestEcho, ok),
  RECORD_FIELD_INT (TestEcho, db, RECORD_OPTIONAL, -TEST_ECHO_DB_MAX, TEST_ECHO_DB_MAX,
                    TEST_UNKNOWN),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TestEcho, test_echo);

static const RecordField test_loop_fields[] = {
  ANSWER (TestLoop, seen),
  ANSWER (TestLoop, heard),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TestLoop, test_loop);

static const RecordField test_reach_fields[] = {
  ANSWER (TestReach, udp),
  ANSWER (TestReach, tcp),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TestReach, test_reach);

static const RecordField test_line_fields[] = {
  RECORD_FIELD_ENUM (TestLine, network, RECORD_OPTIONAL, client_network_names, 0),
  NUMBER (TestLine, up_kbps, TEST_KBPS_MAX),
  NUMBER (TestLine, down_kbps, TEST_KBPS_MAX),
  NUMBER (TestLine, up_loss, 1000),
  NUMBER (TestLine, down_loss, 1000),
  NUMBER (TestLine, up_jitter_ms, TEST_DELAY_MS_MAX),
  NUMBER (TestLine, down_jitter_ms, TEST_DELAY_MS_MAX),
  NUMBER (TestLine, rtt_ms, TEST_DELAY_MS_MAX),
  NUMBER (TestLine, seconds, TEST_SECONDS_MAX),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TestLine, test_line);

static const RecordField test_result_fields[] = {
  RECORD_FIELD_STRING (TestResult, test, RECORD_REQUIRED | RECORD_ID, 1, LIMIT_ID_BYTES),
  RECORD_FIELD_RECORD (TestResult, devices, RECORD_OPTIONAL, &test_devices_type),
  RECORD_FIELD_RECORD (TestResult, mic, RECORD_OPTIONAL, &test_mic_type),
  RECORD_FIELD_ENUM (TestResult, speaker, RECORD_OPTIONAL, test_speaker_names, 0),
  RECORD_FIELD_RECORD (TestResult, camera, RECORD_OPTIONAL, &test_camera_type),
  RECORD_FIELD_RECORD (TestResult, echo, RECORD_OPTIONAL, &test_echo_type),
  RECORD_FIELD_RECORD (TestResult, loop, RECORD_OPTIONAL, &test_loop_type),
  RECORD_FIELD_RECORD (TestResult, reach, RECORD_OPTIONAL, &test_reach_type),
  RECORD_FIELD_RECORD (TestResult, line, RECORD_OPTIONAL, &test_line_type),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (TestResult, test_result);

/* --- what the server sends --- */

static char *
take_text (json_t *json)
{
  g_autoptr (json_t) owned = json;
  char *text = json_dumps (owned, JSON_COMPACT);

  g_assert (text != NULL); /* ids and our own words */
  return text;
}

char *
room_message_test_plan (const char *test, guint kbps)
{
  return take_text (json_pack ("{s:s, s:s, s:i, s:i}", "type", "test.plan", "test", test, "kbps",
                               (int) kbps, "seconds", TEST_SECONDS));
}

char *
room_message_test_verdict (const char *test, const char *light, json_t *advice)
{
  return take_text (json_pack ("{s:s, s:s, s:s, s:o}", "type", "test.verdict", "test", test,
                               "light", light, "advice", advice));
}

char *
room_message_test_ask (TestAsk act, gboolean on)
{
  json_t *message = json_pack ("{s:s, s:s}", "type", "test.ask", "act", test_ask_names[act]);

  if (act == TEST_ASK_CARD)
    json_object_set_new (message, "on", json_boolean (on));
  return take_text (message);
}
