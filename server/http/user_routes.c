#include "server/http/audit.h"
#include "server/http/bodies.h"
#include "server/http/handlers.h"
#include "server/storage/endpoint_store.h"

/* A change that waits for the hash of its password. */
typedef struct {
  HttpRequest *request; /* held */
  User *user;           /* as it shall be */
} PendingUser;

static void
pending_user_free (PendingUser *pending)
{
  http_request_unref (pending->request);
  user_free (pending->user);
  g_free (pending);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PendingUser, pending_user_free)

static json_t *
user_to_json (const User *user, gint64 now_ms)
{
  return json_pack ("{s:I, s:s, s:s, s:s, s:s?, s:s?, s:b, s:b, s:s}", "id", (json_int_t) user->id,
                    "login", user->login, "name", user->name, "role", user_role_name (user->role),
                    "unit", user->unit, "endpoint", user->endpoint, "disabled", user->disabled,
                    "locked", user->locked_until_ms > now_ms, "email",
                    user->email ? user->email : "");
}

static void
user_reply (HttpRequest *request, guint status, gint64 id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (User) user = user_store_get (request->scope->context.database, id, &error);
  if (user)
    http_reply_json (request, status, user_to_json (user, request->now_ms));
  else
    http_reply_error (request, error);
}

void
on_user_list (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) users =
      user_store_list (request->scope->context.database, http_request_user (request)->unit, &error);
  if (!users) {
    http_reply_error (request, error);
    return;
  }
  json_t *list = json_array ();
  for (guint i = 0; i < users->len; i++)
    json_array_append_new (list, user_to_json (users->pdata[i], request->now_ms));
  http_reply_json (request, 200, json_pack ("{s:o}", "users", list));
}

/* The user of the path, if the asking one may manage it; else replies and NULL. */
static User *
user_of_path (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  gint64 id = 0;
  Database *database = request->scope->context.database;
  if (!g_ascii_string_to_signed (http_request_param (request, "id"), 10, 1, G_MAXINT64, &id,
                                 NULL)) {
    http_reply_problem (request, HTTP_PROBLEM_NOT_FOUND);
    return NULL;
  }
  g_autoptr (User) user = user_store_get (database, id, &error);
  if (!user) {
    http_reply_error (request, error);
    return NULL;
  }
  if (!auth_can_manage_user (database, http_request_user (request), user->role, user->unit)) {
    http_reply_problem (request, HTTP_PROBLEM_FORBIDDEN);
    return NULL;
  }
  return g_steal_pointer (&user);
}

/* Sets what belongs together: role, unit and endpoint; replies and FALSE if it may not be so. */
static gboolean
user_set_place (HttpRequest *request, User *user, const char *role, const char *unit,
                const char *endpoint)
{
  Database *database = request->scope->context.database;
  if (role && !user_role_parse (role, &user->role)) {
    http_reply_field (request, "role", NULL);
    return FALSE;
  }
  g_autofree char *own_unit = g_strdup (unit);
  g_autofree char *own_endpoint = g_strdup (endpoint);
  if (user->role == USER_ROLE_ENDPOINT) {
    g_autoptr (Endpoint) room =
        own_endpoint ? endpoint_store_get (database, own_endpoint, NULL) : NULL;
    if (!room) {
      http_reply_field (request, "endpoint", "an endpoint user needs an endpoint that exists");
      return FALSE;
    }
    g_free (own_unit);
    own_unit = g_strdup (room->unit);
  } else {
    g_clear_pointer (&own_endpoint, g_free);
  }
  g_free (user->unit);
  g_free (user->endpoint);
  user->unit = g_steal_pointer (&own_unit);
  user->endpoint = g_steal_pointer (&own_endpoint);
  if (auth_can_manage_user (database, http_request_user (request), user->role, user->unit))
    return TRUE;
  http_reply_problem (request, HTTP_PROBLEM_FORBIDDEN);
  return FALSE;
}

/* --- New user --- */

static gboolean
user_add (HttpRequest *request, User *user, const char *hash, GError **error)
{
  Database *database = request->scope->context.database;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  return transaction &&
         user_store_add (database, user, hash, g_get_real_time () / 1000, &user->id, error) &&
         audit_append (request, NULL, "user.add", user->login, user_role_name (user->role),
                       error) &&
         transaction_commit (transaction, error);
}

static void
on_new_user_hashed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PendingUser) pending = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = login_gate_hash_finish (result, &error);
  HttpRequest *request = pending->request;
  if (!http_request_resume (request))
    return;
  if (!hash || !user_add (request, pending->user, hash, &error)) {
    http_reply_error (request, error);
    return;
  }
  g_autofree char *location =
      g_strdup_printf ("/api/v1/users/%" G_GINT64_FORMAT, pending->user->id);
  http_reply_header (request, "Location", location);
  user_reply (request, 201, pending->user->id);
}

void
on_user_create (HttpRequest *request)
{
  g_autoptr (UserNew) body = NULL;
  g_autoptr (User) user = g_new0 (User, 1);
  if (!http_request_read (request, &user_new_type, (gpointer *) &body, NULL) ||
      !user_set_place (request, user, body->role, body->unit, body->endpoint))
    return;
  user->login = g_steal_pointer (&body->login);
  user->name = g_steal_pointer (&body->name);
  user->email = g_steal_pointer (&body->email);
  PendingUser *pending = g_new0 (PendingUser, 1);
  pending->request = http_request_hold (request);
  pending->user = g_steal_pointer (&user);
  login_gate_hash_async (request->scope->context.logins, body->password, pending->user->login,
                         on_new_user_hashed, pending);
  password_free (g_steal_pointer (&body->password));
}

/* --- Change --- */

/* @hash NULL: the password stays. */
static gboolean
user_update (HttpRequest *request, const User *user, const char *hash, GError **error)
{
  Database *database = request->scope->context.database;
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction || !user_store_update (database, user, error))
    return FALSE;
  if (hash && (!user_store_set_password_hash (database, user->id, hash, NULL, error) ||
               !user_store_lock (database, user->id, 0, error)))
    return FALSE;
  return audit_append (request, NULL, hash ? "user.password" : "user.change", user->login,
                       user_role_name (user->role), error) &&
         transaction_commit (transaction, error);
}

static void
user_reply_updated (HttpRequest *request, const User *user, const char *hash)
{
  g_autoptr (GError) error = NULL;
  if (user_update (request, user, hash, &error))
    user_reply (request, 200, user->id);
  else if (g_error_matches (error, STORAGE_ERROR, STORAGE_ERROR_CONFLICT))
    http_reply_problem (request, HTTP_PROBLEM_LAST_ADMINISTRATOR);
  else
    http_reply_error (request, error);
}

static void
on_changed_user_hashed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (PendingUser) pending = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = login_gate_hash_finish (result, &error);
  if (!http_request_resume (pending->request))
    return;
  if (hash)
    user_reply_updated (pending->request, pending->user, hash);
  else
    http_reply_error (pending->request, error);
}

/* Takes over what the body names; what it leaves out stays. */
static gboolean
user_apply_change (HttpRequest *request, User *user, UserChange *body, const json_t *json)
{
  if (body->name) {
    g_free (user->name);
    user->name = g_steal_pointer (&body->name);
  }
  if (body->email) {
    g_free (user->email);
    user->email = g_steal_pointer (&body->email);
  }
  if (json_object_get (json, "disabled"))
    user->disabled = body->disabled;
  if (user->disabled && user->id == http_request_user (request)->id) {
    http_reply_problem (request, HTTP_PROBLEM_SELF);
    return FALSE;
  }
  const char *unit = json_object_get (json, "unit") ? body->unit : user->unit;
  const char *endpoint = json_object_get (json, "endpoint") ? body->endpoint : user->endpoint;
  return user_set_place (request, user, body->role, unit, endpoint);
}

void
on_user_change (HttpRequest *request)
{
  g_autoptr (UserChange) body = NULL;
  g_autoptr (json_t) json = NULL;
  g_autoptr (User) user = user_of_path (request);
  if (!user || !http_request_read (request, &user_change_type, (gpointer *) &body, &json) ||
      !user_apply_change (request, user, body, json))
    return;
  if (!body->password) {
    user_reply_updated (request, user, NULL);
    return;
  }
  PendingUser *pending = g_new0 (PendingUser, 1);
  pending->request = http_request_hold (request);
  pending->user = g_steal_pointer (&user);
  login_gate_hash_async (request->scope->context.logins, body->password, pending->user->login,
                         on_changed_user_hashed, pending);
  password_free (g_steal_pointer (&body->password));
}

void
on_user_delete (HttpRequest *request)
{
  g_autoptr (GError) error = NULL;
  Database *database = request->scope->context.database;
  g_autoptr (User) user = user_of_path (request);
  if (!user)
    return;
  if (user->id == http_request_user (request)->id) {
    http_reply_problem (request, HTTP_PROBLEM_SELF);
    return;
  }
  g_autoptr (Transaction) transaction = database_begin (database, &error);
  if (transaction && user_store_remove (database, user->id, &error) &&
      audit_append (request, NULL, "user.remove", user->login, NULL, &error) &&
      transaction_commit (transaction, &error))
    http_reply_empty (request, 204);
  else if (g_error_matches (error, STORAGE_ERROR, STORAGE_ERROR_CONFLICT))
    http_reply_problem (request, HTTP_PROBLEM_LAST_ADMINISTRATOR);
  else
    http_reply_error (request, error);
}
