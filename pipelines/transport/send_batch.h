/* SendBatch: the sending half of the packet path. Sealed packets are written straight into its
 * arena, destination by destination; runs of equal size leave as one UDP_SEGMENT message, 16
 * messages in one sendmmsg().
 *
 *   send_batch_begin (batch, &path);
 *   for each packet:  p = send_batch_reserve (batch, header_len + payload_len + tag_len);
 *                     len = ... write header, sealer_seal (...) ...;  send_batch_commit (batch,
 * len); send_batch_begin (batch, &next_path); ... send_batch_flush (batch);      once, at the end
 * of the round
 *
 * The caller need not know the rules of UDP_SEGMENT: a packet of the same size joins the run, a
 * shorter one joins and ends it, a longer one starts a new run. So the cheapest order is: equal
 * ones first, then the shorter (an audio packet rides behind a video frame).
 * Where the kernel refuses UDP_SEGMENT the run goes out packet by packet, for good on that
 * descriptor (EIO, ENOPROTOOPT, EOPNOTSUPP) or towards that destination (EINVAL, EMSGSIZE). A
 * message that fails is skipped, those behind it are sent. No allocation, no lock, no log.
 * Owner: one thread. Life: new -> rounds of begin/reserve/commit/flush -> free.
 */
#pragma once

#include "pipelines/transport/udp_socket.h"
#include <sys/socket.h>

G_BEGIN_DECLS

typedef struct _SendBatch SendBatch;

/* System call, replaceable by tests. */
typedef struct {
  int (*sendmmsg) (gpointer user_data, int fd, struct mmsghdr *messages, unsigned int n, int flags);
  gpointer user_data;
} SendBatchSystem;

typedef struct {
  guint64 packets;  /* handed to the kernel */
  guint64 bytes;    /* UDP payload of these */
  guint64 messages; /* of which UDP_SEGMENT runs or single packets */
  guint64 calls;    /* sendmmsg() calls */
  guint64 dropped;  /* packets lost because the socket buffer was full (EAGAIN, ENOBUFS) */
  guint64 failed;   /* packets lost to any other error (EHOSTUNREACH, EPERM, ...) */
  guint64 refused;  /* runs that the kernel would not segment and that went out one by one */
} SendBatchCounters;

/* @socket must outlive the batch. @system may be NULL. */
SendBatch *send_batch_new (const UdpSocket *socket, const SendBatchSystem *system);
void send_batch_free (SendBatch *batch);

/* Where runs of a path that is a TCP connection go. @data is @len bytes of packets of @segment_len,
 * the last one perhaps shorter. */
typedef struct {
  void (*send) (gpointer user_data, guint32 connection, const guint8 *data, gsize len,
                guint16 segment_len);
  gpointer user_data;
} SendBatchStreams;

void send_batch_set_streams (SendBatch *batch, const SendBatchStreams *streams);

/* The following packets go to @path (copied). Same destination as before: nothing happens, the run
 * goes on. May send what is waiting. */
void send_batch_begin (SendBatch *batch, const NetPath *path);

/* Room for one packet of at most @max_len bytes (<= SEND_BATCH_SEGMENT_MAX); valid until commit.
 * Reserving again without commit gives the same room. May send what is waiting.
 * NULL only if @max_len is too large or nothing was begun. */
guint8 *send_batch_reserve (SendBatch *batch, gsize max_len);

/* @len <= the reserved length; 0 gives the room back (a packet that could not be sealed). */
void send_batch_commit (SendBatch *batch, gsize len);

/* Length of the packets of the run that the next one may join, 0: there is none. After reserve().
 */
gsize send_batch_get_run (const SendBatch *batch);

/* begin + reserve + copy + commit: STUN replies, DTLS, RTCP. FALSE if @len is too large. */
gboolean send_batch_add (SendBatch *batch, const NetPath *path, const guint8 *data, gsize len);

/* Sends all that waits; the arena is free again. */
void send_batch_flush (SendBatch *batch);

const SendBatchCounters *send_batch_get_counters (const SendBatch *batch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SendBatch, send_batch_free)

G_END_DECLS
