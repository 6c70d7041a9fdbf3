/* A virtual room offers its lines, refuses answers that do not fit, fails without an answerer, and
 * counts what it does not hear. It lives in the media thread, so each step is a call there. */
#include "pipelines/client/virtual_room.h"

#include <gio/gio.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct {
  DtlsCertificate *certificate;
  DtlsContext *dtls;
  Handshaker *handshaker;
  RtcPeerConfig peer;
  VirtualRoomConfig config;
  VirtualRoom *room;
  guint failures;
  /* of a step */
  const char *answer;
  GError *error;
  char *offer;
  gboolean taken;
  guint64 unheard;
} Fixture;

static void
on_connected (gpointer user_data, gint64 now_us)
{
  g_assert_not_reached ();
}

static void
on_failed (gpointer user_data)
{
  ((Fixture *) user_data)->failures++;
}

static void
on_key (gpointer user_data, const KeyNews *news)
{
  g_assert_not_reached ();
}

static void
step_new (gpointer data)
{
  static const VirtualRoomEvents events = { on_connected, on_failed, on_key };
  Fixture *fixture = data;
  fixture->room = virtual_room_new (&fixture->config, &events, fixture);
}

static void
step_free (gpointer data)
{
  virtual_room_free (((Fixture *) data)->room);
}

static void
step_offer (gpointer data)
{
  Fixture *fixture = data;
  g_free (fixture->offer);
  fixture->offer = virtual_room_restart (fixture->room);
}

static void
step_answer (gpointer data)
{
  Fixture *fixture = data;
  g_clear_error (&fixture->error);
  fixture->taken = virtual_room_take_answer (fixture->room, fixture->answer, &fixture->error);
}

static void
step (Fixture *fixture, void (*func) (gpointer data))
{
  media_loop_call (fixture->peer.loop, func, fixture);
}

static void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  fixture->certificate = dtls_certificate_new (1800000000, NULL);
  fixture->dtls = dtls_context_new (fixture->certificate, NULL);
  fixture->handshaker = handshaker_new (fixture->dtls, NULL);
  fixture->peer =
      (RtcPeerConfig){ .loop = media_loop_new (0, NULL),
                       .handshaker = fixture->handshaker,
                       .fingerprint = dtls_certificate_get_fingerprint (fixture->certificate),
                       .local_address = data };
  fixture->config = (VirtualRoomConfig){ .peer = &fixture->peer,
                                         .publishes = TRUE,
                                         .audio_slots = 1,
                                         .video_slots = 2,
                                         .noise = { CODEC_VP8, 100, 25, 1 },
                                         .audio_kbps = 32 };
  step (fixture, step_new);
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  step (fixture, step_free);
  handshaker_free (fixture->handshaker);
  media_loop_free (fixture->peer.loop);
  dtls_context_unref (fixture->dtls);
  dtls_certificate_unref (fixture->certificate);
  g_clear_error (&fixture->error);
  g_free (fixture->offer);
}

static void
test_offer_has_every_line (Fixture *fixture, gconstpointer data)
{
  static const LineRole expected[] = { LINE_MIC, LINE_CAMERA, LINE_AUDIO, LINE_MAIN, LINE_TILE };
  guint count;
  const LineRole *roles = virtual_room_get_roles (fixture->room, &count);
  g_assert_cmpmem (roles, count * sizeof *roles, expected, sizeof expected);

  step (fixture, step_offer);
  g_assert_nonnull (strstr (fixture->offer, "a=group:BUNDLE 0 1 2 3 4\r\n"));
  g_assert_nonnull (strstr (fixture->offer, "a=setup:actpass\r\n"));
  /* a new peer has new credentials: an old answer cannot be taken for a new one */
  g_autofree char *first = g_strdup (fixture->offer);
  step (fixture, step_offer);
  g_assert_cmpstr (first, !=, fixture->offer);
}

#define HEAD                                                                                       \
  "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=ice-ufrag:abcd\r\n"                        \
  "a=ice-pwd:abcdefghijklmnopqrstuv\r\na=fingerprint:sha-256 AA:BB\r\n"
#define BAD_CANDIDATE "a=candidate:1 1 UDP 1 not-an-address 9 typ host\r\n"
#define CANDIDATE "a=candidate:1 1 UDP 1 127.0.0.1 9 typ host\r\n"
#define LINE "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\n"

static void
test_answers_that_do_not_fit (Fixture *fixture, gconstpointer data)
{
  static const char *const answers[] = { "", "nonsense", HEAD CANDIDATE LINE,
                                         HEAD BAD_CANDIDATE LINE LINE LINE LINE LINE };
  step (fixture, step_offer);
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    fixture->answer = answers[i];
    step (fixture, step_answer);
    g_assert_false (fixture->taken);
    g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  }
}

static void
test_an_answer_is_taken_once (Fixture *fixture, gconstpointer data)
{
  fixture->answer = HEAD CANDIDATE LINE LINE LINE LINE LINE;
  step (fixture, step_answer);
  g_assert_false (fixture->taken); /* nothing was offered */
  step (fixture, step_offer);
  step (fixture, step_answer);
  g_assert_true (fixture->taken);
  step (fixture, step_answer);
  g_assert_false (fixture->taken);
  g_assert_false (virtual_room_is_connected (fixture->room));
  g_assert_cmpuint (virtual_room_get_figures (fixture->room).tx_packets, ==, 0);
  g_assert_cmpuint (fixture->failures, ==, 0);
}

static void
test_bad_address_is_told (Fixture *fixture, gconstpointer data)
{
  fixture->answer = HEAD CANDIDATE LINE LINE LINE LINE LINE;
  step (fixture, step_offer);
  step (fixture, step_answer);
  g_assert_false (fixture->taken);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

static void
step_figures (gpointer data)
{
  Fixture *fixture = data;
  fixture->unheard = virtual_room_get_figures (fixture->room).unheard;
}

/* (closed by the caller) A socket of 127.0.0.1, and an answer that has the room send there. */
static int
open_server (char **ret_answer)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  socklen_t size = sizeof address;
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, size), ==, 0);
  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &address, &size), ==, 0);
  *ret_answer = g_strdup_printf (
      HEAD "a=candidate:1 1 UDP 1 127.0.0.1 %u typ host\r\n" LINE LINE LINE LINE LINE,
      ntohs (address.sin_port));
  return fd;
}

/* A deaf room takes no RTP, and knows how much came; everything else reaches it. */
static void
test_what_is_not_heard_is_counted (Fixture *fixture, gconstpointer data)
{
  static const guint8 headers[][2] = { { 0x80, 96 },  { 0x90, 0x80 | 111 }, { 0x80, 0x80 | 96 },
                                       { 0x80, 200 }, { 20, 254 },          { 0, 1 } };
  g_autofree char *answer = NULL;
  struct sockaddr_in room;
  socklen_t size = sizeof room;
  guint8 datagram[40] = { 0 };
  int server = open_server (&answer);

  step (fixture, step_offer);
  fixture->answer = answer;
  step (fixture, step_answer);
  g_assert_true (fixture->taken);
  /* its first check tells where it is */
  g_assert_cmpint (recvfrom (server, datagram, 1, 0, (struct sockaddr *) &room, &size), ==, 1);
  for (guint i = 0; i < G_N_ELEMENTS (headers); i++) {
    memcpy (datagram, headers[i], sizeof headers[i]);
    g_assert_cmpint (sendto (server, datagram, sizeof datagram, 0, (struct sockaddr *) &room, size),
                     ==, sizeof datagram);
  }
  step (fixture, step_figures);
  g_assert_cmpuint (fixture->unheard, ==, fixture->peer.deaf ? 3 : 0);
  close (server);
}

static void
test_deaf (Fixture *fixture, gconstpointer data)
{
  fixture->peer.deaf = TRUE;
  test_what_is_not_heard_is_counted (fixture, data);
}

#define ADD(name, address, function)                                                               \
  g_test_add ("/client/virtual-room/" name, Fixture, address, fixture_set_up, function,            \
              fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("offer", NULL, test_offer_has_every_line);
  ADD ("answers", NULL, test_answers_that_do_not_fit);
  ADD ("once", "127.0.0.1", test_an_answer_is_taken_once);
  ADD ("hears", "127.0.0.1", test_what_is_not_heard_is_counted);
  ADD ("deaf", "127.0.0.1", test_deaf);
  ADD ("bad-address", "no address", test_bad_address_is_told);
  return g_test_run ();
}
