/* The message table: complete, documented, and each message survives its own encoding. */
#include "pipelines/control/messages.h"

#include "pipelines/control/link.h"
#include "tests/unit/control/record_bounds.h"
#include "tests/unit/control/record_maker.h"

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

/* The largest frame is written and read, one byte more is refused by the writer. */
static void
test_frame_limit (void)
{
  TrackFrameEvent event = { .track = (char *) "t/camera", .codec = (char *) "VP8" };
  event.data = (char *) "";
  g_autoptr (GBytes) least = control_frame_encode (CONTROL_TRACK_FRAME, FALSE, 0, &event, NULL);
  g_autofree char *data =
      g_strnfill (LIMIT_CONTROL_MESSAGE_BYTES - g_bytes_get_size (least) + 1, 'd');
  event.data = data + 1;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) frame = control_frame_encode (CONTROL_TRACK_FRAME, FALSE, 0, &event, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (frame), ==, LIMIT_CONTROL_MESSAGE_BYTES);
  g_autoptr (json_t) json = NULL;
  g_assert_true (record_parse_text (g_bytes_get_data (frame, NULL), LIMIT_CONTROL_MESSAGE_BYTES,
                                    LIMIT_CONTROL_MESSAGE_BYTES, &json, NULL));
  g_assert_cmpstr (json_string_value (json_object_get (json, "data")), ==, event.data);
  event.data = data;
  g_assert_null (control_frame_encode (CONTROL_TRACK_FRAME, FALSE, 0, &event, &error));
  g_assert_error (error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_SIZE);
  g_assert_cmpstr (error->message, ==, "track.frame: 262145 bytes, allowed are 262144");
}

static void
test_unwritable (void)
{
  TransportCloseRequest request = { .transport = (char *) "\xff" };
  g_autoptr (GError) error = NULL;
  g_test_expect_message (NULL, G_LOG_LEVEL_CRITICAL,
                         "*TransportCloseRequest.transport cannot be written*");
  g_assert_null (control_frame_encode (CONTROL_TRANSPORT_CLOSE, FALSE, 1, &request, &error));
  g_test_assert_expected_messages ();
  g_assert_error (error, RECORD_ERROR, RECORD_ERROR_VALUE);
  g_assert_cmpstr (error->message, ==, "transport.close: cannot be written");
}

/* --- any frame of every message --------------------------------------------------------------- */

static void
check_frame (ControlType type, gboolean is_reply, gint64 id, gconstpointer body,
             const json_t *members)
{
  const ControlMessageRow *row = control_message_row (type);
  g_autofree char *name = g_strconcat (row->name, is_reply ? ".reply" : "", NULL);
  g_autoptr (json_t) expected = json_deep_copy (members);
  json_object_set_new (expected, "type", json_string (name));
  if (id > 0)
    json_object_set_new (expected, "id", json_integer (id));
  g_autofree char *wanted = json_dumps (expected, JSON_COMPACT);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) frame = control_frame_encode (type, is_reply, id, body, &error);
  g_assert_no_error (error);
  gsize len;
  const char *data = g_bytes_get_data (frame, &len);
  g_assert_cmpmem (data, len, wanted, strlen (wanted));
  g_auto (ControlFrame) read;
  g_assert_true (control_frame_decode (data, len, &read, &error));
  g_assert_cmpint (read.id, ==, id);
  g_assert_cmpint (read.type, ==, type);
  g_autoptr (json_t) again = record_encode (read.body_type, read.body);
  g_assert_true (json_equal (again, members));
}

static void
check_made (ControlType type, gboolean is_reply, GRand *chance)
{
  const ControlMessageRow *row = control_message_row (type);
  const RecordType *body_type = is_reply ? row->reply : row->message;
  g_autoptr (json_t) expected = NULL;
  gpointer body = record_make (body_type, chance, &expected);
  gint64 id = !row->reply ? 0 : g_rand_boolean (chance) ? G_MAXINT64 : 1;
  check_frame (type, is_reply, id, body, expected);
  record_free (body_type, body);
}

static void
test_made (void)
{
  g_autoptr (GRand) chance = g_rand_new_with_seed (11);
  for (int i = 0; i < CONTROL_N_TYPES; i++) {
    const ControlMessageRow *row = control_message_row ((ControlType) i);
    for (int k = 0; k < 50; k++) {
      check_made ((ControlType) i, FALSE, chance);
      if (row->reply)
        check_made ((ControlType) i, TRUE, chance);
    }
  }
}

/* What has no members may be given as NULL. */
static void
test_no_body (void)
{
  g_autoptr (GBytes) request = control_frame_encode (CONTROL_SHUTDOWN, FALSE, 12, NULL, NULL);
  static const char wanted[] = "{\"type\":\"shutdown\",\"id\":12}";
  g_assert_cmpmem (g_bytes_get_data (request, NULL), g_bytes_get_size (request), wanted,
                   strlen (wanted));
}

/* The names that the frame itself takes. */
static void
test_reserved (void)
{
  for (int i = 0; i < CONTROL_N_TYPES; i++) {
    const ControlMessageRow *row = control_message_row ((ControlType) i);
    for (int side = 0; side < (row->reply ? 2 : 1); side++)
      for (const RecordField *field = (side ? row->reply : row->message)->fields; field->name;
           field++)
        g_assert_false (g_str_equal (field->name, "type") || g_str_equal (field->name, "id"));
  }
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
  g_test_add_func ("/messages/frame-limit", test_frame_limit);
  g_test_add_func ("/messages/unwritable", test_unwritable);
  g_test_add_func ("/messages/made", test_made);
  g_test_add_func ("/messages/no-body", test_no_body);
  g_test_add_func ("/messages/reserved", test_reserved);
  g_test_add_func ("/messages/bounds", test_bounds);
  return g_test_run ();
}
