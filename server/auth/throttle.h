/* Counts bad log-ins per key (a source address, a login that does not exist).  Pure: time is
 * passed in.  Owned by one thread.  Holds at most @max_keys; the stalest makes room. */
#pragma once
#include <glib.h>

typedef struct Throttle Throttle;

/* Blocks a key after @limit failures; one failure is forgiven every @forgive_ms. */
Throttle *throttle_new (guint limit, gint64 forgive_ms, guint max_keys);
void throttle_free (Throttle *throttle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Throttle, throttle_free)

gboolean throttle_is_blocked (Throttle *throttle, const char *key, gint64 now_ms);
void throttle_count (Throttle *throttle, const char *key, gint64 now_ms);
void throttle_forget (Throttle *throttle, const char *key);
guint throttle_size (Throttle *throttle);

/* A source as one key: an IPv4 address whole, an IPv6 address by its /64, others as they are.
 * transfer full. */
char *throttle_source_key (const char *address);
