/* Limits of the HTTP surface: bounds on all that a peer controls, with the reason of each.
 * What an administrator may change stands in HttpSettings (http_server.h). */
#pragma once

#include <glib.h>

/* A command is a few hundred bytes; 64 KiB holds every form of the pages. */
#define HTTP_BODY_MAX_BYTES (64 * 1024)
/* A national conference invites 4,000 endpoints by id: 40 bytes each and some room. */
#define HTTP_LIST_BODY_MAX_BYTES (256 * 1024)
/* A list of 4,000 rooms with names and addresses takes 600 KiB. */
#define HTTP_CSV_BODY_MAX_BYTES (768 * 1024)
/* One paper (issue: up to 50 MB). */
#define HTTP_PAPER_MAX_BYTES (50 * 1024 * 1024)
/* A larger one is read to its end and dropped, so that its sender gets to see why; up to here. */
#define HTTP_PAPER_CUT_BYTES (200 * 1024 * 1024)
/* Files on their way in at once: so much disk may be taken by what is not kept. */
#define HTTP_UPLOADS_MAX 16
/* 50 MB over 256 kbit/s take 28 minutes; a pause of 30 s ends an upload. */
#define HTTP_UPLOAD_TIMEOUT_US (30 * 60 * G_USEC_PER_SEC)
#define HTTP_UPLOAD_STALL_US (30 * G_USEC_PER_SEC)
/* As signaling/sdp. */
#define HTTP_SDP_MAX_BYTES (64 * 1024)
/* One that goes on sending past this after its body was refused is cut off. */
#define HTTP_BODY_CUT_BYTES (1024 * 1024)
/* Path and query: the longest of ours is below 300. */
#define HTTP_TARGET_MAX_BYTES 2048
/* Request line and headers: browsers send below 2 KiB; libsoup itself bounds far above. */
#define HTTP_HEADERS_MAX_BYTES (16 * 1024)
#define HTTP_HEADERS_MAX 64

/* Connections beside those of rooms and desks: pages, REST, encoders and what a browser keeps open
 * beside its WebSocket. */
#define HTTP_OTHER_CONNECTIONS_MAX 1000

/* Requests that end before they are whole: a browser that leaves a page, a phone that changes its
 * network.  Above this a source is shut out until they are forgiven, one each second. */
#define HTTP_BROKEN_REQUESTS_MAX 100
#define HTTP_BROKEN_REQUEST_FORGIVE_MS 1000
#define HTTP_BREAKERS_MAX 4096

/* Calendar feeds, which need no log-in: programs ask each few minutes to hours.  A whole province
 * may ask from one address. */
#define HTTP_FEED_READS_MAX 120
#define HTTP_FEED_READ_FORGIVE_MS 500
#define HTTP_FEED_READERS_MAX 4096

/* Pages of technicians that show how lines are, at once. */
#define HTTP_HEALTH_LIVE_MAX 64
/* The heat map: what a screen shows side by side, as many sites as http.max_rooms has rooms where
 * nobody set it, and what is kept at all. */
#define HTTP_HEAT_COLUMNS_MAX 120
#define HTTP_HEAT_SITES_MAX 2000
#define HTTP_HEAT_SPAN_MAX_S (31 * 24 * 3600)

/* TLS from the other end of the country takes < 1 s, on a bad 3G line a few. */
#define HTTP_HANDSHAKE_TIMEOUT_US (10 * G_USEC_PER_SEC)
/* From the end of the handshake to the end of the first request. */
#define HTTP_FIRST_REQUEST_TIMEOUT_US (30 * G_USEC_PER_SEC)
/* Idle keep-alive, including the reading of the next request. */
#define HTTP_IDLE_TIMEOUT_US (75 * G_USEC_PER_SEC)
/* A reply of which not one byte can be written for so long. */
#define HTTP_WRITE_STALL_TIMEOUT_US (30 * G_USEC_PER_SEC)
/* A stop waits so long for replies and closing handshakes under way. */
#define HTTP_STOP_TIMEOUT_MS 2000

/* Room WebSocket (issue: over 64 KiB or 100 messages a second are cut off). */
#define ROOM_MESSAGE_MAX_BYTES (64 * 1024)
#define ROOM_MESSAGES_PER_SECOND 100
/* One that is a little too large is read whole, so that the peer gets to see the close frame (a
 * socket closed with unread bytes is reset); one above this is cut. */
#define ROOM_MESSAGE_CUT_BYTES (256 * 1024)
/* One that said nothing for so long is pinged each second (pages tell their figures each 2 s and
 * need no ping); one that answers none of them is gone. */
#define ROOM_QUIET_US (5 * G_USEC_PER_SEC)
#define ROOM_PING_INTERVAL_S 1
#define ROOM_SILENCE_US (15 * G_USEC_PER_SEC)
/* The seats of a 600-room meeting are ~200 KiB; one that lags this far behind will not catch up. */
#define ROOM_QUEUE_MAX_BYTES (4 * 1024 * 1024)
/* A room whose user was locked, signed out or moved elsewhere is closed within this. */
#define ROOM_RIGHTS_INTERVAL_US (5 * G_USEC_PER_SEC)
/* After a close frame the peer has so long to answer before the socket is cut. */
#define ROOM_CLOSE_TIMEOUT_US (3 * G_USEC_PER_SEC)
