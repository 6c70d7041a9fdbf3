/* Redundant audio (RFC 2198) over a real relay: as it is to whom it helps, else the primary alone.
 */
#include "pipelines/rtp/red.h"
#include "tests/support/relay_fixture.h"

#include <string.h>

#define SSRC 0x1001
#define RED_PT 63
#define RECEIVER_OPUS_PT 109
#define RECEIVER_RED_PT 64

static const FixtureOffer publisher_offer = { .audio = TRUE, .red_pt = RED_PT };
static const FixtureOffer red_offer = { .audio_slots = 1,
                                        .opus_pt = RECEIVER_OPUS_PT,
                                        .red_pt = RECEIVER_RED_PT };
static const FixtureOffer plain_offer = { .audio_slots = 1 };

typedef struct {
  RelayFixture *fixture;
  FixtureRoom *publisher, *red, *plain;
} Hall;

static void
hall_set_up (Hall *hall, gconstpointer data)
{
  hall->fixture = relay_fixture_new (1);
  hall->publisher = relay_fixture_join (hall->fixture, "p", &publisher_offer);
  hall->red = relay_fixture_join (hall->fixture, "r", &red_offer);
  hall->plain = relay_fixture_join (hall->fixture, "o", &plain_offer);
  relay_fixture_route (hall->fixture, "r/a0", "p/mic", 0);
  relay_fixture_route (hall->fixture, "o/a0", "p/mic", 0);
}

static void
hall_tear_down (Hall *hall, gconstpointer data)
{
  fixture_room_free (hall->publisher);
  fixture_room_free (hall->red);
  fixture_room_free (hall->plain);
  relay_fixture_free (hall->fixture);
}

/* One older block "old", the primary "primary". */
static void
send_red (Hall *hall, guint16 seq)
{
  static const guint8 payload[] = { 0x80 | FIXTURE_PT_OPUS,
                                    0x0f,
                                    0x00,
                                    3,
                                    FIXTURE_PT_OPUS,
                                    'o',
                                    'l',
                                    'd',
                                    'p',
                                    'r',
                                    'i',
                                    'm',
                                    'a',
                                    'r',
                                    'y' };
  FixturePacket packet = FIXTURE_PACKET (.ssrc = SSRC, .seq = seq, .timestamp = seq * 960u,
                                         .pt = RED_PT, .size = sizeof payload, .mid = "0");
  guint8 data[1500];
  gsize len = fixture_packet_write (&packet, data);

  memcpy (data + len - sizeof payload, payload, sizeof payload);
  fake_peer_send_rtp (hall->publisher->peer, data, len);
}

static void
report_loss (FixtureRoom *room, const gchar *slot, guint8 fraction)
{
  RtcpReportBlock block = { .ssrc = fixture_ssrc (slot), .fraction_lost = fraction };
  guint8 data[200];
  RtcpWriter writer;

  rtcp_writer_init (&writer, data, sizeof data);
  rtcp_write_rr (&writer, 7, &block, 1);
  fake_peer_send_rtcp (room->peer, writer.data, writer.size);
  fixture_settle (10);
}

static void
get_last (FixtureRoom *room, const gchar *slot, guint n, RtpPacket *packet)
{
  fixture_wait_until (fixture_count_rtp (room, fixture_ssrc (slot)) == n);
  fixture_get_rtp (room, fixture_ssrc (slot), n - 1, packet);
}

static void
assert_primary (const RtpPacket *packet, guint8 pt)
{
  g_assert_cmpuint (packet->payload_type, ==, pt);
  g_assert_cmpmem (rtp_packet_payload (packet), packet->payload_size, "primary", 7);
}

/* To a line without loss, and to who did not agree on it, the primary alone. */
static void
test_stripped_and_forwarded (Hall *hall, gconstpointer data)
{
  RtpPacket first, packet;
  RedPayload red;

  send_red (hall, 100);
  get_last (hall->red, "r/a0", 1, &first);
  assert_primary (&first, RECEIVER_OPUS_PT);
  get_last (hall->plain, "o/a0", 1, &packet);
  assert_primary (&packet, FIXTURE_PT_OPUS);

  report_loss (hall->red, "r/a0", RED_LOSS_Q8);
  report_loss (hall->plain, "o/a0", RED_LOSS_Q8);
  send_red (hall, 101);
  get_last (hall->plain, "o/a0", 2, &packet);
  assert_primary (&packet, FIXTURE_PT_OPUS);
  get_last (hall->red, "r/a0", 2, &packet);
  g_assert_cmpuint (packet.payload_type, ==, RECEIVER_RED_PT);
  g_assert_true (red_parse (&red, rtp_packet_payload (&packet), packet.payload_size));
  g_assert_cmpuint (red.n_blocks, ==, 2);
  g_assert_cmpuint (red.pt, ==, RECEIVER_OPUS_PT); /* the receiver's number, in each block */
  g_assert_cmpmem (rtp_packet_payload (&packet) + red.primary_at, red.primary_size, "primary", 7);
  g_assert_cmpuint (packet.seq, ==, (guint16) (first.seq + 1));
  g_assert_cmpuint (packet.timestamp, ==, first.timestamp + 960);
}

/* A publisher may send either; what is no RED under its number reaches nobody. */
static void
test_mixed (Hall *hall, gconstpointer data)
{
  RtpPacket packet;

  fixture_send (hall->publisher, &FIXTURE_PACKET (.ssrc = SSRC, .seq = 1, .pt = FIXTURE_PT_OPUS,
                                                  .mid = "0", .timestamp = 960));
  get_last (hall->red, "r/a0", 1, &packet);
  g_assert_cmpuint (packet.payload_type, ==, RECEIVER_OPUS_PT);
  fixture_send (hall->publisher, &FIXTURE_PACKET (.ssrc = SSRC, .seq = 2, .pt = RED_PT, .mid = "0",
                                                  .timestamp = 2 * 960, .size = 1));
  send_red (hall, 3);
  get_last (hall->red, "r/a0", 2, &packet);
  assert_primary (&packet, RECEIVER_OPUS_PT);
}

/* What the sender's line lost is in the next packet: to who can read it, that one goes whole. */
static void
test_uplink_loss (Hall *hall, gconstpointer data)
{
  RtpPacket packet;

  send_red (hall, 65534);
  send_red (hall, 0); /* 65535 is lost */
  get_last (hall->red, "r/a0", 2, &packet);
  g_assert_cmpuint (packet.payload_type, ==, RECEIVER_RED_PT);
  get_last (hall->plain, "o/a0", 2, &packet);
  assert_primary (&packet, FIXTURE_PT_OPUS);
  send_red (hall, 1);
  get_last (hall->red, "r/a0", 3, &packet);
  assert_primary (&packet, RECEIVER_OPUS_PT);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/audio_red/stripped-and-forwarded", Hall, NULL, hall_set_up,
              test_stripped_and_forwarded, hall_tear_down);
  g_test_add ("/audio_red/uplink-loss", Hall, NULL, hall_set_up, test_uplink_loss, hall_tear_down);
  g_test_add ("/audio_red/mixed", Hall, NULL, hall_set_up, test_mixed, hall_tear_down);
  return g_test_run ();
}
