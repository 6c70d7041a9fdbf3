#include "signaling/meeting/session.h"

#include <string.h>

#include "config/limits.h"
#include "config/log.h"
#include "signaling/meeting/seat.h"

/* --- the stored form --- */

static const char *const session_kind_names[] = { "room",   "operator", "encoder",
                                                  "viewer", "card",     NULL };

typedef struct {
  char *mid;
  SdpRole role;
  int index;
} LineData;
RECORD_DECLARE (LineData, line_data)
static const RecordField line_data_fields[] = {
  RECORD_FIELD_STRING (LineData, mid, RECORD_REQUIRED, 1, LIMIT_MID_BYTES),
  RECORD_FIELD_ENUM (LineData, role, RECORD_REQUIRED, sdp_role_names, 0),
  RECORD_FIELD_INT (LineData, index, 0, 0, LIMIT_SLOTS, 0),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (LineData, line_data);

typedef struct {
  SessionKind kind;
  char *transport;
  char *source;
  char *media_kind;
  char *tagged_mid;
  char *fingerprint;
  char *remote_ufrag;
  int version;
  int etag_serial;
  GPtrArray *lines;
  TransportIceReply *local;
} SessionData;
RECORD_DECLARE (SessionData, session_data)
static const RecordField session_data_fields[] = {
  RECORD_FIELD_ENUM (SessionData, kind, RECORD_REQUIRED, session_kind_names, 0),
  RECORD_FIELD_STRING (SessionData, transport, RECORD_REQUIRED | RECORD_ID, 1, LIMIT_ID_BYTES),
  RECORD_FIELD_STRING (SessionData, source, 0, 1, LIMIT_ID_BYTES),
  RECORD_FIELD_STRING (SessionData, media_kind, 0, 1, 16),
  RECORD_FIELD_STRING (SessionData, tagged_mid, 0, 1, LIMIT_MID_BYTES),
  RECORD_FIELD_STRING (SessionData, fingerprint, 0, 1, LIMIT_FINGERPRINT_BYTES),
  RECORD_FIELD_STRING (SessionData, remote_ufrag, 0, 1, LIMIT_UFRAG_BYTES),
  RECORD_FIELD_INT (SessionData, version, 0, 0, G_MAXINT, 1),
  RECORD_FIELD_INT (SessionData, etag_serial, 0, 0, G_MAXINT, 1),
  RECORD_FIELD_RECORD_LIST (SessionData, lines, 0, &line_data_type, LIMIT_SDP_MEDIA),
  RECORD_FIELD_RECORD (SessionData, local, 0, &transport_ice_reply_type),
  RECORD_FIELDS_END,
};
RECORD_DEFINE (SessionData, session_data);

/* --- life --- */

MediaSession *
media_session_new (Meeting *meeting, SessionKind kind, const char *id, const char *transport,
                   Seat *seat)
{
  MediaSession *session = g_new0 (MediaSession, 1);

  session->refs = 1;
  session->meeting = meeting;
  session->kind = kind;
  session->id = g_strdup (id);
  session->transport = g_strdup (transport);
  session->seat = seat;
  session->etag_serial = 1;
  return session;
}

static void
session_line_clear (SessionLine *line)
{
  g_free (line->mid);
  g_free (line->name);
  g_free (line->track);
  g_strfreev (line->rids);
  g_free (line->except);
}

static void
clear_lines (SessionLine *lines, guint n_lines)
{
  for (guint i = 0; i < n_lines; i++)
    session_line_clear (&lines[i]);
  g_free (lines);
}

MediaSession *
media_session_ref (MediaSession *session)
{
  session->refs++;
  return session;
}

void
media_session_unref (MediaSession *session)
{
  if (session == NULL || --session->refs > 0)
    return;
  clear_lines (session->lines, session->n_lines);
  g_free (session->id);
  g_free (session->transport);
  g_free (session->source);
  g_free (session->media_kind);
  g_free (session->tagged_mid);
  g_free (session->fingerprint);
  g_free (session->remote_ufrag);
  transport_ice_reply_free (session->local);
  g_free (session);
}

/* --- lines --- */

static void
init_line (SessionLine *line, const char *transport, const char *mid, SdpRole role, guint index)
{
  g_autofree char *suffix = sdp_role_suffix (role, index);

  line->mid = g_strdup (mid);
  line->role = role;
  line->index = index;
  line->name = g_strdup_printf ("%s/%s", transport, suffix);
}

static void
inherit_line (SessionLine *line, const SessionLine *former)
{
  line->is_muted = former->is_muted;
  line->is_active = former->is_active;
  line->rids = g_strdupv (former->rids);
  line->is_paused = former->is_paused;
  line->is_silent = former->is_silent;
  line->resumed_us = former->resumed_us;
  line->shown = former->shown;
  line->track = g_strdup (former->track);
  line->height = former->height;
  line->source = former->source;
  line->is_voice = former->is_voice;
  line->except = g_strdup (former->except);
}

void
media_session_set_lines (MediaSession *session, const Negotiation *negotiation)
{
  const SdpOffer *offer = negotiation->offer;
  SessionLine *lines = g_new0 (SessionLine, MAX (negotiation->n_accepted, 1));
  const SdpMedia *tagged = NULL;
  guint n_lines = 0;

  for (guint i = 0; i < offer->media->len; i++) {
    const SdpLine *negotiated = &negotiation->lines[i];
    const SdpMedia *media = sdp_offer_get_media (offer, i);
    if (negotiated->role == SDP_ROLE_REFUSED)
      continue;
    tagged = tagged != NULL ? tagged : media;
    SessionLine *line = &lines[n_lines++];
    init_line (line, session->transport, media->mid, negotiated->role, negotiated->index);
    line->is_muted = negotiated->track != NULL && negotiated->track->muted;
    const SessionLine *former = media_session_find_line (session, line->name);
    if (former != NULL)
      inherit_line (line, former);
  }
  clear_lines (session->lines, session->n_lines);
  session->lines = lines;
  session->n_lines = n_lines;
  g_free (session->media_kind);
  session->media_kind = g_strdup (tagged != NULL ? tagged->media : "audio");
  g_free (session->tagged_mid);
  session->tagged_mid = tagged != NULL && tagged->has_mid ? g_strdup (tagged->mid) : NULL;
}

SessionLine *
media_session_find_role (MediaSession *session, SdpRole role)
{
  for (guint i = 0; i < session->n_lines; i++)
    if (session->lines[i].role == role)
      return &session->lines[i];
  return NULL;
}

SessionLine *
media_session_find_line (MediaSession *session, const char *name)
{
  for (guint i = 0; i < session->n_lines; i++)
    if (strcmp (session->lines[i].name, name) == 0)
      return &session->lines[i];
  return NULL;
}

gboolean
media_session_publishes (const MediaSession *session)
{
  for (guint i = 0; i < session->n_lines; i++)
    if (sdp_role_is_published (session->lines[i].role))
      return TRUE;
  return FALSE;
}

char *
media_session_etag (const MediaSession *session)
{
  return g_strdup_printf ("%u-%08x", session->etag_serial, g_str_hash (session->transport));
}

/* --- storing --- */

SessionRecord *
media_session_to_record (const MediaSession *session)
{
  g_autoptr (SessionData) data = session_data_new ();

  data->kind = session->kind;
  data->transport = g_strdup (session->transport);
  data->source = g_strdup (session->source);
  data->media_kind = g_strdup (session->media_kind);
  data->tagged_mid = g_strdup (session->tagged_mid);
  data->fingerprint = g_strdup (session->fingerprint);
  data->remote_ufrag = g_strdup (session->remote_ufrag);
  data->version = (int) session->version;
  data->etag_serial = (int) session->etag_serial;
  data->local =
      session->local != NULL ? record_copy (&transport_ice_reply_type, session->local) : NULL;
  for (guint i = 0; i < session->n_lines; i++) {
    LineData *line = line_data_new ();
    line->mid = g_strdup (session->lines[i].mid);
    line->role = session->lines[i].role;
    line->index = (int) session->lines[i].index;
    g_ptr_array_add (data->lines, line);
  }
  g_autofree char *text = record_encode_text (&session_data_type, data, NULL);
  return session_record_new (session->id,
                             session->seat != NULL ? session->seat->info->endpoint : "", text);
}

MediaSession *
media_session_from_record (const SessionRecord *record, Meeting *meeting, Seat *seat)
{
  g_autoptr (SessionData) data = NULL;
  g_autoptr (GError) error = NULL;

  if (record->data == NULL ||
      !record_decode_text (&session_data_type, record->data, strlen (record->data), LIMIT_SDP_BYTES,
                           (gpointer *) &data, &error)) {
    log_warning ("meeting", record->session, "session is dropped: %s",
                 error != NULL ? error->message : "empty");
    return NULL;
  }
  MediaSession *session =
      media_session_new (meeting, data->kind, record->session, data->transport, seat);
  session->source = g_steal_pointer (&data->source);
  session->media_kind = g_steal_pointer (&data->media_kind);
  session->tagged_mid = g_steal_pointer (&data->tagged_mid);
  session->fingerprint = g_steal_pointer (&data->fingerprint);
  session->remote_ufrag = g_steal_pointer (&data->remote_ufrag);
  session->local = g_steal_pointer (&data->local);
  session->version = (guint) data->version;
  session->etag_serial = (guint) data->etag_serial;
  session->lines = g_new0 (SessionLine, MAX (data->lines->len, 1));
  session->n_lines = data->lines->len;
  for (guint i = 0; i < data->lines->len; i++) {
    const LineData *line = g_ptr_array_index (data->lines, i);
    init_line (&session->lines[i], session->transport, line->mid, line->role, (guint) line->index);
  }
  return session;
}
