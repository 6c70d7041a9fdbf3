/* TestRun: a room's test as it is kept: what it told of itself, what the relay measured of its line
 * meanwhile, and what was made of it. The last one of an endpoint counts. Pure. */
#pragma once

#include "signaling/meeting/room_test.h"

/* At most, of one run: the result's texts are bounded by their record. */
#define TEST_RESULT_BYTES 4096

typedef struct {
  char *endpoint;
  char *test; /* id, which its room got in its plan */
  gint64 at_ms;
  TestLight light;
  char *advice; /* JSON list of ids, gravest first */
  char *result; /* JSON object: test.result, and what the relay measured as `relay` */
} TestRun;

/* (transfer full) */
TestRun *test_run_new (const char *endpoint, gint64 at_ms, const TestResult *result,
                       const RelayLine *relay, const TestVerdict *verdict);
TestRun *test_run_copy (const TestRun *run);
void test_run_free (TestRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TestRun, test_run_free)

/* Its advice with its words: [{id, text: {vi, en}}] (transfer full); ids of another version are
 * left out. */
json_t *test_run_advice_to_json (const TestRun *run);
