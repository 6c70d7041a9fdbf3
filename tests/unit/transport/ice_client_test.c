/* A client against our own lite end, without a socket, on a clock of the test's. */
#include "pipelines/transport/ice_client.h"

#include "pipelines/transport/ice_lite.h"
#include "pipelines/transport/udp_socket.h"

#include <string.h>

#define SECOND ((gint64) G_USEC_PER_SEC)
#define OWN_UFRAG "room"
#define OWN_PWD "a-password-of-22-chars"

typedef struct {
  IceLite *lite;
  IceSession *session;
  IceClient *client;
  NetAddress server, other, own;
  gint64 now_us;
  guint sent;       /* checks, to any address */
  guint sent_other; /* of which to the address that never answers */
  gint64 away_us;   /* how long an answer takes */
  guint asked;      /* checks of the server */
  gboolean deaf;    /* nothing arrives at the server */
  gboolean changed; /* what the last answer did */
} Fixture;

static void
on_send (gpointer user_data, const NetAddress *to, const guint8 *data, gsize len)
{
  Fixture *f = user_data;
  guint8 request[1024 + UDP_RECEIVER_SLACK] = { 0 }, answer[ICE_LITE_REPLY_MAX + 64] = { 0 };
  NetPath path = { .remote = f->own };
  IceCheck check = { 0 };

  f->sent++;
  if (net_address_equal (to, &f->other)) {
    f->sent_other++;
    return;
  }
  if (f->deaf)
    return;
  memcpy (request, data, len);
  ice_lite_on_stun (f->lite, request, len, &path, f->now_us, &check);
  if (check.request_len > 0) {
    /* the server asks the address that is new to it */
    guint8 asked[1024 + UDP_RECEIVER_SLACK] = { 0 };
    memcpy (asked, check.request, check.request_len);
    f->asked++;
    ice_client_receive (f->client, asked, check.request_len, &f->server, f->now_us);
  }
  if (check.reply_len == 0)
    return;
  memcpy (answer, check.reply, check.reply_len);
  f->changed =
      ice_client_receive (f->client, answer, check.reply_len, &f->server, f->now_us + f->away_us);
}

/* The last of @n candidates is the one that answers. */
static void
make_client_of (Fixture *f, const gchar *pwd, gint64 check_us, guint n)
{
  NetAddress candidates[ICE_CLIENT_CANDIDATES_MAX + 1];
  IceClientConfig config = { .ufrag = OWN_UFRAG,
                             .pwd = OWN_PWD,
                             .remote_ufrag = ice_session_get_ufrag (f->session),
                             .remote_pwd = pwd ? pwd : ice_session_get_pwd (f->session),
                             .candidates = candidates,
                             .n_candidates = n,
                             .send = on_send,
                             .user_data = f,
                             .check_us = check_us };

  for (guint i = 0; i < n; i++)
    candidates[i] = i + 1 < n ? f->other : f->server;
  g_clear_pointer (&f->client, ice_client_free);
  f->client = ice_client_new (&config, f->now_us);
}

static void
make_client (Fixture *f, const gchar *pwd, gint64 check_us)
{
  make_client_of (f, pwd, check_us, 2);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->lite = ice_lite_new ();
  f->session = ice_session_new (f->lite, OWN_UFRAG, f);
  g_assert_true (net_address_parse ("192.0.2.1", 50000, &f->server));
  g_assert_true (net_address_parse ("192.0.2.9", 50000, &f->other));
  g_assert_true (net_address_parse ("192.0.2.2", 40000, &f->own));
  f->now_us = 100 * SECOND;
  make_client (f, data, 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  ice_client_free (f->client);
  ice_lite_free (f->lite);
}

/* Ticks when the client asks for it. */
static void
run_for (Fixture *f, gint64 us)
{
  gint64 end_us = f->now_us + us;
  gint64 next_us = ice_client_tick (f->client, f->now_us);

  while (next_us <= end_us) {
    f->now_us = MAX (next_us, f->now_us + 1);
    next_us = ice_client_tick (f->client, f->now_us);
  }
  f->now_us = end_us;
}

static void
test_the_one_that_answers_is_kept (Fixture *f, gconstpointer data)
{
  g_assert_null (ice_client_get_remote (f->client));
  run_for (f, 200 * 1000);
  g_assert_cmpint (ice_client_get_state (f->client), ==, ICE_CLIENT_CONNECTED);
  g_assert_true (net_address_equal (ice_client_get_remote (f->client), &f->server));
  g_assert_cmpint (ice_session_get_state (f->session), ==, ICE_STATE_CONNECTED);
  g_assert_cmpuint (f->sent_other, ==, 1);
}

/* As many as it tries, and one past them. */
static void
test_candidates_too_many (Fixture *f, gconstpointer data)
{
  make_client_of (f, NULL, 0, ICE_CLIENT_CANDIDATES_MAX);
  run_for (f, SECOND);
  g_assert_cmpint (ice_client_get_state (f->client), ==, ICE_CLIENT_CONNECTED);
  f->sent = f->sent_other = 0;
  make_client_of (f, NULL, 0, ICE_CLIENT_CANDIDATES_MAX + 1);
  run_for (f, SECOND);
  g_assert_cmpint (ice_client_get_state (f->client), ==, ICE_CLIENT_CHECKING);
  g_assert_cmpuint (f->sent, >=, ICE_CLIENT_CANDIDATES_MAX);
  g_assert_cmpuint (f->sent_other, ==, f->sent);
}

/* Its NAT gives it another port: the server asks there, and gets the answer of the right password
 * only. */
static void
test_answers_the_server (Fixture *f, gconstpointer data)
{
  const NetPath *path;

  ice_session_set_remote_pwd (f->session, OWN_PWD);
  run_for (f, SECOND);
  g_assert_cmpuint (f->asked, ==, 0);
  net_address_set_port (&f->own, 40001);
  run_for (f, 10 * SECOND);
  g_assert_cmpuint (f->asked, ==, 1);
  path = ice_session_get_path (f->session);
  g_assert_cmpuint (net_address_get_port (&path->remote), ==, 40001);
  g_assert_cmpint (ice_client_get_state (f->client), ==, ICE_CLIENT_CONNECTED);

  ice_session_set_remote_pwd (f->session, "another-one-of-22-chars");
  net_address_set_port (&f->own, 40002);
  run_for (f, 10 * SECOND);
  g_assert_cmpuint (f->asked, >, 1);
  path = ice_session_get_path (f->session);
  g_assert_cmpuint (net_address_get_port (&path->remote), ==, 40001);
}

static void
test_consent_every_five_seconds (Fixture *f, gconstpointer data)
{
  run_for (f, SECOND);
  guint before = f->sent;
  run_for (f, 600 * SECOND);
  g_assert_cmpint (ice_client_get_state (f->client), ==, ICE_CLIENT_CONNECTED);
  g_assert_cmpuint (f->sent - before, >=, 100);
  g_assert_cmpuint (f->sent - before, <=, 151);
}

/* Who measures asks more often; a line that is cut fails as ever. */
static void
test_checks_for_who_measures (Fixture *f, gconstpointer data)
{
  make_client (f, NULL, SECOND / 10);
  run_for (f, SECOND);
  guint before = f->sent;
  f->away_us = 250 * 1000; /* more than between two checks */
  run_for (f, 10 * SECOND);
  g_assert_cmpuint (f->sent - before, >=, 99);
  g_assert_cmpuint (f->sent - before, <=, 101);
  g_assert_cmpint (ice_client_get_figures (f->client)->rtt_us, ==, f->away_us);
  f->deaf = TRUE;
  run_for (f, 31 * SECOND);
  g_assert_cmpint (ice_client_get_state (f->client), ==, ICE_CLIENT_FAILED);
}

static void
test_answers_are_timed (Fixture *f, gconstpointer data)
{
  const IceClientFigures *figures = ice_client_get_figures (f->client);

  g_assert_cmpuint (figures->answers, ==, 0);
  run_for (f, 200 * 1000);
  f->away_us = 40 * 1000;
  run_for (f, 300 * SECOND); /* past the ring's end */
  g_assert_cmpuint (figures->checks, ==, f->sent);
  g_assert_cmpuint (figures->answers, ==, f->sent - f->sent_other);
  g_assert_cmpint (figures->rtt_us, ==, f->away_us);
}

static void
test_a_cut_shorter_than_consent (Fixture *f, gconstpointer data)
{
  run_for (f, SECOND);
  f->deaf = TRUE;
  run_for (f, 22 * SECOND);
  g_assert_cmpint (ice_client_get_state (f->client), ==, ICE_CLIENT_CONNECTED);
  f->deaf = FALSE;
  guint before = f->sent;
  run_for (f, 3 * SECOND / 2); /* asks each second while nothing comes */
  g_assert_cmpuint (f->sent - before, >=, 1);
  f->deaf = TRUE;
  run_for (f, 28 * SECOND);
  g_assert_cmpint (ice_client_get_state (f->client), ==, ICE_CLIENT_CONNECTED);
}

static void
test_consent_expires (Fixture *f, gconstpointer data)
{
  run_for (f, SECOND);
  f->deaf = TRUE;
  run_for (f, 31 * SECOND);
  g_assert_cmpint (ice_client_get_state (f->client), ==, ICE_CLIENT_FAILED);
  g_assert_null (ice_client_get_remote (f->client));
  g_assert_cmpint (ice_client_tick (f->client, f->now_us), ==, G_MAXINT64);
}

static void
test_nobody_answers (Fixture *f, gconstpointer data)
{
  f->deaf = TRUE;
  run_for (f, ICE_CLIENT_CONNECT_US - 1);
  g_assert_cmpint (ice_client_get_state (f->client), ==, ICE_CLIENT_CHECKING);
  g_assert_cmpuint (f->sent, <, 60); /* backs off */
  run_for (f, SECOND);
  g_assert_cmpint (ice_client_get_state (f->client), ==, ICE_CLIENT_FAILED);
}

static void
test_a_wrong_password (Fixture *f, gconstpointer data)
{
  run_for (f, SECOND);
  g_assert_cmpint (ice_client_get_state (f->client), ==, ICE_CLIENT_CHECKING);
}

static void
test_noise_changes_nothing (Fixture *f, gconstpointer data)
{
  guint8 noise[128 + UDP_RECEIVER_SLACK] = { 0x01, 0x01, 0, 100, 0x21, 0x12, 0xa4, 0x42 };

  for (gsize len = 0; len <= 128; len++)
    g_assert_false (ice_client_receive (f->client, noise, len, &f->server, f->now_us));
  run_for (f, SECOND);
  for (gsize len = 0; len <= 128; len++)
    g_assert_false (ice_client_receive (f->client, noise, len, &f->server, f->now_us));
  g_assert_cmpint (ice_client_get_state (f->client), ==, ICE_CLIENT_CONNECTED);
}

#define ADD(name, data, function)                                                                  \
  g_test_add ("/transport/ice-client/" name, Fixture, data, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("answers", NULL, test_the_one_that_answers_is_kept);
  ADD ("candidates-too-many", NULL, test_candidates_too_many);
  ADD ("answers-the-server", NULL, test_answers_the_server);
  ADD ("consent", NULL, test_consent_every_five_seconds);
  ADD ("often", NULL, test_checks_for_who_measures);
  ADD ("timed", NULL, test_answers_are_timed);
  ADD ("cut", NULL, test_a_cut_shorter_than_consent);
  ADD ("expires", NULL, test_consent_expires);
  ADD ("nobody", NULL, test_nobody_answers);
  ADD ("wrong-password", "wrong-password-wrong-password", test_a_wrong_password);
  ADD ("noise", NULL, test_noise_changes_nothing);
  return g_test_run ();
}
