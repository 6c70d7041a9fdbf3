/* TransportLimits: what a transport may take of the network: its own bounds, and its share of a
 * line's budget.  Downwards they bound what LineShare divides; upwards the publisher is told by
 * REMB (draft-alvestrand-rmcat-remb-03), with or without transport-wide feedback.
 *
 * Owner: the shard of its transport. */
#pragma once

#include <glib.h>

typedef struct Transport Transport;

/* 0: no bound. */
typedef struct {
  guint down_bps, up_bps;           /* its own */
  guint32 line;                     /* serial; 0: none */
  guint line_down_bps, line_up_bps; /* its share now */
  guint told_up_bps;                /* by the last REMB */
} TransportLimits;

guint transport_limits_down (const TransportLimits *limits);
guint transport_limits_up (const TransportLimits *limits);

/* Its own bounds, and the line that it shares from now on. */
void transport_set_limits (Transport *transport, guint down_bps, guint up_bps, guint32 line);
/* Its share of the line. */
void transport_set_line_share (Transport *transport, guint down_bps, guint up_bps);
/* Once a second: the bound again, as RTCP may get lost. */
void transport_tell_up_limit (Transport *transport);
