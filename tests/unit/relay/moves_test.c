/* Many rooms, of which some change their address at once while sound flows; then all go without a
 * word. */
#include "pipelines/relay/clock.h"
#include "pipelines/transport/bounds.h"
#include "tests/support/relay_fixture.h"

#define VIEWERS 50
#define MOVERS 10
#define PACKETS 300
#define PACKETS_PER_SECOND 50 /* of sound: what is lost tells how long it was out */

static const FixtureOffer publisher_offer = { .audio = TRUE };

typedef struct {
  RelayFixture *relay;
  FixtureRoom *publisher;
  FixtureRoom *viewers[VIEWERS];
  guint32 ssrcs[VIEWERS];
  guint16 seq;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  const gboolean tcp = GPOINTER_TO_INT (data);
  const FixtureOffer offer = { .audio_slots = 1, .tcp = tcp };

  f->relay = relay_fixture_new (1);
  f->publisher = relay_fixture_join (f->relay, "p", &publisher_offer);
  for (guint i = 0; i < VIEWERS; i++) {
    g_autofree gchar *id = g_strdup_printf ("v%u", i);
    g_autofree gchar *slot = g_strconcat (id, "/a0", NULL);

    f->viewers[i] = relay_fixture_join (f->relay, id, &offer);
    f->ssrcs[i] = fixture_ssrc (slot);
    relay_fixture_route (f->relay, slot, "p/mic", 0);
  }
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < VIEWERS; i++)
    fixture_room_free (f->viewers[i]);
  fixture_room_free (f->publisher);
  relay_fixture_free (f->relay);
}

static void
send_audio (Fixture *f, guint n)
{
  for (guint i = 0; i < n; i++, f->seq++) {
    fixture_send (f->publisher,
                  &FIXTURE_PACKET (.ssrc = 1000, .seq = f->seq, .mid = "0", .pt = FIXTURE_PT_OPUS,
                                   .timestamp = f->seq * 960u));
    fixture_settle (2);
  }
}

static guint
count (Fixture *f, guint viewer)
{
  return fixture_count_rtp (f->viewers[viewer], f->ssrcs[viewer]);
}

/* The newest packet has come, so that nothing is under way any more. */
static gboolean
is_up_to_date (Fixture *f, guint viewer, guint16 first_out)
{
  RtpPacket last;
  guint n = count (f, viewer);

  if (n == 0)
    return FALSE;
  fixture_get_rtp (f->viewers[viewer], f->ssrcs[viewer], n - 1, &last);
  return (guint16) (last.seq - first_out) == f->seq - 1;
}

static void
test_ten_move_at_once (Fixture *f, gconstpointer data)
{
  guint16 first[VIEWERS];

  send_audio (f, 1);
  for (guint i = 0; i < VIEWERS; i++) {
    RtpPacket packet;

    fixture_wait_until (count (f, i) == 1);
    fixture_get_rtp (f->viewers[i], f->ssrcs[i], 0, &packet);
    first[i] = packet.seq;
  }
  send_audio (f, PACKETS / 3);
  for (guint i = 0; i < MOVERS; i++)
    fake_peer_move (f->viewers[i]->peer);
  /* as long as a round trip takes, nobody knows of it */
  send_audio (f, 5);
  for (guint i = 0; i < MOVERS; i++)
    fake_peer_check (f->viewers[i]->peer);
  send_audio (f, PACKETS * 2 / 3);
  for (guint i = 0; i < VIEWERS; i++) {
    fixture_wait_until (is_up_to_date (f, i, first[i]));
    if (i < MOVERS)
      g_assert_cmpuint (f->seq - count (f, i), <=, PACKETS_PER_SECOND);
    else
      g_assert_cmpuint (f->seq - count (f, i), ==, 0);
  }
}

static guint
count_descriptors (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static guint
count_transports (Fixture *f)
{
  StateListRequest request = { 0 };
  g_autoptr (StateListReply) list =
      relay_fixture_request (f->relay, CONTROL_STATE_LIST, &request, NULL);

  return list->transports->len;
}

static gboolean
all_are_closed (Fixture *f)
{
  for (guint i = 0; i < VIEWERS; i++) {
    const TransportStateEvent *event =
        relay_fixture_last_event (f->relay, CONTROL_TRANSPORT_STATE, f->viewers[i]->id);

    if (event->state != TRANSPORT_CLOSED)
      return FALSE;
  }
  return TRUE;
}

/* No check from anybody: 30 s of consent, 30 s of patience, and nothing is left of them. */
static void
test_all_go_without_a_word (Fixture *f, gconstpointer data)
{
  const gboolean tcp = GPOINTER_TO_INT (data);
  guint before = count_descriptors ();

  g_assert_false (all_are_closed (f));
  relay_clock_advance (ICE_LITE_CONSENT_US - G_USEC_PER_SEC);
  fake_peer_check (f->publisher->peer);
  for (guint i = 0; i < 3; i++) {
    relay_clock_advance (16 * G_USEC_PER_SEC);
    fake_peer_check (f->publisher->peer);
    fixture_settle (1200);
  }
  fixture_wait_until (all_are_closed (f));
  fixture_wait_until (count_transports (f) == 1);
  relay_clock_advance (2 * G_USEC_PER_SEC);
  fixture_settle (300);
  /* the relay's ends; the rooms still hold theirs */
  g_assert_cmpuint (count_descriptors (), ==, before - (tcp ? VIEWERS : 0));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gint tcp = FALSE; tcp <= TRUE; tcp++) {
    g_autofree gchar *moves = g_strdup_printf ("/relay/moves/ten-at-once-%s", tcp ? "tcp" : "udp");
    g_autofree gchar *gone = g_strdup_printf ("/relay/moves/all-gone-%s", tcp ? "tcp" : "udp");

    g_test_add (moves, Fixture, GINT_TO_POINTER (tcp), set_up, test_ten_move_at_once, tear_down);
    g_test_add (gone, Fixture, GINT_TO_POINTER (tcp), set_up, test_all_go_without_a_word,
                tear_down);
  }
  return g_test_run ();
}
