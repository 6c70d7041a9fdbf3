#include "pipelines/transport/dtls_certificate.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config/write_all.h"

#define LIFETIME_S (10 * 365 * 86400L)

/* So that a peer whose clock is slow still finds it valid. */
#define BACKDATED_S 86400L

/* "sha-512 " and 64 bytes as "AB:" */
#define FINGERPRINT_STRING_MAX 256

struct _DtlsCertificate {
  gint references; /* atomic */
  X509 *x509;
  EVP_PKEY *key;
  gchar *fingerprint;
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free)

/* Fingerprints */

static const struct {
  const gchar *name; /* RFC 8122 */
  const EVP_MD *(*digest) (void);
  gsize bytes;
} hashes[] = {
  { "sha-256", EVP_sha256, 32 },
  { "sha-384", EVP_sha384, 48 },
  { "sha-512", EVP_sha512, 64 },
};

/* The row of hashes[] and the digest's bytes, or -1. */
static gint
parse_fingerprint (const gchar *text, guint8 *digest)
{
  const gchar *at = strchr (text, ' ');

  for (guint row = 0; at && row < G_N_ELEMENTS (hashes); row++) {
    if (strlen (hashes[row].name) != (gsize) (at - text) ||
        g_ascii_strncasecmp (text, hashes[row].name, at - text) != 0)
      continue;
    for (at++; *at == ' ';)
      at++;
    for (gsize i = 0; i < hashes[row].bytes; i++, at += 3) {
      if (!g_ascii_isxdigit (at[0]) || !g_ascii_isxdigit (at[1]) ||
          at[2] != (i + 1 < hashes[row].bytes ? ':' : 0))
        return -1;
      digest[i] = g_ascii_xdigit_value (at[0]) << 4 | g_ascii_xdigit_value (at[1]);
    }
    return row;
  }
  return -1;
}

gboolean
dtls_fingerprint_is_valid (const gchar *fingerprint)
{
  guint8 digest[EVP_MAX_MD_SIZE];

  return fingerprint && parse_fingerprint (fingerprint, digest) >= 0;
}

gboolean
dtls_fingerprint_matches (const gchar *fingerprint, X509 *x509)
{
  guint8 wanted[EVP_MAX_MD_SIZE];
  guint8 digest[EVP_MAX_MD_SIZE];
  guint len = 0;
  gint row = parse_fingerprint (fingerprint, wanted);

  return row >= 0 && X509_digest (x509, hashes[row].digest (), digest, &len) &&
         len == hashes[row].bytes && CRYPTO_memcmp (digest, wanted, len) == 0;
}

static gchar *
format_fingerprint (X509 *x509)
{
  GString *text = g_string_sized_new (FINGERPRINT_STRING_MAX);
  guint8 digest[EVP_MAX_MD_SIZE];
  guint len = 0;

  if (!X509_digest (x509, EVP_sha256 (), digest, &len))
    g_error ("OpenSSL has no SHA-256");
  g_string_append (text, "sha-256 ");
  for (guint i = 0; i < len; i++)
    g_string_append_printf (text, i ? ":%02X" : "%02X", digest[i]);
  return g_string_free (text, FALSE);
}

/* Making */

static DtlsCertificate *
certificate_take (X509 *x509, EVP_PKEY *key)
{
  DtlsCertificate *self = g_new0 (DtlsCertificate, 1);

  self->references = 1;
  self->x509 = x509;
  self->key = key;
  self->fingerprint = format_fingerprint (x509);
  return self;
}

static gboolean
fill_certificate (X509 *x509, EVP_PKEY *key, gint64 now_unix_s)
{
  guint8 random[8];
  guint64 serial;
  X509_NAME *name = X509_get_subject_name (x509);

  if (RAND_bytes (random, sizeof random) != 1)
    return FALSE;
  memcpy (&serial, random, sizeof serial);
  return X509_set_version (x509, X509_VERSION_3) &&
         ASN1_INTEGER_set_uint64 (X509_get_serialNumber (x509), serial >> 1) &&
         ASN1_TIME_set (X509_getm_notBefore (x509), now_unix_s - BACKDATED_S) &&
         ASN1_TIME_set (X509_getm_notAfter (x509), now_unix_s + LIFETIME_S) &&
         X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_ASC, (const guchar *) "diemcau", -1, -1,
                                     0) &&
         X509_set_issuer_name (x509, name) && X509_set_pubkey (x509, key) &&
         X509_sign (x509, key, EVP_sha256 ()) > 0;
}

DtlsCertificate *
dtls_certificate_new (gint64 now_unix_s, GError **error)
{
  g_autoptr (EVP_PKEY) key = EVP_EC_gen ("P-256");
  g_autoptr (X509) x509 = X509_new ();

  if (!key || !x509 || !fill_certificate (x509, key, now_unix_s)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                         "OpenSSL: cannot make a certificate");
    return NULL;
  }
  return certificate_take (g_steal_pointer (&x509), g_steal_pointer (&key));
}

/* Keeping */

static gboolean
is_fit (X509 *x509, EVP_PKEY *key, gint64 now_unix_s)
{
  time_t later = now_unix_s + DTLS_CERTIFICATE_RENEW_S;
  time_t now = now_unix_s;

  return X509_check_private_key (x509, key) == 1 && EVP_PKEY_is_a (key, "EC") &&
         X509_cmp_time (X509_get0_notBefore (x509), &now) < 0 &&
         X509_cmp_time (X509_get0_notAfter (x509), &later) > 0;
}

/* (nullable): NULL where the file is missing, readable by others, broken or about to expire. */
static DtlsCertificate *
read_file (const gchar *path, gint64 now_unix_s)
{
  g_autofree gchar *text = NULL;
  g_autoptr (BIO) bio = NULL;
  g_autoptr (EVP_PKEY) key = NULL;
  g_autoptr (X509) x509 = NULL;
  gsize len = 0;
  GStatBuf info;

  if (g_stat (path, &info) < 0 || (info.st_mode & 077) != 0 ||
      !g_file_get_contents (path, &text, &len, NULL))
    return NULL;
  bio = BIO_new_mem_buf (text, len);
  key = bio ? PEM_read_bio_PrivateKey (bio, NULL, NULL, NULL) : NULL;
  x509 = key ? PEM_read_bio_X509 (bio, NULL, NULL, NULL) : NULL;
  OPENSSL_cleanse (text, len);
  if (!x509 || !is_fit (x509, key, now_unix_s))
    return NULL;
  return certificate_take (g_steal_pointer (&x509), g_steal_pointer (&key));
}

/* Never readable by others, not even for a moment; never half written under its name. */
static gboolean
write_file (const DtlsCertificate *self, const gchar *path, GError **error)
{
  g_autofree gchar *aside = g_strdup_printf ("%s.XXXXXX", path);
  g_autoptr (BIO) bio = BIO_new (BIO_s_mem ());
  gchar *text = NULL;
  gint fd = -1;
  gboolean ok = FALSE;
  glong len;

  if (bio && PEM_write_bio_PrivateKey (bio, self->key, NULL, NULL, 0, NULL, NULL) &&
      PEM_write_bio_X509 (bio, self->x509)) {
    len = BIO_get_mem_data (bio, &text);
    fd = g_mkstemp_full (aside, O_RDWR | O_CLOEXEC, 0600);
    ok = fd >= 0 && write_all (fd, text, len) && fsync (fd) == 0 && g_rename (aside, path) == 0;
    OPENSSL_cleanse (text, len);
  }
  if (!ok) {
    gint saved = errno;
    g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved), "%s: %s", path,
                 g_strerror (saved));
    if (fd >= 0)
      g_unlink (aside);
  }
  if (fd >= 0)
    close (fd);
  return ok;
}

DtlsCertificate *
dtls_certificate_load (const gchar *path, gint64 now_unix_s, GError **error)
{
  g_autoptr (DtlsCertificate) self = read_file (path, now_unix_s);

  if (self)
    return g_steal_pointer (&self);
  self = dtls_certificate_new (now_unix_s, error);
  if (!self || !write_file (self, path, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* Using */

DtlsCertificate *
dtls_certificate_ref (DtlsCertificate *self)
{
  g_atomic_int_inc (&self->references);
  return self;
}

void
dtls_certificate_unref (DtlsCertificate *self)
{
  if (!self || !g_atomic_int_dec_and_test (&self->references))
    return;
  X509_free (self->x509);
  EVP_PKEY_free (self->key);
  g_free (self->fingerprint);
  g_free (self);
}

const gchar *
dtls_certificate_get_fingerprint (const DtlsCertificate *self)
{
  return self->fingerprint;
}

X509 *
dtls_certificate_get_x509 (const DtlsCertificate *self)
{
  return self->x509;
}

EVP_PKEY *
dtls_certificate_get_key (const DtlsCertificate *self)
{
  return self->key;
}
