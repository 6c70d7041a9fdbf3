/* IceClient: the controlling end of ICE towards an ICE-lite peer (RFC 8445), for one transport:
 * what a virtual room needs of ICE, at a hundredth of a NiceAgent's cost.
 *
 * Pure engine: takes datagrams and the time, gives datagrams by a callback; no socket, no clock.
 * The candidates are tried at once, each check nominates (the lite end takes the newest
 * nomination); the first that answers is kept. Consent: a check every 5 s (RFC 7675), every second
 * once one was not answered, until ICE_LITE_CONSENT_US have passed without an answer. It sends no
 * candidates of its own (the peer learns it as reflexive) and answers checks, which a lite peer
 * sends to an address that is new to it (ice_return.h). Owner: one thread.
 *
 *   checking --an answer--> connected --30 s without one--> failed
 *      '----------20 s without an answer----------------------^
 */
#pragma once

#include "pipelines/transport/bounds.h"
#include "pipelines/transport/net_address.h"

G_BEGIN_DECLS

typedef struct _IceClient IceClient;

typedef enum {
  ICE_CLIENT_CHECKING,
  ICE_CLIENT_CONNECTED,
  ICE_CLIENT_FAILED,
} IceClientState;

typedef struct {
  const gchar *ufrag; /* ours */
  const gchar *pwd;   /* ours; NULL: checks of the peer are not answered */
  const gchar *remote_ufrag;
  const gchar *remote_pwd;
  const NetAddress *candidates; /* the best first; those past ICE_CLIENT_CANDIDATES_MAX are left */
  guint n_candidates;
  void (*send) (gpointer user_data, const NetAddress *to, const guint8 *data, gsize len);
  gpointer user_data;
  gint64 check_us; /* between checks once connected, for who measures; 0: as consent needs them */
} IceClientConfig;

typedef struct {
  guint64 checks;  /* sent */
  guint64 answers; /* to them, however late */
  gint64 rtt_us;   /* of the last answer */
} IceClientFigures;

/* (transfer full). Sends nothing before its first tick. */
IceClient *ice_client_new (const IceClientConfig *config, gint64 now_us);
void ice_client_free (IceClient *client);

/* Sends the checks that are due. Returns when it wants to be called next. */
gint64 ice_client_tick (IceClient *client, gint64 now_us);

/* A datagram that demux.h calls STUN. UDP_RECEIVER_SLACK bytes after it may be read. TRUE if it
 * changed the state. */
gboolean ice_client_receive (IceClient *client, const guint8 *data, gsize len,
                             const NetAddress *from, gint64 now_us);

IceClientState ice_client_get_state (const IceClient *client);
const IceClientFigures *ice_client_get_figures (const IceClient *client);
/* The address that answered; NULL while checking. */
const NetAddress *ice_client_get_remote (const IceClient *client);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IceClient, ice_client_free)

G_END_DECLS
