/* description: the offer that a virtual room makes and what it needs of the answer (RFC 8829,
 * RFC 9429): one Opus microphone, one camera (VP8 or H.264), and the lines it receives on (both,
 * with RTX).
 *
 * Pure text in, structs out; any thread.
 */
#pragma once

#include "pipelines/rtp/payload.h"

#define DESCRIPTION_OPUS_PT 111
/* The RTX of each is one more. */
#define DESCRIPTION_VP8_PT 96
#define DESCRIPTION_H264_PT 98
#define DESCRIPTION_MID_EXTENSION 1
#define DESCRIPTION_LEVEL_EXTENSION 2
#define DESCRIPTION_TRANSPORT_SEQ_EXTENSION 3
/* lines of one offer: ours are few, the bound is for answers */
#define DESCRIPTION_MAX_LINES 64
/* of one answer: more than a relay with many addresses has */
#define DESCRIPTION_MAX_CANDIDATES 32

/* What an m-line is for; the words of the room protocol. */
typedef enum {
  LINE_MIC,
  LINE_CAMERA,
  LINE_AUDIO,
  LINE_MAIN,
  LINE_TILE,
  LINE_ROLES,
} LineRole;

extern const char *const line_role_names[]; /* NULL-terminated: "mic", "camera", ... */

typedef struct {
  LineRole role;
  guint32 ssrc; /* sending lines only */
} OfferLine;

typedef struct {
  char *ufrag;
  char *pwd;
  char *fingerprint; /* "sha-256 AA:BB..." */
  char *cname;
  Codec codec;           /* of the camera */
  gboolean has_feedback; /* transport-wide, of what comes and of what goes */
  OfferLine *lines;      /* the mid of line i is the decimal number i */
  guint n_lines;
} Offer;

/* With new credentials, a new CNAME and new SSRCs. (transfer full) */
Offer *offer_new (const LineRole *roles, guint n_roles, const char *fingerprint, Codec codec);
void offer_free (Offer *offer);

/* The codec of a payload type of ours; *ret_is_rtx: it carries retransmissions. */
Codec description_codec (guint payload_type, gboolean *ret_is_rtx);

/* (transfer full) */
char *offer_to_text (const Offer *offer);

typedef struct {
  char *address;
  guint port;
  guint32 priority;
} AnswerCandidate;

typedef struct {
  gboolean accepted; /* port not 0 and not inactive */
  int mid_extension; /* 0 = not negotiated */
  int level_extension;
  int transport_seq_extension;
  guint32 ssrc; /* of what is received; 0: not told */
  guint32 rtx_ssrc;
} AnswerLine;

typedef struct {
  char *ufrag;
  char *pwd;
  char *fingerprint;
  gboolean peer_is_active; /* a=setup:active: the peer starts the handshake */
  GArray *candidates;      /* of AnswerCandidate */
  GArray *lines;           /* of AnswerLine, in the order of the offer */
} Answer;

/* Returns (transfer full), or NULL with @error in G_IO_ERROR_INVALID_DATA. */
Answer *answer_parse (const char *text, GError **error);
void answer_free (Answer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Answer, answer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Offer, offer_free)
