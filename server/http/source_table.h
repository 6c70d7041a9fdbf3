/* SourceTable: how many connections each client address has, so that one machine cannot take all.
 *
 * Pure; owned by one thread.  Sources that have none take no memory.  Loopback is not bounded: the
 * reverse proxy and the demonstration's rooms come from there. */
#pragma once

#include <gio/gio.h>

typedef struct SourceTable SourceTable;

SourceTable *source_table_new (guint max_per_source);
void source_table_free (SourceTable *table);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SourceTable, source_table_free)

/* FALSE (and nothing counted) when @source has its share already. */
gboolean source_table_take (SourceTable *table, const char *source);
void source_table_release (SourceTable *table, const char *source);
guint source_table_count (SourceTable *table, const char *source);

/* The address as text, an IPv4 one that came over IPv6 as IPv4.  transfer full. */
char *source_address_text (GSocketAddress *address);
gboolean source_is_loopback (GSocketAddress *address);
