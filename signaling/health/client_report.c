#include "signaling/health/client_report.h"

const char *const client_network_names[] = { "unknown", "ethernet", "wifi", "cellular", NULL };
const char *const client_candidate_names[] = { "unknown", "host", "srflx", "prflx", "relay", NULL };
const char *const client_limit_names[] = { "none", "cpu", "bandwidth", "other", NULL };
const char *const client_played_names[] = { "unknown", "no", "yes", NULL };

#define SPAN_MS_MAX 60000
#define FPS_MAX 240
#define LINES_MAX 8640
#define COUNT_MAX 1000000
/* Encoders on a graphics card are behind by some pictures, all of which count. */
#define BUSY_PERMILLE_MAX 10000
#define SILENCE 127

#define LABEL(m, max) RECORD_FIELD_STRING (ClientReport, m, RECORD_OPTIONAL, 0, max)
#define COUNT(m, most) RECORD_FIELD_INT (ClientReport, m, RECORD_OPTIONAL, -1, most, -1)
#define FLAG(m) RECORD_FIELD_BOOL (ClientReport, m, RECORD_OPTIONAL, FALSE)

static const RecordField client_report_fields[] = {
  RECORD_FIELD_INT (ClientReport, span_ms, RECORD_OPTIONAL, 1, SPAN_MS_MAX, 1000),
  RECORD_FIELD_ENUM (ClientReport, network, RECORD_OPTIONAL, client_network_names, 0),
  RECORD_FIELD_ENUM (ClientReport, candidate, RECORD_OPTIONAL, client_candidate_names, 0),
  FLAG (tcp),
  FLAG (hidden),
  LABEL (browser, CLIENT_BROWSER_BYTES),
  LABEL (microphone, CLIENT_LABEL_BYTES),
  LABEL (camera, CLIENT_LABEL_BYTES),
  LABEL (speaker, CLIENT_LABEL_BYTES),
  FLAG (no_camera),
  FLAG (output_suspect),
  RECORD_FIELD_ENUM (ClientReport, limited, RECORD_OPTIONAL, client_limit_names, 0),
  COUNT (encode_fps, FPS_MAX),
  COUNT (encode_height, LINES_MAX),
  COUNT (capture_fps, FPS_MAX),
  COUNT (encode_permille, BUSY_PERMILLE_MAX),
  COUNT (mic_level, SILENCE),
  COUNT (captured_permille, 1000),
  COUNT (late_ms, SPAN_MS_MAX),
  COUNT (audio_packets, COUNT_MAX),
  COUNT (concealed_permille, 1000),
  COUNT (jitter_buffer_ms, SPAN_MS_MAX),
  COUNT (out_level, SILENCE),
  RECORD_FIELD_ENUM (ClientReport, played, RECORD_OPTIONAL, client_played_names, 0),
  FLAG (blocked),
  COUNT (decoded_fps, FPS_MAX),
  COUNT (decoded_height, LINES_MAX),
  COUNT (dropped, COUNT_MAX),
  COUNT (freezes, COUNT_MAX),
  COUNT (frozen_ms, SPAN_MS_MAX),
  COUNT (rtt_ms, SPAN_MS_MAX),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (ClientReport, client_report);
