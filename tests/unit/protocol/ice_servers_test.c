#include "signaling/protocol/ice_servers.h"

#include <string.h>

#define NOW_S 1433895918

static const char *const stun[] = { "stun:a.example:3478", "turn:old.example", "stuns:b.example",
                                    NULL };
static const char *const turn[] = { "turns:t.example:443?transport=tcp", "turn:t.example", NULL };

static IceServersConfig
full_config (void)
{
  return (IceServersConfig){
    .urls = stun, .turn_urls = turn, .turn_secret = "my_secret", .turn_ttl_s = 24 * 3600
  };
}

/* Worked out with: printf 1433982318:14758-1 | openssl dgst -sha1 -hmac my_secret -binary | base64
 */
static void
test_credentials (void)
{
  g_auto (TurnCredentials) credentials = { 0 };
  IceServersConfig config = full_config ();

  turn_credentials_init (&credentials, &config, "14758-1", NOW_S);
  g_assert_cmpstr (credentials.username, ==, "1433982318:14758-1");
  g_assert_cmpstr (credentials.credential, ==, "EVUSXWLcyqxdUlTfEuNQrEWZCv0=");
}

static void
test_json (void)
{
  IceServersConfig config = full_config ();
  json_t *servers = ice_servers_to_json (&config, "14758-1", NOW_S);
  json_t *last = json_array_get (servers, 2);
  char *dump = json_dumps (servers, 0);

  g_assert_cmpuint (json_array_size (servers), ==, 3);
  g_assert_cmpstr (
      json_string_value (json_array_get (json_object_get (json_array_get (servers, 1), "urls"), 0)),
      ==, "stuns:b.example");
  g_assert_cmpuint (json_array_size (json_object_get (last, "urls")), ==, 2);
  g_assert_cmpstr (json_string_value (json_object_get (last, "username")), ==,
                   "1433982318:14758-1");
  g_assert_nonnull (json_object_get (last, "credential"));
  g_assert_null (strstr (dump, "my_secret"));
  g_assert_null (strstr (dump, "old.example"));
  free (dump);
  json_decref (servers);
}

static void
test_links (void)
{
  IceServersConfig config = full_config ();
  g_auto (GStrv) links = ice_servers_to_links (&config, "14758-1", NOW_S);

  g_assert_cmpuint (g_strv_length (links), ==, 5);
  g_assert_cmpstr (links[1], ==, "<turn:old.example>; rel=\"ice-server\"");
  g_assert_true (g_str_has_prefix (links[3], "<turns:t.example:443?transport=tcp>; "
                                             "rel=\"ice-server\"; "
                                             "username=\"1433982318:14758-1\"; credential=\""));
  g_assert_true (g_str_has_suffix (links[4], "\"; credential-type=\"password\""));
}

/* Without a secret, or without servers, nothing of TURN is told. */
static void
test_no_turn (void)
{
  static const char *const none[] = { NULL };
  IceServersConfig configs[] = {
    { 0 },
    { .turn_urls = turn },
    { .turn_urls = turn, .turn_secret = "" },
    { .turn_urls = none, .turn_secret = "x" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (configs); i++) {
    g_auto (GStrv) links = ice_servers_to_links (&configs[i], "w", NOW_S);
    json_t *servers = ice_servers_to_json (&configs[i], "w", NOW_S);

    g_assert_cmpuint (g_strv_length (links), ==, 0);
    g_assert_cmpuint (json_array_size (servers), ==, 0);
    json_decref (servers);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/protocol/ice-servers/credentials", test_credentials);
  g_test_add_func ("/protocol/ice-servers/json", test_json);
  g_test_add_func ("/protocol/ice-servers/links", test_links);
  g_test_add_func ("/protocol/ice-servers/no-turn", test_no_turn);
  return g_test_run ();
}
