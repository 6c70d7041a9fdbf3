/* The outbox as an administrator sees it. */
#include "server/http/audit.h"
#include "server/http/bodies.h"
#include "server/http/handlers.h"
#include "server/storage/mail_store.h"

#define MAIL_LIMIT_MAX 1000
#define MAIL_LIMIT_DEFAULT 200

static json_t *
mail_to_json (const Mail *mail)
{
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, mail->id);
  return json_pack ("{s:s, s:s, s:s, s:s, s:i, s:s, s:o}", "id", id, "to", mail->to, "subject",
                    mail->subject, "state", mail_state_to_string (mail->state), "attempts",
                    (int) mail->attempts, "error", mail->error, "at",
                    http_time_to_json (mail->at_ms));
}

void
on_mail_list (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  gint64 limit;
  MailState state;
  const char *name = http_request_query (request, "state");
  if (!http_request_may_on_everything (request) ||
      !http_request_query_int (request, "limit", 1, MAIL_LIMIT_MAX, MAIL_LIMIT_DEFAULT, &limit))
    return;
  if (name && !mail_state_from_string (name, &state)) {
    http_reply_field (request, "state", "waiting, sent or failed");
    return;
  }
  g_autoptr (GPtrArray) mails = mail_store_list (request->scope->context.database,
                                                 name ? &state : NULL, (guint) limit, &error);
  if (!mails) {
    http_reply_error (request, error);
    return;
  }
  json_t *list = json_array ();
  for (guint i = 0; i < mails->len; i++)
    json_array_append_new (list, mail_to_json (mails->pdata[i]));
  http_reply_json (request, 200, json_pack ("{s:o}", "mail", list));
}

static void
wake_outbox (HttpRequest *request)
{
  const HttpContext *context = &request->scope->context;
  if (context->mail.wake)
    context->mail.wake (context->mail_data, request->now_ms);
}

void
on_mail_retry (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  gint64 id = 0;
  Database *database = request->scope->context.database;
  const char *name = http_request_param (request, "id");
  if (!http_request_may_on_everything (request))
    return;
  if (!g_ascii_string_to_signed (name, 10, 1, G_MAXINT64, &id, NULL)) {
    http_reply_problem (request, HTTP_PROBLEM_NOT_FOUND);
    return;
  }
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (!transaction || !mail_store_retry (database, id, request->now_ms, &error) ||
      !audit_append (request, NULL, "mail.retry", name, NULL, &error) ||
      !transaction_commit (transaction, &error)) {
    http_reply_error (request, error);
    return;
  }
  wake_outbox (request);
  http_reply_empty (request, 204);
}

/* A letter that only shows that the settings are right. */
void
on_mail_test (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (MailTest) body = NULL;
  gint64 id = 0;
  const HttpContext *context = &request->scope->context;
  if (!http_request_may_on_everything (request) ||
      !http_request_read (request, &mail_test_type, (gpointer *) &body, NULL))
    return;
  if (!context->mail.is_on || !context->mail.is_on (context->mail_data)) {
    http_reply_problem (request, HTTP_PROBLEM_MAIL_OFF);
    return;
  }
  const char *const addresses[] = { body->to, NULL };
  Letter letter = { .subject = "Diemcau: thư thử / test",
                    .text = "Máy chủ họp trực tuyến gửi được thư tới địa chỉ này.\n\n"
                            "The conference server can send mail to this address.\n",
                    .at_ms = request->now_ms };
  g_autoptr (Transaction) transaction = database_begin (context->database, &error);
  if (!transaction || !mail_store_queue (context->database, &letter, addresses, &id, &error) ||
      !audit_append (request, NULL, "mail.test", body->to, NULL, &error) ||
      !transaction_commit (transaction, &error)) {
    http_reply_error (request, error);
    return;
  }
  wake_outbox (request);
  g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT, id);
  http_reply_json (request, 201, json_pack ("{s:s}", "id", name));
}
