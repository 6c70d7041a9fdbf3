/* TcpLine: a client's connection to a relay that takes ICE-TCP (RFC 6544, active side): datagrams
 * as frames of RFC 4571. Never blocks: what the kernel does not take waits in a bounded queue, and
 * goes out with the next call; what is too much is dropped. Owner: one thread. Life: tcp_line_new()
 * -> send, receive, flush -> tcp_line_free().
 */
#pragma once

#include "pipelines/transport/udp_socket.h"

#define TCP_LINE_QUEUE_BYTES (64 * 1024)

typedef struct _TcpLine TcpLine;

/* (transfer full). Connects to @remote, from @local_address if not NULL; returns before it is done.
 */
TcpLine *tcp_line_new (const NetAddress *remote, const char *local_address, GError **error);
void tcp_line_free (TcpLine *line);
int tcp_line_get_fd (const TcpLine *line);

void tcp_line_send (TcpLine *line, const guint8 *data, guint16 size);
void tcp_line_flush (TcpLine *line);

/* Reads what has come, and calls @func for each packet, which may change it in place. FALSE: the
 * connection is closed, or was never made. */
gboolean tcp_line_receive (TcpLine *line,
                           void (*func) (gpointer user_data, const UdpDatagram *datagram),
                           gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcpLine, tcp_line_free)
