#include "pipelines/transport/ice_lite.h"
#include "pipelines/transport/ice_outline.h"

#include "tests/unit/transport/fixtures.h"
#include <stun/stunagent.h>
#include <stun/usages/ice.h>

#define REMOTE_UFRAG "peer"
#define TIE 0x123456789abcdefULL
#define SECOND G_USEC_PER_SEC

typedef struct {
  IceLite *ice;
  IceSession *session;
  StunAgent client;
  guint8 request[1024];
  gsize request_len;
  gboolean controlled; /* the client believes to be controlled */
} Fixture;

static const guint16 client_attributes[] = {
  STUN_ATTRIBUTE_USERNAME,
  STUN_ATTRIBUTE_MESSAGE_INTEGRITY,
  STUN_ATTRIBUTE_ERROR_CODE,
  STUN_ATTRIBUTE_ICE_CONTROLLED,
  STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS,
  STUN_ATTRIBUTE_PRIORITY,
  STUN_ATTRIBUTE_FINGERPRINT,
  STUN_ATTRIBUTE_UNKNOWN_ATTRIBUTES,
  STUN_ATTRIBUTE_USE_CANDIDATE,
  STUN_ATTRIBUTE_ICE_CONTROLLING,
  0,
};

static void
set_up (Fixture *f, gconstpointer data)
{
  f->ice = ice_lite_new ();
  f->session = ice_session_new (f->ice, REMOTE_UFRAG, f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  ice_lite_free (f->ice);
}

/* It remembers 200 transactions and then makes no more. */
static void
reset_client (Fixture *f)
{
  stun_agent_init (&f->client, client_attributes, STUN_COMPATIBILITY_RFC5389,
                   STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
}

/* A check as a full agent makes it. */
static void
make_check (Fixture *f, const gchar *username, const gchar *pwd, gboolean use_candidate)
{
  StunMessage message;

  reset_client (f);
  f->request_len = stun_usage_ice_conncheck_create (
      &f->client, &message, f->request, sizeof f->request, (const guint8 *) username,
      strlen (username), (const guint8 *) pwd, strlen (pwd), use_candidate, !f->controlled,
      2130706431, TIE, NULL, STUN_USAGE_ICE_COMPATIBILITY_RFC5245);
  g_assert_cmpuint (f->request_len, >, 0);
}

static gboolean
deliver (Fixture *f, const gchar *host, guint16 port, gint64 now_us, IceCheck *check)
{
  NetPath from = fixture_path (host, port);

  return ice_lite_on_stun (f->ice, f->request, f->request_len, &from, now_us, check);
}

/* The session's good check from port @port. */
static IceCheck
check_from (Fixture *f, guint16 port, gboolean use_candidate, gint64 now_us)
{
  g_autofree gchar *username =
      g_strdup_printf ("%s:%s", ice_session_get_ufrag (f->session), REMOTE_UFRAG);
  IceCheck check;

  make_check (f, username, ice_session_get_pwd (f->session), use_candidate);
  g_assert_true (deliver (f, "192.0.2.1", port, now_us, &check));
  g_assert_true (check.session == f->session);
  return check;
}

static guint16
path_port (Fixture *f)
{
  const NetPath *path = ice_session_get_path (f->session);

  return path ? net_address_get_port (&path->remote) : 0;
}

static void
test_nominated (Fixture *f, gconstpointer data)
{
  IceCheck check = check_from (f, 1000, FALSE, SECOND);

  g_assert_true (check.state_changed);
  g_assert_false (check.path_changed);
  g_assert_cmpint (ice_session_get_state (f->session), ==, ICE_STATE_CHECKING);
  g_assert_null (ice_session_get_path (f->session));
  g_assert_true (ice_lite_find_by_address (f->ice, fixture_address ("192.0.2.1", 1000)) ==
                 f->session);

  check = check_from (f, 1000, TRUE, 2 * SECOND);
  g_assert_true (check.state_changed && check.path_changed);
  g_assert_cmpint (ice_session_get_state (f->session), ==, ICE_STATE_CONNECTED);
  g_assert_cmpuint (path_port (f), ==, 1000);
  g_assert_cmpint (ice_session_get_last_check_us (f->session), ==, 2 * SECOND);

  check = check_from (f, 1000, TRUE, 3 * SECOND);
  g_assert_false (check.state_changed || check.path_changed);
  g_assert_cmpuint (ice_lite_get_counters (f->ice)->checks, ==, 3);
  g_assert_true (ice_session_get_user_data (f->session) == f);
}

/* The reply authenticates, and tells the peer its own address. */
static void
check_reply (Fixture *f, const gchar *host)
{
  g_autofree gchar *username =
      g_strdup_printf ("%s:%s", ice_session_get_ufrag (f->session), REMOTE_UFRAG);
  IceCheck check;
  StunMessage response;
  guint8 reply[ICE_LITE_REPLY_MAX + 64];
  struct sockaddr_storage mapped;
  socklen_t mapped_len = sizeof mapped;
  NetAddress address;

  make_check (f, username, ice_session_get_pwd (f->session), TRUE);
  g_assert_true (deliver (f, host, 4321, 0, &check));
  memcpy (reply, check.reply, check.reply_len);
  g_assert_cmpint (stun_agent_validate (&f->client, &response, reply, check.reply_len, NULL, NULL),
                   ==, STUN_VALIDATION_SUCCESS);
  g_assert_cmpint (stun_usage_ice_conncheck_process (&response, &mapped, &mapped_len,
                                                     STUN_USAGE_ICE_COMPATIBILITY_RFC5245),
                   ==, STUN_USAGE_ICE_RETURN_SUCCESS);
  g_assert_true (net_address_from_sockaddr ((struct sockaddr *) &mapped, sizeof mapped, &address));
  g_assert_true (net_address_equal (&address, fixture_address (host, 4321)));
}

static void
test_reply (Fixture *f, gconstpointer data)
{
  check_reply (f, "192.0.2.1");
  check_reply (f, "2001:db8::7");
}

static void
test_strangers_get_silence (Fixture *f, gconstpointer data)
{
  const gchar *ufrag = ice_session_get_ufrag (f->session);
  const gchar *pwd = ice_session_get_pwd (f->session);
  g_autofree gchar *good = g_strdup_printf ("%s:%s", ufrag, REMOTE_UFRAG);
  g_autofree gchar *other_peer = g_strdup_printf ("%s:someone", ufrag);
  g_autofree gchar *longer_peer = g_strdup_printf ("%s:%sx", ufrag, REMOTE_UFRAG);
  const struct {
    const gchar *username, *pwd;
  } rows[] = {
    { "AAAAAAAA:" REMOTE_UFRAG, pwd },
    { good, "wrong-password-of-24-chr" },
    { good, "x" },
    { other_peer, pwd },
    { longer_peer, pwd },
    { ufrag, pwd },
    { ":", pwd },
    { "x", pwd },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    IceCheck check;
    make_check (f, rows[i].username, rows[i].pwd, TRUE);
    g_assert_false (deliver (f, "192.0.2.1", 1, 0, &check));
    g_assert_null (check.session);
    g_assert_cmpuint (check.reply_len, ==, 0);
    g_assert_cmpuint (ice_lite_get_counters (f->ice)->unauthenticated, ==, i + 1);
  }
  g_assert_cmpint (ice_session_get_state (f->session), ==, ICE_STATE_NEW);
  g_assert_null (ice_lite_find_by_address (f->ice, fixture_address ("192.0.2.1", 1)));
}

/* Every byte matters: nothing that was changed is answered. */
static void
test_tampered (Fixture *f, gconstpointer data)
{
  guint8 original[1024];
  gsize len;
  IceCheck check;

  check_from (f, 1, FALSE, 0);
  len = f->request_len;
  memcpy (original, f->request, len);
  for (gsize at = 0; at < len; at++) {
    for (guint bit = 0; bit < 8; bit++) {
      memcpy (f->request, original, len);
      f->request[at] ^= 1u << bit;
      g_assert_false (deliver (f, "192.0.2.1", 2, 0, &check));
      g_assert_cmpuint (check.reply_len, ==, 0);
    }
  }
  for (gsize cut = 0; cut < len; cut++) {
    memcpy (f->request, original, len);
    f->request_len = cut;
    g_assert_false (deliver (f, "192.0.2.1", 2, 0, &check));
  }
}

/* The longest USERNAME is answered, one byte more is not, and nothing aborts. */
static void
test_username_bound (Fixture *f, gconstpointer data)
{
  g_autofree gchar *remote = g_strnfill (ICE_LITE_USERNAME_MAX - 9 + 1, 'x');
  IceSession *open = ice_session_new (f->ice, NULL, NULL); /* any remote ufrag */
  g_autofree gchar *too_long = g_strdup_printf ("%s:%s", ice_session_get_ufrag (open), remote);
  IceCheck check;

  make_check (f, too_long, ice_session_get_pwd (open), TRUE);
  g_assert_false (deliver (f, "192.0.2.1", 1, 0, &check));
  too_long[ICE_LITE_USERNAME_MAX] = 0;
  make_check (f, too_long, ice_session_get_pwd (open), TRUE);
  g_assert_true (deliver (f, "192.0.2.1", 1, 0, &check));
  g_assert_true (check.session == open);
}

static void
put_attribute (guint8 *at, guint type, guint len)
{
  const guint8 header[4] = { (guint8) (type >> 8), (guint8) type, (guint8) (len >> 8),
                             (guint8) len };

  memcpy (at, header, sizeof header);
}

/* A request of the longest that is looked at, and one of a word more. */
static void
test_request_bound (void)
{
  for (gsize len = ICE_LITE_REQUEST_MAX; len <= ICE_LITE_REQUEST_MAX + 4; len += 4) {
    guint8 request[ICE_LITE_REQUEST_MAX + 4] = { [4] = 0x21, 0x12, 0xa4, 0x42 };
    gsize integrity = len - 8 - 4 - STUN_INTEGRITY_BYTES;
    IceOutline outline;

    put_attribute (request, ICE_OUTLINE_REQUEST, len - STUN_HEADER_BYTES);
    put_attribute (request + 20, 0x0006, 4); /* USERNAME */
    put_attribute (request + 28, 0x8fff, integrity - 32);
    put_attribute (request + integrity, 0x0008, STUN_INTEGRITY_BYTES);
    put_attribute (request + len - 8, 0x8028, STUN_FINGERPRINT_BYTES);
    g_assert_cmpint (ice_outline_read (&outline, ICE_OUTLINE_REQUEST, request, len), ==,
                     len == ICE_LITE_REQUEST_MAX);
  }
}

static void
test_role_conflict (Fixture *f, gconstpointer data)
{
  StunMessage response;
  guint8 reply[ICE_LITE_REPLY_MAX + 64];
  IceCheck check;
  int code = 0;

  f->controlled = TRUE;
  check = check_from (f, 1, FALSE, 0);
  memcpy (reply, check.reply, check.reply_len);
  g_assert_cmpint (stun_agent_validate (&f->client, &response, reply, check.reply_len, NULL, NULL),
                   ==, STUN_VALIDATION_SUCCESS);
  g_assert_cmpint (stun_message_find_error (&response, &code), ==, STUN_MESSAGE_RETURN_SUCCESS);
  g_assert_cmpint (code, ==, 487);
  g_assert_cmpuint (ice_lite_get_counters (f->ice)->conflicts, ==, 1);
  g_assert_cmpint (ice_session_get_state (f->session), ==, ICE_STATE_NEW);
}

/* An attribute we must understand and do not: 420, if and only if the check is authentic. */
static void
send_strange_attribute (Fixture *f, const gchar *pwd, IceCheck *check)
{
  g_autofree gchar *username =
      g_strdup_printf ("%s:%s", ice_session_get_ufrag (f->session), REMOTE_UFRAG);
  StunMessage message;

  reset_client (f);
  stun_agent_init_request (&f->client, &message, f->request, sizeof f->request, STUN_BINDING);
  stun_message_append32 (&message, 0x7fff, 1);
  stun_message_append32 (&message, STUN_ATTRIBUTE_PRIORITY, 1);
  stun_message_append_bytes (&message, STUN_ATTRIBUTE_USERNAME, username, strlen (username));
  f->request_len =
      stun_agent_finish_message (&f->client, &message, (const guint8 *) pwd, strlen (pwd));
  deliver (f, "192.0.2.1", 1, 0, check);
}

static void
test_unknown_attribute (Fixture *f, gconstpointer data)
{
  StunMessage response;
  guint8 reply[ICE_LITE_REPLY_MAX + 64];
  IceCheck check;
  int code = 0;

  send_strange_attribute (f, "wrong-password-of-24-chr", &check);
  g_assert_cmpuint (check.reply_len, ==, 0);
  send_strange_attribute (f, ice_session_get_pwd (f->session), &check);
  g_assert_cmpuint (check.reply_len, >, 20);
  memcpy (reply, check.reply, check.reply_len);
  g_assert_cmpint (stun_agent_validate (&f->client, &response, reply, check.reply_len, NULL, NULL),
                   ==, STUN_VALIDATION_SUCCESS);
  g_assert_cmpint (stun_message_find_error (&response, &code), ==, STUN_MESSAGE_RETURN_SUCCESS);
  g_assert_cmpint (code, ==, 420);
}

static void
test_newest_nomination_wins (Fixture *f, gconstpointer data)
{
  check_from (f, 1, TRUE, SECOND);
  check_from (f, 2, FALSE, SECOND);
  g_assert_cmpuint (path_port (f), ==, 1);
  g_assert_true (check_from (f, 2, TRUE, SECOND).path_changed);
  g_assert_cmpuint (path_port (f), ==, 2);
  g_assert_true (check_from (f, 1, TRUE, SECOND).path_changed);
  g_assert_cmpuint (path_port (f), ==, 1);
}

/* A NAT that gave another port, or Wi-Fi to 4G: checks go on, without a nomination. */
static void
test_silent_path_yields (Fixture *f, gconstpointer data)
{
  check_from (f, 1, TRUE, SECOND);
  check_from (f, 1, FALSE, 5 * SECOND);
  g_assert_false (check_from (f, 2, FALSE, 5 * SECOND + ICE_LITE_SILENT_PATH_US - 1).path_changed);
  g_assert_true (check_from (f, 2, FALSE, 5 * SECOND + ICE_LITE_SILENT_PATH_US).path_changed);
  g_assert_cmpuint (path_port (f), ==, 2);
}

static void
test_consent (Fixture *f, gconstpointer data)
{
  gint64 last = 10 * SECOND;

  g_assert_false (ice_session_tick (f->session, 1000 * SECOND)); /* never connected */
  check_from (f, 1, TRUE, SECOND);
  check_from (f, 2, FALSE, last); /* renews it, too */
  g_assert_false (ice_session_tick (f->session, last + ICE_LITE_CONSENT_US - 1));
  g_assert_true (ice_session_tick (f->session, last + ICE_LITE_CONSENT_US));
  g_assert_cmpint (ice_session_get_state (f->session), ==, ICE_STATE_DISCONNECTED);
  g_assert_false (ice_session_tick (f->session, last + 2 * ICE_LITE_CONSENT_US));
  /* the room is back, from elsewhere */
  g_assert_true (check_from (f, 3, FALSE, last + 3 * ICE_LITE_CONSENT_US).state_changed);
  g_assert_cmpint (ice_session_get_state (f->session), ==, ICE_STATE_CONNECTED);
  g_assert_cmpuint (path_port (f), ==, 3);
}

static void
test_restart (Fixture *f, gconstpointer data)
{
  g_autofree gchar *old_username = NULL;
  g_autofree gchar *old_pwd = g_strdup (ice_session_get_pwd (f->session));
  g_autofree gchar *new_username = NULL;
  IceCheck check;

  check_from (f, 1, TRUE, SECOND);
  old_username = g_strdup_printf ("%s:%s", ice_session_get_ufrag (f->session), REMOTE_UFRAG);
  ice_session_restart (f->session, "peer2");
  ice_session_restart (f->session, "peer3"); /* a second one replaces the first */
  new_username = g_strdup_printf ("%s:peer3", ice_session_get_ufrag (f->session));
  g_assert_cmpstr (old_username, !=, new_username);

  make_check (f, old_username, old_pwd, TRUE);
  g_assert_true (deliver (f, "192.0.2.1", 1, 2 * SECOND, &check));
  make_check (f, new_username, ice_session_get_pwd (f->session), FALSE);
  g_assert_true (deliver (f, "192.0.2.1", 2, 2 * SECOND, &check));
  g_assert_cmpuint (path_port (f), ==, 1);
  make_check (f, old_username, old_pwd, FALSE);
  g_assert_true (deliver (f, "192.0.2.1", 1, 2 * SECOND, &check));

  make_check (f, new_username, ice_session_get_pwd (f->session), TRUE);
  g_assert_true (deliver (f, "192.0.2.1", 2, 2 * SECOND, &check));
  g_assert_true (check.path_changed);
  g_assert_cmpuint (path_port (f), ==, 2);
  make_check (f, old_username, old_pwd, TRUE); /* now the old ones are gone */
  g_assert_false (deliver (f, "192.0.2.1", 1, 2 * SECOND, &check));
  g_assert_cmpuint (path_port (f), ==, 2);
}

static void
test_addresses_bounded (Fixture *f, gconstpointer data)
{
  check_from (f, 1, TRUE, SECOND);
  for (guint port = 2; port <= 2 * ICE_LITE_ADDRESSES_MAX; port++)
    check_from (f, port, FALSE, SECOND);
  /* the nominated one and the newest stay */
  g_assert_nonnull (ice_lite_find_by_address (f->ice, fixture_address ("192.0.2.1", 1)));
  g_assert_null (ice_lite_find_by_address (f->ice, fixture_address ("192.0.2.1", 2)));
  for (guint i = 0; i < ICE_LITE_ADDRESSES_MAX - 1; i++)
    g_assert_nonnull (ice_lite_find_by_address (
        f->ice, fixture_address ("192.0.2.1", 2 * ICE_LITE_ADDRESSES_MAX - i)));
}

/* An address that a NAT gives to another peer follows the newest proof. */
static void
test_address_changes_hands (Fixture *f, gconstpointer data)
{
  IceSession *other = ice_session_new (f->ice, REMOTE_UFRAG, NULL);
  IceSession *first = f->session;
  const NetAddress *address = fixture_address ("192.0.2.1", 1);

  check_from (f, 1, TRUE, SECOND);
  f->session = other;
  check_from (f, 1, TRUE, SECOND);
  g_assert_true (ice_lite_find_by_address (f->ice, address) == other);
  ice_session_free (first);
  g_assert_true (ice_lite_find_by_address (f->ice, address) == other);
  ice_session_free (other);
  g_assert_null (ice_lite_find_by_address (f->ice, address));
  g_assert_cmpuint (ice_lite_get_n_sessions (f->ice), ==, 0);
}

static void
test_freed_is_stranger (Fixture *f, gconstpointer data)
{
  IceCheck check;

  check_from (f, 1, TRUE, SECOND);
  ice_session_restart (f->session, NULL);
  ice_session_free (f->session);
  g_assert_false (deliver (f, "192.0.2.1", 1, SECOND, &check));
}

static void
test_many_sessions (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) sessions = g_ptr_array_new ();

  for (guint i = 0; i < 3000; i++)
    g_ptr_array_add (sessions, ice_session_new (f->ice, REMOTE_UFRAG, GUINT_TO_POINTER (i)));
  for (guint i = 0; i < 3000; i += 7) {
    f->session = sessions->pdata[i];
    g_assert_cmpuint (
        GPOINTER_TO_UINT (ice_session_get_user_data (check_from (f, 2000 + i, TRUE, 1).session)),
        ==, i);
  }
}

/* Messages of STUN that are no check: a response, an indication, another method. */
static void
test_other_messages (Fixture *f, gconstpointer data)
{
  static const guint16 types[] = { 0x0101, 0x0111, 0x0011, 0x0003, 0x4001 };
  IceCheck check;

  check_from (f, 1, FALSE, 0);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    f->request[0] = types[i] >> 8;
    f->request[1] = (guint8) types[i];
    g_assert_false (deliver (f, "192.0.2.1", 1, 0, &check));
    g_assert_cmpuint (ice_lite_get_counters (f->ice)->malformed, ==, i + 1);
  }
}

/* The session's good check over TCP connection @connection. */
static IceCheck
check_by_tcp (Fixture *f, guint32 connection, gboolean use_candidate, gint64 now_us)
{
  g_autofree gchar *username =
      g_strdup_printf ("%s:%s", ice_session_get_ufrag (f->session), REMOTE_UFRAG);
  NetPath from = fixture_path ("192.0.2.1", 1);
  IceCheck check;

  from.socket_index = NET_PATH_TCP;
  from.connection = connection;
  make_check (f, username, ice_session_get_pwd (f->session), use_candidate);
  g_assert_true (ice_lite_on_stun (f->ice, f->request, f->request_len, &from, now_us, &check));
  return check;
}

static void
test_tcp_and_udp_of_one_address (Fixture *f, gconstpointer data)
{
  IceSession *first = f->session;
  NetPath path = fixture_path ("192.0.2.1", 1);

  check_from (f, 1, TRUE, 0);
  f->session = ice_session_new (f->ice, REMOTE_UFRAG, NULL);
  g_assert_true (check_by_tcp (f, 5, TRUE, 0).path_changed);
  g_assert_cmpuint (ice_session_get_path (f->session)->connection, ==, 5);
  /* two peers, who both stay */
  g_assert_true (ice_lite_find_by_path (f->ice, &path) == first);
  path.connection = 5;
  g_assert_true (ice_lite_find_by_path (f->ice, &path) == f->session);
  path.connection = 6;
  g_assert_null (ice_lite_find_by_path (f->ice, &path));
  g_assert_null (ice_lite_forget_connection (f->ice, &path));
}

static void
test_tcp_connection_closes (Fixture *f, gconstpointer data)
{
  NetPath path = fixture_path ("192.0.2.1", 1);
  IceCheck check;

  check_by_tcp (f, 5, TRUE, 0);
  check_by_tcp (f, 6, FALSE, 0);
  path.connection = 6;
  g_assert_true (ice_lite_forget_connection (f->ice, &path) == f->session);
  g_assert_cmpint (ice_session_get_state (f->session), ==, ICE_STATE_CONNECTED);
  path.connection = 5;
  g_assert_true (ice_lite_forget_connection (f->ice, &path) == f->session);
  g_assert_cmpint (ice_session_get_state (f->session), ==, ICE_STATE_DISCONNECTED);
  g_assert_null (ice_session_get_path (f->session));
  /* what answers first takes over, nominated or not */
  check = check_by_tcp (f, 7, FALSE, 1);
  g_assert_true (check.path_changed && check.state_changed);
  g_assert_cmpuint (ice_session_get_path (f->session)->connection, ==, 7);
  /* and from TCP to UDP and back, by nomination */
  g_assert_true (check_from (f, 1, TRUE, 2).path_changed);
  g_assert_cmpuint (ice_session_get_path (f->session)->connection, ==, 0);
  g_assert_true (check_by_tcp (f, 7, TRUE, 3).path_changed);
}

/* One that was never nominated has no path to fall back from. */
static void
test_tcp_closes_before_nomination (Fixture *f, gconstpointer data)
{
  NetPath path = fixture_path ("192.0.2.1", 1);

  check_by_tcp (f, 5, FALSE, 0);
  path.connection = 5;
  g_assert_true (ice_lite_forget_connection (f->ice, &path) == f->session);
  g_assert_cmpint (ice_session_get_state (f->session), ==, ICE_STATE_CHECKING);
  g_assert_false (check_by_tcp (f, 6, FALSE, 1).path_changed);
}

static void
test_state_names (void)
{
  g_assert_cmpstr (ice_state_get_name (ICE_STATE_NEW), ==, "new");
  g_assert_cmpstr (ice_state_get_name (ICE_STATE_DISCONNECTED), ==, "disconnected");
}

int
main (int argc, char **argv)
{
  static const struct {
    const gchar *name;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "nominated", test_nominated },
    { "reply", test_reply },
    { "strangers-get-silence", test_strangers_get_silence },
    { "tampered", test_tampered },
    { "username-bound", test_username_bound },
    { "role-conflict", test_role_conflict },
    { "unknown-attribute", test_unknown_attribute },
    { "newest-nomination-wins", test_newest_nomination_wins },
    { "silent-path-yields", test_silent_path_yields },
    { "consent", test_consent },
    { "restart", test_restart },
    { "addresses-bounded", test_addresses_bounded },
    { "address-changes-hands", test_address_changes_hands },
    { "freed-is-stranger", test_freed_is_stranger },
    { "many-sessions", test_many_sessions },
    { "other-messages", test_other_messages },
    { "tcp-and-udp-of-one-address", test_tcp_and_udp_of_one_address },
    { "tcp-connection-closes", test_tcp_connection_closes },
    { "tcp-closes-before-nomination", test_tcp_closes_before_nomination },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree gchar *path = g_strdup_printf ("/transport/ice-lite/%s", tests[i].name);
    g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
  }
  g_test_add_func ("/transport/ice-lite/state-names", test_state_names);
  g_test_add_func ("/transport/ice-lite/request-bound", test_request_bound);
  return g_test_run ();
}
