/* IceReturn: whether a peer is where its check claims to come from. A source address can be forged,
 * an answer from there to a binding request of ours, protected by the peer's own password and with
 * the 96 random bits of its transaction, cannot. Full agents answer such checks always (RFC 8445
 * 7.3); it changes nothing else for them, for it does not nominate.
 *
 *   new --due: its request--> asked --again, at growing distances--> given up
 *                               `--answered--> the path may be used
 *
 * Pure. Owner: the session (ice_lite.c). */
#pragma once

#include "pipelines/transport/bounds.h"
#include "pipelines/transport/net_address.h"

/* USERNAME and the few short attributes of a check. */
#define ICE_RETURN_REQUEST_MAX (ICE_LITE_USERNAME_MAX + 128)

typedef struct {
  NetPath path;
  gchar *remote_pwd;
  gint64 due_us; /* of the next request */
  guint tries;
  gsize len;
  guint8 request[ICE_RETURN_REQUEST_MAX];
} IceReturn;

/* (transfer full); NULL: the names are too long. @username: "their ufrag:our ufrag". */
IceReturn *ice_return_new (const NetPath *path, const gchar *username, const gchar *remote_pwd,
                           gint64 now_us);
void ice_return_free (IceReturn *self);

/* TRUE: its request is to be sent now. */
gboolean ice_return_is_due (IceReturn *self, gint64 now_us);
/* TRUE: nobody answers. */
gboolean ice_return_is_over (const IceReturn *self, gint64 now_us);
/* TRUE: @data, which came over @from, is the answer. */
gboolean ice_return_is_answer (const IceReturn *self, const guint8 *data, gsize len,
                               const NetPath *from);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IceReturn, ice_return_free)
