/* Reach: whether the server's media port answers by TCP too, and over which kind of network. */
#pragma once

#include "pipelines/transport/net_address.h"
#include "server/probe/line_probe.h"

typedef struct _ReachCheck ReachCheck;

/* (transfer full). Tries at once, for REACH_CHECK_S at most; the result comes by the thread-default
 * main context. */
#define REACH_CHECK_S 4
ReachCheck *reach_check_new (const NetAddress *remote);
void reach_check_free (ReachCheck *check);
Reach reach_check_get (const ReachCheck *check);

/* "wifi" or "ethernet": of the interface by which @remote is reached; "unknown". (transfer none) */
const char *reach_find_network (const NetAddress *remote);
