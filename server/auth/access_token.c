#include "server/auth/access_token.h"

#include "server/storage/state_directory.h"

#include <jansson.h>
#include <sodium.h>
#include <string.h>

#define PREFIX "v1."
#define BASE64 sodium_base64_VARIANT_URLSAFE_NO_PADDING
#define MAC_BYTES crypto_auth_hmacsha256_BYTES

G_STATIC_ASSERT (ACCESS_TOKEN_KEY_BYTES == crypto_auth_hmacsha256_KEYBYTES);

typedef char JsonText;
static void
json_text_free (JsonText *text)
{
  free (text);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (JsonText, json_text_free)

static const char *const kind_names[] = { [ACCESS_ROOM] = "room", [ACCESS_VIEWER] = "viewer" };

void
access_token_free (AccessToken *token)
{
  if (!token)
    return;
  g_free (token->meeting);
  g_free (token->endpoint);
  g_free (token);
}

GBytes *
access_token_key_load (const char *state_dir, GError **error)
{
  return state_directory_secret (state_dir, ACCESS_TOKEN_KEY_FILE, ACCESS_TOKEN_KEY_BYTES, error);
}

static char *
to_base64 (const void *data, gsize size)
{
  gsize length = sodium_base64_encoded_len (size, BASE64);
  char *text = g_malloc (length);
  return sodium_bin2base64 (text, length, data, size, BASE64);
}

/* The signature's text over @text of @length. */
static char *
sign_text (const char *text, gsize length, GBytes *key)
{
  guint8 mac[MAC_BYTES];
  g_assert (g_bytes_get_size (key) == ACCESS_TOKEN_KEY_BYTES);
  crypto_auth_hmacsha256 (mac, (const guint8 *) text, length, g_bytes_get_data (key, NULL));
  return to_base64 (mac, sizeof mac);
}

char *
access_token_sign (const AccessToken *token, GBytes *key)
{
  json_t *json = json_pack ("{s:s, s:s, s:s, s:I}", "m", token->meeting, "e", token->endpoint, "k",
                            kind_names[token->kind], "x", (json_int_t) token->expires_s);
  g_assert (json);
  g_autoptr (JsonText) payload = json_dumps (json, JSON_COMPACT);
  json_decref (json);
  g_autofree char *encoded = to_base64 (payload, strlen (payload));
  g_autofree char *head = g_strconcat (PREFIX, encoded, NULL);
  g_autofree char *signature = sign_text (head, strlen (head), key);
  return g_strconcat (head, ".", signature, NULL);
}

static AccessToken *
read_payload (const char *encoded, gsize length)
{
  guint8 payload[ACCESS_TOKEN_MAX_BYTES];
  gsize size = 0;
  if (sodium_base642bin (payload, sizeof payload, encoded, length, NULL, &size, NULL, BASE64) != 0)
    return NULL;
  json_t *json = json_loadb ((const char *) payload, size, JSON_REJECT_DUPLICATES, NULL);
  const char *meeting, *endpoint, *kind;
  json_int_t expires;
  AccessToken *token = NULL;
  if (json && json_unpack (json, "{s:s, s:s, s:s, s:I !}", "m", &meeting, "e", &endpoint, "k",
                           &kind, "x", &expires) == 0) {
    token = g_new0 (AccessToken, 1);
    token->meeting = g_strdup (meeting);
    token->endpoint = g_strdup (endpoint);
    token->kind = strcmp (kind, kind_names[ACCESS_VIEWER]) == 0 ? ACCESS_VIEWER : ACCESS_ROOM;
    token->expires_s = expires;
    if (strcmp (kind, kind_names[token->kind]) != 0)
      g_clear_pointer (&token, access_token_free);
  }
  json_decref (json);
  return token;
}

AccessToken *
access_token_read (const char *text)
{
  const char *dot = NULL;
  if (strlen (text) <= ACCESS_TOKEN_MAX_BYTES && g_str_has_prefix (text, PREFIX))
    dot = strchr (text + strlen (PREFIX), '.');
  return dot ? read_payload (text + strlen (PREFIX), (gsize) (dot - text) - strlen (PREFIX)) : NULL;
}

AccessToken *
access_token_verify (const char *text, GBytes *key, gint64 now_s, GError **error)
{
  g_autoptr (AccessToken) token = NULL;
  const char *dot = NULL;
  if (strlen (text) <= ACCESS_TOKEN_MAX_BYTES && g_str_has_prefix (text, PREFIX))
    dot = strchr (text + strlen (PREFIX), '.');
  if (dot) {
    g_autofree char *expected = sign_text (text, (gsize) (dot - text), key);
    gsize length = strlen (expected);
    /* Nothing of the payload is looked at before its signature is right. */
    if (strlen (dot + 1) == length && sodium_memcmp (dot + 1, expected, length) == 0)
      token = read_payload (text + strlen (PREFIX), (gsize) (dot - text) - strlen (PREFIX));
  }
  if (!token) {
    g_set_error (error, AUTH_ERROR, AUTH_ERROR_TOKEN, "the access token is not one of ours");
    return NULL;
  }
  if (token->expires_s <= now_s) {
    g_set_error (error, AUTH_ERROR, AUTH_ERROR_EXPIRED, "the access token has expired");
    return NULL;
  }
  return g_steal_pointer (&token);
}
