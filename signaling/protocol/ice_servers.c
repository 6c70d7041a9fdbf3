#include "signaling/protocol/ice_servers.h"

#include <string.h>

#define SHA1_BYTES 20

IceServersConfig
ice_servers_of_settings (const Settings *settings)
{
  return (IceServersConfig){
    .urls = (const char *const *) settings->meetings.ice_servers,
    .turn_urls = (const char *const *) settings->turn.urls,
    .turn_secret = settings->turn.secret,
    .turn_ttl_s = (gint64) settings->turn.ttl_minutes * 60,
  };
}

gboolean
ice_servers_has_turn (const IceServersConfig *config)
{
  return config->turn_urls != NULL && config->turn_urls[0] != NULL && config->turn_secret != NULL &&
         *config->turn_secret != '\0';
}

void
turn_credentials_init (TurnCredentials *credentials, const IceServersConfig *config,
                       const char *whom, gint64 now_s)
{
  g_autoptr (GHmac) hmac = g_hmac_new (G_CHECKSUM_SHA1, (const guchar *) config->turn_secret,
                                       strlen (config->turn_secret));
  guint8 digest[SHA1_BYTES];
  gsize len = sizeof digest;

  credentials->username =
      g_strdup_printf ("%" G_GINT64_FORMAT ":%s", now_s + config->turn_ttl_s, whom);
  g_hmac_update (hmac, (const guchar *) credentials->username, -1);
  g_hmac_get_digest (hmac, digest, &len);
  credentials->credential = g_base64_encode (digest, len);
}

void
turn_credentials_clear (TurnCredentials *credentials)
{
  g_clear_pointer (&credentials->username, g_free);
  g_clear_pointer (&credentials->credential, g_free);
}

static gboolean
is_stun (const char *url)
{
  return g_str_has_prefix (url, "stun:") || g_str_has_prefix (url, "stuns:");
}

json_t *
ice_servers_to_json (const IceServersConfig *config, const char *whom, gint64 now_s)
{
  json_t *servers = json_array ();

  for (guint i = 0; config->urls != NULL && config->urls[i] != NULL; i++)
    if (is_stun (config->urls[i]))
      json_array_append_new (servers, json_pack ("{s:[s]}", "urls", config->urls[i]));
  if (ice_servers_has_turn (config)) {
    g_auto (TurnCredentials) credentials = { 0 };
    json_t *urls = json_array ();

    turn_credentials_init (&credentials, config, whom, now_s);
    for (guint i = 0; config->turn_urls[i] != NULL; i++)
      json_array_append_new (urls, json_string (config->turn_urls[i]));
    json_array_append_new (servers,
                           json_pack ("{s:o, s:s, s:s}", "urls", urls, "username",
                                      credentials.username, "credential", credentials.credential));
  }
  return servers;
}

char **
ice_servers_to_links (const IceServersConfig *config, const char *whom, gint64 now_s)
{
  GPtrArray *links = g_ptr_array_new ();

  for (guint i = 0; config->urls != NULL && config->urls[i] != NULL; i++)
    g_ptr_array_add (links, g_strdup_printf ("<%s>; rel=\"ice-server\"", config->urls[i]));
  if (ice_servers_has_turn (config)) {
    g_auto (TurnCredentials) credentials = { 0 };

    turn_credentials_init (&credentials, config, whom, now_s);
    for (guint i = 0; config->turn_urls[i] != NULL; i++)
      g_ptr_array_add (links, g_strdup_printf ("<%s>; rel=\"ice-server\"; username=\"%s\"; "
                                               "credential=\"%s\"; credential-type=\"password\"",
                                               config->turn_urls[i], credentials.username,
                                               credentials.credential));
  }
  g_ptr_array_add (links, NULL);
  return (char **) g_ptr_array_free (links, FALSE);
}
