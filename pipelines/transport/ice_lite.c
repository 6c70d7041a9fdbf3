#include "pipelines/transport/ice_lite.h"

#include "pipelines/transport/ice_outline.h"
#include "pipelines/transport/ice_return.h"

#include <string.h>
#include <stun/stunagent.h>
#include <stun/usages/ice.h>
#include <sys/random.h>

/* RFC 8445 5.3: at least 24 and 128 bits of randomness; 6 bits a character. */
#define UFRAG_CHARS 8
#define PWD_CHARS 24

/* Current credentials and, during a restart, the ones to come. */
typedef struct {
  gchar ufrag[UFRAG_CHARS + 1];
  gchar pwd[PWD_CHARS + 1];
  gchar *remote_ufrag; /* (nullable) */
  gchar *remote_pwd;   /* (nullable): new addresses are not asked */
  IceSession *session;
} Credentials;

/* Where a proven peer sits. The same address by UDP and by TCP may be two peers behind one NAT. */
typedef struct {
  NetAddress address;
  guint32 connection;
} Endpoint;

struct _IceSession {
  IceLite *ice;
  Credentials *current;
  Credentials *next; /* (nullable): signalled by a restart, not nominated yet */
  gpointer user_data;
  IceState state;
  NetPath path;
  gboolean has_path;
  gboolean had_path;    /* once: another one must prove itself */
  IceReturn *returning; /* (nullable): it is being asked */
  gint64 last_check_us;
  gint64 path_check_us; /* last check on the nominated path */
  Endpoint endpoints[ICE_LITE_ADDRESSES_MAX];
  guint n_endpoints; /* oldest first */
};

struct _IceLite {
  StunAgent agent;
  GHashTable *sessions;  /* set of IceSession */
  GHashTable *by_ufrag;  /* ufrag (in the value) -> Credentials, owned by their session */
  GHashTable *endpoints; /* Endpoint (owned) -> IceSession */
  GPtrArray *returning;  /* IceSession with an address that is being asked */
  guint8 reply[ICE_LITE_REPLY_MAX];
  IceLiteCounters counters;
};

/* States */

static const struct {
  const gchar *name;
  guint may_become; /* bit set of IceState */
} states[] = {
  [ICE_STATE_NEW] = { "new", 1u << ICE_STATE_CHECKING | 1u << ICE_STATE_CONNECTED },
  [ICE_STATE_CHECKING] = { "checking", 1u << ICE_STATE_CONNECTED },
  [ICE_STATE_CONNECTED] = { "connected", 1u << ICE_STATE_DISCONNECTED },
  [ICE_STATE_DISCONNECTED] = { "disconnected", 1u << ICE_STATE_CONNECTED },
};

const gchar *
ice_state_get_name (IceState state)
{
  return states[state].name;
}

/* TRUE if that changes anything. */
static gboolean
set_state (IceSession *session, IceState state)
{
  if (session->state == state)
    return FALSE;
  g_assert (states[session->state].may_become & (1u << state));
  session->state = state;
  return TRUE;
}

/* Agent */

static const guint16 known_attributes[] = {
  STUN_ATTRIBUTE_USERNAME,
  STUN_ATTRIBUTE_MESSAGE_INTEGRITY,
  STUN_ATTRIBUTE_ERROR_CODE,
  STUN_ATTRIBUTE_UNKNOWN_ATTRIBUTES,
  STUN_ATTRIBUTE_XOR_MAPPED_ADDRESS,
  STUN_ATTRIBUTE_PRIORITY,
  STUN_ATTRIBUTE_USE_CANDIDATE,
  STUN_ATTRIBUTE_FINGERPRINT,
  STUN_ATTRIBUTE_ICE_CONTROLLED,
  STUN_ATTRIBUTE_ICE_CONTROLLING,
  0,
};

static guint
endpoint_hash (gconstpointer pointer)
{
  const Endpoint *endpoint = pointer;

  return net_address_hash (&endpoint->address) ^ endpoint->connection;
}

static gboolean
endpoint_equal (gconstpointer pointer_a, gconstpointer pointer_b)
{
  const Endpoint *a = pointer_a;
  const Endpoint *b = pointer_b;

  return a->connection == b->connection && net_address_equal (&a->address, &b->address);
}

static Endpoint
endpoint_of (const NetPath *path)
{
  return (Endpoint){ path->remote, path->connection };
}

static void
credentials_clear (Credentials *self)
{
  if (!self)
    return;
  g_free (self->remote_ufrag);
  g_free (self->remote_pwd);
  g_free (self);
}

/* What ice_session_free() leaves to the table of sessions. */
static void
release_session (gpointer pointer)
{
  IceSession *session = pointer;

  credentials_clear (session->current);
  credentials_clear (session->next);
  ice_return_free (session->returning);
  g_free (session);
}

IceLite *
ice_lite_new (void)
{
  IceLite *self = g_new0 (IceLite, 1);

  stun_agent_init (&self->agent, known_attributes, STUN_COMPATIBILITY_RFC5389,
                   STUN_AGENT_USAGE_SHORT_TERM_CREDENTIALS | STUN_AGENT_USAGE_USE_FINGERPRINT);
  self->sessions = g_hash_table_new_full (NULL, NULL, release_session, NULL);
  self->returning = g_ptr_array_new ();
  self->by_ufrag = g_hash_table_new (g_str_hash, g_str_equal);
  self->endpoints = g_hash_table_new_full (endpoint_hash, endpoint_equal, g_free, NULL);
  return self;
}

void
ice_lite_free (IceLite *self)
{
  if (!self)
    return;
  g_hash_table_unref (self->by_ufrag);
  g_hash_table_unref (self->endpoints);
  g_hash_table_unref (self->sessions);
  g_ptr_array_unref (self->returning);
  g_free (self);
}

guint
ice_lite_get_n_sessions (const IceLite *self)
{
  return g_hash_table_size (self->sessions);
}

const IceLiteCounters *
ice_lite_get_counters (const IceLite *self)
{
  return &self->counters;
}

IceSession *
ice_lite_find_by_address (IceLite *self, const NetAddress *remote)
{
  Endpoint endpoint = { *remote, 0 };

  return g_hash_table_lookup (self->endpoints, &endpoint);
}

IceSession *
ice_lite_find_by_path (IceLite *self, const NetPath *path)
{
  Endpoint endpoint = endpoint_of (path);

  return g_hash_table_lookup (self->endpoints, &endpoint);
}

/* Credentials */

static void
fill_ice_chars (gchar *text, gsize n)
{
  static const gchar alphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  guint8 random[PWD_CHARS];

  g_assert (n <= sizeof random);
  if (getrandom (random, n, 0) != (gssize) n)
    g_error ("no random numbers from the kernel");
  for (gsize i = 0; i < n; i++)
    text[i] = alphabet[random[i] & 63];
  text[n] = 0;
}

static Credentials *
credentials_new (IceSession *session, const gchar *remote_ufrag)
{
  Credentials *self = g_new0 (Credentials, 1);

  self->session = session;
  self->remote_ufrag = remote_ufrag && *remote_ufrag ? g_strdup (remote_ufrag) : NULL;
  do
    fill_ice_chars (self->ufrag, UFRAG_CHARS);
  while (g_hash_table_contains (session->ice->by_ufrag, self->ufrag));
  fill_ice_chars (self->pwd, PWD_CHARS);
  g_hash_table_insert (session->ice->by_ufrag, self->ufrag, self);
  return self;
}

static void
credentials_free (Credentials *self)
{
  if (!self)
    return;
  g_hash_table_remove (self->session->ice->by_ufrag, self->ufrag);
  credentials_clear (self);
}

/* Sessions */

IceSession *
ice_session_new (IceLite *ice, const gchar *remote_ufrag, gpointer user_data)
{
  IceSession *self = g_new0 (IceSession, 1);

  self->ice = ice;
  self->user_data = user_data;
  self->current = credentials_new (self, remote_ufrag);
  g_hash_table_add (ice->sessions, self);
  return self;
}

static void
forget_endpoint (IceSession *self, guint index)
{
  g_hash_table_remove (self->ice->endpoints, &self->endpoints[index]);
  self->n_endpoints--;
  memmove (&self->endpoints[index], &self->endpoints[index + 1],
           (self->n_endpoints - index) * sizeof self->endpoints[0]);
}

void
ice_session_free (IceSession *self)
{
  if (!self)
    return;
  while (self->n_endpoints > 0)
    forget_endpoint (self, self->n_endpoints - 1);
  g_hash_table_remove (self->ice->by_ufrag, self->current->ufrag);
  if (self->next)
    g_hash_table_remove (self->ice->by_ufrag, self->next->ufrag);
  g_ptr_array_remove_fast (self->ice->returning, self);
  g_hash_table_remove (self->ice->sessions, self);
}

guint
ice_session_list_connections (const IceSession *self,
                              guint32 ret_connections[ICE_LITE_ADDRESSES_MAX])
{
  guint n = 0;

  for (guint i = 0; i < self->n_endpoints; i++)
    if (self->endpoints[i].connection != 0)
      ret_connections[n++] = self->endpoints[i].connection;
  return n;
}

gpointer
ice_session_get_user_data (const IceSession *self)
{
  return self->user_data;
}

static const Credentials *
signalled (const IceSession *self)
{
  return self->next ? self->next : self->current;
}

const gchar *
ice_session_get_ufrag (const IceSession *self)
{
  return signalled (self)->ufrag;
}

const gchar *
ice_session_get_pwd (const IceSession *self)
{
  return signalled (self)->pwd;
}

void
ice_session_restart (IceSession *self, const gchar *remote_ufrag)
{
  credentials_free (self->next);
  self->next = credentials_new (self, remote_ufrag);
}

void
ice_session_set_remote_pwd (IceSession *self, const gchar *remote_pwd)
{
  Credentials *credentials = self->next ? self->next : self->current;

  g_free (credentials->remote_pwd);
  credentials->remote_pwd = remote_pwd && *remote_pwd ? g_strdup (remote_pwd) : NULL;
}

const NetPath *
ice_session_get_path (const IceSession *self)
{
  return self->has_path ? &self->path : NULL;
}

IceState
ice_session_get_state (const IceSession *self)
{
  return self->state;
}

gint64
ice_session_get_last_check_us (const IceSession *self)
{
  return self->last_check_us;
}

gboolean
ice_session_tick (IceSession *self, gint64 now_us)
{
  if (self->state != ICE_STATE_CONNECTED || now_us - self->last_check_us < ICE_LITE_CONSENT_US)
    return FALSE;
  return set_state (self, ICE_STATE_DISCONNECTED);
}

/* What an authenticated check changes */

static gint
find_endpoint (const IceSession *self, const Endpoint *endpoint)
{
  for (guint i = 0; i < self->n_endpoints; i++)
    if (endpoint_equal (&self->endpoints[i], endpoint))
      return i;
  return -1;
}

/* The one that goes when there are too many: the oldest but the nominated one. */
static guint
oldest_endpoint (const IceSession *self)
{
  Endpoint nominated = endpoint_of (&self->path);

  return self->has_path && endpoint_equal (&self->endpoints[0], &nominated) ? 1 : 0;
}

static void
learn_endpoint (IceSession *self, const NetPath *from)
{
  Endpoint endpoint = endpoint_of (from);
  IceSession *other = g_hash_table_lookup (self->ice->endpoints, &endpoint);

  if (other == self)
    return;
  /* a port that a NAT gave to somebody else: the newest proof counts */
  if (other)
    forget_endpoint (other, find_endpoint (other, &endpoint));
  if (self->n_endpoints == ICE_LITE_ADDRESSES_MAX)
    forget_endpoint (self, oldest_endpoint (self));
  self->endpoints[self->n_endpoints++] = endpoint;
  g_hash_table_insert (self->ice->endpoints, g_memdup2 (&endpoint, sizeof endpoint), self);
}

IceSession *
ice_lite_forget_connection (IceLite *self, const NetPath *path)
{
  Endpoint endpoint = endpoint_of (path);
  IceSession *session = g_hash_table_lookup (self->endpoints, &endpoint);

  if (!session)
    return NULL;
  forget_endpoint (session, find_endpoint (session, &endpoint));
  if (session->has_path && session->path.connection == path->connection) {
    session->has_path = FALSE;
    if (session->state == ICE_STATE_CONNECTED)
      set_state (session, ICE_STATE_DISCONNECTED);
  }
  return session;
}

static gboolean
is_path (const IceSession *self, const NetPath *path)
{
  return self->has_path && net_address_equal (&self->path.remote, &path->remote) &&
         net_address_equal (&self->path.local, &path->local) &&
         self->path.socket_index == path->socket_index && self->path.connection == path->connection;
}

/* The restart is complete: the old credentials are no longer good. */
static void
adopt_next (IceSession *self)
{
  credentials_free (self->current);
  self->current = g_steal_pointer (&self->next);
}

static gboolean
takes_path (const IceSession *self, const NetPath *from, gboolean nominates, gint64 now_us)
{
  if (is_path (self, from))
    return FALSE;
  /* a connection that broke takes its nomination with it: what answers first replaces it */
  if (nominates || (!self->has_path && self->state == ICE_STATE_DISCONNECTED))
    return TRUE;
  return self->has_path && now_us - self->path_check_us >= ICE_LITE_SILENT_PATH_US;
}

/* --- an address that must prove itself --- */

static void
end_return (IceSession *self)
{
  if (!self->returning)
    return;
  g_clear_pointer (&self->returning, ice_return_free);
  g_ptr_array_remove_fast (self->ice->returning, self);
}

/* The first path is proven by DTLS, which sends it no media before; a TCP connection by itself. */
static gboolean
must_prove (const Credentials *credentials, const NetPath *from)
{
  return credentials->session->had_path && credentials->remote_pwd && credentials->remote_ufrag &&
         from->connection == 0;
}

static void
take_path (IceSession *self, const NetPath *path, IceCheck *check)
{
  end_return (self);
  self->path = *path;
  self->has_path = self->had_path = TRUE;
  check->path_changed = TRUE;
}

/* Asks @from, at once if it is the first time. */
static void
ask_path (const Credentials *credentials, const NetPath *from, gint64 now_us, IceCheck *check)
{
  IceSession *self = credentials->session;
  g_autofree gchar *username = NULL;

  if (self->returning && !net_address_equal (&self->returning->path.remote, &from->remote))
    end_return (self);
  if (!self->returning) {
    username = g_strdup_printf ("%s:%s", credentials->remote_ufrag, credentials->ufrag);
    self->returning = ice_return_new (from, username, credentials->remote_pwd, now_us);
    if (!self->returning)
      return;
    g_ptr_array_add (self->ice->returning, self);
  }
  if (!ice_return_is_due (self->returning, now_us))
    return;
  self->ice->counters.asked++;
  check->request = self->returning->request;
  check->request_len = self->returning->len;
}

gboolean
ice_lite_poll (IceLite *self, gint64 now_us, IceRequest *ret_request)
{
  for (guint i = self->returning->len; i-- > 0;) {
    IceSession *session = g_ptr_array_index (self->returning, i);
    IceReturn *returning = session->returning;

    if (ice_return_is_over (returning, now_us)) {
      end_return (session);
    } else if (ice_return_is_due (returning, now_us)) {
      self->counters.asked++;
      *ret_request = (IceRequest){ &returning->path, returning->request, returning->len };
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
take_answer (IceLite *self, const guint8 *data, gsize len, const NetPath *from, gint64 now_us,
             IceCheck *check)
{
  IceSession *session = ice_lite_find_by_path (self, from);
  NetPath path;

  if (!session || !session->returning ||
      !ice_return_is_answer (session->returning, data, len, from)) {
    self->counters.malformed++;
    return FALSE;
  }
  self->counters.proven++;
  path = session->returning->path;
  take_path (session, &path, check);
  session->last_check_us = session->path_check_us = now_us;
  check->session = session;
  check->state_changed = set_state (session, ICE_STATE_CONNECTED);
  return TRUE;
}

static void
apply_check (Credentials *credentials, const NetPath *from, gboolean nominates, gint64 now_us,
             IceCheck *check)
{
  IceSession *session = credentials->session;

  learn_endpoint (session, from);
  session->last_check_us = now_us;
  if (takes_path (session, from, nominates, now_us)) {
    if (must_prove (credentials, from))
      ask_path (credentials, from, now_us, check);
    else
      take_path (session, from, check);
  } else if (nominates) {
    end_return (session); /* it stays where it is after all */
  }
  if (is_path (session, from))
    session->path_check_us = now_us;
  if (nominates && credentials == session->next)
    adopt_next (session);
  if (session->has_path)
    check->state_changed = set_state (session, ICE_STATE_CONNECTED);
  else if (session->state != ICE_STATE_DISCONNECTED)
    check->state_changed = set_state (session, ICE_STATE_CHECKING);
}

/* Checks */

/* (nullable): USERNAME is "our ufrag:their ufrag" (RFC 8445 7.2.2). */
static Credentials *
find_credentials (IceLite *self, const IceOutline *outline)
{
  gchar ufrag[UFRAG_CHARS + 1];
  const gchar *remote = (const gchar *) outline->username + UFRAG_CHARS + 1;
  gsize remote_len = outline->username_len - (UFRAG_CHARS + 1);
  Credentials *credentials;

  if (outline->username_len < UFRAG_CHARS + 1 || outline->username[UFRAG_CHARS] != ':')
    return NULL;
  memcpy (ufrag, outline->username, UFRAG_CHARS);
  ufrag[UFRAG_CHARS] = 0;
  credentials = g_hash_table_lookup (self->by_ufrag, ufrag);
  if (!credentials || !credentials->remote_ufrag)
    return credentials;
  if (strlen (credentials->remote_ufrag) != remote_len ||
      memcmp (credentials->remote_ufrag, remote, remote_len) != 0)
    return NULL;
  return credentials;
}

/* libnice looks the password up by USERNAME: here, in a table of the one already found. */
static StunValidationStatus
authenticate (IceLite *self, StunMessage *request, const guint8 *data, gsize len,
              const Credentials *credentials, const IceOutline *outline)
{
  StunDefaultValidaterData table[] = {
    { (guint8 *) outline->username, outline->username_len, (guint8 *) credentials->pwd, PWD_CHARS },
    { NULL },
  };

  return stun_agent_validate (&self->agent, request, data, len, stun_agent_default_validater,
                              table);
}

static void
reply_unknown_attributes (IceLite *self, StunMessage *request, IceCheck *check)
{
  StunMessage response;
  gsize len;

  self->counters.errors++;
  len = stun_agent_build_unknown_attributes_error (&self->agent, &response, self->reply,
                                                   sizeof self->reply, request);
  check->reply = self->reply;
  check->reply_len = len;
}

/* TRUE if the check succeeded. The reply, of success or error, is in @check. */
static gboolean
reply_check (IceLite *self, StunMessage *request, const NetPath *from, IceCheck *check)
{
  StunMessage response;
  StunUsageIceReturn result;
  struct sockaddr_storage source = { 0 };
  size_t len = sizeof self->reply;
  bool controlling = false;

  memcpy (&source, &from->remote, sizeof from->remote);
  /* tie-breaker 0: the peer's is always the higher one, so the lite agent never takes control */
  result = stun_usage_ice_conncheck_create_reply (
      &self->agent, request, &response, self->reply, &len, &source,
      net_address_get_len (&from->remote), &controlling, 0, STUN_USAGE_ICE_COMPATIBILITY_RFC5245);
  check->reply = self->reply;
  check->reply_len = len;
  if (result == STUN_USAGE_ICE_RETURN_SUCCESS) {
    self->counters.checks++;
    return TRUE;
  }
  if (result == STUN_USAGE_ICE_RETURN_ROLE_CONFLICT)
    self->counters.conflicts++;
  else
    self->counters.errors++;
  return FALSE;
}

gboolean
ice_lite_on_stun (IceLite *self, const guint8 *data, gsize len, const NetPath *from, gint64 now_us,
                  IceCheck *ret_check)
{
  IceOutline outline;
  Credentials *credentials;
  StunMessage request;

  memset (ret_check, 0, sizeof *ret_check);
  if (len > 2 && ice_read_u16 (data) == ICE_OUTLINE_ANSWER)
    return take_answer (self, data, len, from, now_us, ret_check);
  if (!ice_outline_read (&outline, ICE_OUTLINE_REQUEST, data, len)) {
    self->counters.malformed++;
    return FALSE;
  }
  credentials = find_credentials (self, &outline);
  if (!credentials) {
    self->counters.unauthenticated++;
    return FALSE;
  }
  switch (authenticate (self, &request, data, len, credentials, &outline)) {
  case STUN_VALIDATION_SUCCESS:
    break;
  case STUN_VALIDATION_UNKNOWN_REQUEST_ATTRIBUTE: /* found after the integrity was checked */
    ret_check->session = credentials->session;
    reply_unknown_attributes (self, &request, ret_check);
    return TRUE;
  case STUN_VALIDATION_NOT_STUN:
  case STUN_VALIDATION_INCOMPLETE_STUN:
  case STUN_VALIDATION_BAD_REQUEST:
    self->counters.malformed++;
    return FALSE;
  default:
    self->counters.unauthenticated++;
    return FALSE;
  }
  ret_check->session = credentials->session;
  if (reply_check (self, &request, from, ret_check))
    apply_check (credentials, from, stun_usage_ice_conncheck_use_candidate (&request), now_us,
                 ret_check);
  return TRUE;
}
