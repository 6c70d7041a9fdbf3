/* A second descriptor on a UDP address that is bound already, for what is no media: STUN, DTLS,
 * RTCP and rubbish (demux.h).  So hundreds of small datagrams that are in no hurry need not wake a
 * reader one by one, and a flood of them cannot fill the buffer of media.
 *
 * The kernel chooses by a filter over the first two bytes (SO_ATTACH_REUSEPORT_CBPF, socket(7)).
 * Where it has coalesced datagrams (UDP_GRO) the first decides for all: either may get some of the
 * other's. */
#pragma once

#include "pipelines/transport/net_address.h"

/* Binds @control_fd to @bound, where @media_fd is bound without SO_REUSEPORT, so that no second
 * program can have come in between.  FALSE: the kernel does not do it; @media_fd gets all. */
gboolean udp_apart_join (gint media_fd, gint control_fd, const NetAddress *bound);
