#include "server/http/source_table.h"

#include <string.h>

#include "server/auth/throttle.h"

struct SourceTable {
  guint max_per_source;
  GHashTable *counts; /* key of a source -> count */
};

SourceTable *
source_table_new (guint max_per_source)
{
  SourceTable *table = g_new0 (SourceTable, 1);
  table->max_per_source = max_per_source;
  table->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return table;
}

void
source_table_free (SourceTable *table)
{
  g_hash_table_unref (table->counts);
  g_free (table);
}

guint
source_table_count (SourceTable *table, const char *source)
{
  g_autofree char *key = throttle_source_key (source);
  return GPOINTER_TO_UINT (g_hash_table_lookup (table->counts, key));
}

gboolean
source_table_take (SourceTable *table, const char *source)
{
  g_autofree char *key = throttle_source_key (source);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (table->counts, key));
  if (count >= table->max_per_source)
    return FALSE;
  g_hash_table_insert (table->counts, g_steal_pointer (&key), GUINT_TO_POINTER (count + 1));
  return TRUE;
}

void
source_table_release (SourceTable *table, const char *source)
{
  g_autofree char *key = throttle_source_key (source);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (table->counts, key));
  if (count <= 1)
    g_hash_table_remove (table->counts, key);
  else
    g_hash_table_insert (table->counts, g_steal_pointer (&key), GUINT_TO_POINTER (count - 1));
}

/* ::ffff:a.b.c.d, as a dual-stack socket names IPv4 peers. */
static GInetAddress *
source_unmap (GInetAddress *address)
{
  static const guint8 prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };
  const guint8 *bytes = g_inet_address_to_bytes (address);
  if (g_inet_address_get_family (address) == G_SOCKET_FAMILY_IPV6 &&
      memcmp (bytes, prefix, sizeof prefix) == 0)
    return g_inet_address_new_from_bytes (bytes + sizeof prefix, G_SOCKET_FAMILY_IPV4);
  return g_object_ref (address);
}

static GInetAddress *
source_inet_address (GSocketAddress *address)
{
  if (!G_IS_INET_SOCKET_ADDRESS (address))
    return NULL;
  return source_unmap (g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address)));
}

char *
source_address_text (GSocketAddress *address)
{
  g_autoptr (GInetAddress) inet = source_inet_address (address);
  return inet ? g_inet_address_to_string (inet) : g_strdup ("");
}

gboolean
source_is_loopback (GSocketAddress *address)
{
  g_autoptr (GInetAddress) inet = source_inet_address (address);
  return inet && g_inet_address_get_is_loopback (inet);
}
