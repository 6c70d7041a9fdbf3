/* The TCP side of a shard: rooms behind lines that block UDP. Their packets go the same way as all
 * others; only the first and the last step differ.
 *
 * A reader that is slow gets sound and no picture until it has caught up. Shard thread.
 */
#pragma once

#include "pipelines/relay/shard.h"

/* Listens where the shard's UDP socket is bound; FALSE and @error if a port is taken. */
gboolean shard_tcp_open (Shard *shard, GError **error);

/* GUnixFDSourceFunc of tcp_port_get_fd(). */
gboolean shard_tcp_on_ready (gint fd, GIOCondition condition, gpointer user_data);

/* The connections of a transport that ends. */
void shard_tcp_let_go (Shard *shard, const IceSession *session);

/* The transport that authenticated itself on the connection of @path, or NULL. */
Transport *shard_tcp_find_transport (Shard *shard, const NetPath *path);
