#include "pipelines/transport/ice_return.h"

#include "pipelines/transport/ice_outline.h"

#include <string.h>
#include <stun/stunagent.h>
#include <stun/usages/ice.h>

/* A peer-reflexive candidate of component 1 (RFC 8445 5.1.2). */
#define PRIORITY 0x6e001eff

static const guint16 known_attributes[] = { 0 };

static gsize
write_request (IceReturn *self, const gchar *username, const gchar *remote_pwd)
{
  /* of its own: an agent keeps 200 requests that were not answered, then writes no more */
  g_autofree StunAgent *agent = g_new (StunAgent, 1);
  StunMessage message;

  stun_agent_init (agent, known_attributes, STUN_COMPATIBILITY_RFC5389,
                   STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
  return stun_usage_ice_conncheck_create (
      agent, &message, self->request, sizeof self->request, (const guint8 *) username,
      strlen (username), (const guint8 *) remote_pwd, strlen (remote_pwd), false, false, PRIORITY,
      0, NULL, STUN_USAGE_ICE_COMPATIBILITY_RFC5245);
}

IceReturn *
ice_return_new (const NetPath *path, const gchar *username, const gchar *remote_pwd, gint64 now_us)
{
  IceReturn *self;

  if (strlen (username) > ICE_LITE_USERNAME_MAX)
    return NULL;
  self = g_new0 (IceReturn, 1);
  self->path = *path;
  self->remote_pwd = g_strdup (remote_pwd);
  self->due_us = now_us;
  self->len = write_request (self, username, remote_pwd);
  if (self->len > 0)
    return self;
  ice_return_free (self);
  return NULL;
}

void
ice_return_free (IceReturn *self)
{
  if (!self)
    return;
  g_free (self->remote_pwd);
  g_free (self);
}

gboolean
ice_return_is_due (IceReturn *self, gint64 now_us)
{
  if (now_us < self->due_us || self->tries == ICE_RETURN_TRIES)
    return FALSE;
  self->due_us = now_us + (ICE_RETURN_FIRST_US << self->tries);
  self->tries++;
  return TRUE;
}

gboolean
ice_return_is_over (const IceReturn *self, gint64 now_us)
{
  return self->tries == ICE_RETURN_TRIES && now_us >= self->due_us;
}

/* RFC 5389 15.4: over all before it, with a length as if it were the last. */
static gboolean
is_integral (const guint8 *data, const guint8 *integrity, const gchar *pwd)
{
  gsize covered = integrity - 4 - data;
  guint length = (guint) (covered + 4 + STUN_INTEGRITY_BYTES - STUN_HEADER_BYTES);
  const guint8 length_bytes[] = { length >> 8, length & 0xff };
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA1, (const guchar *) pwd, strlen (pwd));
  guint8 digest[STUN_INTEGRITY_BYTES];
  gsize size = sizeof digest;
  guint different = 0;

  g_hmac_update (hmac, data, 2);
  g_hmac_update (hmac, length_bytes, 2);
  g_hmac_update (hmac, data + 4, covered - 4);
  g_hmac_get_digest (hmac, digest, &size);
  for (guint i = 0; i < sizeof digest; i++)
    different |= digest[i] ^ integrity[i];
  return different == 0;
}

gboolean
ice_return_is_answer (const IceReturn *self, const guint8 *data, gsize len, const NetPath *from)
{
  IceOutline outline;

  return ice_outline_read (&outline, ICE_OUTLINE_ANSWER, data, len) &&
         memcmp (data + STUN_ID_AT, self->request + STUN_ID_AT, STUN_ID_BYTES) == 0 &&
         from->connection == self->path.connection &&
         net_address_equal (&from->remote, &self->path.remote) &&
         is_integral (data, outline.integrity, self->remote_pwd);
}
