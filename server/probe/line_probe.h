/* LineProbe: tests a line from a terminal as a room's page does: joins the meeting as the token's
 * endpoint, sends a picture and a sound at the meeting's bitrate, gets both back through the relay
 * (test.loop, signaling/meeting/loop.h), and counts at both ends.
 *
 *   joining --media by UDP--> idle --3 s--> filling --2 s--> measuring --> drying --> telling -->
 * done
 *      |--5 s without an answer--> joining by TCP --media--> idle ...      '--15 s without-->
 * failed
 *
 * line_probe_run () blocks; it runs the thread-default main context. */
#pragma once

#include "server/probe/line_test.h"

#include <jansson.h>

#define PROBE_SECONDS 15
#define PROBE_SECONDS_MIN 3
#define PROBE_SECONDS_MAX 300
#define PROBE_KBPS_MIN 64
#define PROBE_KBPS_MAX 20000
/* An HD room each way (DOMAIN): where the server does not tell. */
#define PROBE_KBPS 1200

typedef enum {
  PROBE_JOINING,
  PROBE_IDLE,
  PROBE_FILLING,
  PROBE_MEASURING,
  PROBE_DRYING,
  PROBE_TELLING,
  PROBE_DONE,
  PROBE_FAILED,
} ProbeStage;

typedef enum { REACH_UNKNOWN, REACH_YES, REACH_NO } Reach;

typedef struct {
  char *problem;   /* why there is no result, or NULL */
  gboolean by_tcp; /* media went by TCP, since UDP does not get through */
  Reach udp, tcp;
  const char *network;  /* "wifi", "ethernet", "unknown" */
  guint asked_kbps;     /* the picture's */
  gboolean seen, heard; /* came back through the loop */
  LineFigures line;
  json_t *verdict; /* what the server says to it, or NULL: test.verdict */
} ProbeResult;

typedef struct {
  const char *url, *token, *meeting, *endpoint;
  guint kbps;          /* 0: the meeting's */
  guint seconds;       /* of measuring */
  const char *ca_file; /* (nullable): certificates to trust in place of the system's */
  gboolean insecure;   /* takes any certificate */
  guint16 media_port;  /* in place of what the server says; 0: that */
  gboolean tcp;        /* by TCP at once */
  /* (nullable): several times a second; @share of its time is over. */
  void (*on_progress) (gpointer user_data, ProbeStage stage, double share, const LineFigures *line);
  gpointer user_data;
} ProbeConfig;

/* FALSE: it could not be tested, and result->problem says why. line_probe_result_clear () in any
 * case.
 */
gboolean line_probe_run (const ProbeConfig *config, ProbeResult *ret_result);
void line_probe_result_clear (ProbeResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ProbeResult, line_probe_result_clear)
