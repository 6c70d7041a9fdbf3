/* STUN and TURN servers as a room is told of them, TURN's with credentials that expire: the user
 * name is "<UNIX time of the end>:<whom>", the password its HMAC-SHA1 under a secret that only this
 * server and the TURN server know (draft-uberti-behave-turn-rest-00; coturn: use-auth-secret).
 * Pure; any thread. The secret is in nothing that is returned.
 */
#pragma once

#include "config/settings.h"

#include <jansson.h>

G_BEGIN_DECLS

typedef struct {
  const char *const *urls;      /* stun: and others, told as they are; NULL: none */
  const char *const *turn_urls; /* turn: and turns:, told with credentials; NULL: none */
  const char *turn_secret;      /* NULL or "": turn_urls are not told */
  gint64 turn_ttl_s;
} IceServersConfig;

/* Borrows from @settings. */
IceServersConfig ice_servers_of_settings (const Settings *settings);

typedef struct {
  char *username;
  char *credential;
} TurnCredentials;

/* @whom: for the TURN server's log; no secret, no ':'. */
void turn_credentials_init (TurnCredentials *credentials, const IceServersConfig *config,
                            const char *whom, gint64 now_s);
void turn_credentials_clear (TurnCredentials *credentials);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TurnCredentials, turn_credentials_clear)

gboolean ice_servers_has_turn (const IceServersConfig *config);

/* RTCIceServer[] for a room. Of @config's urls those of STUN alone: a browser refuses a turn: one
 * without credentials. (transfer full) */
json_t *ice_servers_to_json (const IceServersConfig *config, const char *whom, gint64 now_s);

/* One Link header (RFC 9725, section 4.6) for each server: NULL-terminated (transfer full). */
char **ice_servers_to_links (const IceServersConfig *config, const char *whom, gint64 now_s);

G_END_DECLS
