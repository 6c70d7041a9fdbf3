/* RelayFixture: a relay in this process, driven as a controller drives it, over its socket.
 * FixtureRoom: a FakePeer with its transport. Everything runs in the main thread's context.
 */
#pragma once

#include "pipelines/control/client.h"
#include "pipelines/relay/relay.h"
#include "pipelines/rtp/packet.h"
#include "pipelines/rtp/rtcp.h"
#include "tests/support/fake_peer.h"

typedef struct {
  Settings *settings;
  Relay *relay;
  ControlClient *client;
  gchar *dir;
  gchar *fingerprint;
  GPtrArray *events; /* FixtureEvent */
  gboolean link_closed;
} RelayFixture;

typedef struct {
  ControlType type;
  gpointer event; /* the record of @type */
} FixtureEvent;

/* What a room offers. */
typedef struct {
  gboolean audio, video;    /* publishes */
  gboolean muted;           /* starts closed */
  const gchar *const *rids; /* of the video */
  guint audio_slots, video_slots;
  gboolean no_rtx;          /* for slots */
  gboolean tells_sent;      /* slots say when a packet was sent */
  const gchar *video_codec; /* NULL: VP8 */
  const gchar *suites;
  guint8 opus_pt;       /* 0: FIXTURE_PT_OPUS */
  guint8 red_pt;        /* 0: no redundant audio */
  const gchar *address; /* of the relay, NULL: 127.0.0.1 */
  gboolean tcp;
} FixtureOffer;

typedef struct {
  gchar *id;
  FakePeer *peer;
  guint16 port;
  gchar *ufrag, *pwd;
} FixtureRoom;

#define FIXTURE_PT_OPUS 111
#define FIXTURE_PT_VIDEO 96
#define FIXTURE_PT_RTX 97
#define FIXTURE_EXT_MID 4
#define FIXTURE_EXT_RID 10
#define FIXTURE_EXT_REPAIRED_RID 11
#define FIXTURE_EXT_LEVEL 1
#define FIXTURE_EXT_TWCC 3
#define FIXTURE_EXT_SENT 2

/* On 127.0.0.1, and ::1 where there is IPv6. */
RelayFixture *relay_fixture_new (guint shards);
gboolean fixture_has_ipv6 (void);
void relay_fixture_free (RelayFixture *fixture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RelayFixture, relay_fixture_free)

/* Links to the relay at the fixture's settings, which may run in another process. */
void relay_fixture_connect (RelayFixture *fixture);

/* Sends and waits. Returns: (transfer full): the reply's record, NULL on an error reply whose code
 * is in *ret_code then (nullable, free it). */
gpointer relay_fixture_request (RelayFixture *fixture, ControlType type, gconstpointer request,
                                gchar **ret_code);

/* The transport request of a room named @id. */
TransportCreateRequest *fixture_make_request (const gchar *id, const FixtureOffer *offer,
                                              FakePeer *peer);

/* A room that is connected. Tracks: <id>/mic, <id>/camera; slots: <id>/a0.., <id>/s0... */
FixtureRoom *relay_fixture_join (RelayFixture *fixture, const gchar *id, const FixtureOffer *offer);
/* The two halves of it: only the transport, then the connection. */
FixtureRoom *relay_fixture_create (RelayFixture *fixture, const gchar *id,
                                   const FixtureOffer *offer);
void relay_fixture_finish (RelayFixture *fixture, FixtureRoom *room, const FixtureOffer *offer);
void fixture_room_free (FixtureRoom *room);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FixtureRoom, fixture_room_free)

void relay_fixture_route (RelayFixture *fixture, const gchar *slot, const gchar *track, int height);
void relay_fixture_mute (RelayFixture *fixture, const gchar *track, gboolean muted);
void relay_fixture_ask_keyframe (RelayFixture *fixture, const gchar *track);

/* The SSRC of a room's slot. */
guint32 fixture_ssrc (const gchar *slot);
guint32 fixture_rtx_ssrc (const gchar *slot);

/* The last event of @type that names @id (a transport, track or slot); NULL: none. */
gconstpointer relay_fixture_last_event (RelayFixture *fixture, ControlType type, const gchar *id);

/* Runs the main context until @condition is TRUE; fails after 60 s. */
#define fixture_wait_until(condition)                                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    gint64 fixture_deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;                       \
    while (!(condition)) {                                                                         \
      g_assert_cmpint (g_get_monotonic_time (), <, fixture_deadline);                              \
      fixture_iterate ();                                                                          \
    }                                                                                              \
  }                                                                                                \
  G_STMT_END

/* Runs the main context for 2 ms at most. */
void fixture_iterate (void);
/* Runs the main context for so long: for what must not happen. */
void fixture_settle (guint ms);

/* --- packets ------------------------------------------------------------------------------------
 */

typedef struct {
  guint32 ssrc;
  guint16 seq;
  guint32 timestamp;
  guint8 pt; /* 0: video */
  gboolean marker;
  gboolean keyframe;  /* of VP8 */
  guint height;       /* of the keyframe */
  guint16 picture_id; /* 0: no frame numbers */
  guint8 tl0;
  gboolean has_temporal; /* with picture_id */
  guint8 temporal;
  gboolean is_sync; /* needs the base layer only */
  guint size;       /* of the payload, 0: 100 */
  const gchar *mid, *rid;
  gboolean has_level, has_transport_seq;
  guint8 level; /* RFC 6464 */
  guint16 transport_seq;
} FixturePacket;

#define FIXTURE_PACKET(...) ((FixturePacket){ __VA_ARGS__ })

/* Returns the length of the packet in @out (1500 bytes). */
gsize fixture_packet_write (const FixturePacket *packet, guint8 *out);
void fixture_send (FixtureRoom *room, const FixturePacket *packet);

/* Packets that all of @rooms have received, of any stream; and none of them so far. */
guint fixture_count_all (FixtureRoom *const *rooms, guint n);
void fixture_forget_all (FixtureRoom *const *rooms, guint n);
/* Packets received with @ssrc. */
guint fixture_count_rtp (FixtureRoom *room, guint32 ssrc);
/* The @index-th of them; fails if there are not so many. @ret_packet points into the room's peer.
 */
void fixture_get_rtp (FixtureRoom *room, guint32 ssrc, guint index, RtpPacket *ret_packet);
/* RTCP packets received of @type, with FMT @fmt (-1: any). */
guint fixture_count_rtcp (FixtureRoom *room, RtcpType type, gint fmt);
