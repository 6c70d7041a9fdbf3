#include "signaling/sdp/codec_choice.h"

#include <string.h>

#include "config/limits.h"

/* In-band FEC both ways: a sender that takes it adds it as our reports tell of loss. */
#define OPUS_FMTP "minptime=10;useinbandfec=1"
#define REFUSED G_MAXUINT

const char *const sdp_default_video_codecs[] = { "VP8", "H264", "VP9", "AV1", NULL };
const SdpPreferences sdp_default_preferences = { sdp_default_video_codecs, FALSE, FALSE };

/* Rank of an H.264 format, lower is better. A publisher is best held to constrained baseline,
 * which every receiver decodes; a receiver is best addressed by the highest profile it has, since
 * that one decodes the others as well. RFC 6184 section 8.1: without packetization-mode it is 0,
 * yet webrtcbin leaves it out and means 1. */
static guint
rank_h264 (const SdpFormat *format, gboolean is_published)
{
  g_autofree char *mode = sdp_fmtp_get (format->fmtp, "packetization-mode");
  g_autofree char *profile = sdp_fmtp_get (format->fmtp, "profile-level-id");

  if (mode != NULL && strcmp (mode, "1") != 0)
    return REFUSED;
  if (profile == NULL)
    return mode != NULL ? 4 : 5;
  gboolean is_hex = strlen (profile) == 6;
  guint64 level_id = is_hex ? g_ascii_strtoull (profile, NULL, 16) : 0;
  guint idc = (guint) (level_id >> 16);
  gboolean is_constrained = (level_id >> 14 & 1) != 0;
  guint height = idc == 0x42   ? (is_constrained ? 0 : 1)
                 : idc == 0x4d ? 2
                 : idc == 0x64 ? 3
                               : REFUSED;

  if (height == REFUSED)
    return REFUSED;
  return (is_published ? height : 3 - height) + (mode == NULL ? 4 : 0);
}

/* Only the profile of 8-bit 4:2:0 (profile 0), which is also what a missing one means. */
static guint
rank_by_profile (const SdpFormat *format, const char *key)
{
  g_autofree char *profile = sdp_fmtp_get (format->fmtp, key);

  return profile == NULL || strcmp (profile, "0") == 0 ? 0 : REFUSED;
}

static guint
rank_format (const SdpFormat *format, const char *codec, gboolean is_published)
{
  if (g_ascii_strcasecmp (format->name, codec) != 0)
    return REFUSED;
  if (strcmp (codec, "opus") == 0)
    return format->clock_rate == 48000 && format->channels == 2 ? 0 : REFUSED;
  if (format->clock_rate != 90000)
    return REFUSED;
  if (strcmp (codec, "H264") == 0)
    return rank_h264 (format, is_published);
  if (strcmp (codec, "VP9") == 0)
    return rank_by_profile (format, "profile-id");
  if (strcmp (codec, "AV1") == 0)
    return rank_by_profile (format, "profile");
  return 0;
}

static const SdpFormat *
find_best_format (const SdpMedia *media, const char *codec, gboolean is_published)
{
  const SdpFormat *best = NULL;
  guint best_rank = REFUSED;

  for (guint i = 0; i < media->codecs->len; i++) {
    const SdpFormat *format = g_ptr_array_index (media->codecs, i);
    guint rank = rank_format (format, codec, is_published);
    if (rank >= best_rank)
      continue;
    best = format;
    best_rank = rank;
  }
  return best;
}

static int
find_rtx (const SdpMedia *media, int pt)
{
  for (guint i = 0; i < media->codecs->len; i++) {
    const SdpFormat *format = g_ptr_array_index (media->codecs, i);
    if (format->apt == pt && g_ascii_strcasecmp (format->name, "rtx") == 0)
      return format->pt;
  }
  return -1;
}

static void
append_parameter (GString *fmtp, const char *offered, const char *key)
{
  g_autofree char *value = sdp_fmtp_get (offered, key);

  if (value != NULL && strlen (value) <= 16)
    g_string_append_printf (fmtp, "%s%s=%s", fmtp->len > 0 ? ";" : "", key, value);
}

/* The parameters that an answer repeats; a sender's sprop sets are not among them. */
static char *
answer_fmtp (const SdpFormat *format, const char *codec)
{
  static const char *const kept[] = { "level-asymmetry-allowed",
                                      "packetization-mode",
                                      "profile-level-id",
                                      "profile-id",
                                      "profile",
                                      "level-idx",
                                      "tier" };

  if (strcmp (codec, "opus") == 0)
    return g_strdup (OPUS_FMTP);
  g_autoptr (GString) fmtp = g_string_new (NULL);
  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    append_parameter (fmtp, format->fmtp, kept[i]);
  return fmtp->len > 0 ? g_strdup (fmtp->str) : NULL;
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

static void
add_codec (GPtrArray *codecs, const SdpMedia *media, const char *codec, gboolean is_published)
{
  const SdpFormat *format = find_best_format (media, codec, is_published);
  guint wanted = FEEDBACK_NACK | FEEDBACK_TWCC;

  if (format == NULL)
    return;
  if (media->kind == SDP_VIDEO)
    wanted |= FEEDBACK_PLI | FEEDBACK_FIR;
  if (!has_extension (media, SDP_URI_TRANSPORT_CC))
    wanted &= ~(guint) FEEDBACK_TWCC;
  CodecSpec *spec = codec_spec_new ();
  spec->pt = format->pt;
  spec->name = g_strdup (codec);
  spec->clock_rate = format->clock_rate;
  spec->channels = format->channels;
  spec->fmtp = answer_fmtp (format, codec);
  spec->feedback = format->feedback & wanted;
  /* what tells of every packet needs no sum */
  if (media->kind == SDP_VIDEO && (spec->feedback & FEEDBACK_TWCC) == 0)
    spec->feedback |= format->feedback & FEEDBACK_REMB;
  spec->rtx_pt = (spec->feedback & FEEDBACK_NACK) != 0 ? find_rtx (media, format->pt) : -1;
  g_ptr_array_add (codecs, spec);
}

/* RFC 2198: "111/111", all blocks of Opus. */
static const SdpFormat *
find_red (const SdpMedia *media, int opus_pt)
{
  g_autofree char *twice = g_strdup_printf ("%d/%d", opus_pt, opus_pt);

  for (guint i = 0; i < media->codecs->len; i++) {
    const SdpFormat *format = g_ptr_array_index (media->codecs, i);
    if (g_ascii_strcasecmp (format->name, "red") == 0 && format->clock_rate == 48000 &&
        format->channels == 2 && format->fmtp != NULL && g_str_has_prefix (format->fmtp, twice) &&
        strspn (format->fmtp, "0123456789/") == strlen (format->fmtp))
      return format;
  }
  return NULL;
}

static void
add_red (GPtrArray *codecs, const SdpMedia *media, gboolean is_published)
{
  const CodecSpec *opus = g_ptr_array_index (codecs, 0);
  const SdpFormat *format = find_red (media, opus->pt);

  if (format == NULL)
    return;
  CodecSpec *spec = codec_spec_new ();
  spec->pt = format->pt;
  spec->name = g_strdup ("red");
  spec->clock_rate = format->clock_rate;
  spec->channels = format->channels;
  spec->fmtp = g_strdup_printf ("%d/%d", opus->pt, opus->pt);
  spec->feedback = format->feedback & opus->feedback;
  spec->rtx_pt = -1;
  g_ptr_array_insert (codecs, is_published ? 0 : -1, spec);
}

static void
add_audio (GPtrArray *codecs, const SdpMedia *media, const SdpPreferences *preferences,
           gboolean is_published)
{
  add_codec (codecs, media, "opus", is_published);
  if (codecs->len == 0)
    return;
  if (is_published && preferences->dtx) {
    CodecSpec *opus = g_ptr_array_index (codecs, 0);
    g_free (opus->fmtp);
    opus->fmtp = g_strdup (OPUS_FMTP ";usedtx=1");
  }
  if (!preferences->no_red)
    add_red (codecs, media, is_published);
}

GPtrArray *
sdp_choose_codecs (const SdpMedia *media, const SdpPreferences *preferences, gboolean is_published)
{
  const char *const *video_codecs =
      preferences->video_codecs != NULL ? preferences->video_codecs : sdp_default_video_codecs;
  GPtrArray *codecs = record_list_new (&codec_spec_type);

  if (media->kind == SDP_AUDIO)
    add_audio (codecs, media, preferences, is_published);
  if (media->kind != SDP_VIDEO)
    return codecs;
  for (guint i = 0; video_codecs[i] != NULL; i++)
    if (codecs->len == 0 || !is_published)
      add_codec (codecs, media, video_codecs[i], is_published);
  return codecs;
}

static gboolean
has_codec (const GPtrArray *codecs, const char *name)
{
  for (guint i = 0; i < codecs->len; i++) {
    const CodecSpec *codec = g_ptr_array_index (codecs, i);
    if (strcmp (codec->name, name) == 0)
      return TRUE;
  }
  return FALSE;
}

static gboolean
is_wanted_extension (const char *uri, SdpKind kind, gboolean is_published)
{
  if (strcmp (uri, SDP_URI_MID) == 0 || strcmp (uri, SDP_URI_ABS_SEND_TIME) == 0 ||
      strcmp (uri, SDP_URI_TRANSPORT_CC) == 0)
    return TRUE;
  if (strcmp (uri, SDP_URI_AUDIO_LEVEL) == 0)
    return kind == SDP_AUDIO;
  if (strcmp (uri, SDP_URI_RID) == 0 || strcmp (uri, SDP_URI_REPAIRED_RID) == 0)
    return kind == SDP_VIDEO && is_published;
  return FALSE;
}

/* A structure of many layers is longer than the one-byte form can carry (RFC 8285 4.2). */
static gboolean
is_dependency_extension (const char *uri, const SdpMedia *media, const GPtrArray *codecs)
{
  return strcmp (uri, SDP_URI_DEPENDENCY) == 0 && media->extmap_allow_mixed &&
         has_codec (codecs, "AV1");
}

GPtrArray *
sdp_choose_extensions (const SdpMedia *media, const GPtrArray *codecs, gboolean is_published)
{
  GPtrArray *extensions = record_list_new (&extension_spec_type);
  int largest_id = is_published && media->extmap_allow_mixed ? LIMIT_EXTENSION_ID : 14;

  for (guint i = 0; i < media->extensions->len; i++) {
    const ExtensionSpec *offered = g_ptr_array_index (media->extensions, i);
    if (offered->id > largest_id || offered->id == 15 ||
        (!is_wanted_extension (offered->uri, media->kind, is_published) &&
         !is_dependency_extension (offered->uri, media, codecs)))
      continue;
    g_ptr_array_add (extensions, record_copy (&extension_spec_type, offered));
  }
  return extensions;
}
