#include "signaling/sdp/fragment.h"

#include <string.h>

#include "config/limits.h"
#include "signaling/protocol/problem.h"
#include "signaling/sdp/media_attributes.h"

void
sdp_fragment_free (SdpFragment *fragment)
{
  if (fragment == NULL)
    return;
  g_free (fragment->ufrag);
  g_free (fragment->pwd);
  g_free (fragment->mid);
  g_free (fragment);
}

static gboolean
set_once (char **place, const char *value)
{
  if (*place == NULL)
    *place = g_strdup (value);
  return strcmp (*place, value) == 0;
}

/* FALSE when the line contradicts an earlier one or has no valid form. */
static gboolean
read_line (SdpFragment *fragment, const char *line)
{
  if (line[0] == '\0' || strncmp (line, "m=", 2) == 0)
    return TRUE;
  if (strncmp (line, "a=", 2) != 0)
    return FALSE;
  if (g_str_has_prefix (line, "a=ice-ufrag:"))
    return sdp_is_ice_text (line + 12, LIMIT_UFRAG_MIN_BYTES) &&
           set_once (&fragment->ufrag, line + 12);
  if (g_str_has_prefix (line, "a=ice-pwd:"))
    return sdp_is_ice_text (line + 10, 22) && set_once (&fragment->pwd, line + 10);
  if (g_str_has_prefix (line, "a=mid:") && fragment->mid == NULL)
    fragment->mid = g_strdup (line + 6);
  else if (g_str_has_prefix (line, "a=candidate:"))
    fragment->n_candidates++;
  else if (strcmp (line, "a=end-of-candidates") == 0)
    fragment->is_complete = TRUE;
  return TRUE;
}

gboolean
sdp_fragment_parse (const char *text, gsize length, SdpFragment **ret_fragment, GError **error)
{
  g_autoptr (SdpFragment) fragment = g_new0 (SdpFragment, 1);

  if (length > LIMIT_SDP_BYTES) {
    g_set_error (error, SIGNALING_PROBLEM, PROBLEM_SDP_TOO_LARGE,
                 "fragment of %" G_GSIZE_FORMAT " bytes", length);
    return FALSE;
  }
  if (length == 0 || memchr (text, 0, length) != NULL || !g_utf8_validate (text, length, NULL)) {
    g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_SDP_MALFORMED, "no text");
    return FALSE;
  }
  g_autofree char *copy = g_strndup (text, length);
  char *rest = copy;
  for (guint n = 1; rest != NULL; n++) {
    char *line = rest;
    rest = strchr (line, '\n');
    if (rest != NULL)
      *rest++ = '\0';
    if (!read_line (fragment, g_strchomp (line))) {
      g_set_error (error, SIGNALING_PROBLEM, PROBLEM_SDP_MALFORMED, "fragment, line %u", n);
      return FALSE;
    }
  }
  if (fragment->n_candidates > LIMIT_SDP_CANDIDATES) {
    g_set_error (error, SIGNALING_PROBLEM, PROBLEM_SDP_LIMIT, "%u candidates",
                 fragment->n_candidates);
    return FALSE;
  }
  if ((fragment->ufrag == NULL) != (fragment->pwd == NULL)) {
    g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_SDP_MALFORMED,
                         "ice-ufrag and ice-pwd come together");
    return FALSE;
  }
  *ret_fragment = g_steal_pointer (&fragment);
  return TRUE;
}

char *
sdp_fragment_answer (const char *media, const char *mid, const TransportIceReply *local)
{
  GString *sdp = g_string_new ("a=ice-lite\r\na=ice-options:trickle\r\n");

  if (mid != NULL)
    g_string_append_printf (sdp, "a=group:BUNDLE %s\r\n", mid);
  g_string_append_printf (sdp, "m=%s 9 UDP/TLS/RTP/SAVPF 0\r\n", media);
  if (mid != NULL)
    g_string_append_printf (sdp, "a=mid:%s\r\n", mid);
  g_string_append_printf (sdp, "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\n", local->ufrag, local->pwd);
  sdp_append_candidates (sdp, local);
  return g_string_free (sdp, FALSE);
}
