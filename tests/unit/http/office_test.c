/* Settings, audit and the outbox over REST: what an administrator of everything sees. */
#include <string.h>

#include "config/overrides.h"
#include "server/storage/mail_store.h"
#include "server/storage/statement.h"
#include "tests/unit/http/fixture.h"

#define API "/api/v1"

static void
tune (Settings *settings)
{
  g_assert_true (settings_set (settings, "mail.password=bi-mat-lam", NULL));
  g_assert_true (settings_set (settings, "auth.session_hours=10", NULL));
}

/* An outbox that is played. */
static gboolean mail_on;
static guint wakes;
static char *configured; /* mail.from_name of the last configure () */

static gboolean
fake_is_on (gpointer data)
{
  return mail_on;
}

static void
fake_wake (gpointer data, gint64 now_ms)
{
  wakes++;
}

static void
fake_configure (gpointer data, const Settings *settings)
{
  g_free (configured);
  configured = g_strdup (settings->mail.from_name);
}

static Fixture *
new_fixture (void)
{
  fixture_mail = (MailPort){ fake_is_on, fake_wake, fake_configure };
  mail_on = TRUE;
  wakes = 0;
  return fixture_new (tune);
}

static void
end_fixture (Fixture *fixture)
{
  fixture_free (fixture);
  fixture_mail = (MailPort){ NULL };
  g_clear_pointer (&configured, g_free);
}

static json_t *
find_setting (const Reply *reply, const char *key)
{
  gsize index;
  json_t *row;
  json_array_foreach (json_object_get (reply->json, "settings"), index, row)
  {
    if (g_strcmp0 (json_string_value (json_object_get (row, "key")), key) == 0)
      return row;
  }
  g_error ("no setting %s in %s", key, reply->body);
}

static void
assert_setting (const Reply *reply, const char *key, const char *member, const char *expected)
{
  g_autofree char *text =
      json_dumps (json_object_get (find_setting (reply, key), member), JSON_ENCODE_ANY);
  g_assert_cmpstr (text, ==, expected);
}

/* --- Settings --- */

static void
test_settings_read (void)
{
  Fixture *fixture = new_fixture ();
  {
    gsize n;
    settings_keys (&n);
    g_autoptr (Reply) reply =
        fixture_send (fixture, AS_ADMINISTRATOR, "GET", API "/settings", NULL, NULL);
    g_assert_cmpuint (reply->status, ==, 200);
    g_assert_cmpuint (json_array_size (json_object_get (reply->json, "settings")), ==, n);
    assert_setting (reply, "auth.session_hours", "value", "10");
    assert_setting (reply, "auth.session_hours", "default", "12");
    assert_setting (reply, "auth.session_hours", "from", "\"file\"");
    assert_setting (reply, "auth.session_hours", "type", "\"int\"");
    assert_setting (reply, "auth.session_hours", "max", "720");
    assert_setting (reply, "auth.session_hours", "restart", "true");
    assert_setting (reply, "auth.lockout_minutes", "from", "\"default\"");
    assert_setting (reply, "mail.require_tls", "value", "true");
    assert_setting (reply, "mail.require_tls", "restart", "false");
    assert_setting (reply, "log.level", "options", "[\"error\", \"warning\", \"info\", \"debug\"]");
    assert_setting (reply, "storage.state_dir", "fixed", "true");
    assert_setting (reply, "mail.password", "secret", "true");
    assert_setting (reply, "mail.password", "value", "null");
    assert_setting (reply, "mail.password", "set", "true");
    g_assert_null (strstr (reply->body, "bi-mat-lam"));
    g_assert_cmpuint (fixture_status (fixture, AS_SECRETARY, "GET", API "/settings", NULL), ==,
                      403);
  }
  end_fixture (fixture);
}

static Reply *
patch (Fixture *fixture, const char *body)
{
  return fixture_send (fixture, AS_ADMINISTRATOR, "PATCH", API "/settings", body, NULL);
}

static void
test_settings_change (void)
{
  Fixture *fixture = new_fixture ();
  {
    g_autoptr (Reply) changed =
        patch (fixture, "{\"auth.session_hours\":8,\"mail.from_name\":\"Văn phòng\","
                        "\"mail.require_tls\":false,\"mail.password\":\"mat-khau-moi\"}");
    g_test_message ("%s", changed->body);
    g_assert_cmpuint (changed->status, ==, 200);
    assert_setting (changed, "auth.session_hours", "value", "8");
    assert_setting (changed, "auth.session_hours", "from", "\"override\"");
    assert_setting (changed, "mail.require_tls", "value", "false");
    assert_setting (changed, "mail.password", "from", "\"override\"");
    g_assert_cmpstr (configured, ==, "Văn phòng");
    g_assert_null (strstr (changed->body, "mat-khau-moi"));

    g_autoptr (Reply) audit = fixture_send (fixture, AS_ADMINISTRATOR, "GET",
                                            API "/audit?action=settings.change", NULL, NULL);
    g_assert_nonnull (strstr (audit->body, "auth.session_hours"));
    g_assert_null (strstr (audit->body, "mat-khau-moi"));

    g_autoptr (Reply) back = patch (fixture, "{\"auth.session_hours\":null}");
    assert_setting (back, "auth.session_hours", "value", "10");
    assert_setting (back, "auth.session_hours", "from", "\"file\"");
  }
  end_fixture (fixture);
}

/* Lights follow the thresholds without a restart. */
static void
test_settings_of_lights (void)
{
  HealthConfig before = { 10, 50, 5 * G_USEC_PER_SEC };
  HealthBoard *board = fixture_health = health_board_new (&before);
  Fixture *fixture = new_fixture ();
  {
    g_autoptr (Reply) changed =
        patch (fixture, "{\"meetings.line_fair_permille\":20,\"meetings.line_calm_s\":9}");
    g_assert_cmpuint (changed->status, ==, 200);
    g_assert_cmpuint (health_board_get_config (board)->fair_permille, ==, 20);
    g_assert_cmpuint (health_board_get_config (board)->poor_permille, ==, 50);
    g_assert_cmpint (health_board_get_config (board)->calm_us, ==, 9 * G_USEC_PER_SEC);
    assert_setting (changed, "meetings.line_fair_permille", "restart", "false");
  }
  end_fixture (fixture);
  fixture_health = NULL;
  health_board_free (board);
}

static void
test_settings_refused (void)
{
  static const struct {
    const char *body;
    guint status;
    const char *code;
  } rows[] = {
    { "{\"auth.session_hours\":0}", 422, "bad_field" },
    { "{\"auth.session_hours\":\"x\"}", 422, "bad_field" },
    { "{\"auth.session_hours\":1.5}", 422, "bad_field" },
    { "{\"auth.session_hours\":[]}", 422, "bad_field" },
    { "{\"auth.nothing\":1}", 422, "bad_field" },
    { "{\"storage.state_dir\":\"/tmp\"}", 422, "bad_field" },
    { "{}", 422, "bad_field" },
    { "{\"a\":1,\"a\":2}", 400, "bad_json" },
  };
  Fixture *fixture = new_fixture ();
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    fixture_assert_problem (fixture, AS_ADMINISTRATOR, "PATCH", API "/settings", rows[i].body,
                            rows[i].status, rows[i].code);
  g_autofree char *path = settings_overrides_path (fixture->settings);
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
  end_fixture (fixture);
}

/* As many as are allowed at once, and one more. */
static void
test_settings_bound (void)
{
  Fixture *fixture = new_fixture ();
  {
    g_autoptr (GString) body = g_string_new ("{");
    for (guint i = 0; i < LIMIT_OVERRIDES_AT_ONCE; i++)
      g_string_append_printf (body, "%s\"x.%u\":null", i ? "," : "", i);
    g_autofree char *most = g_strconcat (body->str, "}", NULL);
    g_autofree char *more = g_strconcat (body->str, ",\"y.1\":null}", NULL);
    g_autoptr (Reply) all = patch (fixture, most), one_more = patch (fixture, more);
    g_assert_nonnull (strstr (reply_get (all, "detail_en"), "there is no setting"));
    g_assert_nonnull (strstr (reply_get (one_more, "detail_en"), "1 to 64"));
  }
  end_fixture (fixture);
}

/* Who administers a province does not administer the server. */
static void
test_only_of_everything (void)
{
  static const struct {
    const char *method, *path, *body;
  } rows[] = {
    { "GET", API "/settings", NULL },
    { "PATCH", API "/settings", "{\"auth.session_hours\":8}" },
    { "GET", API "/audit", NULL },
    { "GET", API "/mail", NULL },
    { "POST", API "/mail/1/retry", NULL },
    { "POST", API "/mail/test", "{\"to\":\"a@x.vn\"}" },
  };
  Fixture *fixture = new_fixture ();
  g_assert_true (statement_run (fixture->database, NULL, NULL,
                                "UPDATE users SET unit = '38' WHERE login = 'admin'", ""));
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    fixture_assert_problem (fixture, AS_ADMINISTRATOR, rows[i].method, rows[i].path, rows[i].body,
                            403, "forbidden");
  end_fixture (fixture);
}

/* --- Audit --- */

static gsize
count_events (Fixture *fixture, const char *query)
{
  g_autofree char *path = g_strconcat (API "/audit", query, NULL);
  g_autoptr (Reply) reply = fixture_send (fixture, AS_ADMINISTRATOR, "GET", path, NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  return json_array_size (json_object_get (reply->json, "events"));
}

static void
test_audit (void)
{
  Fixture *fixture = new_fixture ();
  {
    g_autofree char *id = fixture_book (fixture);
    g_autofree char *of_meeting = g_strconcat ("?meeting=", id, NULL);
    g_assert_cmpuint (fixture_status (fixture, AS_SECRETARY, "POST", API "/groups",
                                      "{\"unit\":\"38\",\"name\":\"x\"}"),
                      ==, 201);
    g_assert_cmpuint (count_events (fixture, ""), >=, 2);
    g_assert_cmpuint (count_events (fixture, of_meeting), ==, 1);
    g_assert_cmpuint (count_events (fixture, "?action=group.add"), ==, 1);
    g_assert_cmpuint (count_events (fixture, "?action=group"), ==, 1); /* a kind of acts */
    g_assert_cmpuint (count_events (fixture, "?action=grou"), ==, 0);
    g_assert_cmpuint (count_events (fixture, "?actor=thuky&limit=1"), ==, 1);
    g_assert_cmpuint (count_events (fixture, "?actor=admin"), ==, 0);
    g_assert_cmpuint (count_events (fixture, "?from=2100-01-01T00:00:00Z"), ==, 0);
    g_assert_cmpuint (count_events (fixture, "?to=2001-01-01T00:00:00Z"), ==, 0);
    g_assert_cmpuint (count_events (fixture, "?after=1"), ==, 0); /* nothing is older */
    g_autoptr (Reply) reply =
        fixture_send (fixture, AS_ADMINISTRATOR, "GET", API "/audit?limit=1", NULL, NULL);
    json_t *newest = json_array_get (json_object_get (reply->json, "events"), 0);
    g_assert_cmpstr (json_string_value (json_object_get (newest, "action")), ==, "group.add");
    g_assert_cmpstr (json_string_value (json_object_get (newest, "source")), ==, "127.0.0.1");
    fixture_assert_problem (fixture, AS_ADMINISTRATOR, "GET", API "/audit?limit=1001", NULL, 422,
                            "bad_field");
    fixture_assert_problem (fixture, AS_ADMINISTRATOR, "GET", API "/audit?from=x", NULL, 422,
                            "bad_field");
  }
  end_fixture (fixture);
}

/* --- Mail --- */

static gsize
count_mail (Fixture *fixture, const char *query)
{
  g_autofree char *path = g_strconcat (API "/mail", query, NULL);
  g_autoptr (Reply) reply = fixture_send (fixture, AS_ADMINISTRATOR, "GET", path, NULL, NULL);
  g_assert_cmpuint (reply->status, ==, 200);
  return json_array_size (json_object_get (reply->json, "mail"));
}

static void
test_mail (void)
{
  Fixture *fixture = new_fixture ();
  {
    g_autoptr (Reply) test = fixture_send (fixture, AS_ADMINISTRATOR, "POST", API "/mail/test",
                                           "{\"to\":\"a@x.vn\"}", NULL);
    g_assert_cmpuint (test->status, ==, 201);
    g_assert_cmpuint (wakes, ==, 1);
    g_autofree char *retry = g_strconcat (API "/mail/", reply_get (test, "id"), "/retry", NULL);
    g_assert_cmpuint (count_mail (fixture, ""), ==, 1);
    g_assert_cmpuint (count_mail (fixture, "?state=waiting"), ==, 1);
    g_assert_cmpuint (count_mail (fixture, "?state=failed"), ==, 0);
    gint64 id = g_ascii_strtoll (reply_get (test, "id"), NULL, 10);
    g_assert_true (mail_store_set_failed (fixture->database, id, "550 không có", 0, NULL));
    g_assert_cmpuint (count_mail (fixture, "?state=failed"), ==, 1);
    g_assert_cmpuint (fixture_status (fixture, AS_ADMINISTRATOR, "POST", retry, NULL), ==, 204);
    g_assert_cmpuint (wakes, ==, 2);
    g_assert_true (mail_store_set_sent (fixture->database, id, NULL));
    fixture_assert_problem (fixture, AS_ADMINISTRATOR, "POST", retry, NULL, 409, "conflict");
    g_assert_cmpuint (
        fixture_status (fixture, AS_ADMINISTRATOR, "POST", API "/mail/999/retry", NULL), ==, 404);
    g_assert_cmpuint (fixture_status (fixture, AS_ADMINISTRATOR, "POST", API "/mail/x/retry", NULL),
                      ==, 404);
    fixture_assert_problem (fixture, AS_ADMINISTRATOR, "GET", API "/mail?state=lost", NULL, 422,
                            "bad_field");
    fixture_assert_problem (fixture, AS_ADMINISTRATOR, "POST", API "/mail/test",
                            "{\"to\":\"không phải địa chỉ\"}", 422, "bad_field");
    mail_on = FALSE;
    fixture_assert_problem (fixture, AS_ADMINISTRATOR, "POST", API "/mail/test",
                            "{\"to\":\"a@x.vn\"}", 409, "mail_off");
  }
  end_fixture (fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/office/settings-read", test_settings_read);
  g_test_add_func ("/office/settings-change", test_settings_change);
  g_test_add_func ("/office/settings-of-lights", test_settings_of_lights);
  g_test_add_func ("/office/settings-refused", test_settings_refused);
  g_test_add_func ("/office/settings-bound", test_settings_bound);
  g_test_add_func ("/office/only-of-everything", test_only_of_everything);
  g_test_add_func ("/office/audit", test_audit);
  g_test_add_func ("/office/mail", test_mail);
  return g_test_run ();
}
