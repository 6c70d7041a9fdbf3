/* RoomTest: what a room's test means: a light, and what its technician should do, gravest first.
 *
 * Pure: a result and the terms in, a verdict out; the words stand in one table beside the rules. */
#pragma once

#include "signaling/protocol/test_messages.h"

/* In order of severity. */
typedef enum { TEST_LIGHT_NONE, TEST_LIGHT_GOOD, TEST_LIGHT_FAIR, TEST_LIGHT_BAD } TestLight;
extern const char *const test_light_names[]; /* "none", "good", "fair", "bad", NULL */

typedef enum {
  TEST_ADVICE_USE_CABLE,
  TEST_ADVICE_NO_UDP, /* neither UDP nor TCP reaches the relay */
  TEST_ADVICE_LOSS_UP,
  TEST_ADVICE_LOSS_DOWN,
  TEST_ADVICE_NARROW_UP,
  TEST_ADVICE_NARROW_DOWN,
  TEST_ADVICE_JITTER,
  TEST_ADVICE_FAR,
  TEST_ADVICE_TCP_ONLY,
  TEST_ADVICE_LOOP_NOT_SEEN,
  TEST_ADVICE_LOOP_NOT_HEARD,
  TEST_ADVICE_MIC_SILENT,
  TEST_ADVICE_MIC_LOW,
  TEST_ADVICE_SPEAKER_NOT_HEARD,
  TEST_ADVICE_ECHO,
  TEST_ADVICE_NO_CAMERA,
  TEST_ADVICE_CAMERA_DARK,
  TEST_ADVICE_SPEAKER_NOT_ANSWERED,
  TEST_ADVICE_LINE_UNKNOWN,
  TEST_ADVICE_NOT_COMPLETE,
  N_TEST_ADVICES
} TestAdvice;

/* What the relay measured of the line during the test; TEST_UNKNOWN = nothing. */
typedef struct {
  int up_loss, down_loss; /* permille */
  int rtt_ms;
  int carried; /* TRUE: all that was to go to the room went, so that little is no narrow line */
} RelayLine;

typedef struct {
  guint fair_permille, poor_permille; /* of loss, as the lights of lines */
  guint kbps;                         /* what the meeting needs each way */
} TestTerms;

typedef struct {
  TestLight light;
  guint n_advices;
  TestAdvice advices[N_TEST_ADVICES];
} TestVerdict;

/* A figure of @relay counts where the page has none. */
void room_test_judge (const TestResult *result, const RelayLine *relay, const TestTerms *terms,
                      TestVerdict *ret_verdict);

typedef struct {
  const char *id;
  const char *vi, *en;
} TestWords;
const TestWords *test_advice_words (TestAdvice advice);
/* FALSE: an id of another version. */
gboolean test_advice_from_id (const char *id, TestAdvice *ret_advice);

/* FALSE: none of test_light_names. */
gboolean test_light_from_string (const char *text, TestLight *ret_light);
