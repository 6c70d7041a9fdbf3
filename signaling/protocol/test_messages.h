/* A room's test of itself and its line, in the room protocol: what the room found (a request), and
 * what the server says of it. All that a room tells is a claim about itself: it moves its own
 * light and nothing else. Pure: no thread, no I/O. */
#pragma once

#include "pipelines/control/record.h"

#define TEST_SECONDS 15      /* of media each way: long enough for 1 % of loss to show */
#define TEST_SECONDS_MAX 600 /* a page that measured longer is a page that sleeps */
#define TEST_KBPS_MAX 10000000
#define TEST_DELAY_MS_MAX 60000
#define TEST_ECHO_DB_MAX 120
#define TEST_SILENCE 127  /* -dBov (RFC 6464) */
#define TEST_UNKNOWN (-1) /* of every number, and of every yes or no, below */

/* Labels as the browser gives them, or NULL. */
typedef struct {
  char *camera, *microphone, *speaker;
} TestDevices;
RECORD_DECLARE (TestDevices, test_devices)

typedef struct {
  int ok;
  int level; /* its loudest moment, -dBov */
} TestMic;
RECORD_DECLARE (TestMic, test_mic)

typedef struct {
  int ok, dark;
  int height;
} TestCamera;
RECORD_DECLARE (TestCamera, test_camera)

typedef struct {
  int ok; /* FALSE: what it plays comes back by its microphone */
  int db; /* how much weaker it comes back; TEST_UNKNOWN too when it is -1 */
} TestEcho;
RECORD_DECLARE (TestEcho, test_echo)

/* Its own picture and sound, back from the relay. */
typedef struct {
  int seen, heard;
} TestLoop;
RECORD_DECLARE (TestLoop, test_loop)

/* The relay's ports, as far as it tried them. */
typedef struct {
  int udp, tcp;
} TestReach;
RECORD_DECLARE (TestReach, test_reach)

typedef struct {
  int network; /* ClientNetwork */
  int up_kbps, down_kbps;
  int up_loss, down_loss; /* permille */
  int up_jitter_ms, down_jitter_ms;
  int rtt_ms;
  int seconds;
} TestLine;
RECORD_DECLARE (TestLine, test_line)

/* What somebody in the room answered to "do you hear it?". */
typedef enum {
  TEST_SPEAKER_UNKNOWN,
  TEST_SPEAKER_YES,
  TEST_SPEAKER_NO,
  TEST_SPEAKER_SKIPPED
} TestSpeaker;
extern const char *const test_speaker_names[]; /* "unknown", "yes", "no", "skipped", NULL */

/* test.result; each part NULL = was not tried */
typedef struct {
  char *test; /* id of the plan */
  TestDevices *devices;
  TestMic *mic;
  TestSpeaker speaker;
  TestCamera *camera;
  TestEcho *echo;
  TestLoop *loop;
  TestReach *reach;
  TestLine *line;
} TestResult;
RECORD_DECLARE (TestResult, test_result)

/* What a room is asked to do; a page passes over what it does not know. */
typedef enum {
  TEST_ASK_TEST,
  TEST_ASK_PLAYBACK,
  TEST_ASK_RELOAD,
  TEST_ASK_CARD,
  N_TEST_ASKS
} TestAsk;
extern const char *const test_ask_names[]; /* "test", "playback", "reload", "card", NULL */

/* --- what the server sends; all texts (transfer full) --- */

/* @kbps: what the meeting needs of the line each way. */
char *room_message_test_plan (const char *test, guint kbps);
/* @advice: array of {id, text: {vi, en}} (transfer full). */
char *room_message_test_verdict (const char *test, const char *light, json_t *advice);
/* @on: of the test card, which is switched on and off. */
char *room_message_test_ask (TestAsk act, gboolean on);
