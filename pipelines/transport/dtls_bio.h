/* DtlsBio: the two datagram ends of an SSL, without a socket. OpenSSL's memory BIO would run
 * datagrams into one another; this one keeps each record flight's boundaries.
 * Internal to dtls.c. Owner: the SSL it is given to.
 */
#pragma once

#include <glib.h>
#include <openssl/types.h>

G_BEGIN_DECLS

/* What the BIO reads from and writes to; must outlive it. */
typedef struct {
  const guint8 *in; /* the datagram being fed; taken by one read */
  gsize in_len;
  GQueue out; /* of GBytes */
} DtlsBio;

/* (transfer full): to be given to SSL_set_bio(). */
BIO *dtls_bio_new (DtlsBio *ends);

G_END_DECLS
