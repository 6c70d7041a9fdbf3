/* A new address must answer before media goes there. The peer is a full agent, made of libnice. */
#include "pipelines/transport/ice_lite.h"
#include "pipelines/transport/ice_return.h"

#include "tests/unit/transport/fixtures.h"
#include <stun/stunagent.h>
#include <stun/usages/ice.h>

#define UFRAG "peer"
#define PWD "the-peers-own-password-22"
#define TIE 0x123456789abcdefULL
#define SECOND G_USEC_PER_SEC

typedef struct {
  IceLite *ice;
  IceSession *session;
  const gchar *ufrag, *pwd; /* of the peer */
  StunAgent agent;
  guint8 packet[2048];
  gsize len;
  /* the last check of ours that was sent */
  guint8 request[1024];
  gsize request_len;
  NetPath request_path;
  guint asked;
} Fixture;

static const guint16 attributes[] = {
  STUN_ATTRIBUTE_USERNAME,        STUN_ATTRIBUTE_MESSAGE_INTEGRITY,
  STUN_ATTRIBUTE_ERROR_CODE,      STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS,
  STUN_ATTRIBUTE_PRIORITY,        STUN_ATTRIBUTE_USE_CANDIDATE,
  STUN_ATTRIBUTE_FINGERPRINT,     STUN_ATTRIBUTE_ICE_CONTROLLED,
  STUN_ATTRIBUTE_ICE_CONTROLLING, 0,
};

static void
set_up (Fixture *f, gconstpointer data)
{
  *f = (Fixture){ .ice = ice_lite_new (), .ufrag = UFRAG, .pwd = PWD };
  f->session = ice_session_new (f->ice, UFRAG, f);
  ice_session_set_remote_pwd (f->session, PWD);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  ice_lite_free (f->ice);
}

static void
note_request (Fixture *f, const NetPath *path, const guint8 *data, gsize len)
{
  g_assert_cmpuint (len, <=, sizeof f->request);
  memcpy (f->request, data, len);
  f->request_len = len;
  f->request_path = *path;
  f->asked++;
}

static void
reset_agent (Fixture *f)
{
  stun_agent_init (&f->agent, attributes, STUN_COMPATIBILITY_RFC5389,
                   STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
}

/* The peer's own check from @path. */
static IceCheck
check_over (Fixture *f, const NetPath *path, gboolean nominates, gint64 now_us)
{
  g_autofree gchar *username =
      g_strdup_printf ("%s:%s", ice_session_get_ufrag (f->session), f->ufrag);
  const gchar *pwd = ice_session_get_pwd (f->session);
  StunMessage message;
  IceCheck check;

  reset_agent (f);
  f->len = stun_usage_ice_conncheck_create (&f->agent, &message, f->packet, sizeof f->packet,
                                            (const guint8 *) username, strlen (username),
                                            (const guint8 *) pwd, strlen (pwd), nominates, true, 1,
                                            TIE, NULL, STUN_USAGE_ICE_COMPATIBILITY_RFC5245);
  g_assert_true (ice_lite_on_stun (f->ice, f->packet, f->len, path, now_us, &check));
  if (check.request_len > 0)
    note_request (f, path, check.request, check.request_len);
  return check;
}

static IceCheck
check_from (Fixture *f, guint16 port, gboolean nominates, gint64 now_us)
{
  NetPath path = fixture_path ("192.0.2.1", port);

  return check_over (f, &path, nominates, now_us);
}

static guint16
path_port (const Fixture *f)
{
  const NetPath *path = ice_session_get_path (f->session);

  return path != NULL ? net_address_get_port (&path->remote) : 0;
}

/* As the peer reads our check: FALSE, it does not know it. */
static gboolean
make_answer (Fixture *f, const gchar *pwd)
{
  g_autofree gchar *username =
      g_strdup_printf ("%s:%s", f->ufrag, ice_session_get_ufrag (f->session));
  StunDefaultValidaterData credentials[] = {
    { (guint8 *) username, strlen (username), (guint8 *) pwd, strlen (pwd) },
    { NULL },
  };
  struct sockaddr_storage source = { 0 };
  NetPath local = fixture_path ("198.51.100.1", 5004);
  StunMessage request, response;
  size_t len = sizeof f->packet;
  bool controlling = true;

  reset_agent (f);
  if (stun_agent_validate (&f->agent, &request, f->request, f->request_len,
                           stun_agent_default_validater, credentials) != STUN_VALIDATION_SUCCESS)
    return FALSE;
  g_assert_false (stun_usage_ice_conncheck_use_candidate (&request));
  memcpy (&source, &local.remote, sizeof local.remote);
  g_assert_cmpint (stun_usage_ice_conncheck_create_reply (
                       &f->agent, &request, &response, f->packet, &len, &source,
                       net_address_get_len (&local.remote), &controlling, TIE,
                       STUN_USAGE_ICE_COMPATIBILITY_RFC5245),
                   ==, STUN_USAGE_ICE_RETURN_SUCCESS);
  g_assert_true (controlling);
  f->len = len;
  return TRUE;
}

static gboolean
deliver_from (Fixture *f, const gchar *host, guint16 port, gint64 now_us, IceCheck *check)
{
  NetPath path = fixture_path (host, port);

  return ice_lite_on_stun (f->ice, f->packet, f->len, &path, now_us, check);
}

static void
poll (Fixture *f, gint64 now_us)
{
  IceRequest request;

  while (ice_lite_poll (f->ice, now_us, &request))
    note_request (f, request.path, request.data, request.len);
}

/* Connected from port 1000, and nominates 2000. */
static void
move (Fixture *f)
{
  IceCheck check = check_from (f, 1000, TRUE, SECOND);

  g_assert_true (check.path_changed);
  g_assert_cmpuint (check.request_len, ==, 0); /* DTLS proves the first one */
  check = check_from (f, 2000, TRUE, 2 * SECOND);
  g_assert_cmpuint (check.reply_len, >, 0);
  g_assert_cmpuint (check.request_len, >, 0);
  g_assert_false (check.path_changed || check.state_changed);
  g_assert_cmpuint (path_port (f), ==, 1000);
}

static void
test_answered (Fixture *f, gconstpointer data)
{
  IceCheck check;

  move (f);
  g_assert_true (make_answer (f, PWD));
  g_assert_true (deliver_from (f, "192.0.2.1", 2000, 2 * SECOND + 150000, &check));
  g_assert_true (check.session == f->session && check.path_changed);
  g_assert_cmpuint (check.reply_len + check.request_len, ==, 0);
  g_assert_cmpuint (path_port (f), ==, 2000);
  g_assert_cmpint (ice_session_get_last_check_us (f->session), ==, 2 * SECOND + 150000);
  g_assert_cmpuint (ice_lite_get_counters (f->ice)->proven, ==, 1);
  /* once: a second one is of nothing that is asked */
  g_assert_false (deliver_from (f, "192.0.2.1", 2000, 3 * SECOND, &check));
  poll (f, 60 * SECOND);
  g_assert_cmpuint (f->asked, ==, 1);
  check = check_from (f, 2000, TRUE, 4 * SECOND);
  g_assert_cmpuint (check.request_len, ==, 0);
}

/* Whose answer does not fit in any way has not proven anything. */
static void
test_forged (Fixture *f, gconstpointer data)
{
  IceCheck check;

  move (f);
  g_assert_false (make_answer (f, "another-password-of-22-chars"));
  g_assert_true (make_answer (f, PWD));
  g_assert_false (deliver_from (f, "192.0.2.1", 2001, 2 * SECOND, &check));
  g_assert_false (deliver_from (f, "192.0.2.2", 2000, 2 * SECOND, &check));
  g_assert_false (deliver_from (f, "192.0.2.1", 1000, 2 * SECOND, &check));
  for (gsize i = 0; i < f->len - 8; i++) { /* FINGERPRINT is not looked at */
    f->packet[i] ^= 0x40;
    g_assert_false (deliver_from (f, "192.0.2.1", 2000, 2 * SECOND, &check));
    f->packet[i] ^= 0x40;
  }
  for (gsize len = 0; len < f->len; len++) {
    NetPath path = fixture_path ("192.0.2.1", 2000);
    g_assert_false (ice_lite_on_stun (f->ice, f->packet, len, &path, 2 * SECOND, &check));
  }
  g_assert_cmpuint (path_port (f), ==, 1000);
  g_assert_true (deliver_from (f, "192.0.2.1", 2000, 2 * SECOND, &check));
}

/* A stranger's address, forged by a peer that goes on nominating it: asked a few times, then no
 * more until the next check, and never sent any media. */
static void
test_stranger (Fixture *f, gconstpointer data)
{
  gint64 now_us = 2 * SECOND;

  move (f);
  for (guint i = 0; i < 500; i++, now_us += 20000)
    poll (f, now_us);
  g_assert_cmpuint (f->asked, ==, ICE_RETURN_TRIES);
  for (guint i = 0; i < 100; i++, now_us += 100000) {
    check_from (f, 2000, TRUE, now_us);
    poll (f, now_us);
    g_assert_cmpuint (path_port (f), ==, 1000);
  }
  /* 10 s: fewer than its own checks by far */
  g_assert_cmpuint (f->asked, <=, 4 * ICE_RETURN_TRIES);
  g_assert_cmpuint (ice_lite_get_counters (f->ice)->proven, ==, 0);
}

/* The first two checks of ours get lost. */
static void
test_lost (Fixture *f, gconstpointer data)
{
  IceCheck check;

  move (f);
  poll (f, 2 * SECOND + ICE_RETURN_FIRST_US - 1);
  g_assert_cmpuint (f->asked, ==, 1);
  poll (f, 2 * SECOND + ICE_RETURN_FIRST_US);
  g_assert_cmpuint (f->asked, ==, 2);
  poll (f, 2 * SECOND + 4 * ICE_RETURN_FIRST_US);
  g_assert_cmpuint (f->asked, ==, 3);
  g_assert_cmpuint (net_address_get_port (&f->request_path.remote), ==, 2000);
  g_assert_true (make_answer (f, PWD));
  g_assert_true (deliver_from (f, "192.0.2.1", 2000, 2 * SECOND + 600000, &check));
  g_assert_cmpuint (path_port (f), ==, 2000);
}

/* The newest nomination is the one that is asked; one of the present path ends it. */
static void
test_changes_its_mind (Fixture *f, gconstpointer data)
{
  IceCheck check;

  move (f);
  g_assert_true (make_answer (f, PWD));
  check = check_from (f, 3000, TRUE, 2 * SECOND + 1000);
  g_assert_cmpuint (check.request_len, >, 0);
  g_assert_true (make_answer (f, PWD));
  g_assert_false (deliver_from (f, "192.0.2.1", 2000, 3 * SECOND, &check));
  check = check_from (f, 1000, TRUE, 3 * SECOND);
  g_assert_true (make_answer (f, PWD));
  g_assert_false (deliver_from (f, "192.0.2.1", 3000, 3 * SECOND, &check));
  g_assert_cmpuint (path_port (f), ==, 1000);
  f->asked = 0;
  poll (f, 10 * SECOND);
  g_assert_cmpuint (f->asked, ==, 0);
}

/* A NAT gave it another port: no nomination, only silence on the path. */
static void
test_silent_path (Fixture *f, gconstpointer data)
{
  gint64 late_us = SECOND + ICE_LITE_SILENT_PATH_US;
  IceCheck check = check_from (f, 1000, TRUE, SECOND);

  check = check_from (f, 2000, FALSE, 2 * SECOND);
  g_assert_cmpuint (check.request_len, ==, 0);
  check = check_from (f, 2000, FALSE, late_us);
  g_assert_cmpuint (check.request_len, >, 0);
  g_assert_true (make_answer (f, PWD));
  g_assert_true (deliver_from (f, "192.0.2.1", 2000, late_us, &check));
  g_assert_cmpuint (path_port (f), ==, 2000);
}

/* After consent was lost it comes back from elsewhere. */
static void
test_returns (Fixture *f, gconstpointer data)
{
  gint64 late_us = 2 * SECOND + ICE_LITE_CONSENT_US;
  IceCheck check = check_from (f, 1000, TRUE, SECOND);

  g_assert_true (ice_session_tick (f->session, late_us));
  check = check_from (f, 2000, TRUE, late_us);
  g_assert_cmpuint (path_port (f), ==, 1000);
  g_assert_true (make_answer (f, PWD));
  g_assert_true (deliver_from (f, "192.0.2.1", 2000, late_us, &check));
  g_assert_cmpuint (path_port (f), ==, 2000);
  g_assert_cmpint (ice_session_get_state (f->session), ==, ICE_STATE_CONNECTED);
}

/* The password is that of the credentials that the check came with. */
static void
test_restart (Fixture *f, gconstpointer data)
{
  IceCheck check = check_from (f, 1000, TRUE, SECOND);

  ice_session_restart (f->session, "again");
  ice_session_set_remote_pwd (f->session, "a-new-password-of-22-chars");
  f->ufrag = "again";
  check = check_from (f, 2000, TRUE, 2 * SECOND);
  g_assert_false (check.path_changed);
  g_assert_false (make_answer (f, PWD));
  g_assert_true (make_answer (f, "a-new-password-of-22-chars"));
  g_assert_true (deliver_from (f, "192.0.2.1", 2000, 2 * SECOND, &check));
  g_assert_cmpuint (path_port (f), ==, 2000);
}

/* Who did not tell its password, and a TCP connection, are taken at once; and when a connection
 * breaks UDP must prove itself, without being in a state that it may not have. */
static void
test_not_asked (Fixture *f, gconstpointer data)
{
  NetPath tcp = fixture_path ("192.0.2.1", 3000);
  IceCheck check = check_from (f, 1000, TRUE, SECOND);

  tcp.connection = 7;
  check = check_over (f, &tcp, TRUE, 2 * SECOND);
  g_assert_true (check.path_changed);
  g_assert_cmpuint (check.request_len, ==, 0);
  g_assert_true (ice_lite_forget_connection (f->ice, &tcp) == f->session);
  check = check_from (f, 1000, FALSE, 3 * SECOND);
  g_assert_cmpuint (check.request_len, >, 0);
  g_assert_cmpint (ice_session_get_state (f->session), ==, ICE_STATE_DISCONNECTED);
  g_assert_true (make_answer (f, PWD));
  g_assert_true (deliver_from (f, "192.0.2.1", 1000, 3 * SECOND, &check));
  g_assert_true (check.state_changed);

  ice_session_set_remote_pwd (f->session, "");
  check = check_from (f, 4000, TRUE, 4 * SECOND);
  g_assert_true (check.path_changed);
  g_assert_cmpuint (check.request_len, ==, 0);
}

/* The session goes while it is asked. */
static void
test_gone (Fixture *f, gconstpointer data)
{
  move (f);
  ice_session_free (f->session);
  poll (f, 10 * SECOND);
  g_assert_cmpuint (f->asked, ==, 1);
}

/* A name as long as may be, and longer. */
static void
test_long_names (void)
{
  NetPath path = fixture_path ("192.0.2.1", 1);
  g_autofree gchar *longest = g_strnfill (ICE_LITE_USERNAME_MAX, 'x');
  g_autofree gchar *longer = g_strnfill (ICE_LITE_USERNAME_MAX + 1, 'x');
  g_autoptr (IceReturn) fits = ice_return_new (&path, longest, PWD, 0);

  g_assert_nonnull (fits);
  g_assert_cmpuint (fits->len, <=, ICE_RETURN_REQUEST_MAX);
  g_assert_null (ice_return_new (&path, longer, PWD, 0));
}

#define ADD(name, func)                                                                            \
  g_test_add ("/transport/ice-return/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("answered", test_answered);
  ADD ("forged", test_forged);
  ADD ("stranger", test_stranger);
  ADD ("lost", test_lost);
  ADD ("changes-its-mind", test_changes_its_mind);
  ADD ("silent-path", test_silent_path);
  ADD ("returns", test_returns);
  ADD ("restart", test_restart);
  ADD ("not-asked", test_not_asked);
  ADD ("gone", test_gone);
  g_test_add_func ("/transport/ice-return/long-names", test_long_names);
  return g_test_run ();
}
