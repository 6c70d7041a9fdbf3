#include "signaling/sdp/fragment.h"

#include <string.h>

#include "config/limits.h"
#include "signaling/protocol/problem.h"

static const char restart[] = "a=ice-ufrag:ysXw\r\na=ice-pwd:vw5LmwG4y/e6dPP/zAP9Gp5k\r\n"
                              "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n"
                              "a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host\r\n"
                              "a=end-of-candidates\r\n";

static void
test_restart (void)
{
  g_autoptr (SdpFragment) fragment = NULL;

  g_assert_true (sdp_fragment_parse (restart, strlen (restart), &fragment, NULL));
  g_assert_cmpstr (fragment->ufrag, ==, "ysXw");
  g_assert_cmpstr (fragment->pwd, ==, "vw5LmwG4y/e6dPP/zAP9Gp5k");
  g_assert_cmpstr (fragment->mid, ==, "0");
  g_assert_cmpuint (fragment->n_candidates, ==, 1);
  g_assert_true (fragment->is_complete);
}

static void
test_malformed (void)
{
  static const char *const texts[] = {
    "",
    "hello",
    "a=ice-ufrag:abcd\r\n",
    "a=ice-ufrag:abcd\r\na=ice-pwd:short\r\n",
    "a=ice-ufrag:abcd\r\na=ice-ufrag:efgh\r\na=ice-pwd:vw5LmwG4y/e6dPP/zAP9Gp5k\r\n",
    "a=ice-ufrag:a b d\r\na=ice-pwd:vw5LmwG4y/e6dPP/zAP9Gp5k\r\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autoptr (GError) error = NULL;
    SdpFragment *fragment = NULL;
    g_assert_false (sdp_fragment_parse (texts[i], strlen (texts[i]), &fragment, &error));
    g_assert_error (error, SIGNALING_PROBLEM, PROBLEM_SDP_MALFORMED);
  }
}

static void
test_candidate_limit (void)
{
  for (guint n = LIMIT_SDP_CANDIDATES; n <= LIMIT_SDP_CANDIDATES + 1; n++) {
    g_autoptr (GString) text = g_string_new (NULL);
    g_autoptr (SdpFragment) fragment = NULL;
    for (guint i = 0; i < n; i++)
      g_string_append (text, "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\n");
    g_assert_cmpint (sdp_fragment_parse (text->str, text->len, &fragment, NULL), ==,
                     n == LIMIT_SDP_CANDIDATES);
  }
}

static void
test_answer (void)
{
  g_autoptr (TransportIceReply) local = transport_ice_reply_new ();
  g_autoptr (SdpFragment) fragment = NULL;

  local->ufrag = g_strdup ("newufrag");
  local->pwd = g_strdup ("newpasswordnewpasswordne");
  g_autofree char *text = sdp_fragment_answer ("audio", "0", local);
  g_assert_true (sdp_fragment_parse (text, strlen (text), &fragment, NULL));
  g_assert_cmpstr (fragment->ufrag, ==, "newufrag");
  g_assert_cmpstr (fragment->mid, ==, "0");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdp/fragment/restart", test_restart);
  g_test_add_func ("/sdp/fragment/malformed", test_malformed);
  g_test_add_func ("/sdp/fragment/candidate-limit", test_candidate_limit);
  g_test_add_func ("/sdp/fragment/answer", test_answer);
  return g_test_run ();
}
