/* The outbox with a carrier and a clock that are played. */
#include "server/mail/outbox.h"
#include "server/storage/mail_store.h"
#include "server/storage/statement.h"
#include "tests/unit/storage/storage_support.h"

#define MINUTE_MS (G_GINT64_CONSTANT (60) * 1000)
#define START_MS (G_GINT64_CONSTANT (1900000000) * 1000)

typedef struct {
  TestStore store;
  Settings *settings;
  Outbox *outbox;
  guint carried;
  char *to, *message, *server;
} World;

static void
on_send (gpointer data, const SmtpServer *server, const char *from, const char *to,
         const char *message)
{
  World *world = data;
  world->carried++;
  g_free (world->to);
  g_free (world->message);
  g_free (world->server);
  world->to = g_strdup (to);
  world->message = g_strdup (message);
  world->server = g_strdup (server->server);
  g_assert_cmpstr (from, ==, "hop@tinh.gov.vn");
}

static void
set (World *world, const char *assignment)
{
  assert_works (settings_set (world->settings, assignment, error));
}

static World *
world_new (void)
{
  static const OutboxCarrier carrier = { on_send };
  World *world = g_new0 (World, 1);
  world->store = test_store_with_rooms ();
  world->settings = settings_new ();
  set (world, "mail.server=smtp://127.0.0.1:2525");
  set (world, "mail.from=hop@tinh.gov.vn");
  world->outbox = outbox_new (world->store.database, world->settings, &carrier, world);
  return world;
}

static void
world_free (World *world)
{
  outbox_free (world->outbox);
  settings_free (world->settings);
  test_store_clear (&world->store);
  g_free (world->to);
  g_free (world->message);
  g_free (world->server);
  g_free (world);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

static gint64
queue (World *world, const char *address, gint64 at_ms)
{
  const char *const addresses[] = { address, NULL };
  Letter letter = { .subject = "Giấy mời", .text = "Kính mời", .at_ms = at_ms };
  gint64 id = 0;
  assert_works (mail_store_queue (world->store.database, &letter, addresses, &id, error));
  return id;
}

/* "state attempts error". */
static void
assert_mail (World *world, gint64 id, const char *expected)
{
  g_autoptr (GPtrArray) mails = mail_store_list (world->store.database, NULL, 99, NULL);
  for (guint i = 0; i < mails->len; i++) {
    const Mail *mail = mails->pdata[i];
    if (mail->id != id)
      continue;
    g_autofree char *text = g_strdup_printf ("%s %u %s", mail_state_to_string (mail->state),
                                             mail->attempts, mail->error);
    g_assert_cmpstr (text, ==, expected);
    return;
  }
  g_assert_not_reached ();
}

static void
test_backoff (void)
{
  static const guint minutes[] = { 1, 2, 4, 8, 16, 32, 60, 60, 60 };
  for (guint i = 0; i < G_N_ELEMENTS (minutes); i++)
    g_assert_cmpint (outbox_backoff_ms (i + 1), ==, minutes[i] * MINUTE_MS);
  g_assert_cmpint (outbox_backoff_ms (0), ==, MINUTE_MS);
  g_assert_cmpint (outbox_backoff_ms (G_MAXUINT), ==, 60 * MINUTE_MS);
}

static void
test_one_by_one (void)
{
  g_autoptr (World) world = world_new ();
  gint64 first = queue (world, "a@x.vn", START_MS), second = queue (world, "b@x.vn", START_MS);
  outbox_tick (world->outbox, START_MS - 1);
  g_assert_cmpuint (world->carried, ==, 0);
  outbox_tick (world->outbox, START_MS);
  outbox_tick (world->outbox, START_MS);
  g_assert_cmpuint (world->carried, ==, 1);
  g_assert_cmpstr (world->to, ==, "a@x.vn");
  g_assert_cmpstr (world->server, ==, "smtp://127.0.0.1:2525");
  g_assert_nonnull (strstr (world->message, "To: <a@x.vn>\r\n"));
  outbox_on_done (world->outbox, SMTP_SENT, "", START_MS);
  assert_mail (world, first, "sent 1 ");
  g_assert_cmpstr (world->to, ==, "b@x.vn");
  outbox_on_done (world->outbox, SMTP_SENT, "", START_MS);
  assert_mail (world, second, "sent 1 ");
  outbox_tick (world->outbox, START_MS);
  g_assert_cmpuint (world->carried, ==, 2);
}

/* Tried after 1, 2, 4 ... 60 minutes, and given up within a day. */
static void
test_fails_for_a_day (void)
{
  g_autoptr (World) world = world_new ();
  gint64 id = queue (world, "a@x.vn", START_MS);
  gint64 now_ms = START_MS, last_ms = 0;
  for (; now_ms < START_MS + 2 * OUTBOX_GIVE_UP_MS; now_ms += MINUTE_MS) {
    guint before = world->carried;
    outbox_tick (world->outbox, now_ms);
    if (world->carried == before)
      continue;
    g_assert_cmpint (now_ms - START_MS, <, OUTBOX_GIVE_UP_MS);
    last_ms = now_ms;
    outbox_on_done (world->outbox, SMTP_LATER, "máy chủ vắng mặt", now_ms);
    if (world->carried == 3)
      assert_mail (world, id, "waiting 3 máy chủ vắng mặt");
  }
  g_assert_cmpint (last_ms, >, START_MS + OUTBOX_GIVE_UP_MS - 61 * MINUTE_MS);
  g_assert_cmpuint (world->carried, ==, 29); /* 0 1 3 7 15 31 63 minutes, then each hour */
  assert_mail (world, id, "failed 29 máy chủ vắng mặt");
  assert_works (mail_store_retry (world->store.database, id, now_ms, error));
  outbox_tick (world->outbox, now_ms);
  outbox_on_done (world->outbox, SMTP_LATER, "vẫn vắng", now_ms);
  assert_mail (world, id, "waiting 30 vẫn vắng"); /* for another day */
}

static void
test_refused (void)
{
  g_autoptr (World) world = world_new ();
  gint64 id = queue (world, "a@x.vn", START_MS);
  outbox_tick (world->outbox, START_MS);
  outbox_on_done (world->outbox, SMTP_REFUSED, "550 no such user", START_MS);
  assert_mail (world, id, "failed 1 550 no such user");
}

static void
test_switched_off (void)
{
  g_autoptr (World) world = world_new ();
  queue (world, "a@x.vn", START_MS);
  set (world, "mail.server=");
  outbox_configure (world->outbox, world->settings);
  g_assert_false (outbox_is_on (world->outbox));
  outbox_tick (world->outbox, START_MS);
  g_assert_cmpuint (world->carried, ==, 0);
  set (world, "mail.server=smtps://mail.tinh.gov.vn");
  outbox_configure (world->outbox, world->settings);
  outbox_tick (world->outbox, START_MS);
  g_assert_cmpstr (world->server, ==, "smtps://mail.tinh.gov.vn");
}

/* What was under way when the program ended is sent by the next one. */
static void
test_restart (void)
{
  static const OutboxCarrier carrier = { on_send };
  g_autoptr (World) world = world_new ();
  queue (world, "a@x.vn", START_MS);
  outbox_tick (world->outbox, START_MS);
  outbox_free (world->outbox);
  world->outbox = outbox_new (world->store.database, world->settings, &carrier, world);
  outbox_tick (world->outbox, START_MS);
  g_assert_cmpuint (world->carried, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/outbox/backoff", test_backoff);
  g_test_add_func ("/outbox/one-by-one", test_one_by_one);
  g_test_add_func ("/outbox/fails-for-a-day", test_fails_for_a_day);
  g_test_add_func ("/outbox/refused", test_refused);
  g_test_add_func ("/outbox/switched-off", test_switched_off);
  g_test_add_func ("/outbox/restart", test_restart);
  return g_test_run ();
}
