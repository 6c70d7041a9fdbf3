/* What is known of one site in one second: what the relay measured, what its page says, what the
 * meeting knows. The engines of this folder judge it; they are pure and own no clock.
 *
 * Plain data; strings belong to the HealthSite (board.h). Main thread. */
#pragma once

#include "pipelines/control/messages.h"
#include "signaling/health/client_report.h"

G_BEGIN_DECLS

/* From the relay, of one transport. */
typedef struct {
  gint64 at_us; /* when it came; 0 = never */
  TransportState state;
  char address[LIMIT_ADDRESS_BYTES + 1]; /* "" = not known */
  gboolean tcp;
  int rtt_ms; /* -1 = not known, here and below */
  int up_loss_permille, down_loss_permille;
  int up_jitter_us;
  gint64 up_bps, down_bps;
  gint64 estimate_bps; /* of the line towards the room; 0 = not known */
  gint64 target_bps;
  int idle_ms; /* since anything came from it */
  guint n_streams;
  StreamSample streams[STREAM_SAMPLES_MAX];
} LineSample;

/* From its page. */
typedef struct {
  gint64 at_us;         /* 0 = never */
  ClientReport *report; /* NULL = never */
} ClientSample;

/* "chair", "cochair" or "site". */
typedef enum { SITE_ROLE_SITE, SITE_ROLE_CHAIR, SITE_ROLE_COCHAIR } SiteRole;

/* From the meeting. */
typedef struct {
  SiteRole role;
  gboolean is_in;        /* took its seat; reconnecting ones too */
  gboolean is_away;      /* reconnecting */
  gboolean is_encoder;   /* no page sends for it */
  gboolean has_media;    /* a transport was made for it */
  gboolean mic_open;     /* and let through */
  gboolean camera_on;    /* and let through, and it does not rest */
  gboolean camera_rests; /* on, and sends nothing since nobody watches */
  gboolean content_on;   /* it shares */
  gboolean is_dark;      /* its page finds its picture black */
  gboolean is_speaking;  /* its voice is heard */
  gboolean is_spoken_to; /* somebody speaks whose sound is routed to it */
  gboolean is_shown;     /* a picture is routed to it */
} SiteFacts;

typedef struct {
  gint64 now_us;
  LineSample line;
  ClientSample client;
  SiteFacts facts;
} SiteSample;

/* A page that was silent for so long says nothing any more; a relay neither. */
#define SAMPLE_CLIENT_FRESH_US (6 * (gint64) G_USEC_PER_SEC)
#define SAMPLE_LINE_FRESH_US (3 * (gint64) G_USEC_PER_SEC)

/* NULL: there is none of that name. */
const StreamSample *line_sample_find (const LineSample *line, const char *name);
/* The stream of @kind that matters: the best active one (most lines, then most bytes); NULL: none
 * carries anything. Content is not looked at. */
const StreamSample *line_sample_main (const LineSample *line, StreamKind kind);

static inline gboolean
site_sample_has_line (const SiteSample *sample)
{
  return sample->line.at_us > 0 && sample->now_us - sample->line.at_us < SAMPLE_LINE_FRESH_US;
}

/* The page's report while it is fresh, else NULL. */
static inline const ClientReport *
site_sample_client (const SiteSample *sample)
{
  return sample->client.report != NULL &&
                 sample->now_us - sample->client.at_us < SAMPLE_CLIENT_FRESH_US
             ? sample->client.report
             : NULL;
}

/* Per second. */
static inline guint
stream_sample_rate (const StreamSample *stream, guint32 count)
{
  return (guint) ((guint64) count * 1000 / MAX (stream->span_ms, 1));
}

G_END_DECLS
