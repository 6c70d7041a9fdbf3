/* DtlsCertificate: our self-signed ECDSA P-256 certificate for DTLS, kept between starts so that
 * its fingerprint stays the same. Immutable after new, any thread, reference-counted.
 */
#pragma once

#include <glib.h>
#include <openssl/types.h>

G_BEGIN_DECLS

typedef struct _DtlsCertificate DtlsCertificate;

/* Valid for ten years; made anew when less than this is left. */
#define DTLS_CERTIFICATE_RENEW_S (30 * 86400)

/* (transfer full): a new one that lives in memory only (clients, tests). */
DtlsCertificate *dtls_certificate_new (gint64 now_unix_s, GError **error);

/* (transfer full): the one in @path (PEM, key and certificate, mode 0600). Missing, broken,
 * readable by others or soon to expire: a new one is made and stored (written aside, then renamed).
 * Blocks on the disk. Errors: G_FILE_ERROR when it cannot be stored. */
DtlsCertificate *dtls_certificate_load (const gchar *path, gint64 now_unix_s, GError **error);

DtlsCertificate *dtls_certificate_ref (DtlsCertificate *certificate);
void dtls_certificate_unref (DtlsCertificate *certificate);

/* "sha-256 AB:CD:..." as a=fingerprint carries it (RFC 8122). */
const gchar *dtls_certificate_get_fingerprint (const DtlsCertificate *certificate);

/* (transfer none) */
X509 *dtls_certificate_get_x509 (const DtlsCertificate *certificate);
EVP_PKEY *dtls_certificate_get_key (const DtlsCertificate *certificate);

/* TRUE if @fingerprint ("sha-256 AB:..", also sha-384 and sha-512, hash name in any case) is
 * well-formed: what signaling may accept. */
gboolean dtls_fingerprint_is_valid (const gchar *fingerprint);

/* TRUE if the digest of @x509 is @fingerprint. */
gboolean dtls_fingerprint_matches (const gchar *fingerprint, X509 *x509);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DtlsCertificate, dtls_certificate_unref)

G_END_DECLS
