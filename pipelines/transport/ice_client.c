#include "pipelines/transport/ice_client.h"

#include "pipelines/transport/ice_outline.h"

#include <string.h>
#include <stun/stunagent.h>
#include <stun/usages/ice.h>

/* RFC 8445 14.2: Ta, between two first checks. */
#define PACE_US (20 * 1000)
/* A check is repeated after the first, then twice as long each time, at most the last. */
#define RETRY_FIRST_US (100 * 1000)
#define RETRY_MAX_US (1000 * 1000)
/* RFC 7675 5.1: every 5 s, 80 to 120 % of it. */
#define CONSENT_US (5 * (gint64) G_USEC_PER_SEC)
#define CONSENT_RETRY_US ((gint64) G_USEC_PER_SEC)
/* A peer-reflexive candidate of component 1 (RFC 8445 5.1.2). */
#define PRIORITY 0x6e001eff
#define CHECK_BYTES_MAX 1024
/* Checks whose answers are still good: 4 s of all candidates. */
#define SENT_KEPT 32

typedef struct {
  NetAddress address;
  gint64 due_us;
  gint64 wait_us;
} Candidate;

struct _IceClient {
  StunAgent agent;
  gchar *username; /* "theirs:ours" */
  gchar *password;
  gchar *own_username; /* "ours:theirs" */
  gchar *own_password; /* (nullable) */
  guint64 tie;
  Candidate candidates[ICE_CLIENT_CANDIDATES_MAX];
  guint n_candidates;
  void (*send) (gpointer user_data, const NetAddress *to, const guint8 *data, gsize len);
  gpointer user_data;
  gint64 check_us;
  IceClientState state;
  guint chosen; /* index of the candidate that answered */
  gint64 started_us;
  gint64 answered_us;
  StunTransactionId sent[SENT_KEPT]; /* a ring; the agent itself keeps 200 and then sends no more */
  gint64 sent_us[SENT_KEPT];
  IceClientFigures figures; /* its `checks` is the ring's end */
};

static const guint16 known_attributes[] = {
  STUN_ATTRIBUTE_USERNAME,        STUN_ATTRIBUTE_MESSAGE_INTEGRITY,
  STUN_ATTRIBUTE_ERROR_CODE,      STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS,
  STUN_ATTRIBUTE_PRIORITY,        STUN_ATTRIBUTE_USE_CANDIDATE,
  STUN_ATTRIBUTE_FINGERPRINT,     STUN_ATTRIBUTE_ICE_CONTROLLED,
  STUN_ATTRIBUTE_ICE_CONTROLLING, 0,
};

IceClient *
ice_client_new (const IceClientConfig *config, gint64 now_us)
{
  IceClient *self = g_new0 (IceClient, 1);

  stun_agent_init (&self->agent, known_attributes, STUN_COMPATIBILITY_RFC5389,
                   STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
  self->username = g_strdup_printf ("%s:%s", config->remote_ufrag, config->ufrag);
  self->password = g_strdup (config->remote_pwd);
  self->own_username = g_strdup_printf ("%s:%s", config->ufrag, config->remote_ufrag);
  self->own_password = g_strdup (config->pwd);
  self->tie = (guint64) g_random_int () << 32 | g_random_int ();
  self->n_candidates = MIN (config->n_candidates, ICE_CLIENT_CANDIDATES_MAX);
  for (guint i = 0; i < self->n_candidates; i++)
    self->candidates[i] =
        (Candidate){ config->candidates[i], now_us + i * PACE_US, RETRY_FIRST_US };
  self->send = config->send;
  self->user_data = config->user_data;
  self->check_us = config->check_us;
  self->started_us = now_us;
  return self;
}

void
ice_client_free (IceClient *self)
{
  if (!self)
    return;
  g_free (self->username);
  g_free (self->password);
  g_free (self->own_username);
  g_free (self->own_password);
  g_free (self);
}

static void
send_check (IceClient *self, const NetAddress *to, gint64 now_us)
{
  StunMessage message;
  guint8 buffer[CHECK_BYTES_MAX];
  guint slot = self->figures.checks % SENT_KEPT;
  StunTransactionId *id = &self->sent[slot];
  gsize len;

  if (self->figures.checks >= SENT_KEPT)
    stun_agent_forget_transaction (&self->agent, *id);
  len = stun_usage_ice_conncheck_create (
      &self->agent, &message, buffer, sizeof buffer, (const guint8 *) self->username,
      strlen (self->username), (const guint8 *) self->password, strlen (self->password), true, true,
      PRIORITY, self->tie, NULL, STUN_USAGE_ICE_COMPATIBILITY_RFC5245);
  if (len == 0)
    return;
  stun_message_id (&message, *id);
  self->sent_us[slot] = now_us;
  self->figures.checks++;
  self->send (self->user_data, to, buffer, len);
}

static gint64
tick_checking (IceClient *self, gint64 now_us)
{
  gint64 next_us = self->started_us + ICE_CLIENT_CONNECT_US;

  if (now_us >= next_us) {
    self->state = ICE_CLIENT_FAILED;
    return G_MAXINT64;
  }
  for (guint i = 0; i < self->n_candidates; i++) {
    Candidate *candidate = &self->candidates[i];
    if (now_us >= candidate->due_us) {
      candidate->due_us = now_us + candidate->wait_us;
      candidate->wait_us = MIN (candidate->wait_us * 2, RETRY_MAX_US);
      send_check (self, &candidate->address, now_us);
    }
    next_us = MIN (next_us, candidate->due_us);
  }
  return next_us;
}

static gint64
tick_connected (IceClient *self, gint64 now_us)
{
  Candidate *candidate = &self->candidates[self->chosen];

  if (now_us - self->answered_us >= ICE_LITE_CONSENT_US) {
    self->state = ICE_CLIENT_FAILED;
    return G_MAXINT64;
  }
  if (now_us >= candidate->due_us) {
    candidate->due_us = now_us + (self->check_us > 0 ? self->check_us : CONSENT_RETRY_US);
    send_check (self, &candidate->address, now_us);
  }
  return candidate->due_us;
}

gint64
ice_client_tick (IceClient *self, gint64 now_us)
{
  switch (self->state) {
  case ICE_CLIENT_CHECKING:
    return tick_checking (self, now_us);
  case ICE_CLIENT_CONNECTED:
    return tick_connected (self, now_us);
  case ICE_CLIENT_FAILED:
    break;
  }
  return G_MAXINT64;
}

static gboolean
find_candidate (const IceClient *self, const NetAddress *address, guint *ret_index)
{
  for (guint i = 0; i < self->n_candidates; i++) {
    if (!net_address_equal (&self->candidates[i].address, address))
      continue;
    *ret_index = i;
    return TRUE;
  }
  return FALSE;
}

static void
note_answer (IceClient *self, const StunMessage *message, gint64 now_us)
{
  StunTransactionId id;

  stun_message_id (message, id);
  for (guint i = 0; i < MIN (self->figures.checks, SENT_KEPT); i++)
    if (memcmp (id, self->sent[i], sizeof id) == 0)
      self->figures.rtt_us = MAX (now_us - self->sent_us[i], 0);
  self->figures.answers++;
}

static gboolean
take_answer (IceClient *self, const guint8 *data, gsize len, gint64 now_us)
{
  StunMessage message;
  StunDefaultValidaterData credentials[] = {
    { (guint8 *) self->username, strlen (self->username), (guint8 *) self->password,
      strlen (self->password) },
    { NULL, 0, NULL, 0 },
  };

  if (stun_agent_validate (&self->agent, &message, data, len, stun_agent_default_validater,
                           credentials) != STUN_VALIDATION_SUCCESS ||
      stun_message_get_class (&message) != STUN_RESPONSE)
    return FALSE;
  note_answer (self, &message, now_us);
  return TRUE;
}

/* A check of the peer; its answer changes nothing here. */
static void
answer_check (IceClient *self, const guint8 *data, gsize len, const NetAddress *from)
{
  guint8 reply[ICE_LITE_REPLY_MAX];
  StunMessage request, response;
  StunDefaultValidaterData credentials[] = {
    { (guint8 *) self->own_username, strlen (self->own_username), (guint8 *) self->own_password,
      self->own_password != NULL ? strlen (self->own_password) : 0 },
    { NULL, 0, NULL, 0 },
  };
  struct sockaddr_storage source = { 0 };
  size_t size = sizeof reply;
  bool controlling = true;

  if (stun_agent_validate (&self->agent, &request, data, len, stun_agent_default_validater,
                           credentials) != STUN_VALIDATION_SUCCESS)
    return;
  memcpy (&source, from, sizeof *from);
  if (stun_usage_ice_conncheck_create_reply (&self->agent, &request, &response, reply, &size,
                                             &source, net_address_get_len (from), &controlling,
                                             self->tie, STUN_USAGE_ICE_COMPATIBILITY_RFC5245) ==
      STUN_USAGE_ICE_RETURN_SUCCESS)
    self->send (self->user_data, from, reply, size);
}

gboolean
ice_client_receive (IceClient *self, const guint8 *data, gsize len, const NetAddress *from,
                    gint64 now_us)
{
  IceOutline outline;
  guint index;

  if (self->state == ICE_CLIENT_FAILED || !find_candidate (self, from, &index))
    return FALSE;
  if (self->own_password != NULL && ice_outline_read (&outline, ICE_OUTLINE_REQUEST, data, len)) {
    answer_check (self, data, len, from);
    return FALSE;
  }
  if (!take_answer (self, data, len, now_us))
    return FALSE;
  if (self->state == ICE_CLIENT_CONNECTED && index != self->chosen)
    return FALSE;
  self->answered_us = now_us;
  if (self->check_us == 0)
    self->candidates[index].due_us =
        now_us + CONSENT_US * 8 / 10 + g_random_int_range (0, CONSENT_US * 4 / 10);
  if (self->state == ICE_CLIENT_CONNECTED)
    return FALSE;
  self->chosen = index;
  self->state = ICE_CLIENT_CONNECTED;
  return TRUE;
}

IceClientState
ice_client_get_state (const IceClient *self)
{
  return self->state;
}

const IceClientFigures *
ice_client_get_figures (const IceClient *self)
{
  return &self->figures;
}

const NetAddress *
ice_client_get_remote (const IceClient *self)
{
  return self->state == ICE_CLIENT_CONNECTED ? &self->candidates[self->chosen].address : NULL;
}
