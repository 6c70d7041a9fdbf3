/* The webhook against a receiver: what it sends, its signature, a receiver that fails at first, one
 * that is not there, too much at once. */
#include "server/alarms/webhook.h"

#include "tests/unit/alarms/receiver.h"

#include <string.h>

static void
test_signature (void)
{
  /* RFC 4231, test case 2 */
  g_autofree char *signature = webhook_signature ("Jefe", "what do ya want for nothing?");
  g_assert_cmpstr (signature, ==,
                   "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

static void
test_sends (void)
{
  static const guint fine[] = { 204, 0 };
  Receiver *receiver = receiver_new (fine);
  g_autoptr (Webhook) webhook = webhook_new ();
  g_autofree char *url = receiver_url (receiver);
  WebhookTarget target = { url, "Jefe", "" };

  g_assert_true (webhook_send (webhook, &target, g_strdup ("what do ya want for nothing?")));
  g_autofree char *request = receiver_pop (receiver);
  g_assert_nonnull (request);
  g_assert_true (g_str_has_prefix (request, "POST /hook "));
  g_assert_nonnull (strstr (request, "Content-Type: application/json\r\n"));
  g_assert_nonnull (
      strstr (request, "X-Diemcau-Signature: sha256=5bdcc146bf60754e6a042426089575c7"));
  g_assert_true (g_str_has_suffix (request, "\r\n\r\nwhat do ya want for nothing?"));
  target.secret = "";
  g_assert_true (webhook_send (webhook, &target, g_strdup ("{}")));
  g_autofree char *unsigned_request = receiver_pop (receiver);
  g_assert_null (strstr (unsigned_request, "X-Diemcau-Signature"));
  receiver_free (receiver);
}

/* 500, then 200: it comes twice, and no third time before the next message. */
static void
test_tries_again (void)
{
  static const guint statuses[] = { 500, 200, 0 };
  Receiver *receiver = receiver_new (statuses);
  g_autoptr (Webhook) webhook = webhook_new ();
  g_autofree char *url = receiver_url (receiver);
  WebhookTarget target = { url, "", "" };

  g_assert_true (webhook_send (webhook, &target, g_strdup ("{\"n\":1}")));
  g_assert_true (webhook_send (webhook, &target, g_strdup ("{\"n\":2}")));
  for (guint i = 0; i < 3; i++) {
    g_autofree char *request = receiver_pop (receiver);
    g_assert_nonnull (request);
    g_assert_true (g_str_has_suffix (request, i < 2 ? "{\"n\":1}" : "{\"n\":2}"));
  }
  receiver_free (receiver);
}

/* A receiver that is gone, and more messages than may wait; ends without waiting for them. */
static void
test_bounded (void)
{
  g_autoptr (Webhook) webhook = webhook_new ();
  WebhookTarget target = { "http://127.0.0.1:9/", "", "" };
  WebhookTarget nowhere = { "", "", "" };
  guint taken = 0;

  g_assert_false (webhook_send (webhook, &nowhere, g_strdup ("{}")));
  for (guint i = 0; i < WEBHOOK_QUEUE_MAX + 10; i++)
    taken += webhook_send (webhook, &target, g_strdup ("{}"));
  g_assert_cmpuint (taken, >=, WEBHOOK_QUEUE_MAX);
  g_assert_cmpuint (taken, <=, WEBHOOK_QUEUE_MAX + 1);
}

/* An answer as long as one may be leaves the connection for the next message; one byte more costs
 * the connection, and no message comes twice or never. */
static void
test_long_answers (void)
{
  static const guint fine[] = { 200, 0 };

  for (guint past = 0; past <= 1; past++) {
    Receiver *receiver = receiver_new (fine);
    Webhook *webhook = webhook_new ();
    g_autofree char *url = receiver_url (receiver);
    WebhookTarget target = { url, "", "" };

    receiver_set_body (receiver, WEBHOOK_ANSWER_MAX_BYTES + past);
    for (guint i = 0; i < 3; i++) {
      g_autofree char *body = g_strdup_printf ("{\"n\":%u}", i);
      g_assert_true (webhook_send (webhook, &target, g_strdup (body)));
      g_autofree char *request = receiver_pop (receiver);
      g_assert_nonnull (request);
      g_assert_true (g_str_has_suffix (request, body));
    }
    g_assert_cmpuint (receiver_count_connections (receiver), ==, past ? 3 : 1);
    webhook_free (webhook);
    receiver_free (receiver);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/alarms/webhook/signature", test_signature);
  g_test_add_func ("/alarms/webhook/sends", test_sends);
  g_test_add_func ("/alarms/webhook/tries-again", test_tries_again);
  g_test_add_func ("/alarms/webhook/long-answers", test_long_answers);
  g_test_add_func ("/alarms/webhook/bounded", test_bounded);
  return g_test_run ();
}
