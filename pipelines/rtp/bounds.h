/* Bounds on everything a peer controls in RTP and RTCP, each with its reason.
 * Constants only; the unit tests try each at its limit and one past it. */
#pragma once

/* Ethernet's payload: what a datagram can be without IP fragments. */
#define RTP_PACKET_MAX 1500
/* RFC 3550 5.1: version, flags, seq, timestamp, ssrc. */
#define RTP_FIXED_HEADER 12
/* RFC 3550 5.1: the padding counter is one byte. */
#define RTP_PADDING_MAX 255
/* One-byte header extensions carry at most 16 bytes (RFC 8285 4.2); browsers use 1-2. */
#define RTP_MID_MAX 16
#define RTP_RID_MAX 16
/* More elements in one packet than any client agrees on; ends the walk of a hostile block. */
#define RTP_EXTENSION_ELEMENTS_MAX 32
/* 12 fixed + 4 block header + two-byte elements mid 18, twcc 4, abs-send-time 5, level 3 = 46,
 * rounded up to a word. */
#define RTP_OUT_HEADER_MAX 48
/* What must be writable: values of extensions not agreed are stored past the header. */
#define RTP_OUT_HEADER_CAPACITY 56

/* The longest compound we send: fits any path without fragments, SRTCP's trailer included. */
#define RTCP_COMPOUND_MAX 1200
/* Packets of one compound that are looked at: SR/RR, SDES and a dozen feedbacks fit. */
#define RTCP_PACKETS_MAX 32
/* Lost packets told by one NACK: 16 words of 17; a receiver that misses more needs a keyframe. */
#define RTCP_NACK_SEQS_MAX 272
/* Entries of one FIR, BYE or REMB: a room offers fewer video m-lines than this. */
#define RTCP_SSRCS_MAX 31
/* RFC 3550 6.5: the length of an SDES item is one byte. */
#define RTCP_CNAME_MAX 255

/* Packets missing at once per stream; beyond it a keyframe is cheaper than retransmissions. */
#define NACK_ENTRIES_MAX 256
/* A jump of more than this is a restart or an outage (4 s of 2 Mbps video), not loss. */
#define NACK_GAP_MAX 1000

/* Packets between two feedbacks of 100 ms: 1024 is 10,000 packets a second of one publisher. */
#define TWCC_WINDOW 1024
/* How far a late packet may reach back to be told as received after all. */
#define TWCC_REORDER_MAX 512
/* Statuses in one feedback: with large deltas 2 bytes each they fit RTCP_COMPOUND_MAX. */
#define TWCC_STATUSES_MAX 400

/* Microseconds. More jitter than a minute is a clock that jumps, and no number for a report. */
#define RECEIVE_JITTER_MAX_US (60 * G_USEC_PER_SEC)

/* Packets held per track: over 4 s of 2 Mbps video. Power of two. */
#define PACKET_CACHE_SLOTS_MAX 4096

/* Segments of a slot that a NACK can still reach: 4 switches within a round trip are enough. */
#define SLOT_SEGMENTS 4
/* Indexes for which the seal guard knows what was sealed: > 4 s of 2 Mbps. Power of two. */
#define SEAL_WINDOW 1024
/* A larger jump of the source starts a new segment: half the sequence space would lead the
 * receiver's SRTP roll-over guess astray (RFC 3711 3.3.1), and so long a gap is an outage. */
#define SLOT_GAP_MAX 1000

/* Tracks of one transport (microphone, camera, content, and room to spare). */
#define DEMUX_TRACKS_MAX 16
/* Simulcast layers of one track. */
#define DEMUX_ENCODINGS_MAX 3
/* Payload types of one track, RTX included: Chromium offers some 40 for video. */
#define DEMUX_PAYLOAD_TYPES_MAX 64
/* SSRCs known per transport: 16 tracks * 3 encodings * (media + RTX) rounded up, and a peer that
 * changes its SSRCs evicts only its own old ones. */
#define DEMUX_SSRCS_MAX 128

/* Layers in one stream that are told apart: browsers send three of each. What has more passes as if
 * it had none. */
#define LAYER_SPATIAL_MAX 4
#define LAYER_TEMPORAL_MAX 4
/* VP9: references of one frame (RFC 9628 4.2), layers in a scalability structure (3 bits). */
#define VP9_REFERENCES_MAX 3
#define VP9_SPATIAL_MAX 8
/* VP9: pictures of a group whose references are kept; encoders repeat themselves after 4 or 8. */
#define VP9_GROUP_MAX 16
/* AV1: 6 bits of template id, 5 of the number of decode targets. */
#define DEPENDENCY_TEMPLATES_MAX 64
#define DEPENDENCY_TARGETS_MAX 32
/* AV1: temporal and spatial ids that a structure may count up to (OBU header: 3 and 2 bits). */
#define DEPENDENCY_TEMPORAL_MAX 8
#define DEPENDENCY_SPATIAL_MAX 4

/* Blocks of one RED packet: the primary, one or two before it as browsers send, and room to spare.
 */
#define RED_BLOCKS_MAX 8
/* Voices heard at once beside the lead's: more are noise, and a room offers fewer audio lines. */
#define AUDIO_CHOICE_PLACES_MAX 8
