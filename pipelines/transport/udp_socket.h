/* UdpSocket: one public UDP port on one or several local addresses, IPv4 and IPv6.
 * UdpReceiver: the buffers of one reading thread: recvmmsg + UDP_GRO, datagrams split apart.
 *
 * Without addresses the port is bound on the IPv6 and the IPv4 wildcard (two descriptors, V6ONLY),
 * and IP_PKTINFO tells which address a datagram came to; with addresses, one descriptor for each.
 * All descriptors are non-blocking; the owner adds each to its main context (udp_socket_get_fd()).
 * Owner: the thread that made it; sending (SendBatch) and receiving are independent, so a second
 * thread may send. Life: udp_socket_new() -> any number of receive -> udp_socket_free().
 */
#pragma once

#include "pipelines/transport/net_address.h"

G_BEGIN_DECLS

#define UDP_SOCKET_DESCRIPTORS_MAX 8

/* Bytes after each received datagram's buffer that may be read and written: STUN validation reads
 * up to 20 bytes past a datagram. */
#define UDP_RECEIVER_SLACK 64

/* What one buffer needs for UDP_GRO (65,535 bytes and the slack). */
#define UDP_RECEIVER_BUFFER_SIZE (65536 + UDP_RECEIVER_SLACK)

typedef struct _UdpSocket UdpSocket;
typedef struct _UdpReceiver UdpReceiver;

typedef struct {
  const gchar *const *addresses; /* numeric, NULL-terminated; NULL or empty: all addresses */
  guint16 port;                  /* 0: any free one, the same for all addresses */
  gint buffer_bytes;             /* SO_RCVBUF and SO_SNDBUF; 0: 4 MB */
  gboolean no_gro;               /* datagrams one by one, as from a card without offload */
  gboolean timestamps;           /* udp_receiver_get_arrival_us () */
  gboolean apart;                /* udp_socket_get_control_fd () */
} UdpSocketConfig;

/* One datagram inside a receive buffer. Datagrams that the kernel coalesced lie back to back: the
 * byte after @len may be the next one's first. Never write past @len; reading UDP_RECEIVER_SLACK
 * bytes past it is allowed. */
typedef struct {
  guint8 *data;
  guint32 len;
  guint16 buffer;      /* index of the receive buffer it lies in */
  const NetPath *path; /* valid until the next udp_receiver_receive() */
} UdpDatagram;

/* (transfer full). Errors: G_IO_ERROR of bind(), G_IO_ERROR_INVALID_ARGUMENT for a bad address. A
 * machine without IPv6 gets the IPv4 wildcard alone. */
UdpSocket *udp_socket_new (const UdpSocketConfig *config, GError **error);
void udp_socket_free (UdpSocket *socket);

guint16 udp_socket_get_port (const UdpSocket *socket);
guint udp_socket_get_n_descriptors (const UdpSocket *socket);
gint udp_socket_get_fd (const UdpSocket *socket, guint index);
/* Where what is no media comes to the same address (udp_apart.h), to be read by
 * udp_receiver_receive_control (); -1 where all comes by the other. Nothing is sent from it. */
gint udp_socket_get_control_fd (const UdpSocket *socket, guint index);
/* (transfer none): what it is bound to, with the port. */
const NetAddress *udp_socket_get_address (const UdpSocket *socket, guint index);

/* FALSE when the kernel knows no UDP_SEGMENT at all. */
gboolean udp_socket_has_gso (const UdpSocket *socket);

/* (element-type NetAddress) (transfer full): addresses to advertise as host candidates: the bound
 * ones, for a wildcard net_address_list_local(), all with the port set. */
GArray *udp_socket_list_candidates (const UdpSocket *socket);

/* The descriptor from which a datagram can reach @remote; FALSE if no family fits. Sets
 * @ret_path with no local address. For sending first (clients); answers use the received path. */
gboolean udp_socket_make_path (const UdpSocket *socket, const NetAddress *remote,
                               NetPath *ret_path);

/* @n_buffers (1..64) messages are read per system call, each into a buffer of
 * UDP_RECEIVER_BUFFER_SIZE that the receiver owns.
 *
 * A packet that is to live longer must be copied out (27 ns for 1200 bytes) or its buffer replaced
 * by udp_receiver_set_buffer(). Copying into compact slabs is the better choice wherever packets
 * are kept: a cached audio packet of 100 bytes would pin a buffer of 64 KB, and a copy gets the
 * tail room that RTP padding and RTCP building want. Unprotect after the copy, in the slab. */
UdpReceiver *udp_receiver_new (guint n_buffers);
void udp_receiver_free (UdpReceiver *receiver);

/* From the next receive on buffer @index is the caller's @data of @size bytes
 * (>= UDP_RECEIVER_BUFFER_SIZE), which must outlive its use; NULL goes back to the own one. */
void udp_receiver_set_buffer (UdpReceiver *receiver, guint index, guint8 *data, gsize size);

/* One recvmmsg() on descriptor @index of @socket, never blocking. Returns the number of datagrams
 * in (transfer none) @ret_datagrams, 0 when there is nothing to read; then stop. Truncated
 * datagrams and those of unknown family are dropped and counted. */
guint udp_receiver_receive (UdpReceiver *receiver, UdpSocket *socket, guint index,
                            const UdpDatagram **ret_datagrams);

/* The same of what came apart; 0 where nothing does. Its paths are those of descriptor @index. */
guint udp_receiver_receive_control (UdpReceiver *receiver, UdpSocket *socket, guint index,
                                    const UdpDatagram **ret_datagrams);

/* TRUE: the last receive used all buffers, so more may wait. */
gboolean udp_receiver_was_filled (const UdpReceiver *receiver);

/* When the kernel took the message in buffer @buffer of the last receive, on the monotonic clock
 * (of GLib); 0 without UdpSocketConfig.timestamps. Costs a look at both clocks: clients only. */
gint64 udp_receiver_get_arrival_us (const UdpReceiver *receiver, guint buffer);

typedef struct {
  guint64 datagrams;
  guint64 bytes;
  guint64 dropped; /* truncated or of unknown family */
  guint64 errors;  /* recvmmsg() errors, the ICMP ones of earlier sends included */
} UdpReceiverCounters;

const UdpReceiverCounters *udp_receiver_get_counters (const UdpReceiver *receiver);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UdpSocket, udp_socket_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (UdpReceiver, udp_receiver_free)

G_END_DECLS
