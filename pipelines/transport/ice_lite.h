/* IceLite: the ICE-lite agent of one shard: one UDP port, thousands of sessions (RFC 8445).
 * IceSession: one peer's credentials, its proven addresses, the nominated path and its consent.
 *
 * Pure: takes datagrams and a time, gives back a reply and what changed. A check that is not
 * authenticated (unknown ufrag, wrong password, malformed) gets no answer and is counted.
 *   - Nominated is the newest authenticated USE-CANDIDATE. A check without it from another address
 *     takes over only when the nominated path has been silent for ICE_LITE_SILENT_PATH_US.
 *     By UDP or by a TCP connection, which takes its nomination with it when it closes.
 *   - Once there was a path another one by UDP must prove itself first (ice_return.h), where the
 *     peer's password is known: until its answer to a check of ours media stays where it is.
 *   - Every authenticated check renews consent (RFC 7675), for ICE_LITE_CONSENT_US.
 *   - After a restart the old credentials and path stay good until the new ones are nominated.
 *   - A peer that claims to be controlled gets 487: a lite agent never controls.
 * Owner: one thread. Life: ice_lite_new() -> sessions come and go -> ice_lite_free(), which frees
 * what sessions are left.
 */
#pragma once

#include "pipelines/transport/bounds.h"
#include "pipelines/transport/net_address.h"

G_BEGIN_DECLS

typedef struct _IceLite IceLite;
typedef struct _IceSession IceSession;

/* new -> checking (first authenticated check) -> connected (nominated) <-> disconnected (consent
 * gone). Back to connected by the next authenticated check. */
typedef enum {
  ICE_STATE_NEW,
  ICE_STATE_CHECKING,
  ICE_STATE_CONNECTED,
  ICE_STATE_DISCONNECTED,
} IceState;

const gchar *ice_state_get_name (IceState state);

typedef struct {
  IceSession *session;   /* NULL: not authenticated, drop */
  const guint8 *reply;   /* (transfer none) to be sent to where the check came from, or NULL; valid
                          * until the next call */
  gsize reply_len;       /* 0: nothing to send */
  const guint8 *request; /* a check of ours (transfer none), to be sent to the same; or NULL */
  gsize request_len;
  gboolean path_changed;  /* a new nominated path: ice_session_get_path() */
  gboolean state_changed; /* ice_session_get_state() */
} IceCheck;

typedef struct {
  guint64 checks;          /* authenticated and answered with success */
  guint64 conflicts;       /* answered 487 */
  guint64 errors;          /* authenticated, answered with another error (400, 420) */
  guint64 malformed;       /* not a STUN binding request within our bounds, nor an answer to ours */
  guint64 unauthenticated; /* unknown ufrag or wrong password */
  guint64 asked, proven;   /* checks of ours; addresses that answered */
} IceLiteCounters;

IceLite *ice_lite_new (void);
void ice_lite_free (IceLite *ice);

/* @data may be read up to UDP_RECEIVER_SLACK bytes past @len. Never blocks, allocates only for a
 * new address of a session. Always fills @ret_check; TRUE if the check was authenticated. */
gboolean ice_lite_on_stun (IceLite *ice, const guint8 *data, gsize len, const NetPath *from,
                           gint64 now_us, IceCheck *ret_check);

typedef struct {
  const NetPath *path; /* (transfer none), as the rest */
  const guint8 *data;
  gsize len;
} IceRequest;

/* Each tick until FALSE: a check of ours that is to be sent (again). */
gboolean ice_lite_poll (IceLite *ice, gint64 now_us, IceRequest *ret_request);

/* (nullable) (transfer none): whose authenticated checks came from @remote, by UDP. This is how
 * DTLS, RTP and RTCP find their transport. */
IceSession *ice_lite_find_by_address (IceLite *ice, const NetAddress *remote);

/* The same for UDP and TCP. */
IceSession *ice_lite_find_by_path (IceLite *ice, const NetPath *path);

/* The TCP connection of @path is closed. (nullable) (transfer none): whose it was; if it was the
 * nominated path, the session is disconnected until the next authenticated check. */
IceSession *ice_lite_forget_connection (IceLite *ice, const NetPath *path);

guint ice_lite_get_n_sessions (const IceLite *ice);
const IceLiteCounters *ice_lite_get_counters (const IceLite *ice);

/* (transfer full). Makes local credentials. @remote_ufrag may be NULL or "" when it is not known
 * yet; otherwise checks must carry it. @user_data is what ice_session_get_user_data() returns. */
IceSession *ice_session_new (IceLite *ice, const gchar *remote_ufrag, gpointer user_data);

/* Forgets credentials and addresses: later checks are unauthenticated. */
void ice_session_free (IceSession *session);

/* The TCP connections over which it has proven itself; returns how many. */
guint ice_session_list_connections (const IceSession *session,
                                    guint32 ret_connections[ICE_LITE_ADDRESSES_MAX]);

gpointer ice_session_get_user_data (const IceSession *session);

/* The credentials to signal: after a restart, the new ones at once. */
const gchar *ice_session_get_ufrag (const IceSession *session);
const gchar *ice_session_get_pwd (const IceSession *session);

/* New local credentials (RFC 8445 9). */
void ice_session_restart (IceSession *session, const gchar *remote_ufrag);

/* The peer's password, after new and after each restart. Without it (NULL, "") or without its ufrag
 * new addresses are taken unproven. */
void ice_session_set_remote_pwd (IceSession *session, const gchar *remote_pwd);

/* (nullable) (transfer none): the nominated path; stays set while disconnected, but do not send
 * unless the state is connected. Copy it: the next check may change it. */
const NetPath *ice_session_get_path (const IceSession *session);

IceState ice_session_get_state (const IceSession *session);
gint64 ice_session_get_last_check_us (const IceSession *session);

/* Once a second or so: TRUE if consent expired now (connected -> disconnected). */
gboolean ice_session_tick (IceSession *session, gint64 now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (IceLite, ice_lite_free)

G_END_DECLS
