/* ProbeReport: what a probe found, judged as the server judges a room's test
 * (signaling/meeting/room_test.h), in words and as JSON. Pure but for printing. */
#pragma once

#include "server/probe/line_probe.h"
#include "signaling/meeting/room_test.h"

typedef enum { PROBE_WORDS_VI, PROBE_WORDS_EN } ProbeLanguage;

/* By the line alone: a terminal has no microphone, no camera and no loudspeaker. */
void probe_report_judge (const ProbeResult *result, TestVerdict *ret_verdict);
/* (transfer full) */
json_t *probe_report_to_json (const ProbeResult *result, const TestVerdict *verdict);
/* (transfer full): some lines. */
char *probe_report_to_text (const ProbeResult *result, const TestVerdict *verdict,
                            ProbeLanguage language);
/* (transfer full): one line, for a terminal while it runs. */
char *probe_report_progress (ProbeStage stage, double share, const LineFigures *line,
                             ProbeLanguage language);
