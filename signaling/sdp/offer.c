#include "signaling/sdp/offer.h"

#include <gst/sdp/gstsdpmessage.h>
#include <stdlib.h>
#include <string.h>

#include "config/limits.h"
#include "signaling/protocol/problem.h"
#include "signaling/sdp/media_attributes.h"

static void
sdp_format_free (SdpFormat *format)
{
  g_free (format->name);
  g_free (format->fmtp);
  g_free (format);
}

static void
extension_free (gpointer extension)
{
  extension_spec_free (extension);
}

static SdpMedia *
sdp_media_new (guint index)
{
  SdpMedia *media = g_new0 (SdpMedia, 1);

  media->index = index;
  media->direction = SDP_SEND_RECEIVE;
  media->codecs = g_ptr_array_new_with_free_func ((GDestroyNotify) sdp_format_free);
  media->extensions = g_ptr_array_new_with_free_func (extension_free);
  media->rids = g_ptr_array_new_with_free_func (g_free);
  media->ssrcs = g_array_new (FALSE, TRUE, sizeof (guint32));
  media->rtx_ssrcs = g_array_new (FALSE, TRUE, sizeof (guint32));
  return media;
}

static void
sdp_media_free (SdpMedia *media)
{
  g_free (media->media);
  g_free (media->proto);
  g_free (media->formats);
  g_free (media->mid);
  g_free (media->ufrag);
  g_free (media->pwd);
  g_free (media->fingerprint);
  g_free (media->cname);
  g_ptr_array_unref (media->codecs);
  g_ptr_array_unref (media->extensions);
  g_ptr_array_unref (media->rids);
  g_array_unref (media->ssrcs);
  g_array_unref (media->rtx_ssrcs);
  g_free (media);
}

void
sdp_offer_free (SdpOffer *offer)
{
  if (offer == NULL)
    return;
  g_ptr_array_unref (offer->media);
  g_ptr_array_unref (offer->bundle);
  g_free (offer);
}

static SdpOffer *
sdp_offer_new (void)
{
  SdpOffer *offer = g_new0 (SdpOffer, 1);

  offer->media = g_ptr_array_new_with_free_func ((GDestroyNotify) sdp_media_free);
  offer->bundle = g_ptr_array_new_with_free_func (g_free);
  return offer;
}

/* Counts before anything is parsed, so that a hostile text costs one pass. */
static gboolean
check_text (const char *text, gsize length, guint *ret_candidates, GError **error)
{
  guint n_media = 0, n_lines = 0, n_candidates = 0;
  const char *end = text + length;

  if (length > LIMIT_SDP_BYTES) {
    g_set_error (error, SIGNALING_PROBLEM, PROBLEM_SDP_TOO_LARGE,
                 "SDP of %" G_GSIZE_FORMAT " bytes", length);
    return FALSE;
  }
  if (length < 2 || memchr (text, 0, length) != NULL || !g_utf8_validate (text, length, NULL) ||
      memcmp (text, "v=", 2) != 0) {
    g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_SDP_MALFORMED, "no SDP text");
    return FALSE;
  }
  for (const char *line = text; line < end; n_lines++) {
    const char *stop = memchr (line, '\n', end - line);
    gsize line_length = (stop != NULL ? stop : end) - line;

    n_media += line_length >= 2 && memcmp (line, "m=", 2) == 0;
    n_candidates += line_length >= 12 && memcmp (line, "a=candidate:", 12) == 0;
    if (line_length > SDP_LINE_MAX || n_lines >= SDP_LINES_MAX || n_media > LIMIT_SDP_MEDIA ||
        n_candidates > LIMIT_SDP_CANDIDATES) {
      g_set_error (error, SIGNALING_PROBLEM, PROBLEM_SDP_LIMIT,
                   "line %u: %u m-lines, %u candidates, %" G_GSIZE_FORMAT " bytes", n_lines + 1,
                   n_media, n_candidates, line_length);
      return FALSE;
    }
    line += line_length + 1;
  }
  *ret_candidates = n_candidates;
  return TRUE;
}

/* RFC 9143: the first BUNDLE group is ours; others name other transports. */
static void
read_bundle (SdpOffer *offer, const char *value)
{
  if (offer->has_bundle || !g_str_has_prefix (value, "BUNDLE"))
    return;
  g_auto (GStrv) mids = g_strsplit (value, " ", LIMIT_SDP_MEDIA + 2);
  if (strcmp (mids[0], "BUNDLE") != 0)
    return;
  offer->has_bundle = TRUE;
  for (guint i = 1; mids[i] != NULL && i <= LIMIT_SDP_MEDIA; i++)
    if (*mids[i] != '\0')
      g_ptr_array_add (offer->bundle, g_strdup (mids[i]));
}

static void
read_session (SdpOffer *offer, const GstSDPMessage *message, SdpMedia *defaults)
{
  for (guint i = 0; i < gst_sdp_message_attributes_len (message); i++) {
    const GstSDPAttribute *attribute = gst_sdp_message_get_attribute (message, i);
    const char *value = attribute->value != NULL ? attribute->value : "";

    if (strcmp (attribute->key, "group") == 0)
      read_bundle (offer, value);
    else if (strcmp (attribute->key, "extmap-allow-mixed") == 0)
      offer->extmap_allow_mixed = TRUE;
    else if (strcmp (attribute->key, "ice-lite") == 0)
      offer->ice_lite = TRUE;
    else
      sdp_media_read_attribute (defaults, attribute->key, value);
  }
}

static void
read_formats (SdpMedia *media, const GstSDPMedia *section)
{
  g_autoptr (GString) formats = g_string_new (NULL);

  for (guint i = 0; i < gst_sdp_media_formats_len (section); i++) {
    const char *text = gst_sdp_media_get_format (section, i);
    char *end = NULL;
    guint64 pt = g_ascii_strtoull (text, &end, 10);

    g_string_append_printf (formats, "%s%s", i > 0 ? " " : "", text);
    if (media->kind == SDP_OTHER || end == text || *end != '\0' || pt > 127)
      continue;
    if (sdp_media_find_format (media, (int) pt) != NULL)
      continue;
    SdpFormat *format = g_new0 (SdpFormat, 1);
    format->pt = (int) pt;
    format->name = g_strdup ("");
    format->channels = 1;
    format->apt = -1;
    g_ptr_array_add (media->codecs, format);
  }
  media->formats = g_strdup (formats->len > 0 ? formats->str : "0");
}

static SdpMedia *
read_media (const SdpOffer *offer, const GstSDPMedia *section, const SdpMedia *defaults,
            GError **error)
{
  const char *kind = gst_sdp_media_get_media (section);
  const char *proto = gst_sdp_media_get_proto (section);
  guint index = offer->media->len;

  if (kind == NULL || *kind == '\0' || proto == NULL || *proto == '\0' ||
      gst_sdp_media_get_port (section) > G_MAXUINT16) {
    g_set_error (error, SIGNALING_PROBLEM, PROBLEM_SDP_MALFORMED, "m-line %u", index);
    return NULL;
  }
  SdpMedia *media = sdp_media_new (index);
  gboolean is_rtp = strstr (proto, "RTP/SAVP") != NULL;
  media->media = g_strdup (kind);
  media->proto = g_strdup (proto);
  media->port = gst_sdp_media_get_port (section);
  if (is_rtp && strcmp (kind, "audio") == 0)
    media->kind = SDP_AUDIO;
  else if (is_rtp && strcmp (kind, "video") == 0)
    media->kind = SDP_VIDEO;
  media->direction = defaults->direction;
  media->setup = defaults->setup;
  media->extmap_allow_mixed = offer->extmap_allow_mixed;
  media->ufrag = g_strdup (defaults->ufrag);
  media->pwd = g_strdup (defaults->pwd);
  read_formats (media, section);
  for (guint i = 0; i < gst_sdp_media_attributes_len (section); i++) {
    const GstSDPAttribute *attribute = gst_sdp_media_get_attribute (section, i);
    const char *value = attribute->value != NULL ? attribute->value : "";

    sdp_media_read_attribute (media, attribute->key, value);
  }
  if (media->fingerprint == NULL)
    media->fingerprint = g_strdup (defaults->fingerprint);
  sdp_media_finish (media);
  return media;
}

static gboolean
check_mids (SdpOffer *offer, GError **error)
{
  for (guint i = 0; i < offer->media->len; i++) {
    SdpMedia *media = sdp_offer_get_media (offer, i);

    if (!media->has_mid)
      media->mid = g_strdup_printf ("m%u", i);
    if (sdp_offer_find_media (offer, media->mid) == media)
      continue;
    g_set_error (error, SIGNALING_PROBLEM, PROBLEM_SDP_MALFORMED, "mid \"%s\" twice", media->mid);
    return FALSE;
  }
  return TRUE;
}

/* In a BUNDLE group an id stands for one URI (RFC 9143, section 9.2). aiortc numbers each m-line
 * anew and then reads our packets by the mixed table: of two meanings the first one counts. */
static void
drop_extension_collisions (SdpOffer *offer)
{
  const char *uris[LIMIT_EXTENSION_ID + 1] = { NULL };

  for (guint i = 0; i < offer->media->len; i++) {
    SdpMedia *media = sdp_offer_get_media (offer, i);
    for (guint k = media->extensions->len; k > 0; k--) {
      const ExtensionSpec *extension = g_ptr_array_index (media->extensions, k - 1);
      const char *known = uris[extension->id];
      if (known != NULL && strcmp (known, extension->uri) != 0)
        g_ptr_array_remove_index (media->extensions, k - 1);
      else
        uris[extension->id] = extension->uri;
    }
  }
}

gboolean
sdp_offer_parse (const char *text, gsize length, SdpOffer **ret_offer, GError **error)
{
  g_autoptr (SdpOffer) offer = sdp_offer_new ();
  g_autoptr (GstSDPMessage) message = NULL;

  if (!check_text (text, length, &offer->n_candidates, error))
    return FALSE;
  g_autofree char *copy = g_strndup (text, length);
  if (gst_sdp_message_new (&message) != GST_SDP_OK ||
      gst_sdp_message_parse_buffer ((const guint8 *) copy, length, message) != GST_SDP_OK) {
    g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_SDP_MALFORMED, "unreadable SDP");
    return FALSE;
  }
  SdpMedia *defaults = sdp_media_new (0);
  read_session (offer, message, defaults);
  gboolean is_good = gst_sdp_message_medias_len (message) > 0;
  if (!is_good)
    g_set_error_literal (error, SIGNALING_PROBLEM, PROBLEM_SDP_MALFORMED, "no m-line");
  for (guint i = 0; is_good && i < gst_sdp_message_medias_len (message); i++) {
    SdpMedia *media = read_media (offer, gst_sdp_message_get_media (message, i), defaults, error);
    is_good = media != NULL;
    if (is_good)
      g_ptr_array_add (offer->media, media);
  }
  sdp_media_free (defaults);
  if (!is_good || !check_mids (offer, error))
    return FALSE;
  drop_extension_collisions (offer);
  *ret_offer = g_steal_pointer (&offer);
  return TRUE;
}

SdpMedia *
sdp_offer_get_media (const SdpOffer *offer, guint index)
{
  g_return_val_if_fail (index < offer->media->len, NULL);
  return g_ptr_array_index (offer->media, index);
}

SdpMedia *
sdp_offer_find_media (const SdpOffer *offer, const char *mid)
{
  for (guint i = 0; i < offer->media->len; i++) {
    SdpMedia *media = sdp_offer_get_media (offer, i);
    if (g_strcmp0 (media->mid, mid) == 0)
      return media;
  }
  return NULL;
}

gboolean
sdp_offer_is_bundled (const SdpOffer *offer, const SdpMedia *media)
{
  if (media->port == 0 && !media->bundle_only)
    return FALSE;
  if (!offer->has_bundle)
    return offer->media->len == 1;
  for (guint i = 0; media->has_mid && i < offer->bundle->len; i++)
    if (strcmp (g_ptr_array_index (offer->bundle, i), media->mid) == 0)
      return TRUE;
  return FALSE;
}

char *
sdp_fmtp_get (const char *fmtp, const char *key)
{
  if (fmtp == NULL)
    return NULL;
  g_auto (GStrv) parts = g_strsplit (fmtp, ";", 64);
  for (guint i = 0; parts[i] != NULL; i++) {
    char *value = strchr (parts[i], '=');
    if (value == NULL)
      continue;
    *value++ = '\0';
    if (g_ascii_strcasecmp (g_strstrip (parts[i]), key) == 0)
      return g_strdup (g_strstrip (value));
  }
  return NULL;
}
