#include "server/http/certificate.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <sys/stat.h>

G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509, X509_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EVP_PKEY, EVP_PKEY_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BIO, BIO_free_all)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (X509_EXTENSION, X509_EXTENSION_free)

static gboolean
openssl_failed (const char *what, GError **error)
{
  char text[160];
  ERR_error_string_n (ERR_get_error (), text, sizeof text);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "cannot make a certificate: %s: %s", what,
               text);
  return FALSE;
}

/* Every address a browser may type: host name, localhost, and those of the interfaces. */
static char *
certificate_alternative_names (void)
{
  GString *names = g_string_new ("DNS:localhost");
  const char *host = g_get_host_name ();
  if (g_hostname_is_ascii_encoded (host) || g_str_is_ascii (host))
    g_string_append_printf (names, ",DNS:%s", host);
  struct ifaddrs *list = NULL;
  if (getifaddrs (&list) != 0)
    list = NULL;
  guint n = 0;
  for (struct ifaddrs *i = list; i && n < 32; i = i->ifa_next) {
    if (!i->ifa_addr || !(i->ifa_flags & IFF_UP))
      continue;
    gsize size = i->ifa_addr->sa_family == AF_INET    ? sizeof (struct sockaddr_in)
                 : i->ifa_addr->sa_family == AF_INET6 ? sizeof (struct sockaddr_in6)
                                                      : 0;
    if (size == 0)
      continue;
    g_autoptr (GSocketAddress) address = g_socket_address_new_from_native (i->ifa_addr, size);
    GInetAddress *inet = g_inet_socket_address_get_address (G_INET_SOCKET_ADDRESS (address));
    if (g_inet_address_get_is_link_local (inet))
      continue;
    g_autofree char *text = g_inet_address_to_string (inet);
    g_string_append_printf (names, ",IP:%s", text);
    n++;
  }
  if (list)
    freeifaddrs (list);
  return g_string_free (names, FALSE);
}

static gboolean
certificate_add_extension (X509 *x509, int nid, const char *value)
{
  X509V3_CTX context;
  X509V3_set_ctx_nodb (&context);
  X509V3_set_ctx (&context, x509, x509, NULL, NULL, 0);
  g_autoptr (X509_EXTENSION) extension = X509V3_EXT_conf_nid (NULL, &context, nid, value);
  return extension && X509_add_ext (x509, extension, -1) == 1;
}

static X509 *
certificate_make (EVP_PKEY *key, GError **error)
{
  g_autoptr (X509) x509 = X509_new ();
  guint64 serial = 0;
  if (!x509 || RAND_bytes ((guchar *) &serial, sizeof serial) != 1) {
    openssl_failed ("random number", error);
    return NULL;
  }
  X509_set_version (x509, 2);
  ASN1_INTEGER_set_uint64 (X509_get_serialNumber (x509), serial >> 1);
  X509_gmtime_adj (X509_getm_notBefore (x509), -24 * 3600); /* clients whose clock is behind */
  X509_gmtime_adj (X509_getm_notAfter (x509), CERTIFICATE_LIFE_DAYS * 24L * 3600);
  X509_set_pubkey (x509, key);
  X509_NAME *name = X509_get_subject_name (x509);
  g_autofree char *host = g_strndup (g_get_host_name (), 64); /* ub-common-name */
  X509_NAME_add_entry_by_txt (name, "O", MBSTRING_UTF8, (const guchar *) "Diemcau", -1, -1, 0);
  X509_NAME_add_entry_by_txt (name, "CN", MBSTRING_UTF8, (const guchar *) host, -1, -1, 0);
  X509_set_issuer_name (x509, name);
  g_autofree char *names = certificate_alternative_names ();
  if (!certificate_add_extension (x509, NID_basic_constraints, "critical,CA:FALSE") ||
      !certificate_add_extension (x509, NID_key_usage, "critical,digitalSignature") ||
      !certificate_add_extension (x509, NID_ext_key_usage, "serverAuth") ||
      !certificate_add_extension (x509, NID_subject_alt_name, names) ||
      X509_sign (x509, key, EVP_sha256 ()) == 0) {
    openssl_failed ("signature", error);
    return NULL;
  }
  return g_steal_pointer (&x509);
}

/* Whole or not at all: written beside and renamed. */
static gboolean
certificate_write (const char *path, BIO *pem, int mode, GError **error)
{
  char *data = NULL;
  long size = BIO_get_mem_data (pem, &data);
  return g_file_set_contents_full (
      path, data, size, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, mode, error);
}

static gboolean
certificate_create (const char *certificate, const char *private_key, GError **error)
{
  g_autoptr (EVP_PKEY) key = EVP_EC_gen ("P-256");
  if (!key)
    return openssl_failed ("key", error);
  g_autoptr (X509) x509 = certificate_make (key, error);
  if (!x509)
    return FALSE;
  g_autoptr (BIO) key_pem = BIO_new (BIO_s_mem ());
  g_autoptr (BIO) x509_pem = BIO_new (BIO_s_mem ());
  if (!PEM_write_bio_PKCS8PrivateKey (key_pem, key, NULL, NULL, 0, NULL, NULL) ||
      !PEM_write_bio_X509 (x509_pem, x509))
    return openssl_failed ("PEM", error);
  return certificate_write (private_key, key_pem, 0600, error) &&
         certificate_write (certificate, x509_pem, 0644, error);
}

/* TRUE if the pair is there and stays valid for a while. */
static gboolean
certificate_is_fresh (const char *certificate, const char *private_key)
{
  g_autofree char *text = NULL;
  gsize size = 0;
  if (g_access (private_key, R_OK) != 0 || !g_file_get_contents (certificate, &text, &size, NULL))
    return FALSE;
  g_autoptr (BIO) bio = BIO_new_mem_buf (text, size);
  g_autoptr (X509) x509 = PEM_read_bio_X509 (bio, NULL, NULL, NULL);
  if (!x509)
    return FALSE;
  time_t limit = time (NULL) + CERTIFICATE_RENEW_DAYS * 24 * 3600;
  return X509_cmp_time (X509_get0_notAfter (x509), &limit) > 0;
}

static GTlsCertificate *
certificate_read (const char *certificate, const char *private_key, GError **error)
{
  GTlsCertificate *tls = g_tls_certificate_new_from_files (certificate, private_key, error);
  if (!tls)
    g_prefix_error (error, "certificate %s, key %s: ", certificate, private_key);
  return tls;
}

GTlsCertificate *
certificate_load (const char *certificate, const char *private_key, const char *state_dir,
                  GError **error)
{
  gboolean has_certificate = certificate && *certificate;
  gboolean has_key = private_key && *private_key;
  if (has_certificate != has_key) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
                 "certificate and private_key must be set together");
    return NULL;
  }
  if (has_certificate)
    return certificate_read (certificate, private_key, error);

  g_autofree char *own_certificate = g_build_filename (state_dir, CERTIFICATE_FILE, NULL);
  g_autofree char *own_key = g_build_filename (state_dir, CERTIFICATE_KEY_FILE, NULL);
  if (!certificate_is_fresh (own_certificate, own_key) &&
      !certificate_create (own_certificate, own_key, error))
    return NULL;
  g_autoptr (GError) unreadable = NULL;
  GTlsCertificate *tls = certificate_read (own_certificate, own_key, &unreadable);
  if (tls)
    return tls;
  /* A pair that does not match, as a power cut between two files may leave: make a new one. */
  if (!certificate_create (own_certificate, own_key, error))
    return NULL;
  return certificate_read (own_certificate, own_key, error);
}
