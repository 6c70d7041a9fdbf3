#include "server/auth/password.h"

#include <sodium.h>
#include <string.h>

#define RANDOM_CHARS 16
#define LOGIN_WORTH_HIDING 4 /* bytes: "a" stands in many a good password */

/* Of a password that nobody has, with the limits password_hash () uses: what an unknown user's
 * password is checked against. */
static const char nobody_hash[] = "$argon2id$v=19$m=65536,t=2,p=1$hy8d/Bn/2FWAM0jKQWfwog$65sJ5T"
                                  "M2akbBMrecU09cZikEmmdPjH2m756b+KpJudM";

gboolean
password_check_rules (const char *password, const char *login, GError **error)
{
  const char *broken = NULL;
  g_autofree char *folded = NULL;
  if (!password || !g_utf8_validate (password, -1, NULL))
    broken = "must be text";
  else if (g_utf8_strlen (password, -1) < PASSWORD_MIN_CHARS)
    broken = "must have at least " G_STRINGIFY (PASSWORD_MIN_CHARS) " characters";
  else if (strlen (password) > PASSWORD_MAX_BYTES)
    broken = "is too long";
  else if (strlen (login) >= LOGIN_WORTH_HIDING &&
           strstr (folded = g_utf8_strdown (password, -1), login))
    broken = "must not contain the login";
  if (broken)
    g_set_error (error, AUTH_ERROR, AUTH_ERROR_WEAK, "the password %s", broken);
  return !broken;
}

static gboolean
ready (void)
{
  return sodium_init () >= 0;
}

char *
password_hash (const char *password, GError **error)
{
  char hash[crypto_pwhash_STRBYTES];
  if (ready () &&
      crypto_pwhash_str (hash, password, strlen (password), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                         crypto_pwhash_MEMLIMIT_INTERACTIVE) == 0)
    return g_strdup (hash);
  g_set_error (error, AUTH_ERROR, AUTH_ERROR_FAILED, "no memory to hash a password");
  return NULL;
}

gboolean
password_verify (const char *hash, const char *password)
{
  gsize length = strlen (password);
  gboolean possible = hash && length <= PASSWORD_MAX_BYTES;
  int result = ready () ? crypto_pwhash_str_verify (possible ? hash : nobody_hash, password,
                                                    MIN (length, PASSWORD_MAX_BYTES))
                        : -1;
  return possible && result == 0;
}

char *
password_random (void)
{
  static const char alphabet[] = "abcdefghjkmnpqrstuvwxyz23456789";
  if (!ready ())
    g_error ("libsodium cannot start");
  char *password = g_malloc0 (RANDOM_CHARS + 1);
  for (int i = 0; i < RANDOM_CHARS; i++)
    password[i] = alphabet[randombytes_uniform (sizeof alphabet - 1)];
  return password;
}

void
password_free (char *password)
{
  if (!password)
    return;
  sodium_memzero (password, strlen (password));
  g_free (password);
}
