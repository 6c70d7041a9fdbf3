#include "pipelines/transport/dtls_bio.h"

#include <openssl/bio.h>
#include <string.h>

/* Datagrams nobody took: a flight is 3-6, repeated ones are the same again. */
#define OUT_MAX 64

static int
on_write (BIO *bio, const char *data, int len)
{
  DtlsBio *ends = BIO_get_data (bio);

  BIO_clear_retry_flags (bio);
  if (len > 0 && ends->out.length < OUT_MAX)
    g_queue_push_tail (&ends->out, g_bytes_new (data, len));
  return len;
}

static int
on_read (BIO *bio, char *buffer, int size)
{
  DtlsBio *ends = BIO_get_data (bio);
  gsize len = ends->in_len;

  BIO_clear_retry_flags (bio);
  if (!ends->in || size < 0) {
    BIO_set_retry_read (bio);
    return -1;
  }
  len = MIN (len, (gsize) size); /* a datagram is read once, what does not fit is lost */
  memcpy (buffer, ends->in, len);
  ends->in = NULL;
  ends->in_len = 0;
  return len;
}

/* Unknown requests must be answered by 0: to claim all of them crashes an OpenSSL with kernel TLS,
 * which asks here whether the kernel encrypts. */
static long
on_ctrl (BIO *bio, int command, long number, void *pointer)
{
  switch (command) {
  case BIO_CTRL_FLUSH:
  case BIO_CTRL_DUP:
    return 1;
  default:
    return 0;
  }
}

static int
on_create (BIO *bio)
{
  BIO_set_init (bio, 1);
  return 1;
}

static BIO_METHOD *
method_get (void)
{
  static BIO_METHOD *method;

  if (g_once_init_enter (&method)) {
    BIO_METHOD *made =
        BIO_meth_new (BIO_get_new_index () | BIO_TYPE_SOURCE_SINK, "diemcau datagrams");
    BIO_meth_set_write (made, on_write);
    BIO_meth_set_read (made, on_read);
    BIO_meth_set_ctrl (made, on_ctrl);
    BIO_meth_set_create (made, on_create);
    g_once_init_leave (&method, made);
  }
  return method;
}

BIO *
dtls_bio_new (DtlsBio *ends)
{
  BIO *bio = BIO_new (method_get ());

  if (bio)
    BIO_set_data (bio, ends);
  return bio;
}
