/* ClientReport: what a room's page measures itself, as it sends it each second or two in the room
 * protocol's `stats`: what only the browser can know. Pure: a record (pipelines/control/record.h).
 *
 * All of it is a claim of the peer: it moves this room's own light and nothing else. */
#pragma once

#include "pipelines/control/record.h"

G_BEGIN_DECLS

/* A device's label as browsers give it, UTF-8. */
#define CLIENT_LABEL_BYTES 160
#define CLIENT_BROWSER_BYTES 80

typedef enum {
  CLIENT_NETWORK_UNKNOWN,
  CLIENT_NETWORK_ETHERNET,
  CLIENT_NETWORK_WIFI,
  CLIENT_NETWORK_CELLULAR,
} ClientNetwork;
typedef enum {
  CLIENT_CANDIDATE_UNKNOWN,
  CLIENT_CANDIDATE_HOST,
  CLIENT_CANDIDATE_SRFLX,
  CLIENT_CANDIDATE_PRFLX,
  CLIENT_CANDIDATE_RELAY,
} ClientCandidate;
/* WebRTC Statistics: qualityLimitationReason. */
typedef enum {
  CLIENT_LIMITED_NONE,
  CLIENT_LIMITED_CPU,
  CLIENT_LIMITED_BANDWIDTH,
  CLIENT_LIMITED_OTHER,
} ClientLimit;
typedef enum { CLIENT_PLAYED_UNKNOWN, CLIENT_PLAYED_NO, CLIENT_PLAYED_YES } ClientPlayed;

extern const char *const client_network_names[];
extern const char *const client_candidate_names[];
extern const char *const client_limit_names[];
extern const char *const client_played_names[]; /* "unknown", "no", "yes" */

/* Counters are of the last @span_ms; -1 = not known. */
typedef struct {
  int span_ms;
  ClientNetwork network;
  ClientCandidate candidate; /* of its own end */
  gboolean tcp;
  gboolean hidden; /* its page is in the background */
  /* devices, as the browser names them; NULL = none */
  char *browser, *microphone, *camera, *speaker;
  gboolean no_camera;      /* the machine has none, so none is missed */
  gboolean output_suspect; /* the chosen output is gone, or is one that rooms do not hear */
  /* what it sends */
  ClientLimit limited;
  int encode_fps, encode_height;
  int capture_fps;     /* what its camera gave for that */
  int encode_permille; /* of the time, of the busiest layer */
  int mic_level;       /* -dBov, before the encoder; 127 = silence */
  /* is the computer quick enough */
  int captured_permille; /* of the time that passed, sound that came from the microphone */
  int late_ms;           /* its clock strikes so much late, in the mean */
  /* what it gets */
  int audio_packets;
  int concealed_permille; /* of the samples played, made up */
  int jitter_buffer_ms;
  int out_level; /* -dBov of what it plays; 127 = silence */
  ClientPlayed played;
  gboolean blocked; /* the browser plays no sound before somebody clicks */
  int decoded_fps, decoded_height, dropped, freezes, frozen_ms; /* of the large picture */
  int rtt_ms;
} ClientReport;
RECORD_DECLARE (ClientReport, client_report)

G_END_DECLS
