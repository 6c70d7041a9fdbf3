#include "pipelines/transport/srtp_opener.h"

#include "pipelines/transport/replay_window.h"
#include "pipelines/transport/srtp_openssl.h"

#include <gio/gio.h>
#include <openssl/crypto.h>
#include <string.h>

#define RTP_HEADER_BYTES 12
#define RTP_EXTENSION_HEADER_BYTES 4
#define RTCP_HEADER_BYTES 8
#define INDEX_BYTES 4

/* The E bit: the packet is encrypted. */
#define SRTCP_ENCRYPTED 0x80000000u

/* One direction of one protocol: RTP and RTCP have keys of their own. */
typedef struct {
  Aes cipher;
  guint8 salt[SRTP_IV_BLOCK_BYTES];
  SrtpHmac hmac; /* AES_CM_128_HMAC_SHA1_80 only */
} Keyed;

typedef struct {
  guint32 ssrc;
  ReplayWindow rtp;
  ReplayWindow rtcp;
} Stream;

struct _SrtpOpener {
  SrtpSuite suite;
  guint n_streams;
  Stream **streams; /* busy ones at the front */
  Keyed rtcp;
  Keyed rtp;
};

/* What every packet reads of it. */
#define OPENER_HOT_BYTES (G_STRUCT_OFFSET (SrtpOpener, rtcp) + G_STRUCT_OFFSET (Keyed, hmac))

typedef struct {
  guint8 encryption, auth, salt;
} Labels;

static const Labels rtp_labels = { SRTP_LABEL_RTP_ENCRYPTION, SRTP_LABEL_RTP_AUTH,
                                   SRTP_LABEL_RTP_SALT };
static const Labels rtcp_labels = { SRTP_LABEL_RTCP_ENCRYPTION, SRTP_LABEL_RTCP_AUTH,
                                    SRTP_LABEL_RTCP_SALT };

static gboolean
is_gcm (const SrtpOpener *self)
{
  return self->suite == SRTP_SUITE_AEAD_AES_128_GCM;
}

static gboolean
keyed_init (Keyed *keyed, SrtpSuite suite, const guint8 *master, const Labels *labels)
{
  gsize salt_bytes = srtp_suite_get_salt_bytes (suite);
  guint8 key[SRTP_KEY_BYTES], auth_key[SRTP_AUTH_KEY_BYTES];
  AesMode mode = suite == SRTP_SUITE_AEAD_AES_128_GCM ? AES_GCM : AES_CTR;
  gboolean ok = srtp_derive (master, salt_bytes, labels->encryption, key, sizeof key) &&
                srtp_derive (master, salt_bytes, labels->salt, keyed->salt, salt_bytes) &&
                srtp_derive (master, salt_bytes, labels->auth, auth_key, sizeof auth_key);

  ok = ok && aes_init (&keyed->cipher, mode, key, NULL);
  srtp_hmac_init (&keyed->hmac, auth_key);
  OPENSSL_cleanse (key, sizeof key);
  OPENSSL_cleanse (auth_key, sizeof auth_key);
  return ok;
}

SrtpOpener *
srtp_opener_new (const SrtpKeys *keys, GError **error)
{
  g_autoptr (SrtpOpener) self = g_new0 (SrtpOpener, 1);

  self->suite = keys->suite;
  if (keyed_init (&self->rtp, keys->suite, keys->remote, &rtp_labels) &&
      keyed_init (&self->rtcp, keys->suite, keys->remote, &rtcp_labels))
    return g_steal_pointer (&self);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "OpenSSL: key derivation failed");
  return NULL;
}

void
srtp_opener_free (SrtpOpener *self)
{
  if (!self)
    return;
  aes_clear (&self->rtp.cipher);
  aes_clear (&self->rtcp.cipher);
  for (guint i = 0; i < self->n_streams; i++)
    g_free (self->streams[i]);
  g_free (self->streams);
  OPENSSL_cleanse (self, sizeof *self);
  g_free (self);
}

/* --- streams --- */

static Stream *
find_stream (SrtpOpener *self, guint32 ssrc)
{
  for (guint i = 0; i < self->n_streams; i++) {
    Stream *stream = self->streams[i];
    if (stream->ssrc != ssrc)
      continue;
    if (i > 0) { /* busy ones drift to the front */
      self->streams[i] = self->streams[i - 1];
      self->streams[i - 1] = stream;
    }
    return stream;
  }
  return NULL;
}

static Stream *
add_stream (SrtpOpener *self, guint32 ssrc)
{
  Stream *stream = g_new0 (Stream, 1);

  stream->ssrc = ssrc;
  self->streams = g_renew (Stream *, self->streams, self->n_streams + 1);
  self->streams[self->n_streams++] = stream;
  return stream;
}

static gboolean
is_full (const SrtpOpener *self)
{
  return self->n_streams == SRTP_SESSION_SSRC_MAX;
}

static guint32
read_word (const guint8 *at)
{
  guint32 word;

  memcpy (&word, at, sizeof word);
  return GUINT32_FROM_BE (word);
}

/* --- opening --- */

void
srtp_opener_prefetch (const SrtpOpener *self)
{
  cache_line_prefetch (self, OPENER_HOT_BYTES);
}

void
srtp_opener_prefetch_keys (const SrtpOpener *self, gboolean is_rtcp)
{
  const Keyed *keyed = is_rtcp ? &self->rtcp : &self->rtp;

  if (self->n_streams > 0)
    cache_line_prefetch (is_rtcp ? &self->streams[0]->rtcp : &self->streams[0]->rtp,
                         sizeof (ReplayWindow));
  if (is_gcm (self)) {
    aes_gcm_prefetch (&keyed->cipher);
  } else {
    cache_line_prefetch (&keyed->hmac, sizeof keyed->hmac);
    aes_ctr_prefetch (&keyed->cipher);
  }
}

typedef struct {
  guint8 *packet;
  gsize clear_len; /* authenticated, not encrypted */
  guint8 *body;    /* encrypted */
  gsize body_len;
  const guint8 *suffix; /* authenticated after the clear part (GCM), NULL: none */
  guint8 *tag;
  guint32 word; /* authenticated behind the packet (CM) */
} Sealed;

static gboolean
open_gcm (const Keyed *keyed, const guint8 *nonce, const Sealed *sealed)
{
  const Aes *cipher = &keyed->cipher;

  return aes_gcm_begin_opening (cipher, nonce, sealed->tag) &&
         aes_gcm_add_clear (cipher, sealed->packet, sealed->clear_len) &&
         (!sealed->suffix || aes_gcm_add_clear (cipher, sealed->suffix, INDEX_BYTES)) &&
         aes_update (cipher, sealed->body, sealed->body, sealed->body_len) &&
         aes_gcm_end_opening (cipher);
}

static gboolean
open_cm (const Keyed *keyed, const guint8 *iv, const Sealed *sealed)
{
  guint8 tag[SRTP_HMAC_TAG_BYTES];

  srtp_hmac_tag (&keyed->hmac, sealed->packet, sealed->clear_len + sealed->body_len, sealed->word,
                 tag);
  if (CRYPTO_memcmp (tag, sealed->tag, sizeof tag) != 0)
    return FALSE;
  return aes_ctr_begin (&keyed->cipher, iv) &&
         aes_update (&keyed->cipher, sealed->body, sealed->body, sealed->body_len);
}

/* Where the payload begins; 0: out of bounds. */
static gsize
rtp_header_len (const guint8 *packet, gsize len)
{
  gsize header_len = RTP_HEADER_BYTES + 4 * (packet[0] & 0x0f);

  if ((packet[0] & 0x10) == 0)
    return header_len <= len ? header_len : 0;
  if (header_len + RTP_EXTENSION_HEADER_BYTES > len)
    return 0;
  header_len +=
      RTP_EXTENSION_HEADER_BYTES + 4 * (packet[header_len + 2] << 8 | packet[header_len + 3]);
  return header_len <= len ? header_len : 0;
}

static gboolean
open_rtp (const SrtpOpener *self, const Sealed *sealed, guint64 index)
{
  guint8 iv[SRTP_IV_BLOCK_BYTES] = { 0 };
  guint64 be_index = GUINT64_TO_BE (index << 16);

  if (is_gcm (self)) {
    srtp_gcm_nonce (self->rtp.salt, sealed->packet, index, iv);
    return open_gcm (&self->rtp, iv, sealed);
  }
  memcpy (iv + 4, sealed->packet + 8, 4);
  memcpy (iv + 8, &be_index, 6);
  for (guint i = 0; i < SRTP_IV_BLOCK_BYTES; i++)
    iv[i] ^= self->rtp.salt[i];
  return open_cm (&self->rtp, iv, sealed);
}

SrtpResult
srtp_opener_open_rtp (SrtpOpener *self, guint8 *packet, gsize *len)
{
  gsize tag_bytes = srtp_suite_get_tag_bytes (self->suite);
  Sealed sealed = { .packet = packet };
  ReplayWindow fresh = { 0 };
  guint64 index;
  Stream *stream;

  if (*len < RTP_HEADER_BYTES + tag_bytes || *len > G_MAXUINT16)
    return SRTP_MALFORMED;
  sealed.clear_len = rtp_header_len (packet, *len - tag_bytes);
  stream = find_stream (self, read_word (packet + 8));
  if (sealed.clear_len == 0 || (!stream && is_full (self)))
    return SRTP_MALFORMED;
  if (!replay_window_guess (stream ? &stream->rtp : &fresh, (guint16) (packet[2] << 8 | packet[3]),
                            &index) ||
      (stream && !replay_window_is_new (&stream->rtp, index)))
    return SRTP_REPLAYED;
  sealed.body = packet + sealed.clear_len;
  sealed.body_len = *len - tag_bytes - sealed.clear_len;
  sealed.tag = sealed.body + sealed.body_len;
  sealed.word = (guint32) (index >> 16);
  if (!open_rtp (self, &sealed, index))
    return SRTP_AUTH_FAILED;
  if (!stream)
    stream = add_stream (self, read_word (packet + 8));
  replay_window_add (&stream->rtp, index);
  *len -= tag_bytes;
  return SRTP_OK;
}

/* RFC 7714 9.1: 00 00 | SSRC | 00 00 | index, exclusive or the salt. RFC 3711 4.1.1: salt * 2^16 ^
 * SSRC * 2^64 ^ index * 2^16. */
static gboolean
open_rtcp (const SrtpOpener *self, const Sealed *sealed, guint32 index)
{
  guint ssrc_at = is_gcm (self) ? 2 : 4, index_at = is_gcm (self) ? 8 : 10;
  guint8 iv[SRTP_IV_BLOCK_BYTES] = { 0 };
  guint32 be_index = GUINT32_TO_BE (index);

  memcpy (iv + ssrc_at, sealed->packet + 4, 4);
  memcpy (iv + index_at, &be_index, sizeof be_index);
  for (guint i = 0; i < srtp_suite_get_salt_bytes (self->suite); i++)
    iv[i] ^= self->rtcp.salt[i];
  return is_gcm (self) ? open_gcm (&self->rtcp, iv, sealed) : open_cm (&self->rtcp, iv, sealed);
}

SrtpResult
srtp_opener_open_rtcp (SrtpOpener *self, guint8 *packet, gsize *len)
{
  gsize tag_bytes = srtp_suite_get_tag_bytes (self->suite);
  Sealed sealed = { .packet = packet, .clear_len = RTCP_HEADER_BYTES };
  const guint8 *index_word;
  Stream *stream;
  guint32 index;

  if (*len < RTCP_HEADER_BYTES + INDEX_BYTES + tag_bytes || *len > G_MAXUINT16)
    return SRTP_MALFORMED;
  sealed.body = packet + RTCP_HEADER_BYTES;
  sealed.body_len = *len - RTCP_HEADER_BYTES - INDEX_BYTES - tag_bytes;
  /* GCM: tag, then index; CM: index, then tag */
  sealed.tag = sealed.body + sealed.body_len + (is_gcm (self) ? 0 : INDEX_BYTES);
  index_word = sealed.body + sealed.body_len + (is_gcm (self) ? tag_bytes : 0);
  sealed.suffix = index_word;
  sealed.word = read_word (index_word);
  index = sealed.word & ~SRTCP_ENCRYPTED;
  stream = find_stream (self, read_word (packet + 4));
  if ((sealed.word & SRTCP_ENCRYPTED) == 0 || (!stream && is_full (self)))
    return SRTP_MALFORMED;
  if (stream && !replay_window_is_new (&stream->rtcp, index))
    return SRTP_REPLAYED;
  if (!open_rtcp (self, &sealed, index))
    return SRTP_AUTH_FAILED;
  if (!stream)
    stream = add_stream (self, read_word (packet + 4));
  replay_window_add (&stream->rtcp, index);
  *len = RTCP_HEADER_BYTES + sealed.body_len;
  return SRTP_OK;
}
