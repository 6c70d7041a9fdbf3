#include "signaling/sdp/negotiation.h"

#include "config/limits.h"
#include "signaling/protocol/problem.h"
#include "signaling/sdp/codec_choice.h"

const char *const sdp_role_names[] = {
  [SDP_ROLE_REFUSED] = "refused", [SDP_ROLE_MIC] = "mic",
  [SDP_ROLE_CAMERA] = "camera",   [SDP_ROLE_CONTENT] = "content",
  [SDP_ROLE_AUDIO] = "audio",     [SDP_ROLE_MAIN] = "main",
  [SDP_ROLE_TILE] = "tile",       [SDP_ROLE_CONTENT_VIEW] = "content_view",
  [N_SDP_ROLES] = NULL,
};

static SdpRole
next_sending_role (SdpKind kind, guint *seen)
{
  SdpRole role = kind == SDP_AUDIO            ? SDP_ROLE_MIC
                 : seen[SDP_ROLE_CAMERA] == 0 ? SDP_ROLE_CAMERA
                                              : SDP_ROLE_CONTENT;

  return seen[role]++ == 0 ? role : SDP_ROLE_REFUSED;
}

static SdpRole
next_receiving_role (SdpKind kind, guint *seen)
{
  if (kind == SDP_AUDIO)
    return SDP_ROLE_AUDIO;
  if (seen[SDP_ROLE_MAIN]++ == 0)
    return SDP_ROLE_MAIN;
  return seen[SDP_ROLE_CONTENT_VIEW]++ == 0 ? SDP_ROLE_CONTENT_VIEW : SDP_ROLE_TILE;
}

void
sdp_assign_roles (const SdpOffer *offer, SdpDirection allowed, SdpRole *ret_roles)
{
  guint seen[N_SDP_ROLES] = { 0 };

  for (guint i = 0; i < offer->media->len; i++) {
    const SdpMedia *media = sdp_offer_get_media (offer, i);
    guint direction = (guint) media->direction & (guint) allowed;

    ret_roles[i] = SDP_ROLE_REFUSED;
    if (media->kind == SDP_OTHER || !sdp_offer_is_bundled (offer, media))
      continue;
    if ((direction & SDP_SEND) != 0)
      ret_roles[i] = next_sending_role (media->kind, seen);
    else if ((direction & SDP_RECEIVE) != 0)
      ret_roles[i] = next_receiving_role (media->kind, seen);
  }
}

char *
sdp_role_suffix (SdpRole role, guint index)
{
  switch (role) {
  case SDP_ROLE_AUDIO:
    return g_strdup_printf ("a%u", index);
  case SDP_ROLE_TILE:
    return g_strdup_printf ("s%u", index);
  case SDP_ROLE_CONTENT_VIEW:
    return g_strdup ("content-view");
  default:
    return g_strdup (sdp_role_names[role]);
  }
}

/* Streams with one name are played in step: the first audio slot follows the main picture. */
static char *
slot_cname (SdpRole role, guint index)
{
  if (role == SDP_ROLE_MAIN || (role == SDP_ROLE_AUDIO && index == 0))
    return g_strdup ("hall");
  return sdp_role_suffix (role, index);
}

static gboolean
is_ssrc_used (guint32 ssrc, const GPtrArray *slots)
{
  for (guint i = 0; i < slots->len; i++) {
    const SlotSpec *slot = g_ptr_array_index (slots, i);
    if (slot->ssrc == ssrc || slot->rtx_ssrc == ssrc)
      return TRUE;
  }
  return FALSE;
}

/* The same slot always has the same SSRC, also in the answer to a later offer on the transport.
 * FNV-1a; 0 means "none" on the control link. */
static guint32
ssrc_of (const char *name, const char *suffix, const GPtrArray *slots)
{
  guint32 hash = 2166136261u;

  for (const char *c = name; *c != '\0'; c++)
    hash = (hash ^ (guint8) *c) * 16777619u;
  for (const char *c = suffix; *c != '\0'; c++)
    hash = (hash ^ (guint8) *c) * 16777619u;
  while (hash == 0 || is_ssrc_used (hash, slots))
    hash++;
  return hash;
}

static gboolean
has_rtx (const GPtrArray *codecs)
{
  for (guint i = 0; i < codecs->len; i++)
    if (((const CodecSpec *) g_ptr_array_index (codecs, i))->rtx_pt >= 0)
      return TRUE;
  return FALSE;
}

static void
copy_streams (TrackSpec *track, const SdpMedia *media)
{
  gboolean has_any_rtx = FALSE;

  if (media->rids->len > 0) { /* layers are told apart by rid; their SSRCs are learnt */
    g_strfreev (track->rids);
    track->rids = g_new0 (char *, media->rids->len + 1);
    for (guint i = 0; i < media->rids->len; i++)
      track->rids[i] = g_strdup (g_ptr_array_index (media->rids, i));
    return;
  }
  for (guint i = 0; i < media->ssrcs->len; i++) {
    g_array_append_val (track->ssrcs, g_array_index (media->ssrcs, guint32, i));
    has_any_rtx |= g_array_index (media->rtx_ssrcs, guint32, i) != 0;
  }
  for (guint i = 0; has_any_rtx && i < media->rtx_ssrcs->len; i++)
    g_array_append_val (track->rtx_ssrcs, g_array_index (media->rtx_ssrcs, guint32, i));
}

static TrackSpec *
make_track (const Negotiation *negotiation, const SdpMedia *media, SdpRole role, GPtrArray *codecs)
{
  TrackSpec *track = track_spec_new ();

  track->track = g_strdup_printf ("%s/%s", negotiation->request->transport, sdp_role_names[role]);
  track->mid = g_strdup (media->mid);
  track->kind = media->kind == SDP_AUDIO ? TRACK_AUDIO : TRACK_VIDEO;
  g_ptr_array_unref (track->codecs);
  track->codecs = codecs;
  g_ptr_array_unref (track->extensions);
  track->extensions = sdp_choose_extensions (media, track->codecs, TRUE);
  copy_streams (track, media);
  return track;
}

static SlotSpec *
make_slot (const Negotiation *negotiation, const SdpMedia *media, SdpLine *line, GPtrArray *codecs)
{
  SlotSpec *slot = slot_spec_new ();
  g_autofree char *suffix = sdp_role_suffix (line->role, line->index);

  slot->slot = g_strdup_printf ("%s/%s", negotiation->request->transport, suffix);
  slot->mid = g_strdup (media->mid);
  slot->kind = media->kind == SDP_AUDIO ? TRACK_AUDIO : TRACK_VIDEO;
  slot->cname = slot_cname (line->role, line->index);
  slot->ssrc = ssrc_of (slot->slot, "", negotiation->request->slots);
  if (has_rtx (codecs)) {
    slot->rtx_ssrc = ssrc_of (slot->slot, "/rtx", negotiation->request->slots);
    slot->rtx_ssrc += slot->rtx_ssrc == slot->ssrc;
  }
  g_ptr_array_unref (slot->codecs);
  slot->codecs = codecs;
  g_ptr_array_unref (slot->extensions);
  slot->extensions = sdp_choose_extensions (media, slot->codecs, FALSE);
  return slot;
}

static gboolean
role_fits_kind (SdpRole role, SdpKind kind)
{
  gboolean is_audio = role == SDP_ROLE_MIC || role == SDP_ROLE_AUDIO;

  return kind == (is_audio ? SDP_AUDIO : SDP_VIDEO);
}

/* Why @media cannot have @role, or N_PROBLEMS if it can. */
static Problem
check_line (const SdpOffer *offer, const SdpMedia *media, SdpRole role)
{
  SdpDirection needed = sdp_role_is_published (role) ? SDP_SEND : SDP_RECEIVE;

  if (role == SDP_ROLE_REFUSED)
    return PROBLEM_SDP_DIRECTION;
  if (!sdp_offer_is_bundled (offer, media))
    return PROBLEM_SDP_NO_BUNDLE;
  if (!role_fits_kind (role, media->kind))
    return PROBLEM_SDP_LINES;
  if ((media->direction & needed) == 0)
    return PROBLEM_SDP_DIRECTION;
  return media->rtcp_mux ? N_PROBLEMS : PROBLEM_SDP_NO_RTCP_MUX;
}

static gboolean
is_over_limit (const Negotiation *negotiation, SdpRole role)
{
  return sdp_role_is_published (role) ? negotiation->request->tracks->len >= LIMIT_TRACKS
                                      : negotiation->request->slots->len >= LIMIT_SLOTS;
}

static Problem
accept_line (Negotiation *negotiation, guint i, SdpRole role, const SdpPreferences *preferences,
             guint *counts)
{
  const SdpMedia *media = sdp_offer_get_media (negotiation->offer, i);
  SdpLine *line = &negotiation->lines[i];
  Problem problem = check_line (negotiation->offer, media, role);

  if (problem != N_PROBLEMS)
    return problem;
  if (is_over_limit (negotiation, role) ||
      (role != SDP_ROLE_AUDIO && role != SDP_ROLE_TILE && counts[role] > 0))
    return PROBLEM_SDP_LINES;
  g_autoptr (GPtrArray) codecs =
      sdp_choose_codecs (media, preferences, sdp_role_is_published (role));
  if (codecs->len == 0)
    return PROBLEM_SDP_NO_CODEC;
  line->role = role;
  line->index = counts[role]++;
  if (sdp_role_is_published (role)) {
    line->track = make_track (negotiation, media, role, g_steal_pointer (&codecs));
    g_ptr_array_add (negotiation->request->tracks, line->track);
  } else {
    line->slot = make_slot (negotiation, media, line, g_steal_pointer (&codecs));
    g_ptr_array_add (negotiation->request->slots, line->slot);
  }
  negotiation->n_accepted++;
  return N_PROBLEMS;
}

/* RFC 9143 section 7.3.1: the transport's parameters stand in the tagged section, the first one
 * of the group that is not refused. */
static const SdpMedia *
find_tagged_media (const Negotiation *negotiation)
{
  const SdpOffer *offer = negotiation->offer;

  for (guint i = 0; i < offer->bundle->len; i++) {
    const SdpMedia *media = sdp_offer_find_media (offer, g_ptr_array_index (offer->bundle, i));
    if (media != NULL && media->port != 0 && media->ufrag != NULL)
      return media;
  }
  for (guint i = 0; i < offer->media->len; i++)
    if (negotiation->lines[i].role != SDP_ROLE_REFUSED &&
        sdp_offer_get_media (offer, i)->ufrag != NULL)
      return sdp_offer_get_media (offer, i);
  return sdp_offer_get_media (offer, 0);
}

static gboolean
fill_transport (Negotiation *negotiation, GError **error)
{
  const SdpMedia *tagged = find_tagged_media (negotiation);
  TransportCreateRequest *request = negotiation->request;
  Problem problem = N_PROBLEMS;

  if (tagged->ufrag == NULL || tagged->pwd == NULL || negotiation->offer->ice_lite)
    problem = PROBLEM_SDP_NO_ICE;
  else if (tagged->fingerprint == NULL)
    problem = PROBLEM_SDP_NO_FINGERPRINT;
  else if (tagged->setup == SDP_SETUP_INVALID)
    problem = PROBLEM_SDP_SETUP;
  if (problem != N_PROBLEMS) {
    g_set_error (error, SIGNALING_PROBLEM, problem, "m-line %u: %s", tagged->index,
                 problem_text (problem)->en);
    return FALSE;
  }
  request->remote_ufrag = g_strdup (tagged->ufrag);
  request->remote_pwd = g_strdup (tagged->pwd);
  request->remote_fingerprint = g_strdup (tagged->fingerprint);
  request->dtls_role =
      tagged->setup == SDP_SETUP_PASSIVE ? CONTROL_DTLS_CLIENT : CONTROL_DTLS_SERVER;
  return TRUE;
}

gboolean
sdp_negotiate (SdpOffer *offer, const SdpRole *roles, const char *transport,
               const SdpPreferences *preferences, Negotiation **ret_negotiation, GError **error)
{
  g_autoptr (Negotiation) negotiation = g_new0 (Negotiation, 1);
  guint counts[N_SDP_ROLES] = { 0 };
  Problem refusal = N_PROBLEMS;

  negotiation->offer = offer;
  negotiation->lines = g_new0 (SdpLine, offer->media->len);
  negotiation->request = transport_create_request_new ();
  g_free (negotiation->request->transport);
  negotiation->request->transport = g_strdup (transport);
  if (preferences == NULL)
    preferences = &sdp_default_preferences;
  for (guint i = 0; i < offer->media->len; i++) {
    Problem problem = accept_line (negotiation, i, roles[i], preferences, counts);
    if (problem != N_PROBLEMS && (refusal == N_PROBLEMS || refusal == PROBLEM_SDP_DIRECTION))
      refusal = problem;
  }
  if (negotiation->n_accepted == 0) {
    g_set_error (error, SIGNALING_PROBLEM, refusal, "no usable m-line: %s",
                 problem_text (refusal)->en);
    return FALSE;
  }
  if (!fill_transport (negotiation, error))
    return FALSE;
  *ret_negotiation = g_steal_pointer (&negotiation);
  return TRUE;
}

void
sdp_negotiation_free (Negotiation *negotiation)
{
  if (negotiation == NULL)
    return;
  sdp_offer_free (negotiation->offer);
  g_free (negotiation->lines);
  transport_create_request_free (negotiation->request);
  g_free (negotiation);
}
