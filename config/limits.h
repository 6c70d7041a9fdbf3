/* Bounds on everything that a peer, a user or a file controls, in one place and with the reason.
 * Pure constants, for every thread.  Each is tested at the limit and one past it by the suite of
 * the code that enforces it. */
#pragma once

/* Identifiers: transport `t.<meeting>.<endpoint>.<n>`, its tracks and slots add a short suffix. */
#define LIMIT_ID_BYTES 96

/* Control link.  A transport.create of a room with 30 slots is about 60 KB, a page of state.list at
 * most 250.  SO_SNDBUF of a SOCK_SEQPACKET must hold a whole message, and Debian's
 * net.core.wmem_max is 208 KiB (doubled by the kernel): more would need a changed sysctl. */
#define LIMIT_CONTROL_MESSAGE_BYTES (256 * 1024)
/* A relay that stalls for 2 s under 600 rooms leaves about 3 MB of commands; beyond twice that
 * the link is broken and is better closed and resynchronised. */
#define LIMIT_CONTROL_QUEUE_BYTES (8 * 1024 * 1024)
#define LIMIT_CONTROL_QUEUE_MESSAGES 8192
/* The controller, the one replacing it, and an administrator's tool. */
#define LIMIT_CONTROL_LINKS 4
/* 600 rooms that arrive in one second, with two requests each, twice over. */
#define LIMIT_CONTROL_IN_FLIGHT 2400
/* Milliseconds.  A relay that does not answer within this is stuck: state is compared anew. */
#define LIMIT_CONTROL_REPLY_MS 5000
/* Routes and mutes in one message: 600 rooms re-routed by 3 messages of about 30 KB. */
#define LIMIT_CONTROL_BATCH 200
/* Transports in one page of state.list: at their largest (8 tracks, 48 slots, ids of 96 bytes) 20
 * of them are 250 KB, one message. */
#define LIMIT_CONTROL_PAGE 20

/* A keyframe of a small layer in base64: 96 kB (KEYFRAME_CATCH_BYTES_MAX), and what its decoder
 * wants beside. */
#define LIMIT_FRAME_TEXT_BYTES (132 * 1024)

/* One transport.  A room has 3 tracks and up to 3 audio + main + content + 25 tile slots. */
#define LIMIT_TRACKS 8
#define LIMIT_SLOTS 48
/* Chromium offers about 20 video payload types; only those that we forward are kept. */
#define LIMIT_CODECS 32
/* RFC 8285: one-byte ids are 1..14; 255 is the two-byte form's largest. */
#define LIMIT_EXTENSIONS 16
#define LIMIT_EXTENSION_ID 255
#define LIMIT_URI_BYTES 128
#define LIMIT_FMTP_BYTES 256
/* RFC 8853 streams of one track; more layers than three bring nothing in practice. */
#define LIMIT_RIDS 3
/* As in packets: a one-byte header extension (RFC 8285) carries at most 16 bytes. */
#define LIMIT_RID_BYTES 16
#define LIMIT_SSRCS 3
#define LIMIT_MID_BYTES 16
/* "[" IPv6 "]:" port. */
#define LIMIT_ADDRESS_BYTES 64
#define LIMIT_CNAME_BYTES 64
/* RFC 8839: an ICE ufrag is 4..256 characters. */
#define LIMIT_UFRAG_MIN_BYTES 4
#define LIMIT_UFRAG_BYTES 256
#define LIMIT_PWD_BYTES 256
/* "sha-512 " and 64 pairs with colons. */
#define LIMIT_FINGERPRINT_BYTES 208
/* Address families times local addresses; a server with more than 16 names the wanted ones. */
#define LIMIT_CANDIDATES 16
/* Open microphones of one meeting that are chosen from: all rooms of the largest meeting at once.
 * With ids of 96 bytes the message is 130 KB. */
#define LIMIT_GROUP_TRACKS 1000
/* Voices heard at once beside the lead's. */
#define LIMIT_GROUP_VOICES 8
/* A capture of one transport: long enough for what comes and goes, and a file that a desk's
 * Wireshark still opens quickly. */
#define LIMIT_CAPTURE_SECONDS 300
#define LIMIT_CAPTURE_BYTES (64 * 1024 * 1024)
/* A look at a camera that rests wakes it for so long at most. */
#define LIMIT_WAKE_SECONDS 60
/* What comes of it in one message, which base64 makes a third longer. */
#define LIMIT_CAPTURE_CHUNK_BYTES (128 * 1024)
/* The headers kept of a transport: 8,192 rows of 16 bytes, and the names of its streams. */
#define LIMIT_HEADERS_BYTES (144 * 1024)
#define LIMIT_CAPTURE_TEXT_BYTES (192 * 1024)
/* The tallest picture that a slot may ask for: 8K, so that no wall is refused. */
#define LIMIT_HEIGHT 4320

/* SDP and the room protocol (RFC 8866 gives none; Chromium's offer of 40 m-lines is 40 KB). */
#define LIMIT_SDP_BYTES (64 * 1024)
#define LIMIT_SDP_MEDIA 64
#define LIMIT_SDP_CANDIDATES 200
#define LIMIT_ROOM_MESSAGE_BYTES (64 * 1024)
#define LIMIT_ROOM_MESSAGES_PER_SECOND 100
/* Each change of a seat or of the stage is one durable commit. A chair that locks a row of
 * microphones clicks ten times in a breath; nobody clicks on at five a second. */
#define LIMIT_ROOM_CHANGES_AT_ONCE 10
#define LIMIT_ROOM_CHANGES_PER_SECOND 5

/* HTTP.  The largest body that is not a file is a meeting with 3,400 invited endpoints: 60 KB. */
#define LIMIT_HTTP_BODY_BYTES (256 * 1024)

/* Settings: a value is one line in an editor, a file is read whole. */
#define LIMIT_SETTING_BYTES 1024
#define LIMIT_SETTING_LIST 32
#define LIMIT_SETTINGS_FILE_BYTES (256 * 1024)

/* Names and titles as people write them: Vietnamese letters take up to 3 bytes. */
#define LIMIT_NAME_BYTES 256
#define LIMIT_TITLE_BYTES 600
#define LIMIT_REASON_BYTES 1500
#define LIMIT_TEXT_BYTES 1000

/* Relay process.  More shards than this gain nothing below 10 Gbps. */
#define LIMIT_SHARDS 8
