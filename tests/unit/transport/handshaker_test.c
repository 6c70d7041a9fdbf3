#include "pipelines/transport/handshaker.h"

#include "tests/unit/transport/fixtures.h"

#define NOW_S G_GINT64_CONSTANT (1790000000)
/* Of handshakes that must come to their end, however busy the machine is. */
#define PATIENCE_US (10 * HANDSHAKE_TIMEOUT_US)

/* Two handshakers, one for each side, and ends that send to each other in this thread's context. */
typedef struct {
  GMainContext *context;
  DtlsCertificate *certificates[2];
  Handshaker *handshakers[2];
  guint n_destroyed;
} Fixture;

typedef struct _End End;
struct _End {
  Fixture *fixture;
  Handshake *handshake; /* NULL once closed */
  End *peer;
  gboolean mute; /* its datagrams get lost */
  guint n_sent;
  gboolean has_keys;
  SrtpKeys keys;
  gchar *closed_reason;
};

static void
set_up (Fixture *f, gconstpointer data)
{
  f->context = g_main_context_new ();
  for (guint i = 0; i < 2; i++) {
    g_autoptr (DtlsContext) context = NULL;
    f->certificates[i] = dtls_certificate_new (NOW_S, NULL);
    context = dtls_context_new (f->certificates[i], NULL);
    f->handshakers[i] = handshaker_new (context, NULL);
    g_assert_nonnull (f->handshakers[i]);
  }
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 2; i++) {
    handshaker_free (f->handshakers[i]);
    dtls_certificate_unref (f->certificates[i]);
  }
  g_main_context_unref (f->context);
}

static void
on_send (gpointer user_data, const guint8 *data, gsize len)
{
  End *end = user_data;

  end->n_sent++;
  if (!end->mute && end->peer->handshake)
    handshake_feed (end->peer->handshake, data, len);
}

static void
on_keys (gpointer user_data, const SrtpKeys *keys)
{
  End *end = user_data;

  g_assert_false (end->has_keys);
  end->has_keys = TRUE;
  end->keys = *keys;
}

static void
on_closed (gpointer user_data, const gchar *reason)
{
  End *end = user_data;

  g_assert_null (end->closed_reason);
  end->closed_reason = g_strdup (reason);
}

static void
on_destroy (gpointer user_data)
{
  End *end = user_data;

  end->fixture->n_destroyed++;
}

static void
start_end (Fixture *f, End *end, DtlsRole role, gint64 timeout_us)
{
  HandshakeConfig config = {
    .role = role,
    .remote_fingerprint = dtls_certificate_get_fingerprint (f->certificates[1 - role]),
    .owner = f->context,
    .events = { on_send, on_keys, on_closed },
    .user_data = end,
    .destroy = on_destroy,
    .timeout_us = timeout_us,
  };

  end->fixture = f;
  end->handshake = handshaker_start (f->handshakers[role], &config, NULL);
  g_assert_nonnull (end->handshake);
}

static void
close_end (End *end)
{
  handshake_close (g_steal_pointer (&end->handshake));
}

static void
start_pair (Fixture *f, End ends[2])
{
  memset (ends, 0, 2 * sizeof *ends);
  for (guint i = 0; i < 2; i++)
    ends[i].peer = &ends[1 - i];
  start_end (f, &ends[DTLS_ROLE_SERVER], DTLS_ROLE_SERVER, PATIENCE_US);
  start_end (f, &ends[DTLS_ROLE_CLIENT], DTLS_ROLE_CLIENT, PATIENCE_US);
}

static void
run_until_destroyed (Fixture *f, guint n)
{
  while (f->n_destroyed < n)
    g_main_context_iteration (f->context, TRUE);
  g_assert_cmpuint (f->n_destroyed, ==, n);
}

static void
test_pair (Fixture *f, gconstpointer data)
{
  End ends[2];

  start_pair (f, ends);
  while (!ends[0].has_keys || !ends[1].has_keys)
    g_main_context_iteration (f->context, TRUE);
  g_assert_cmpmem (ends[0].keys.local, SRTP_MASTER_BYTES_MAX, ends[1].keys.remote,
                   SRTP_MASTER_BYTES_MAX);

  close_end (&ends[0]); /* its close_notify still leaves */
  while (!ends[1].closed_reason)
    g_main_context_iteration (f->context, TRUE);
  g_assert_null (ends[0].closed_reason);
  close_end (&ends[1]);
  run_until_destroyed (f, 2);
  g_free (ends[1].closed_reason);
}

static void
test_many (Fixture *f, gconstpointer data)
{
  enum { N = 100 };
  g_autofree End *ends = g_new0 (End, 2 * N);
  guint n_keys = 0;

  for (guint i = 0; i < N; i++)
    start_pair (f, &ends[2 * i]);
  while (n_keys < 2 * N) {
    g_main_context_iteration (f->context, TRUE);
    n_keys = 0;
    for (guint i = 0; i < 2 * N; i++)
      n_keys += ends[i].has_keys;
  }
  for (guint i = 0; i < 2 * N; i++) {
    ends[i].mute = TRUE;
    close_end (&ends[i]);
  }
  run_until_destroyed (f, 2 * N);
}

static void
test_timeout (Fixture *f, gconstpointer data)
{
  End end = { 0 };

  end.mute = TRUE;
  start_end (f, &end, DTLS_ROLE_CLIENT, 1000);
  while (!end.closed_reason)
    g_main_context_iteration (f->context, TRUE);
  g_assert_cmpuint (end.n_sent, >=, 1);
  g_assert_false (handshake_feed (end.handshake, (const guint8 *) "", 0));
  close_end (&end);
  run_until_destroyed (f, 1);
  g_free (end.closed_reason);
}

/* What is not answered is repeated, by the thread's own timer. */
static void
test_repeats (Fixture *f, gconstpointer data)
{
  End end = { 0 };

  end.mute = TRUE;
  start_end (f, &end, DTLS_ROLE_CLIENT, 0);
  while (end.n_sent < 2)
    g_main_context_iteration (f->context, TRUE);
  close_end (&end);
  run_until_destroyed (f, 1);
}

static void
test_wrong_fingerprint (Fixture *f, gconstpointer data)
{
  End ends[2] = { 0 };
  DtlsCertificate *true_one = f->certificates[DTLS_ROLE_CLIENT];

  for (guint i = 0; i < 2; i++)
    ends[i].peer = &ends[1 - i];
  f->certificates[DTLS_ROLE_CLIENT] = dtls_certificate_new (NOW_S, NULL);
  start_end (f, &ends[DTLS_ROLE_SERVER], DTLS_ROLE_SERVER, 0);
  start_end (f, &ends[DTLS_ROLE_CLIENT], DTLS_ROLE_CLIENT, 0);
  while (!ends[0].closed_reason || !ends[1].closed_reason)
    g_main_context_iteration (f->context, TRUE);
  g_assert_false (ends[0].has_keys || ends[1].has_keys);
  for (guint i = 0; i < 2; i++) {
    close_end (&ends[i]);
    g_free (ends[i].closed_reason);
  }
  run_until_destroyed (f, 2);
  dtls_certificate_unref (true_one);
}

static void
test_malformed_fingerprint (Fixture *f, gconstpointer data)
{
  HandshakeConfig config = { .remote_fingerprint = "sha-256 zz", .owner = f->context };
  g_autoptr (GError) error = NULL;

  g_assert_null (handshaker_start (f->handshakers[0], &config, &error));
  g_assert_nonnull (error);
}

/* A flood of one peer: the queue is bounded, the rest is refused at once. */
static void
test_queue_bounded (Fixture *f, gconstpointer data)
{
  static const guint8 junk[DTLS_DATAGRAM_MAX + 1] = { 22, 254, 253 };
  End end = { 0 };
  guint n_refused = 0;

  start_end (f, &end, DTLS_ROLE_SERVER, 0);
  g_assert_false (handshake_feed (end.handshake, junk, sizeof junk));
  for (guint i = 0; i < HANDSHAKE_QUEUE_MAX; i++)
    g_assert_true (handshake_feed (end.handshake, junk, 1000));
  for (guint i = 0; i < 100000; i++)
    n_refused += !handshake_feed (end.handshake, junk, 1000);
  g_assert_cmpuint (n_refused, >, 0);
  close_end (&end);
  run_until_destroyed (f, 1);
}

/* Closed at once, with posts still on their way: no event any more, destroyed once. */
static void
test_close_at_once (Fixture *f, gconstpointer data)
{
  End end = { 0 };

  end.mute = TRUE;
  start_end (f, &end, DTLS_ROLE_CLIENT, 0);
  close_end (&end);
  run_until_destroyed (f, 1);
  g_assert_cmpuint (end.n_sent, ==, 0);
}

/* The owner's loop never runs again: user data is released all the same. */
static void
test_owner_gone (Fixture *f, gconstpointer data)
{
  End end = { 0 };

  end.mute = TRUE;
  start_end (f, &end, DTLS_ROLE_CLIENT, 0);
  close_end (&end);
  handshaker_free (g_steal_pointer (&f->handshakers[0]));
  handshaker_free (g_steal_pointer (&f->handshakers[1]));
  g_assert_cmpuint (f->n_destroyed, ==, 0);
  g_main_context_unref (f->context);
  g_assert_cmpuint (f->n_destroyed, ==, 1);
  f->context = g_main_context_new ();
}

int
main (int argc, char **argv)
{
  static const struct {
    const gchar *name;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "pair", test_pair },
    { "many", test_many },
    { "timeout", test_timeout },
    { "repeats", test_repeats },
    { "wrong-fingerprint", test_wrong_fingerprint },
    { "malformed-fingerprint", test_malformed_fingerprint },
    { "queue-bounded", test_queue_bounded },
    { "close-at-once", test_close_at_once },
    { "owner-gone", test_owner_gone },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree gchar *path = g_strdup_printf ("/transport/handshaker/%s", tests[i].name);
    g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
  }
  return g_test_run ();
}
