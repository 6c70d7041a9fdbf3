#include "pipelines/transport/rtcp_sealer.h"

#include "pipelines/transport/bounds.h"
#include "pipelines/transport/srtp_openssl.h"

#include <gio/gio.h>
#include <openssl/crypto.h>
#include <string.h>

#define RTCP_HEADER_BYTES 8
#define SALT_BYTES_MAX 14

/* The E bit: the packet is encrypted. */
#define SRTCP_ENCRYPTED 0x80000000u

struct _RtcpSealer {
  SrtpSuite suite;
  Aes cipher;
  guint8 salt[SALT_BYTES_MAX];
  SrtpHmac hmac; /* AES_CM_128_HMAC_SHA1_80 only */
  guint32 index; /* of the packet before; the first has 1, as libsrtp's */
};

static gboolean
derive_keys (RtcpSealer *self, const guint8 *master)
{
  gsize salt_bytes = srtp_suite_get_salt_bytes (self->suite);
  guint8 key[SRTP_KEY_BYTES], auth_key[SRTP_AUTH_KEY_BYTES];
  gboolean is_gcm = self->suite == SRTP_SUITE_AEAD_AES_128_GCM;
  gboolean ok = srtp_derive (master, salt_bytes, SRTP_LABEL_RTCP_ENCRYPTION, key, sizeof key) &&
                srtp_derive (master, salt_bytes, SRTP_LABEL_RTCP_SALT, self->salt, salt_bytes) &&
                srtp_derive (master, salt_bytes, SRTP_LABEL_RTCP_AUTH, auth_key, sizeof auth_key);

  ok = ok && aes_init (&self->cipher, is_gcm ? AES_GCM : AES_CTR, key, NULL);
  srtp_hmac_init (&self->hmac, auth_key);
  OPENSSL_cleanse (key, sizeof key);
  OPENSSL_cleanse (auth_key, sizeof auth_key);
  return ok;
}

RtcpSealer *
rtcp_sealer_new (const SrtpKeys *keys, GError **error)
{
  g_autoptr (RtcpSealer) self = g_new0 (RtcpSealer, 1);

  self->suite = keys->suite;
  if (!derive_keys (self, keys->local)) {
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "OpenSSL: key derivation failed");
    return NULL;
  }
  return g_steal_pointer (&self);
}

void
rtcp_sealer_free (RtcpSealer *self)
{
  if (!self)
    return;
  aes_clear (&self->cipher);
  OPENSSL_cleanse (self, sizeof *self);
  g_free (self);
}

static void
put_word (guint8 *out, guint32 word)
{
  guint32 be_word = GUINT32_TO_BE (word);

  memcpy (out, &be_word, sizeof be_word);
}

/* RFC 7714 9: header and index word are authenticated, the rest is encrypted; the nonce is
 * 00 00 | SSRC | 00 00 | index, exclusive or the salt. */
static gboolean
seal_gcm (RtcpSealer *self, guint8 *packet, gsize *len)
{
  guint8 nonce[AES_GCM_NONCE_BYTES] = { 0 };
  guint8 word[4];
  guint8 *body = packet + RTCP_HEADER_BYTES;
  gsize body_len = *len - RTCP_HEADER_BYTES;

  memcpy (nonce + 2, packet + 4, 4);
  put_word (nonce + 8, self->index);
  for (guint i = 0; i < AES_GCM_NONCE_BYTES; i++)
    nonce[i] ^= self->salt[i];
  put_word (word, SRTCP_ENCRYPTED | self->index);
  if (!aes_gcm_begin_sealing (&self->cipher, nonce) ||
      !aes_gcm_add_clear (&self->cipher, packet, RTCP_HEADER_BYTES) ||
      !aes_gcm_add_clear (&self->cipher, word, sizeof word) ||
      !aes_update (&self->cipher, body, body, body_len) ||
      !aes_gcm_end_sealing (&self->cipher, packet + *len))
    return FALSE;
  memcpy (packet + *len + AES_GCM_TAG_BYTES, word, sizeof word);
  *len += AES_GCM_TAG_BYTES + sizeof word;
  return TRUE;
}

/* RFC 3711 3.4 and 4.1.1: IV = salt * 2^16 ^ SSRC * 2^64 ^ index * 2^16. */
static gboolean
seal_cm (RtcpSealer *self, guint8 *packet, gsize *len)
{
  guint8 iv[SRTP_IV_BLOCK_BYTES] = { 0 };
  guint8 *body = packet + RTCP_HEADER_BYTES;
  gsize body_len = *len - RTCP_HEADER_BYTES;
  guint32 word = SRTCP_ENCRYPTED | self->index;

  memcpy (iv + 4, packet + 4, 4);
  put_word (iv + 10, self->index);
  for (guint i = 0; i < SALT_BYTES_MAX; i++)
    iv[i] ^= self->salt[i];
  if (!aes_ctr_begin (&self->cipher, iv) || !aes_update (&self->cipher, body, body, body_len))
    return FALSE;
  put_word (packet + *len, word);
  srtp_hmac_tag (&self->hmac, packet, *len, word, packet + *len + sizeof word);
  *len += sizeof word + SRTP_HMAC_TAG_BYTES;
  return TRUE;
}

gboolean
rtcp_sealer_seal (RtcpSealer *self, guint8 *packet, gsize *len)
{
  if (*len < RTCP_HEADER_BYTES || self->index == SRTCP_INDEX_MAX)
    return FALSE;
  self->index++;
  return self->suite == SRTP_SUITE_AEAD_AES_128_GCM ? seal_gcm (self, packet, len)
                                                    : seal_cm (self, packet, len);
}

void
rtcp_sealer_set_sealed (RtcpSealer *self, guint32 n_packets)
{
  self->index = n_packets;
}
