/* Access tokens of encoders and viewers (WHIP, WHEP, rooms without a person):
 *
 *   v1.<base64url of {"m":meeting,"e":endpoint or "","k":"room"|"viewer","x":expiry}>.<base64url
 * HMAC-SHA256>
 *
 * The signature is over "v1.<payload>".  Not stored; a new key makes all of them worthless.  The
 * key is state_dir/token.key (0600).  Pure but for access_token_key_load (); any thread. */
#pragma once
#include "server/auth/auth_error.h"

#define ACCESS_TOKEN_KEY_FILE "token.key"
#define ACCESS_TOKEN_KEY_BYTES 32
#define ACCESS_TOKEN_MAX_BYTES 512
#define ACCESS_TOKEN_DEFAULT_S (12 * 3600)
#define ACCESS_TOKEN_MAX_S (31 * 24 * 3600)

typedef enum {
  ACCESS_ROOM,   /* publishes and receives as one endpoint */
  ACCESS_VIEWER, /* only watches; any number at once */
} AccessKind;

typedef struct {
  char *meeting;
  char *endpoint; /* "" for viewers */
  AccessKind kind;
  gint64 expires_s; /* Unix time */
} AccessToken;

void access_token_free (AccessToken *token);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AccessToken, access_token_free)

/* Reads the key, making it at the first start.  Blocking.  transfer full. */
GBytes *access_token_key_load (const char *state_dir, GError **error);
/* transfer full. */
char *access_token_sign (const AccessToken *token, GBytes *key);
/* What a token says of itself, for whoever holds it; NULL: it is none. Proves nothing: see verify.
 * transfer full. */
AccessToken *access_token_read (const char *text);
/* Errors: AUTH_ERROR_TOKEN, AUTH_ERROR_EXPIRED. */
AccessToken *access_token_verify (const char *text, GBytes *key, gint64 now_s, GError **error);
