#include "pipelines/relay/codecs.h"

#include <stdlib.h>
#include <string.h>

#define H264_BASELINE 0x42

/* The value of @key in "a=1;b=2", NULL if it is not there. */
static const gchar *
fmtp_find (const gchar *fmtp, const gchar *key)
{
  gsize len = strlen (key);

  while (fmtp != NULL) {
    fmtp += strspn (fmtp, " ;");
    if (g_ascii_strncasecmp (fmtp, key, len) == 0 && fmtp[len] == '=')
      return fmtp + len + 1;
    fmtp = strchr (fmtp, ';');
  }
  return NULL;
}

static gint
fmtp_find_int (const gchar *fmtp, const gchar *key, gint fallback)
{
  const gchar *value = fmtp_find (fmtp, key);

  return value != NULL ? (gint) strtol (value, NULL, 10) : fallback;
}

static gint
read_profile (Codec codec, const gchar *fmtp)
{
  const gchar *level_id;
  gchar idc[3] = { 0 };

  switch (codec) {
  case CODEC_H264:
    level_id = fmtp_find (fmtp, "profile-level-id");
    if (level_id == NULL || !g_ascii_isxdigit (level_id[0]) || !g_ascii_isxdigit (level_id[1]))
      return -1;
    memcpy (idc, level_id, 2);
    return (gint) strtol (idc, NULL, 16);
  case CODEC_VP9:
    return fmtp_find_int (fmtp, "profile-id", 0);
  case CODEC_AV1:
    return fmtp_find_int (fmtp, "profile", 0);
  default:
    return -1;
  }
}

void
codec_table_init (CodecTable *table, const GPtrArray *specs)
{
  table->n_entries = 0;
  for (guint i = 0; specs != NULL && i < specs->len && table->n_entries < LIMIT_CODECS; i++) {
    const CodecSpec *spec = g_ptr_array_index (specs, i);
    CodecEntry *entry = &table->entries[table->n_entries];
    Codec codec = codec_from_name (spec->name);

    if (codec == CODEC_UNKNOWN || spec->clock_rate <= 0)
      continue;
    entry->codec = codec;
    entry->pt = spec->pt;
    entry->rtx_pt = spec->rtx_pt < 0 ? CODEC_NO_PT : spec->rtx_pt;
    entry->packetization_mode =
        codec == CODEC_H264 ? fmtp_find_int (spec->fmtp, "packetization-mode", 0) : 0;
    entry->profile = read_profile (codec, spec->fmtp);
    entry->clock_rate = spec->clock_rate;
    entry->feedback = spec->feedback;
    table->n_entries++;
  }
}

gint
codec_table_find_pt (const CodecTable *table, guint8 pt, gboolean *ret_is_rtx)
{
  for (guint i = 0; i < table->n_entries; i++) {
    const CodecEntry *entry = &table->entries[i];

    if (entry->pt == pt || (entry->rtx_pt == pt && pt != CODEC_NO_PT)) {
      *ret_is_rtx = entry->pt != pt;
      return i;
    }
  }
  return -1;
}

/* 0: cannot carry it. RFC 6184, section 8.1: who takes packetization mode 1 takes mode 0 too; a
 * decoder of a higher profile takes constrained baseline. */
static guint
match_score (const CodecEntry *receiver, const CodecEntry *source)
{
  if (receiver->codec != source->codec || receiver->clock_rate != source->clock_rate)
    return 0;
  if (source->packetization_mode > receiver->packetization_mode)
    return 0;
  if (receiver->profile == source->profile)
    return receiver->packetization_mode == source->packetization_mode ? 4 : 3;
  if (receiver->codec != CODEC_H264)
    return 0;
  if (receiver->profile < 0 || source->profile < 0)
    return 2;
  return source->profile == H264_BASELINE ? 1 : 0;
}

const CodecEntry *
codec_table_match (const CodecTable *receiver, const CodecEntry *source)
{
  const CodecEntry *best = NULL;
  guint best_score = 0;

  for (guint i = 0; i < receiver->n_entries; i++) {
    guint score = match_score (&receiver->entries[i], source);

    if (score > best_score) {
      best = &receiver->entries[i];
      best_score = score;
    }
  }
  return best;
}

const CodecEntry *
codec_table_find_coded (const CodecTable *table)
{
  for (guint i = 0; i < table->n_entries; i++)
    if (table->entries[i].codec != CODEC_RED)
      return &table->entries[i];
  return NULL;
}

gboolean
codec_table_has_feedback (const CodecTable *table, CodecFeedback feedback)
{
  for (guint i = 0; i < table->n_entries; i++) {
    if (table->entries[i].feedback & feedback)
      return TRUE;
  }
  return FALSE;
}
