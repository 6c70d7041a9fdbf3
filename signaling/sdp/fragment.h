/* SdpFragment: application/trickle-ice-sdpfrag (RFC 8840), what a WHIP or WHEP PATCH carries:
 * candidates of the peer (a lite relay does not need them: it learns the peer from its checks) or
 * new ICE credentials, which ask for a restart. A plain value; no thread, no I/O. */
#pragma once

#include <glib.h>

#include "pipelines/control/messages.h"

typedef struct {
  char *ufrag; /* NULL = none given */
  char *pwd;
  char *mid; /* of the first m-section, or NULL */
  guint n_candidates;
  gboolean is_complete; /* a=end-of-candidates */
} SdpFragment;

/* Fails with PROBLEM_SDP_TOO_LARGE, _LIMIT or _MALFORMED. */
gboolean sdp_fragment_parse (const char *text, gsize length, SdpFragment **ret_fragment,
                             GError **error);
void sdp_fragment_free (SdpFragment *fragment);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SdpFragment, sdp_fragment_free)

/* The answer to an ICE restart (RFC 9725 section 4.3.2). @media: kind of the tagged m-line
 * ("audio"), @mid its mid or NULL. (transfer full) */
char *sdp_fragment_answer (const char *media, const char *mid, const TransportIceReply *local);

/* "a=candidate:" lines and the end mark; shared with the answer. */
void sdp_append_candidates (GString *sdp, const TransportIceReply *local);
