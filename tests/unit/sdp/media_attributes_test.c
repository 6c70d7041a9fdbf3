/* The bounds of what one attribute of an m-section may say: at each, and one past it. */
#include "signaling/sdp/media_attributes.h"

#include <string.h>

#include "config/limits.h"

static SdpOffer *
offer_of (const char *lines)
{
  g_autofree char *text = g_strdup_printf ("v=0\r\no=- 1 1 IN IP4 0\r\ns=-\r\nt=0 0\r\n"
                                           "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n%s",
                                           lines);
  SdpOffer *offer = NULL;

  g_assert_true (sdp_offer_parse (text, strlen (text), &offer, NULL));
  return offer;
}

/* @n characters after @key. */
static SdpOffer *
offer_with (const char *key, guint n)
{
  g_autofree char *value = g_strnfill (n, 'a');
  g_autofree char *line = g_strdup_printf ("a=%s%s\r\n", key, value);

  return offer_of (line);
}

static const char *
get_mid (const SdpMedia *media)
{
  return media->has_mid ? media->mid : NULL;
}

static const char *
get_ufrag (const SdpMedia *media)
{
  return media->ufrag;
}

static const char *
get_pwd (const SdpMedia *media)
{
  return media->pwd;
}

static const char *
get_cname (const SdpMedia *media)
{
  return media->cname;
}

static const char *
get_uri (const SdpMedia *media)
{
  const ExtensionSpec *extension =
      media->extensions->len > 0 ? g_ptr_array_index (media->extensions, 0) : NULL;

  return extension != NULL ? extension->uri : NULL;
}

static void
test_texts (void)
{
  static const struct {
    const char *key;
    const char *(*get) (const SdpMedia *media);
    guint least, most;
  } rows[] = {
    { "mid:", get_mid, 1, LIMIT_MID_BYTES },
    { "ice-ufrag:", get_ufrag, LIMIT_UFRAG_MIN_BYTES, LIMIT_UFRAG_BYTES },
    { "ice-pwd:", get_pwd, 22, LIMIT_PWD_BYTES },
    { "ssrc:7 cname:", get_cname, 1, LIMIT_CNAME_BYTES },
    { "extmap:1 ", get_uri, 1, LIMIT_URI_BYTES },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    for (guint n = rows[i].least - 1; n <= rows[i].most + 1; n++) {
      g_autoptr (SdpOffer) offer = offer_with (rows[i].key, n);
      const char *text = rows[i].get (sdp_offer_get_media (offer, 0));

      if (n < rows[i].least || n > rows[i].most)
        g_assert_null (text);
      else
        g_assert_cmpuint (strlen (text), ==, n);
    }
  }
}

static void
test_extension_ids (void)
{
  for (guint id = 0; id <= LIMIT_EXTENSION_ID + 1; id += id == 1 ? LIMIT_EXTENSION_ID - 1 : 1) {
    g_autofree char *line = g_strdup_printf ("a=extmap:%u urn:x\r\n", id);
    g_autoptr (SdpOffer) offer = offer_of (line);
    gboolean fits = id >= 1 && id <= LIMIT_EXTENSION_ID;

    g_assert_cmpuint (sdp_offer_get_media (offer, 0)->extensions->len, ==, fits ? 1 : 0);
  }
}

static void
test_extensions (void)
{
  g_autoptr (GString) lines = g_string_new (NULL);

  for (guint n = 1; n <= 2 * LIMIT_EXTENSIONS + 1; n++) {
    g_string_append_printf (lines, "a=extmap:%u urn:x:%u\r\n", n, n);
    g_autoptr (SdpOffer) offer = offer_of (lines->str);

    g_assert_cmpuint (sdp_offer_get_media (offer, 0)->extensions->len, ==,
                      MIN (n, 2 * LIMIT_EXTENSIONS));
  }
}

/* Of those that an m-section names so many are kept, the first. */
static void
test_ssrcs (void)
{
  g_autoptr (GString) lines = g_string_new (NULL);

  for (guint n = 1; n <= LIMIT_SSRCS + 1; n++) {
    g_string_append_printf (lines, "a=ssrc:%u cname:x\r\n", 100 + n);
    g_autoptr (SdpOffer) offer = offer_of (lines->str);
    const SdpMedia *media = sdp_offer_get_media (offer, 0);

    g_assert_cmpuint (media->ssrcs->len, ==, MIN (n, LIMIT_SSRCS));
    g_assert_cmpuint (media->rtx_ssrcs->len, ==, media->ssrcs->len);
    g_assert_cmpuint (g_array_index (media->ssrcs, guint32, 0), ==, 101);
  }
}

/* Before RTX and FEC are taken out of them. */
static void
test_streams (void)
{
  g_autoptr (SdpOffer) offer = offer_of ("");
  SdpMedia *media = (SdpMedia *) sdp_offer_get_media (offer, 0);

  for (guint n = 1; n <= SDP_STREAMS_MAX + 1; n++) {
    g_autofree char *value = g_strdup_printf ("%u", 100 + n);

    sdp_media_read_attribute (media, "ssrc", value);
    g_assert_cmpuint (media->ssrcs->len, ==, MIN (n, SDP_STREAMS_MAX));
    g_assert_cmpuint (media->rtx_ssrcs->len, ==, media->ssrcs->len);
  }
  /* a group of one that there is no room for changes nothing */
  sdp_media_read_attribute (media, "ssrc-group", "FID 900 901");
  sdp_media_read_attribute (media, "ssrc-group", "SIM 902 903 904");
  g_assert_cmpuint (media->ssrcs->len, ==, SDP_STREAMS_MAX);
  for (guint i = 0; i < media->rtx_ssrcs->len; i++)
    g_assert_cmpuint (g_array_index (media->rtx_ssrcs, guint32, i), ==, 0);
}

static void
test_streams_of_a_group (void)
{
  for (guint n = SDP_STREAMS_MAX - 2; n <= SDP_STREAMS_MAX + 1; n++) {
    g_autoptr (SdpOffer) offer = offer_of ("");
    g_autoptr (GString) value = g_string_new ("SIM");
    SdpMedia *media = (SdpMedia *) sdp_offer_get_media (offer, 0);

    for (guint i = 1; i <= n; i++)
      g_string_append_printf (value, " %u", 100 + i);
    sdp_media_read_attribute (media, "ssrc-group", value->str);
    /* the group's name is one of the words */
    g_assert_cmpuint (media->ssrcs->len, ==, MIN (n, SDP_STREAMS_MAX - 1));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sdp/media-attributes/texts", test_texts);
  g_test_add_func ("/sdp/media-attributes/extension-ids", test_extension_ids);
  g_test_add_func ("/sdp/media-attributes/extensions", test_extensions);
  g_test_add_func ("/sdp/media-attributes/ssrcs", test_ssrcs);
  g_test_add_func ("/sdp/media-attributes/streams", test_streams);
  g_test_add_func ("/sdp/media-attributes/streams-of-a-group", test_streams_of_a_group);
  return g_test_run ();
}
