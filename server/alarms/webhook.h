/* Webhook: tells another program of alarms: JSON by POST to an https:// address, on a thread of its
 * own, so that a server that is slow or gone holds up nothing.
 *
 * A message that is not taken (2xx) is tried again after 1, 5 and 25 seconds, then given up and
 * logged. With a secret each carries `X-Diemcau-Signature: sha256=HEX`, the HMAC of its body.
 * Owner: the main thread. Bounded: in time, in messages that wait, in the answer that is read. */
#pragma once

#include <glib.h>

typedef struct Webhook Webhook;

/* Messages that may wait; one more is dropped and logged. */
#define WEBHOOK_QUEUE_MAX 64
/* Of an answer so much is read and passed over; for more the connection is cut. Its status counts
 * all the same. */
#define WEBHOOK_ANSWER_MAX_BYTES (64 * 1024)

typedef struct {
  const char *url;     /* "" = nobody is told */
  const char *secret;  /* "" = not signed */
  const char *ca_file; /* "" = the system's */
} WebhookTarget;

Webhook *webhook_new (void);
/* What is under way is given up; waits a second at most. */
void webhook_free (Webhook *webhook);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Webhook, webhook_free)

/* @body: (transfer full) JSON. Copies @target. FALSE: dropped. */
gboolean webhook_send (Webhook *webhook, const WebhookTarget *target, char *body);

/* "sha256=..." of @body (transfer full). Pure. */
char *webhook_signature (const char *secret, const char *body);
