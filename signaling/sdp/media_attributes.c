#include "signaling/sdp/media_attributes.h"

#include <string.h>

#include "config/limits.h"

SdpFormat *
sdp_media_find_format (const SdpMedia *media, int pt)
{
  for (guint i = 0; i < media->codecs->len; i++) {
    SdpFormat *format = g_ptr_array_index (media->codecs, i);
    if (format->pt == pt)
      return format;
  }
  return NULL;
}

/* A number up to @max at the start of @text; *@ret_rest stands behind it and one space. */
static gboolean
read_number (const char *text, guint64 max, guint64 *ret_number, const char **ret_rest)
{
  char *end = NULL;

  if (!g_ascii_isdigit (*text))
    return FALSE;
  guint64 number = g_ascii_strtoull (text, &end, 10);
  if (number > max)
    return FALSE;
  *ret_number = number;
  if (ret_rest != NULL)
    *ret_rest = *end == ' ' ? end + 1 : end;
  return TRUE;
}

static gboolean
is_token (const char *text, gsize max_length)
{
  gsize length = strlen (text);

  if (length == 0 || length > max_length)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isgraph (text[i]))
      return FALSE;
  return TRUE;
}

gboolean
sdp_is_ice_text (const char *text, gsize min_length)
{
  gsize length = strlen (text);

  if (length < min_length || length > LIMIT_UFRAG_BYTES)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '+' && text[i] != '/')
      return FALSE;
  return TRUE;
}

static void
read_mid (SdpMedia *media, const char *value)
{
  if (media->has_mid || !is_token (value, LIMIT_MID_BYTES))
    return;
  media->mid = g_strdup (value);
  media->has_mid = TRUE;
}

static void
read_rtpmap (SdpMedia *media, const char *value)
{
  guint64 pt = 0, clock_rate = 0, channels = 1;
  const char *name = NULL, *rest = NULL;

  if (!read_number (value, 127, &pt, &name))
    return;
  SdpFormat *format = sdp_media_find_format (media, (int) pt);
  const char *slash = strchr (name, '/');
  if (format == NULL || slash == NULL || slash == name || slash - name > 32 ||
      !read_number (slash + 1, G_MAXINT, &clock_rate, &rest))
    return;
  if (*rest == '/' && !read_number (rest + 1, 16, &channels, NULL))
    return;
  g_free (format->name);
  format->name = g_strndup (name, slash - name);
  format->clock_rate = (int) clock_rate;
  format->channels = (int) channels;
}

static void
read_fmtp (SdpMedia *media, const char *value)
{
  guint64 pt = 0, apt = 0;
  const char *rest = NULL;

  if (!read_number (value, 127, &pt, &rest))
    return;
  SdpFormat *format = sdp_media_find_format (media, (int) pt);
  if (format == NULL || *rest == '\0')
    return;
  g_free (format->fmtp);
  format->fmtp = g_strdup (rest);
  g_autofree char *apt_text = sdp_fmtp_get (rest, "apt");
  if (apt_text != NULL && read_number (apt_text, 127, &apt, NULL))
    format->apt = (int) apt;
}

static void
read_feedback (SdpMedia *media, const char *value)
{
  static const struct {
    const char *text;
    CodecFeedback flag;
  } kinds[] = {
    { "nack", FEEDBACK_NACK },         { "nack pli", FEEDBACK_PLI },   { "ccm fir", FEEDBACK_FIR },
    { "transport-cc", FEEDBACK_TWCC }, { "goog-remb", FEEDBACK_REMB },
  };
  guint64 pt = 0;
  const char *rest = value + 1;
  gboolean is_for_all = *value == '*';
  guint flag = 0;

  if (is_for_all && *rest == ' ')
    rest++;
  else if (is_for_all || !read_number (value, 127, &pt, &rest))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (strcmp (rest, kinds[i].text) == 0)
      flag = kinds[i].flag;
  for (guint i = 0; i < media->codecs->len; i++) {
    SdpFormat *format = g_ptr_array_index (media->codecs, i);
    if (is_for_all || format->pt == (int) pt)
      format->feedback |= flag;
  }
}

/* RFC 8285: id["/"direction] URI. One id once: the first wins. */
static void
read_extmap (SdpMedia *media, const char *value)
{
  guint64 id = 0;
  const char *rest = NULL;

  if (!read_number (value, LIMIT_EXTENSION_ID, &id, &rest) || id == 0)
    return;
  if (*rest == '/')
    rest = strchr (rest, ' ') != NULL ? strchr (rest, ' ') + 1 : "";
  g_autofree char *uri = g_strndup (rest, strcspn (rest, " "));
  if (!is_token (uri, LIMIT_URI_BYTES) || media->extensions->len >= 2 * LIMIT_EXTENSIONS)
    return;
  for (guint i = 0; i < media->extensions->len; i++) {
    const ExtensionSpec *other = g_ptr_array_index (media->extensions, i);
    if (other->id == (int) id || strcmp (other->uri, uri) == 0)
      return;
  }
  ExtensionSpec *extension = extension_spec_new ();
  extension->id = (int) id;
  extension->uri = g_steal_pointer (&uri);
  g_ptr_array_add (media->extensions, extension);
}

static gboolean
is_rid (const char *text)
{
  gsize length = strlen (text);

  if (length == 0 || length > LIMIT_RID_BYTES)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '-' && text[i] != '_')
      return FALSE;
  return TRUE;
}

/* RFC 8853 section 5.1: "send q;h;f", "send ~q,x;h recv ..."; of alternatives the first. */
static void
read_simulcast (SdpMedia *media, const char *value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", 8);
  const char *streams = NULL;

  for (guint i = 0; words[i] != NULL && words[i + 1] != NULL; i++)
    if (strcmp (words[i], "send") == 0 && streams == NULL)
      streams = words[i + 1];
  if (streams == NULL || media->rids->len > 0)
    return;
  g_auto (GStrv) parts = g_strsplit (streams, ";", SDP_STREAMS_MAX);
  for (guint i = 0; parts[i] != NULL; i++) {
    char *rid = parts[i] + (*parts[i] == '~');
    rid[strcspn (rid, ",")] = '\0';
    rid += *rid == '~';
    if (is_rid (rid) && media->rids->len < LIMIT_RIDS)
      g_ptr_array_add (media->rids, g_strdup (rid));
  }
}

static gint
find_ssrc (const SdpMedia *media, guint32 ssrc)
{
  for (guint i = 0; i < media->ssrcs->len; i++)
    if (g_array_index (media->ssrcs, guint32, i) == ssrc)
      return (gint) i;
  return -1;
}

static gboolean
is_rtx_ssrc (const SdpMedia *media, guint32 ssrc)
{
  for (guint i = 0; i < media->rtx_ssrcs->len; i++)
    if (ssrc != 0 && g_array_index (media->rtx_ssrcs, guint32, i) == ssrc)
      return TRUE;
  return FALSE;
}

static gint
add_ssrc (SdpMedia *media, guint32 ssrc)
{
  const guint32 none = 0;
  gint place = find_ssrc (media, ssrc);

  if (place >= 0 || ssrc == 0 || is_rtx_ssrc (media, ssrc) || media->ssrcs->len >= SDP_STREAMS_MAX)
    return place;
  g_array_append_val (media->ssrcs, ssrc);
  g_array_append_val (media->rtx_ssrcs, none);
  return (gint) media->ssrcs->len - 1;
}

static void
remove_ssrc (SdpMedia *media, guint32 ssrc)
{
  gint place = find_ssrc (media, ssrc);

  if (place < 0)
    return;
  g_array_remove_index (media->ssrcs, place);
  g_array_remove_index (media->rtx_ssrcs, place);
}

/* RFC 5576; SIM (layers by SSRC) keeps its order, FID pairs a stream with its RTX. Streams of
 * FEC-FR are no pictures of their own. */
static void
read_ssrc_group (SdpMedia *media, const char *value)
{
  g_auto (GStrv) words = g_strsplit (value, " ", SDP_STREAMS_MAX);
  guint64 first = 0, ssrc = 0;

  if (words[0] == NULL || words[1] == NULL || !read_number (words[1], G_MAXUINT32, &first, NULL))
    return;
  gboolean is_sim = strcmp (words[0], "SIM") == 0, is_fid = strcmp (words[0], "FID") == 0;
  if (!is_sim && !is_fid && strcmp (words[0], "FEC-FR") != 0)
    return;
  gint place = add_ssrc (media, (guint32) first);
  for (guint i = 2; words[i] != NULL; i++) {
    if (!read_number (words[i], G_MAXUINT32, &ssrc, NULL) || ssrc == first)
      continue;
    if (is_sim) {
      add_ssrc (media, (guint32) ssrc);
      continue;
    }
    remove_ssrc (media, (guint32) ssrc);
    place = find_ssrc (media, (guint32) first);
    if (is_fid && place >= 0)
      g_array_index (media->rtx_ssrcs, guint32, place) = (guint32) ssrc;
  }
}

static void
read_ssrc (SdpMedia *media, const char *value)
{
  guint64 ssrc = 0;
  const char *rest = NULL;

  if (!read_number (value, G_MAXUINT32, &ssrc, &rest))
    return;
  add_ssrc (media, (guint32) ssrc);
  if (media->cname == NULL && g_str_has_prefix (rest, "cname:") &&
      is_token (rest + 6, LIMIT_CNAME_BYTES))
    media->cname = g_strdup (rest + 6);
}

/* RFC 8122. Several may be given: the first SHA-256, which every peer can check, else the last. */
static void
read_fingerprint (SdpMedia *media, const char *value)
{
  static const struct {
    const char *name;
    gsize n_bytes;
  } hashes[] = { { "sha-256 ", 32 }, { "sha-384 ", 48 }, { "sha-512 ", 64 } };

  for (guint i = 0; i < G_N_ELEMENTS (hashes); i++) {
    gsize name_length = strlen (hashes[i].name);
    if (g_ascii_strncasecmp (value, hashes[i].name, name_length) != 0 ||
        strlen (value) != name_length + 3 * hashes[i].n_bytes - 1)
      continue;
    const char *hex = value + name_length;
    for (gsize k = 0; hex[k] != '\0'; k++)
      if (k % 3 == 2 ? hex[k] != ':' : !g_ascii_isxdigit (hex[k]))
        return;
    if (media->fingerprint != NULL && g_str_has_prefix (media->fingerprint, hashes[0].name))
      return;
    g_autofree char *upper = g_ascii_strup (hex, -1);
    g_free (media->fingerprint);
    media->fingerprint = g_strconcat (hashes[i].name, upper, NULL);
    return;
  }
}

static void
read_setup (SdpMedia *media, const char *value)
{
  if (strcmp (value, "actpass") == 0)
    media->setup = SDP_SETUP_ACTPASS;
  else if (strcmp (value, "active") == 0)
    media->setup = SDP_SETUP_ACTIVE;
  else if (strcmp (value, "passive") == 0)
    media->setup = SDP_SETUP_PASSIVE;
  else
    media->setup = SDP_SETUP_INVALID;
}

static void
read_ufrag (SdpMedia *media, const char *value)
{
  if (!sdp_is_ice_text (value, LIMIT_UFRAG_MIN_BYTES))
    return;
  g_free (media->ufrag);
  media->ufrag = g_strdup (value);
}

static void
read_pwd (SdpMedia *media, const char *value)
{
  if (!sdp_is_ice_text (value, 22))
    return;
  g_free (media->pwd);
  media->pwd = g_strdup (value);
}

static gboolean
read_flag (SdpMedia *media, const char *key)
{
  if (strcmp (key, "sendrecv") == 0)
    media->direction = SDP_SEND_RECEIVE;
  else if (strcmp (key, "sendonly") == 0)
    media->direction = SDP_SEND;
  else if (strcmp (key, "recvonly") == 0)
    media->direction = SDP_RECEIVE;
  else if (strcmp (key, "inactive") == 0)
    media->direction = SDP_INACTIVE;
  else if (strcmp (key, "bundle-only") == 0)
    media->bundle_only = TRUE;
  else if (strcmp (key, "rtcp-mux") == 0 || strcmp (key, "rtcp-mux-only") == 0)
    media->rtcp_mux = TRUE;
  else if (strcmp (key, "rtcp-rsize") == 0)
    media->rtcp_rsize = TRUE;
  else if (strcmp (key, "extmap-allow-mixed") == 0)
    media->extmap_allow_mixed = TRUE;
  else
    return FALSE;
  return TRUE;
}

void
sdp_media_read_attribute (SdpMedia *media, const char *key, const char *value)
{
  static const struct {
    const char *key;
    void (*read) (SdpMedia *media, const char *value);
  } readers[] = {
    { "mid", read_mid },
    { "rtpmap", read_rtpmap },
    { "fmtp", read_fmtp },
    { "rtcp-fb", read_feedback },
    { "extmap", read_extmap },
    { "simulcast", read_simulcast },
    { "ssrc", read_ssrc },
    { "ssrc-group", read_ssrc_group },
    { "fingerprint", read_fingerprint },
    { "setup", read_setup },
    { "ice-ufrag", read_ufrag },
    { "ice-pwd", read_pwd },
  };

  if (read_flag (media, key))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (readers); i++) {
    if (strcmp (readers[i].key, key) != 0)
      continue;
    readers[i].read (media, value);
    return;
  }
}

static gboolean
has_extension (const SdpMedia *media, const char *uri)
{
  for (guint i = 0; i < media->extensions->len; i++) {
    const ExtensionSpec *extension = g_ptr_array_index (media->extensions, i);
    if (strcmp (extension->uri, uri) == 0)
      return TRUE;
  }
  return FALSE;
}

void
sdp_media_finish (SdpMedia *media)
{
  /* Without the rid in its packets nobody can tell the layers apart: then it is one stream. */
  if (!has_extension (media, "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"))
    g_ptr_array_set_size (media->rids, 0);
  if (media->ssrcs->len > LIMIT_SSRCS) {
    g_array_set_size (media->ssrcs, LIMIT_SSRCS);
    g_array_set_size (media->rtx_ssrcs, LIMIT_SSRCS);
  }
}
