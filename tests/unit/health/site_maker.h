/* Makes what a relay, a page and a meeting say of a site that is well; tests then spoil a part. */
#pragma once

#include "signaling/health/board.h"

#define SECOND ((gint64) G_USEC_PER_SEC)

/* The microphone speaks, the camera sends 720p25; it hears and sees the hall. */
void make_streams (LineSample *line);
StreamSample *find_stream (LineSample *line, const char *name);
/* The same as the relay tells it; (transfer full). @line: its streams. */
LineStats *make_stats (const char *transport, const LineSample *line);
SiteFacts make_facts (void);
/* A whole sample at @now_us, with a page that plays well (its report owned by the caller). */
void make_sample (SiteSample *sample, ClientReport *report, gint64 now_us);
