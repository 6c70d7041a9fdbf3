#include "pipelines/transport/srtp_keys.h"

#include <openssl/crypto.h>

static const struct {
  const gchar *name;
  gsize salt_bytes;
  gsize tag_bytes;
} suites[] = {
  [SRTP_SUITE_AEAD_AES_128_GCM] = { "SRTP_AEAD_AES_128_GCM", 12, 16 },
  [SRTP_SUITE_AES_CM_128_HMAC_SHA1_80] = { "SRTP_AES128_CM_HMAC_SHA1_80", 14, 10 },
};

const gchar *
srtp_suite_get_name (SrtpSuite suite)
{
  return suites[suite].name;
}

gsize
srtp_suite_get_salt_bytes (SrtpSuite suite)
{
  return suites[suite].salt_bytes;
}

gsize
srtp_suite_get_tag_bytes (SrtpSuite suite)
{
  return suites[suite].tag_bytes;
}

void
srtp_keys_clear (SrtpKeys *keys)
{
  OPENSSL_cleanse (keys, sizeof *keys);
}
