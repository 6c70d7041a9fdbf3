/* A virtual room offers its lines, refuses answers that do not fit, and fails without an answerer.
 */
#include "pipelines/client/virtual_room.h"

#include <gio/gio.h>
#include <gst/gst.h>

static const ClipFormat small = {
  .width = 160, .height = 96, .fps = 10, .seconds = 1, .kbps = 100
};

typedef struct {
  DtlsCertificate *certificate;
  DtlsContext *dtls;
  Clip *clip;
  VirtualRoom *room;
  guint failures;
} Fixture;

static void
on_failed (VirtualRoom *room, gpointer user_data)
{
  (void) room;
  ((Fixture *) user_data)->failures++;
}

static void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  (void) data;
  fixture->certificate = dtls_certificate_new (1800000000, NULL);
  fixture->dtls = dtls_context_new (fixture->certificate, NULL);
  fixture->clip = clip_encode ("Xã Thanh Hà", 1, &small, NULL);
  g_assert_nonnull (fixture->clip);
  VirtualRoomConfig config = { .context = g_main_context_default (),
                               .dtls = fixture->dtls,
                               .fingerprint =
                                   dtls_certificate_get_fingerprint (fixture->certificate),
                               .local_address = "127.0.0.1",
                               .audio_slots = 1,
                               .video_slots = 2 };
  fixture->room = virtual_room_new (&config, fixture->clip, on_failed, fixture);
}

static void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  (void) data;
  virtual_room_free (fixture->room);
  clip_unref (fixture->clip);
  dtls_context_unref (fixture->dtls);
  dtls_certificate_unref (fixture->certificate);
}

static void
test_offer_has_every_line (Fixture *fixture, gconstpointer data)
{
  static const LineRole expected[] = { LINE_MIC, LINE_CAMERA, LINE_AUDIO, LINE_MAIN, LINE_TILE };
  guint count;
  const LineRole *roles = virtual_room_get_roles (fixture->room, &count);
  (void) data;
  g_assert_cmpmem (roles, count * sizeof *roles, expected, sizeof expected);

  g_autofree char *first = virtual_room_restart (fixture->room, NULL);
  g_assert_nonnull (strstr (first, "a=group:BUNDLE 0 1 2 3 4\r\n"));
  g_assert_nonnull (strstr (first, "a=setup:actpass\r\n"));
  /* a new peer has new credentials: an old answer cannot be taken for a new one */
  g_autofree char *second = virtual_room_restart (fixture->room, NULL);
  g_assert_cmpstr (first, !=, second);
}

static void
test_answers_that_do_not_fit (Fixture *fixture, gconstpointer data)
{
  static const char head[] = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
                             "a=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuv\r\n"
                             "a=fingerprint:sha-256 AA:BB\r\n"
                             "a=candidate:1 1 UDP 1 not-an-address 9 typ host\r\n";
  static const char line[] = "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\nc=IN IP4 0.0.0.0\r\n";
  (void) data;
  g_autofree char *offer = virtual_room_restart (fixture->room, NULL);
  g_assert_nonnull (offer);
  g_autofree char *short_answer = g_strconcat (head, line, NULL);
  g_autofree char *no_candidate = g_strconcat (head, line, line, line, line, line, NULL);
  const char *const answers[] = { "", "nonsense", short_answer, no_candidate };
  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autoptr (GError) error = NULL;
    g_assert_false (virtual_room_take_answer (fixture->room, answers[i], &error));
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
  }
}

static void
test_silent_until_connected (Fixture *fixture, gconstpointer data)
{
  (void) data;
  g_autofree char *offer = virtual_room_restart (fixture->room, NULL);
  g_assert_nonnull (offer);
  virtual_room_set_mic (fixture->room, TRUE);
  for (gint64 now_us = 1; now_us < 2 * G_USEC_PER_SEC; now_us += 20000)
    virtual_room_tick (fixture->room, now_us);
  g_assert_false (virtual_room_is_connected (fixture->room));
  g_assert_cmpuint (virtual_room_get_counters (fixture->room).tx_packets, ==, 0);
  g_assert_cmpuint (fixture->failures, ==, 0);
}

static void
test_bad_address_is_told (Fixture *fixture, gconstpointer data)
{
  (void) data;
  g_autoptr (GError) error = NULL;
  VirtualRoomConfig config = { .context = g_main_context_default (),
                               .dtls = fixture->dtls,
                               .fingerprint = "sha-256 AA",
                               .local_address = "no address" };
  g_autoptr (VirtualRoom) room = virtual_room_new (&config, fixture->clip, on_failed, fixture);
  g_assert_null (virtual_room_restart (room, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
}

#define ADD(name, function)                                                                        \
  g_test_add ("/client/virtual-room/" name, Fixture, NULL, fixture_set_up, function,               \
              fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  ADD ("offer", test_offer_has_every_line);
  ADD ("answers", test_answers_that_do_not_fit);
  ADD ("silent", test_silent_until_connected);
  ADD ("bad-address", test_bad_address_is_told);
  return g_test_run ();
}
