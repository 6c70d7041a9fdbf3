#include "pipelines/transport/dtls_certificate.h"

#include <glib/gstdio.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <string.h>
#include <sys/stat.h>

#define NOW_S G_GINT64_CONSTANT (1790000000)
#define YEAR_S (365 * 86400)

typedef struct {
  gchar *folder;
  gchar *path;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("diemcau-XXXXXX", NULL);
  f->path = g_build_filename (f->folder, "dtls.pem", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_unlink (f->path);
  g_assert_cmpint (g_rmdir (f->folder), ==, 0); /* nothing was left beside it */
  g_free (f->path);
  g_free (f->folder);
}

static gchar *
load_fingerprint (Fixture *f, gint64 now_s)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (DtlsCertificate) certificate = dtls_certificate_load (f->path, now_s, &error);

  g_assert_no_error (error);
  return g_strdup (dtls_certificate_get_fingerprint (certificate));
}

static void
test_kept (Fixture *f, gconstpointer data)
{
  g_autofree gchar *first = load_fingerprint (f, NOW_S);
  g_autofree gchar *second = load_fingerprint (f, NOW_S + YEAR_S);
  GStatBuf info;

  g_assert_cmpstr (first, ==, second);
  g_assert_true (dtls_fingerprint_is_valid (first));
  g_assert_cmpint (g_stat (f->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
}

static void
test_renewed (Fixture *f, gconstpointer data)
{
  g_autofree gchar *first = load_fingerprint (f, NOW_S);
  g_autofree gchar *in_time =
      load_fingerprint (f, NOW_S + 10LL * YEAR_S - DTLS_CERTIFICATE_RENEW_S - 60);
  g_autofree gchar *expiring =
      load_fingerprint (f, NOW_S + 10LL * YEAR_S - DTLS_CERTIFICATE_RENEW_S);
  g_autofree gchar *not_yet = load_fingerprint (f, NOW_S); /* the clock went back */

  g_assert_cmpstr (in_time, ==, first);
  g_assert_cmpstr (expiring, !=, first);
  g_assert_cmpstr (not_yet, !=, expiring);
}

static void
test_broken (Fixture *f, gconstpointer data)
{
  g_autofree gchar *first = load_fingerprint (f, NOW_S);
  g_autofree gchar *text = NULL;
  gsize len;

  g_assert_true (g_file_get_contents (f->path, &text, &len, NULL));
  for (guint i = 0; i < 3; i++) {
    g_autofree gchar *again = NULL;
    gsize cuts[] = { 0, 100, len - 40 };
    g_assert_true (g_file_set_contents (f->path, text, cuts[i], NULL));
    g_assert_cmpint (g_chmod (f->path, 0600), ==, 0);
    again = load_fingerprint (f, NOW_S);
    g_assert_cmpstr (again, !=, first);
  }
}

/* Somebody may have read the key. */
static void
test_readable_by_others (Fixture *f, gconstpointer data)
{
  g_autofree gchar *first = load_fingerprint (f, NOW_S);
  g_autofree gchar *second = NULL;
  GStatBuf info;

  g_assert_cmpint (g_chmod (f->path, 0640), ==, 0);
  second = load_fingerprint (f, NOW_S);
  g_assert_cmpstr (first, !=, second);
  g_assert_cmpint (g_stat (f->path, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0600);
}

static void
test_no_folder (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (dtls_certificate_load ("/nonexistent/folder/dtls.pem", NOW_S, &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
}

static gchar *
fingerprint_by (DtlsCertificate *certificate, const EVP_MD *md, const gchar *name)
{
  guint8 digest[EVP_MAX_MD_SIZE];
  guint len;
  GString *text = g_string_new (name);

  X509_digest (dtls_certificate_get_x509 (certificate), md, digest, &len);
  for (guint i = 0; i < len; i++)
    g_string_append_printf (text, "%c%02x", i ? ':' : ' ', digest[i]);
  return g_string_free (text, FALSE);
}

static void
test_fingerprints (void)
{
  g_autoptr (DtlsCertificate) certificate = dtls_certificate_new (NOW_S, NULL);
  X509 *x509 = dtls_certificate_get_x509 (certificate);
  g_autofree gchar *sha384 = fingerprint_by (certificate, EVP_sha384 (), "SHA-384");
  g_autofree gchar *sha512 = fingerprint_by (certificate, EVP_sha512 (), "sha-512");
  g_autofree gchar *sha1 = fingerprint_by (certificate, EVP_sha1 (), "sha-1");
  g_autofree gchar *wrong = g_strdup (dtls_certificate_get_fingerprint (certificate));

  g_assert_true (dtls_fingerprint_matches (dtls_certificate_get_fingerprint (certificate), x509));
  g_assert_true (dtls_fingerprint_matches (sha384, x509));
  g_assert_true (dtls_fingerprint_matches (sha512, x509));
  g_assert_false (dtls_fingerprint_matches (sha1, x509));
  wrong[strlen (wrong) - 1] = wrong[strlen (wrong) - 1] == '0' ? '1' : '0';
  g_assert_true (dtls_fingerprint_is_valid (wrong));
  g_assert_false (dtls_fingerprint_matches (wrong, x509));
}

static void
test_fingerprint_syntax (void)
{
  g_autofree gchar *bytes = g_strnfill (32 * 3 - 1, 'A');
  g_autofree gchar *good = NULL;
  static const struct {
    const gchar *before, *after;
    gsize cut;
  } bad[] = {
    { "sha-256 ", ":AA", 0 }, { "sha-384 ", "", 0 }, { "sha-256", "", 0 }, { "sha-256 ", "", 1 },
    { "sha-256 G", "", 0 },   { "sha-1 ", "", 0 },   { "", "", 0 },
  };

  for (guint i = 2; i < 32 * 3 - 1; i += 3)
    bytes[i] = ':';
  good = g_strdup_printf ("sha-256 %s", bytes);
  g_assert_true (dtls_fingerprint_is_valid (good));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++) {
    g_autofree gchar *text = g_strconcat (bad[i].before, bytes, bad[i].after, NULL);
    text[strlen (text) - bad[i].cut] = 0;
    g_assert_false (dtls_fingerprint_is_valid (text));
  }
  g_assert_false (dtls_fingerprint_is_valid (""));
  g_assert_false (dtls_fingerprint_is_valid (NULL));
}

int
main (int argc, char **argv)
{
  static const struct {
    const gchar *name;
    void (*test) (Fixture *, gconstpointer);
  } tests[] = {
    { "kept", test_kept },
    { "renewed", test_renewed },
    { "broken", test_broken },
    { "readable-by-others", test_readable_by_others },
  };

  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++) {
    g_autofree gchar *path = g_strdup_printf ("/transport/dtls-certificate/%s", tests[i].name);
    g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
  }
  g_test_add_func ("/transport/dtls-certificate/no-folder", test_no_folder);
  g_test_add_func ("/transport/dtls-certificate/fingerprints", test_fingerprints);
  g_test_add_func ("/transport/dtls-certificate/fingerprint-syntax", test_fingerprint_syntax);
  return g_test_run ();
}
