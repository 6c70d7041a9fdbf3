/* Receiver: who is told by a webhook: an HTTP server of a few lines on loopback that notes what it
 * gets and answers with the statuses that it was given. A thread of its own. */
#pragma once

#include <gio/gio.h>

typedef struct Receiver Receiver;

/* Answers one after the other; the last one again and again. 0-terminated. */
Receiver *receiver_new (const guint *statuses);
/* The other end is gone by then, if it was answered with bodies. */
void receiver_free (Receiver *receiver);
/* Answers with a body of so many bytes and leaves the connection open; before the first request. */
void receiver_set_body (Receiver *receiver, gsize bytes);
guint receiver_count_connections (Receiver *receiver);
char *receiver_url (const Receiver *receiver); /* transfer full */
/* The next request, head and body (transfer full); NULL after 20 s. */
char *receiver_pop (Receiver *receiver);
