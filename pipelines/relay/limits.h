/* Bounds of the relay, each with its reason. What a peer or a controller sends beyond them is
 * refused or dropped and counted. Those of the messages stand in config/limits.h. */
#pragma once

/* Packets. */
#define BURST_MAX_PACKETS 32      /* about 45 kB: one UDP_SEGMENT message holds 64 kB at most */
#define BURST_MAX_PAD_BYTES 48    /* worth adding to a packet to keep a frame one run */
#define BURST_HOLD_US 1500        /* catches a Chromium frame, which is sent within 1 ms */
#define BURST_WIDE_SLOTS 8        /* from here on a held frame saves more than its delay costs */
#define SOUND_HOLD_US (12 * 1000) /* of three voices nearly all leave together */
#define SOUND_WIDE_SLOTS 32       /* who hear one voice: below it sound is cheap, and never waits */
#define SOUND_MAX_PAD_BYTES 48    /* worth adding to make packets of several voices one run */
#define SOUND_PAD_LINE_BPS 256000 /* a line that is known to carry less is not sent any */

/* Overload: what waited longer is dropped, video before audio. */
#define RELAY_VIDEO_MAX_AGE_US (250 * 1000)
#define RELAY_AUDIO_MAX_AGE_US (1000 * 1000)
#define RELAY_MAX_PENDING_PACKETS 8192 /* of one shard, about 12 MB */
#define RELAY_ROUND_BATCHES 16         /* recvmmsg calls before media is forwarded */
#define RELAY_ROUND_US 4000            /* of forwarding before the socket is looked at again */

/* What is no media is read so often where more come in a second than the first, until less than the
 * second do: 60 browsers send a thousand. A check is answered so much later. Half a tick, so that
 * each second reading takes the tick with it. */
#define CONTROL_GATHER_US (10 * 1000)
#define CONTROL_MANY_PER_S 1000
#define CONTROL_FEW_PER_S 400

/* Cache for retransmission and starts, of one encoding on one shard. */
#define CACHE_MAX_PACKETS 1024
#define CACHE_MAX_BYTES (1536 * 1024)
#define CACHE_MAX_AGE_US (3000 * 1000) /* what a slot may start from (slot_start.h) lies in it */

#define SLOT_REPEAT_MAX 16     /* of a probe, in one tick: 7 Mbps */
#define SLOT_PADDING_BYTES 255 /* in place of them, as much as RTP can say */

/* Packets between two reports of a slot, more than which cannot be: the numbers began anew. */
#define REPORT_PACKETS_MAX 20000

/* Clocks. */
#define CLOSE_AFTER_US (30 * G_USEC_PER_SEC)     /* disconnected for so long: freed */
#define CONNECT_TIMEOUT_US (60 * G_USEC_PER_SEC) /* created and never connected */
#define SLOT_LEAVE_US G_USEC_PER_SEC             /* an old picture waits for the new one */
#define TRACK_IDLE_US (2 * G_USEC_PER_SEC)       /* no packet for so long: not active */
#define LAYER_IDLE_US (500 * 1000)               /* a simulcast layer, while others flow */
#define TRACK_WARM_US (5 * G_USEC_PER_SEC)       /* asked for ahead of its being shown */
#define BITRATE_WINDOW_US G_USEC_PER_SEC

/* A shard that ends waits so long for its DTLS farewells. */
#define FAREWELL_US (100 * 1000)

/* The tick of a shard, and what happens every so many of them. */
#define TICK_US (20 * 1000)       /* NACK and keyframe timers */
#define TICK_EARLY_US (10 * 1000) /* it may ride with a round that is so early */
#define TICKS_PER_SECOND 50
#define TICKS_TWCC 3    /* 60 ms: the draft asks for 50 to 100 */
#define TICKS_SLOW 10   /* 200 ms: activity, layers, slot states */
#define TICKS_LEVELS 12 /* 240 ms: audio.levels */
#define TICKS_STATS 5   /* 100 ms: transport.stats of those whose second it was */

/* Sender reports put sound and picture in step: the first of a source come each second, those after
 * only keep up with clocks that part by microseconds a second (RFC 3550, 6.2: 5 s). */
#define REPORTS_FIRST 5
#define REPORT_EVERY_S 5
