#include "pipelines/transport/aes.h"

#include <string.h>

#define PLAIN_BYTES 60
#define CLEAR_BYTES 20

/* "The Galois/Counter Mode of Operation", appendix B, test case 4 (AES-128, with data that is only
 * authenticated). */
static const guint8 gcm_key[] = { 0xfe, 0xff, 0xe9, 0x92, 0x86, 0x65, 0x73, 0x1c,
                                  0x6d, 0x6a, 0x8f, 0x94, 0x67, 0x30, 0x83, 0x08 };
static const guint8 gcm_nonce[] = { 0xca, 0xfe, 0xba, 0xbe, 0xfa, 0xce,
                                    0xdb, 0xad, 0xde, 0xca, 0xf8, 0x88 };
static const guint8 gcm_plain[PLAIN_BYTES] = {
  0xd9, 0x31, 0x32, 0x25, 0xf8, 0x84, 0x06, 0xe5, 0xa5, 0x59, 0x09, 0xc5, 0xaf, 0xf5, 0x26,
  0x9a, 0x86, 0xa7, 0xa9, 0x53, 0x15, 0x34, 0xf7, 0xda, 0x2e, 0x4c, 0x30, 0x3d, 0x8a, 0x31,
  0x8a, 0x72, 0x1c, 0x3c, 0x0c, 0x95, 0x95, 0x68, 0x09, 0x53, 0x2f, 0xcf, 0x0e, 0x24, 0x49,
  0xa6, 0xb5, 0x25, 0xb1, 0x6a, 0xed, 0xf5, 0xaa, 0x0d, 0xe6, 0x57, 0xba, 0x63, 0x7b, 0x39,
};
static const guint8 gcm_clear[CLEAR_BYTES] = { 0xfe, 0xed, 0xfa, 0xce, 0xde, 0xad, 0xbe,
                                               0xef, 0xfe, 0xed, 0xfa, 0xce, 0xde, 0xad,
                                               0xbe, 0xef, 0xab, 0xad, 0xda, 0xd2 };
static const guint8 gcm_sealed[PLAIN_BYTES] = {
  0x42, 0x83, 0x1e, 0xc2, 0x21, 0x77, 0x74, 0x24, 0x4b, 0x72, 0x21, 0xb7, 0x84, 0xd0, 0xd4,
  0x9c, 0xe3, 0xaa, 0x21, 0x2f, 0x2c, 0x02, 0xa4, 0xe0, 0x35, 0xc1, 0x7e, 0x23, 0x29, 0xac,
  0xa1, 0x2e, 0x21, 0xd5, 0x14, 0xb2, 0x54, 0x66, 0x93, 0x1c, 0x7d, 0x8f, 0x6a, 0x5a, 0xac,
  0x84, 0xaa, 0x05, 0x1b, 0xa3, 0x0b, 0x39, 0x6a, 0x0a, 0xac, 0x97, 0x3d, 0x58, 0xe0, 0x91,
};
static const guint8 gcm_tag[AES_GCM_TAG_BYTES] = { 0x5b, 0xc9, 0x4f, 0xbc, 0x32, 0x21, 0xa5, 0xdb,
                                                   0x94, 0xfa, 0xe9, 0x5a, 0xe7, 0x12, 0x1a, 0x47 };

/* NIST SP 800-38A F.5.1, the first block. */
static const guint8 ctr_key[] = { 0x2b, 0x7e, 0x15, 0x16, 0x28, 0xae, 0xd2, 0xa6,
                                  0xab, 0xf7, 0x15, 0x88, 0x09, 0xcf, 0x4f, 0x3c };
static const guint8 ctr_iv[] = { 0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7,
                                 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff };
static const guint8 ctr_plain[] = { 0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96,
                                    0xe9, 0x3d, 0x7e, 0x11, 0x73, 0x93, 0x17, 0x2a };
static const guint8 ctr_sealed[] = { 0x87, 0x4d, 0x61, 0x91, 0xb6, 0x20, 0xe3, 0x26,
                                     0x1b, 0xef, 0x68, 0x64, 0x99, 0x0d, 0xb6, 0xce };

static gboolean
seal (const Aes *aes, const guint8 *nonce, const guint8 *in, gsize len, guint8 *out, guint8 *tag)
{
  return aes_gcm_begin_sealing (aes, nonce) && aes_gcm_add_clear (aes, gcm_clear, CLEAR_BYTES) &&
         aes_update (aes, out, in, len) && aes_gcm_end_sealing (aes, tag);
}

static gboolean
open (const Aes *aes, guint8 *data, gsize len, guint8 *tag)
{
  return aes_gcm_begin_opening (aes, gcm_nonce, tag) &&
         aes_gcm_add_clear (aes, gcm_clear, CLEAR_BYTES) && aes_update (aes, data, data, len) &&
         aes_gcm_end_opening (aes);
}

static void
seals_as_published (void)
{
  guint8 out[PLAIN_BYTES], tag[AES_GCM_TAG_BYTES], in_place[PLAIN_BYTES];
  static const guint8 other_nonce[AES_GCM_NONCE_BYTES];
  Aes aes;

  g_assert_true (aes_init (&aes, AES_GCM, gcm_key, NULL));
  for (guint round = 0; round < 2; round++) { /* nothing is left of the packet before */
    g_assert_true (seal (&aes, gcm_nonce, gcm_plain, PLAIN_BYTES, out, tag));
    g_assert_cmpmem (out, sizeof out, gcm_sealed, sizeof gcm_sealed);
    g_assert_cmpmem (tag, sizeof tag, gcm_tag, sizeof gcm_tag);
    g_assert_true (seal (&aes, other_nonce, gcm_plain, PLAIN_BYTES, out, tag));
    g_assert_cmpint (memcmp (tag, gcm_tag, sizeof tag), !=, 0);
  }
  memcpy (in_place, gcm_plain, sizeof in_place);
  g_assert_true (seal (&aes, gcm_nonce, in_place, PLAIN_BYTES, in_place, tag));
  g_assert_cmpmem (in_place, sizeof in_place, gcm_sealed, sizeof gcm_sealed);
  g_assert_cmpmem (tag, sizeof tag, gcm_tag, sizeof gcm_tag);
  aes_clear (&aes);
}

static void
opens_what_is_whole (void)
{
  guint8 data[PLAIN_BYTES], tag[AES_GCM_TAG_BYTES];
  Aes aes;

  g_assert_true (aes_init (&aes, AES_GCM, gcm_key, NULL));
  memcpy (tag, gcm_tag, sizeof tag);
  memcpy (data, gcm_sealed, sizeof data);
  g_assert_true (open (&aes, data, sizeof data, tag));
  g_assert_cmpmem (data, sizeof data, gcm_plain, sizeof gcm_plain);

  memcpy (data, gcm_sealed, sizeof data);
  tag[15] ^= 1;
  g_assert_false (open (&aes, data, sizeof data, tag));
  tag[15] ^= 1;
  memcpy (data, gcm_sealed, sizeof data);
  data[PLAIN_BYTES - 1] ^= 0x80;
  g_assert_false (open (&aes, data, sizeof data, tag));

  memcpy (data, gcm_sealed, sizeof data); /* and is good again after one that was not */
  g_assert_true (open (&aes, data, sizeof data, tag));
  aes_clear (&aes);
}

/* An RTP packet may have a header only. */
static void
seals_nothing (void)
{
  guint8 none, tag[AES_GCM_TAG_BYTES];
  Aes aes;

  g_assert_true (aes_init (&aes, AES_GCM, gcm_key, NULL));
  g_assert_true (seal (&aes, gcm_nonce, NULL, 0, &none, tag));
  g_assert_true (open (&aes, &none, 0, tag));
  tag[0] ^= 1;
  g_assert_false (open (&aes, &none, 0, tag));
  aes_clear (&aes);
}

static void
counts_as_published (void)
{
  guint8 out[sizeof ctr_plain];
  Aes aes;

  g_assert_true (aes_init (&aes, AES_CTR, ctr_key, NULL));
  for (guint round = 0; round < 2; round++) {
    g_assert_true (aes_ctr_begin (&aes, ctr_iv));
    g_assert_true (aes_update (&aes, out, ctr_plain, sizeof ctr_plain));
    g_assert_cmpmem (out, sizeof out, ctr_sealed, sizeof ctr_sealed);
  }
  aes_clear (&aes);
  aes_clear (&aes); /* twice does no harm */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transport/aes/seals-as-published", seals_as_published);
  g_test_add_func ("/transport/aes/opens-what-is-whole", opens_what_is_whole);
  g_test_add_func ("/transport/aes/seals-nothing", seals_nothing);
  g_test_add_func ("/transport/aes/counts-as-published", counts_as_published);
  return g_test_run ();
}
