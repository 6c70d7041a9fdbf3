#include "server/auth/session.h"

#include "server/storage/session_store.h"

#include <sodium.h>
#include <string.h>

#define TOKEN_BYTES 32
#define TOKEN_CHARS 43 /* base64url without padding */
#define TOUCH_EVERY_MS (G_GINT64_CONSTANT (60) * 1000)
#define HELD_TOUCHES 4 /* of a held session, in its idle time: hundreds of rooms hold one */
#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING

void
session_free (Session *session)
{
  if (!session)
    return;
  user_free (session->user);
  g_free (session->token_hash);
  g_free (session->csrf);
  g_free (session);
}

static char *
hash_token (const char *token)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, token, -1);
}

char *
session_csrf_for (const char *token)
{
  static const char purpose[] = "diemcau csrf";
  guint8 key[crypto_auth_hmacsha256_KEYBYTES], mac[crypto_auth_hmacsha256_BYTES];
  crypto_hash_sha256 (key, (const guint8 *) token, strlen (token));
  crypto_auth_hmacsha256 (mac, (const guint8 *) purpose, sizeof purpose - 1, key);
  char *text = g_malloc (sodium_base64_ENCODED_LEN (sizeof mac, BASE64));
  return sodium_bin2base64 (text, sodium_base64_ENCODED_LEN (sizeof mac, BASE64), mac, sizeof mac,
                            BASE64);
}

gboolean
session_open (Database *database, const SessionStart *start, char **ret_token, GError **error)
{
  if (sodium_init () < 0) {
    g_set_error (error, AUTH_ERROR, AUTH_ERROR_FAILED, "libsodium cannot start");
    return FALSE;
  }
  guint8 bytes[TOKEN_BYTES];
  char token[sodium_base64_ENCODED_LEN (TOKEN_BYTES, BASE64)];
  randombytes_buf (bytes, sizeof bytes);
  sodium_bin2base64 (token, sizeof token, bytes, sizeof bytes, BASE64);
  g_autofree char *hash = hash_token (token);
  SessionRow row = { hash,          start->user,   (char *) start->source,
                     start->now_ms, start->now_ms, start->idle_ms };
  if (!session_store_add (database, &row, error))
    return FALSE;
  *ret_token = g_strdup (token);
  return TRUE;
}

static gboolean
is_alive (const SessionRow *row, gint64 now_ms)
{
  return now_ms - row->created_ms < SESSION_LIFE_MS && now_ms - row->used_ms < row->idle_ms;
}

/* The enabled user of a living session; its use is written down now and then.
 */
static User *
use_session (Database *database, const char *hash, gboolean is_held, gint64 now_ms)
{
  g_autoptr (SessionRow) row = session_store_get (database, hash, NULL);
  if (!row || !is_alive (row, now_ms))
    return NULL;
  g_autoptr (User) user = user_store_get (database, row->user, NULL);
  if (!user || user->disabled)
    return NULL;
  gint64 touch_ms = is_held ? row->idle_ms / HELD_TOUCHES : TOUCH_EVERY_MS;
  if (now_ms - row->used_ms >= touch_ms)
    session_store_touch (database, hash, now_ms, NULL);
  return g_steal_pointer (&user);
}

User *
session_hold (Database *database, const char *token_hash, gint64 now_ms)
{
  return use_session (database, token_hash, TRUE, now_ms);
}

Session *
session_find (Database *database, const char *token, gint64 now_ms)
{
  if (!token || strlen (token) != TOKEN_CHARS)
    return NULL;
  g_autofree char *hash = hash_token (token);
  g_autoptr (Session) session = g_new0 (Session, 1);
  session->user = use_session (database, hash, FALSE, now_ms);
  if (!session->user)
    return NULL;
  session->token_hash = g_steal_pointer (&hash);
  session->csrf = session_csrf_for (token);
  return g_steal_pointer (&session);
}

gboolean
session_csrf_is_right (const Session *session, const char *csrf)
{
  gsize length = strlen (session->csrf);
  return csrf && strlen (csrf) == length && sodium_memcmp (csrf, session->csrf, length) == 0;
}

gboolean
session_close (Database *database, const char *token, GError **error)
{
  g_autofree char *hash = hash_token (token);
  return session_store_remove (database, hash, error);
}

gboolean
session_remove_dead (Database *database, gint64 now_ms, GError **error)
{
  return session_store_remove_old (database, now_ms - SESSION_LIFE_MS, now_ms, error);
}
