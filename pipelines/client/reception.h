/* Reception: what one incoming stream (a slot's SSRC) looks like to the room that watches it: loss,
 * pictures complete and in order, freezes, gaps, when a new source's key frame stood.
 *
 * Pure: headers in clear, payloads only of the packets it asks for (the first of each picture), and
 * times. RTP headers are not encrypted, so one unprotect a picture tells all there is to know.
 * Owner: the media thread; one for each received SSRC.
 *
 *   reception_on_packet ()  TRUE: unprotect it and call reception_on_payload ()
 *   reception_settle ()     afterwards, for each packet: pictures that stand now
 *
 * A picture stands when it is complete, and those before it stand or are given up. It is given up
 * when RECEPTION_PICTURES newer ones came, or a key frame stands; after that nothing stands before
 * the next key frame.
 */
#pragma once

#include "pipelines/client/mark.h"
#include "pipelines/rtp/nack.h"
#include "pipelines/rtp/payload.h"
#include "pipelines/rtp/receive_stats.h"

/* Half a second of 30 fps: what a jitter buffer would wait for a retransmission. */
#define RECEPTION_PICTURES 16
/* No new picture for so long is a freeze (DOMAIN: the eye sees it). */
#define RECEPTION_FREEZE_US (200 * 1000)
/* A key frame that was asked for and did not come is asked for again. */
#define RECEPTION_KEY_AGAIN_US (500 * 1000)

/* A picture that is being received. */
typedef struct {
  guint32 rtp_ts;
  guint64 first_seq; /* lowest extended seq seen */
  guint64 last_seq;  /* that has the marker; 0: not seen */
  guint packets;
  gboolean has_start; /* the packet at first_seq starts the picture */
  gboolean is_key;
  guint32 room; /* of its mark; 0: none */
} ReceptionPicture;

typedef struct {
  ReceiveStats stats;
  gboolean is_video;
  guint64 packets; /* retransmissions too */
  guint64 bytes;   /* as they came, tags included */
  NackList nack;

  ReceptionPicture pictures[RECEPTION_PICTURES]; /* ascending by time */
  guint n_pictures;
  guint32 settled_ts;  /* of the last picture that stood or was given up */
  guint64 settled_seq; /* its last packet; 0: none yet */
  gboolean is_broken;  /* waits for a key frame */
  gboolean wants_key;  /* and did not ask yet */
  gint64 key_asked_us; /* because the first pictures came without one */

  guint32 room; /* whose picture stands; 0: unknown */
  guint64 shown;
  guint64 keyframes;
  guint64 given_up;
  gint64 shown_us; /* when the last picture came to stand; 0: none yet */
  gint64 packet_us;
  guint freezes;
  gint64 frozen_us;
  gint64 longest_us; /* between two pictures that stood */
} Reception;

typedef struct {
  gboolean key_stood;    /* a key frame stood */
  gboolean room_changed; /* ... of another room than before */
  gint64 gap_us;         /* ... so long after the picture before; 0: there was none */
  gboolean wants_key;    /* pictures were given up: ask for a key frame, once */
} ReceptionNews;

void reception_init (Reception *reception, guint32 ssrc, gboolean is_video);

/* The header's fields of one packet as it came. @ret_seq: its extended sequence number. */
gboolean reception_on_packet (Reception *reception, const guint8 *packet, gsize size, gint64 now_us,
                              guint64 *ret_seq);

/* An original that RTX brought back; it is not counted as received, but fills its picture. */
gboolean reception_on_recovered (Reception *reception, guint16 seq, guint32 rtp_ts, gboolean marker,
                                 gint64 now_us, guint64 *ret_seq);

/* The payload (without padding) of the packet @seq of time @rtp_ts. */
void reception_on_payload (Reception *reception, guint64 seq, guint32 rtp_ts, Codec codec,
                           const guint8 *payload, gsize size);

void reception_settle (Reception *reception, gint64 now_us, ReceptionNews *ret_news);

/* The source changed or fell silent by command: the time until the next picture is no freeze. */
void reception_pause (Reception *reception);
