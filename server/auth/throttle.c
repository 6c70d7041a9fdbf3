#include "server/auth/throttle.h"

#include "server/auth/failure_table.h"

#include <gio/gio.h>
#include <string.h>

#define IPV6_NETWORK_BYTES 8 /* a customer has at least a /64 to change addresses in */

struct Throttle {
  guint limit;
  gint64 forgive_ms;
  FailureTable table; /* time_ms: up to when failures are forgiven */
};

Throttle *
throttle_new (guint limit, gint64 forgive_ms, guint max_keys)
{
  Throttle *throttle = g_new0 (Throttle, 1);
  throttle->limit = limit;
  throttle->forgive_ms = forgive_ms;
  failure_table_init (&throttle->table, max_keys);
  return throttle;
}

void
throttle_free (Throttle *throttle)
{
  if (!throttle)
    return;
  failure_table_clear (&throttle->table);
  g_free (throttle);
}

static void
forgive (Throttle *throttle, FailureEntry *entry, gint64 now_ms)
{
  gint64 forgiven = MAX (now_ms - entry->time_ms, 0) / throttle->forgive_ms;
  if (forgiven >= entry->count) {
    entry->count = 0;
    entry->time_ms = now_ms;
  } else {
    entry->count -= (guint) forgiven;
    entry->time_ms += forgiven * throttle->forgive_ms;
  }
}

gboolean
throttle_is_blocked (Throttle *throttle, const char *key, gint64 now_ms)
{
  FailureEntry *entry = failure_table_find (&throttle->table, key);
  if (!entry)
    return FALSE;
  forgive (throttle, entry, now_ms);
  return entry->count >= throttle->limit;
}

void
throttle_count (Throttle *throttle, const char *key, gint64 now_ms)
{
  FailureEntry *entry = failure_table_touch (&throttle->table, key);
  forgive (throttle, entry, now_ms);
  /* No deeper in debt than the limit, else a flood would shut an office out for hours. */
  entry->count = MIN (entry->count + 1, throttle->limit);
}

void
throttle_forget (Throttle *throttle, const char *key)
{
  failure_table_remove (&throttle->table, key);
}

guint
throttle_size (Throttle *throttle)
{
  return g_hash_table_size (throttle->table.entries);
}

char *
throttle_source_key (const char *address)
{
  g_autoptr (GInetAddress) parsed = g_inet_address_new_from_string (address);
  if (!parsed || g_inet_address_get_family (parsed) != G_SOCKET_FAMILY_IPV6)
    return g_strdup (address);
  guint8 bytes[16];
  memcpy (bytes, g_inet_address_to_bytes (parsed), sizeof bytes);
  static const guint8 mapped[12] = { [10] = 0xff, [11] = 0xff };
  if (memcmp (bytes, mapped, sizeof mapped) == 0)
    return g_strdup_printf ("%d.%d.%d.%d", bytes[12], bytes[13], bytes[14], bytes[15]);
  memset (bytes + IPV6_NETWORK_BYTES, 0, sizeof bytes - IPV6_NETWORK_BYTES);
  g_autoptr (GInetAddress) network = g_inet_address_new_from_bytes (bytes, G_SOCKET_FAMILY_IPV6);
  g_autofree char *text = g_inet_address_to_string (network);
  return g_strconcat (text, "/64", NULL);
}
