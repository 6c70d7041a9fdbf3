/* The message table: complete, documented, and each message survives its own encoding. */
#include "pipelines/control/messages.h"

#include "pipelines/control/link.h"
#include "tests/unit/control/record_bounds.h"

#include <string.h>

static void
test_table (void)
{
  for (int i = 0; i < CONTROL_N_TYPES; i++) {
    const ControlMessageRow *row = control_message_row ((ControlType) i);
    g_assert_nonnull (row->name);
    g_assert_nonnull (row->message);
    g_assert_cmpint (row->reply != NULL, ==, i < CONTROL_TRANSPORT_STATE);
    ControlType found;
    g_assert_true (control_message_find (row->name, &found));
    g_assert_cmpint (found, ==, i);
  }
  ControlType none;
  g_assert_false (control_message_find ("error", &none));
}

/* Every message and every member of it stands in the README. */
static void
test_documented (void)
{
  g_autofree char *path =
      g_build_filename (g_getenv ("G_TEST_SRCDIR"), "pipelines", "control", "README.md", NULL);
  g_autofree char *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  for (int i = 0; i < CONTROL_N_TYPES; i++) {
    const ControlMessageRow *row = control_message_row ((ControlType) i);
    g_autofree char *name = g_strdup_printf ("`%s`", row->name);
    if (!strstr (text, name))
      g_error ("%s is not in pipelines/control/README.md", name);
    for (int side = 0; side < 2; side++) {
      const RecordType *type = side ? row->reply : row->message;
      for (const RecordField *field = type ? type->fields : NULL; field && field->name; field++)
        if (!strstr (text, field->name))
          g_error ("%s.%s is not in pipelines/control/README.md", row->name, field->name);
    }
  }
}

static CodecSpec *
new_codec (int pt, const char *name, int rtx_pt)
{
  CodecSpec *codec = codec_spec_new ();
  codec->pt = pt;
  codec->name = g_strdup (name);
  codec->clock_rate = 90000;
  codec->rtx_pt = rtx_pt;
  codec->feedback = FEEDBACK_NACK | FEEDBACK_TWCC;
  return codec;
}

static TransportCreateRequest *
new_create (void)
{
  TransportCreateRequest *create = transport_create_request_new ();
  create->transport = g_strdup ("t.m1.38-1.0");
  create->dtls_role = CONTROL_DTLS_CLIENT;
  create->remote_fingerprint = g_strdup ("sha-256 AA:BB");
  create->remote_ufrag = g_strdup ("abcd");
  TrackSpec *track = track_spec_new ();
  track->track = g_strdup ("t.m1.38-1.0/camera");
  track->mid = g_strdup ("1");
  track->kind = TRACK_VIDEO;
  track->muted = TRUE;
  g_ptr_array_add (track->codecs, new_codec (96, "VP8", 97));
  g_strfreev (track->rids);
  track->rids = g_strsplit ("h,m,l", ",", -1);
  g_ptr_array_add (create->tracks, track);
  SlotSpec *slot = slot_spec_new ();
  slot->slot = g_strdup ("t.m1.38-1.0/main");
  slot->mid = g_strdup ("4");
  slot->kind = TRACK_VIDEO;
  slot->ssrc = 4000000000u;
  slot->cname = g_strdup ("diemcau");
  g_ptr_array_add (slot->codecs, new_codec (120, "VP8", -1));
  g_ptr_array_add (create->slots, slot);
  return create;
}

static void
test_request (void)
{
  g_autoptr (TransportCreateRequest) create = new_create ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) text =
      control_frame_encode (CONTROL_TRANSPORT_CREATE, FALSE, 7, create, &error);
  g_assert_no_error (error);
  gsize len;
  const char *data = g_bytes_get_data (text, &len);
  g_auto (ControlFrame) frame;
  g_assert_true (control_frame_decode (data, len, &frame, &error));
  g_assert_cmpint (frame.kind, ==, FRAME_MESSAGE);
  g_assert_cmpint (frame.type, ==, CONTROL_TRANSPORT_CREATE);
  g_assert_cmpint (frame.id, ==, 7);
  const TransportCreateRequest *read = frame.body;
  g_assert_cmpint (read->dtls_role, ==, CONTROL_DTLS_CLIENT);
  const TrackSpec *track = read->tracks->pdata[0];
  g_assert_true (track->muted);
  g_assert_cmpstr (track->rids[2], ==, "l");
  const CodecSpec *codec = track->codecs->pdata[0];
  g_assert_cmpint (codec->rtx_pt, ==, 97);
  g_assert_cmpuint (codec->feedback, ==, FEEDBACK_NACK | FEEDBACK_TWCC);
  const SlotSpec *slot = read->slots->pdata[0];
  g_assert_cmpuint (slot->ssrc, ==, 4000000000u);
  g_assert_cmpint (((CodecSpec *) slot->codecs->pdata[0])->rtx_pt, ==, -1);
}

static void
test_error (void)
{
  g_autofree char *long_text = g_strnfill (LIMIT_TEXT_BYTES + 50, 'x');
  g_autoptr (GBytes) text = control_frame_encode_error (3, "not-found", long_text);
  gsize len;
  const char *data = g_bytes_get_data (text, &len);
  g_auto (ControlFrame) frame;
  g_assert_true (control_frame_decode (data, len, &frame, NULL));
  g_assert_cmpint (frame.kind, ==, FRAME_ERROR);
  g_assert_cmpint (frame.id, ==, 3);
  g_assert_cmpstr (((ErrorMessage *) frame.body)->code, ==, "not-found");
}

static void
test_refused_frames (void)
{
  static const struct {
    const char *text;
    gint64 id;
    const char *reason;
  } rows[] = {
    { "{\"type\":\"nothing\",\"id\":4}", 4, "type: there is no such message" },
    { "{\"id\":4}", 4, "type: there is no such message" },
    { "{\"type\":5}", 0, "type: there is no such message" },
    { "{\"type\":\"hello\",\"version\":1}", 0, "id: must be an integer from 1" },
    { "{\"type\":\"hello\",\"id\":0,\"version\":1}", 0, "id: must be an integer from 1" },
    { "{\"type\":\"hello\",\"id\":9}", 9, "version: is missing" },
    { "{\"type\":\"error\",\"code\":\"a\",\"text\":\"\"}", 0, "id: must be an integer from 1" },
    { "{\"type\":\"track.state\",\"id\":1,\"track\":\"a\",\"active\":true}", 1,
      "id: an event has none" },
    { "{\"type\":\"track.state.reply\",\"id\":1}", 1, "type: there is no such message" },
    { "{\"type\":\"track.mute\",\"id\":1,\"mutes\":[{\"track\":\"a b\",\"muted\":true}]}", 1,
      "mutes[0].track: only letters, digits and . _ : / - are allowed" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autoptr (GError) error = NULL;
    g_auto (ControlFrame) frame;
    g_assert_false (control_frame_decode (rows[i].text, strlen (rows[i].text), &frame, &error));
    g_assert_cmpstr (error->message, ==, rows[i].reason);
    g_assert_cmpint (frame.id, ==, rows[i].id);
    g_assert_null (frame.body);
  }
}

/* The largest batch fits, one route more is refused by the reader. */
static void
test_batch_limit (void)
{
  for (int n = LIMIT_CONTROL_BATCH; n <= LIMIT_CONTROL_BATCH + 1; n++) {
    g_autoptr (SlotRouteRequest) request = slot_route_request_new ();
    for (int i = 0; i < n; i++) {
      RouteSpec *route = route_spec_new ();
      route->slot = g_strnfill (LIMIT_ID_BYTES, 's');
      route->track = g_strnfill (LIMIT_ID_BYTES, 't');
      route->height = LIMIT_HEIGHT;
      g_ptr_array_add (request->routes, route);
    }
    g_autoptr (GBytes) text = control_frame_encode (CONTROL_SLOT_ROUTE, FALSE, 1, request, NULL);
    gsize len;
    const char *data = g_bytes_get_data (text, &len);
    g_auto (ControlFrame) frame;
    g_assert_cmpint (control_frame_decode (data, len, &frame, NULL), ==, n == LIMIT_CONTROL_BATCH);
  }
}

/* The largest group fits into one message, one track more is refused by the reader. */
static void
test_group_limit (void)
{
  for (int n = LIMIT_GROUP_TRACKS; n <= LIMIT_GROUP_TRACKS + 1; n++) {
    g_autoptr (AudioGroupRequest) request = audio_group_request_new ();
    request->group = g_strnfill (LIMIT_ID_BYTES, 'g');
    request->lead = g_strnfill (LIMIT_ID_BYTES, 't');
    request->n = LIMIT_GROUP_VOICES;
    for (int i = 0; i < n; i++) {
      GroupTrackSpec *track = group_track_spec_new ();
      track->track = g_strnfill (LIMIT_ID_BYTES, 't');
      track->always = TRUE;
      g_ptr_array_add (request->tracks, track);
    }
    g_autoptr (GBytes) text = control_frame_encode (CONTROL_AUDIO_GROUP, FALSE, 1, request, NULL);
    gsize len;
    const char *data = g_bytes_get_data (text, &len);
    g_auto (ControlFrame) frame;
    g_assert_cmpint (control_frame_decode (data, len, &frame, NULL), ==, n == LIMIT_GROUP_TRACKS);
  }
}

/* The largest that a transport can be. */
static TransportSummary *
new_summary (void)
{
  TransportSummary *summary = transport_summary_new ();
  summary->transport = g_strnfill (LIMIT_ID_BYTES, 't');
  summary->state = TRANSPORT_DISCONNECTED;
  for (int k = 0; k < LIMIT_TRACKS; k++) {
    MuteSpec *mute = mute_spec_new ();
    mute->track = g_strnfill (LIMIT_ID_BYTES, 'm');
    g_ptr_array_add (summary->tracks, mute);
  }
  for (int k = 0; k < LIMIT_SLOTS; k++) {
    RouteSpec *route = route_spec_new ();
    route->slot = g_strnfill (LIMIT_ID_BYTES, 's');
    route->track = g_strnfill (LIMIT_ID_BYTES, 't');
    route->height = LIMIT_HEIGHT;
    g_ptr_array_add (summary->slots, route);
  }
  return summary;
}

/* A full page of state.list stays within one message; what does not is refused by the writer. */
static void
test_page_fits (void)
{
  g_autoptr (StateListReply) reply = state_list_reply_new ();
  for (int i = 0; i < LIMIT_CONTROL_PAGE; i++)
    g_ptr_array_add (reply->transports, new_summary ());
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) page = control_frame_encode (CONTROL_STATE_LIST, TRUE, 1, reply, &error);
  g_assert_no_error (error);
  g_assert_nonnull (page);
  for (int i = 0; i < LIMIT_CONTROL_PAGE; i++)
    g_ptr_array_add (reply->transports, new_summary ());
  g_autoptr (GBytes) none = control_frame_encode (CONTROL_STATE_LIST, TRUE, 1, reply, &error);
  g_assert_error (error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_SIZE);
  g_assert_null (none);
}

/* --- every bound of every message, at it and one past it ---------------------------------------
 */

static void
test_bounds (void)
{
  g_autoptr (GHashTable) checked = g_hash_table_new (NULL, NULL);
  for (int i = 0; i < CONTROL_N_TYPES; i++) {
    const ControlMessageRow *row = control_message_row ((ControlType) i);
    record_check_bounds (row->message, checked);
    if (row->reply)
      record_check_bounds (row->reply, checked);
  }
  g_assert_cmpuint (g_hash_table_size (checked), >, CONTROL_N_TYPES);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/messages/table", test_table);
  g_test_add_func ("/messages/documented", test_documented);
  g_test_add_func ("/messages/request", test_request);
  g_test_add_func ("/messages/error", test_error);
  g_test_add_func ("/messages/refused-frames", test_refused_frames);
  g_test_add_func ("/messages/group-limit", test_group_limit);
  g_test_add_func ("/messages/batch-limit", test_batch_limit);
  g_test_add_func ("/messages/page-fits", test_page_fits);
  g_test_add_func ("/messages/bounds", test_bounds);
  return g_test_run ();
}
