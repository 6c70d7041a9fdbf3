#include "pipelines/transport/srtp_session.h"

#include <gio/gio.h>
#include <srtp2/srtp.h>
#include <string.h>

#define RTP_HEADER_BYTES 12
#define RTCP_HEADER_BYTES 8

/* SRTCP adds an index of 4 bytes and the tag. */
#define SRTCP_INDEX_BYTES 4

struct _SrtpSession {
  srtp_t in;
  srtp_t out;
  gsize tag_bytes;
  /* SSRCs that have passed authentication, most recently used first by one step a hit */
  guint32 ssrcs[SRTP_SESSION_SSRC_MAX];
  guint n_ssrcs;
  SrtpSessionCounters counters;
};

static void
init_library (void)
{
  static gsize done;

  if (g_once_init_enter (&done)) {
    if (srtp_init () != srtp_err_status_ok)
      g_error ("libsrtp does not start");
    g_once_init_leave (&done, 1);
  }
}

static void
set_suite (srtp_policy_t *policy, SrtpSuite suite)
{
  if (suite == SRTP_SUITE_AEAD_AES_128_GCM) {
    srtp_crypto_policy_set_aes_gcm_128_16_auth (&policy->rtp);
    srtp_crypto_policy_set_aes_gcm_128_16_auth (&policy->rtcp);
  } else {
    srtp_crypto_policy_set_rtp_default (&policy->rtp);
    srtp_crypto_policy_set_rtcp_default (&policy->rtcp);
  }
}

static gboolean
create (srtp_t *ret_srtp, SrtpSuite suite, const guint8 *master, srtp_ssrc_type_t direction,
        GError **error)
{
  srtp_policy_t policy;
  srtp_err_status_t status;

  memset (&policy, 0, sizeof policy);
  set_suite (&policy, suite);
  policy.ssrc.type = direction;
  policy.key = (guint8 *) master; /* only read */
  policy.window_size = SRTP_SESSION_REPLAY_WINDOW;
  status = srtp_create (ret_srtp, &policy);
  if (status == srtp_err_status_ok)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED, "libsrtp: cannot make a session (status %d)",
               status);
  return FALSE;
}

SrtpSession *
srtp_session_new (const SrtpKeys *keys, GError **error)
{
  g_autoptr (SrtpSession) self = g_new0 (SrtpSession, 1);

  init_library ();
  self->tag_bytes = srtp_suite_get_tag_bytes (keys->suite);
  if (!create (&self->in, keys->suite, keys->remote, ssrc_any_inbound, error) ||
      !create (&self->out, keys->suite, keys->local, ssrc_any_outbound, error))
    return NULL;
  return g_steal_pointer (&self);
}

void
srtp_session_free (SrtpSession *self)
{
  if (!self)
    return;
  if (self->in)
    srtp_dealloc (self->in);
  if (self->out)
    srtp_dealloc (self->out);
  g_free (self);
}

/* SSRCs: libsrtp makes a stream for each that authenticates */

static gboolean
knows_ssrc (SrtpSession *self, guint32 ssrc)
{
  for (guint i = 0; i < self->n_ssrcs; i++) {
    if (self->ssrcs[i] != ssrc)
      continue;
    if (i > 0) { /* busy ones drift to the front */
      self->ssrcs[i] = self->ssrcs[i - 1];
      self->ssrcs[i - 1] = ssrc;
    }
    return TRUE;
  }
  return FALSE;
}

static guint32
read_ssrc (const guint8 *at)
{
  guint32 ssrc;

  memcpy (&ssrc, at, sizeof ssrc);
  return GUINT32_FROM_BE (ssrc);
}

static SrtpResult
result_of (srtp_err_status_t status)
{
  switch (status) {
  case srtp_err_status_ok:
    return SRTP_OK;
  case srtp_err_status_auth_fail:
  case srtp_err_status_cipher_fail: /* what an AEAD reports */
    return SRTP_AUTH_FAILED;
  case srtp_err_status_replay_fail:
  case srtp_err_status_replay_old:
    return SRTP_REPLAYED;
  default:
    return SRTP_MALFORMED;
  }
}

typedef srtp_err_status_t (*UnprotectFunc) (srtp_t srtp, void *packet, int *len);

static SrtpResult
unprotect (SrtpSession *self, UnprotectFunc func, guint8 *packet, gsize *len, guint32 ssrc)
{
  gboolean known = knows_ssrc (self, ssrc);
  int plain_len = (int) *len;
  SrtpResult result;

  if (!known && self->n_ssrcs == SRTP_SESSION_SSRC_MAX)
    return SRTP_MALFORMED;
  result = result_of (func (self->in, packet, &plain_len));
  if (result != SRTP_OK)
    return result;
  if (!known)
    self->ssrcs[self->n_ssrcs++] = ssrc;
  *len = plain_len;
  return SRTP_OK;
}

SrtpResult
srtp_session_unprotect_rtp (SrtpSession *self, guint8 *packet, gsize *len)
{
  SrtpResult result = SRTP_MALFORMED;

  if (*len >= RTP_HEADER_BYTES + self->tag_bytes && *len <= G_MAXUINT16)
    result = unprotect (self, srtp_unprotect, packet, len, read_ssrc (packet + 8));
  switch (result) {
  case SRTP_OK:
    self->counters.rtp++;
    break;
  case SRTP_AUTH_FAILED:
    self->counters.auth_failed++;
    break;
  case SRTP_REPLAYED:
    self->counters.replayed++;
    break;
  case SRTP_MALFORMED:
    self->counters.malformed++;
    break;
  }
  return result;
}

SrtpResult
srtp_session_unprotect_rtcp (SrtpSession *self, guint8 *packet, gsize *len)
{
  SrtpResult result = SRTP_MALFORMED;

  if (*len >= RTCP_HEADER_BYTES + SRTCP_INDEX_BYTES + self->tag_bytes && *len <= G_MAXUINT16)
    result = unprotect (self, srtp_unprotect_rtcp, packet, len, read_ssrc (packet + 4));
  if (result == SRTP_OK)
    self->counters.rtcp++;
  else
    self->counters.rtcp_failed++;
  return result;
}

gboolean
srtp_session_protect_rtcp (SrtpSession *self, guint8 *packet, gsize *len)
{
  int sealed_len = (int) *len;

  if (*len < RTCP_HEADER_BYTES || *len > G_MAXUINT16 ||
      srtp_protect_rtcp (self->out, packet, &sealed_len) != srtp_err_status_ok)
    return FALSE;
  *len = sealed_len;
  return TRUE;
}

gboolean
srtp_session_protect_rtp (SrtpSession *self, guint8 *packet, gsize *len)
{
  int sealed_len = (int) *len;

  if (*len < RTP_HEADER_BYTES || *len > G_MAXUINT16 ||
      srtp_protect (self->out, packet, &sealed_len) != srtp_err_status_ok)
    return FALSE;
  *len = sealed_len;
  return TRUE;
}

const SrtpSessionCounters *
srtp_session_get_counters (const SrtpSession *self)
{
  return &self->counters;
}
