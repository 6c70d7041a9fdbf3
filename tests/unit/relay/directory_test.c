/* The directory alone: its shards only collect the commands that they are posted. */
#include "pipelines/relay/directory.h"

#include "pipelines/relay/directory_lines.h"

#include <string.h>

typedef struct {
  Shard shards[3];
  Shard *pointers[3];
  Directory *directory;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  for (guint i = 0; i < 3; i++) {
    f->shards[i].config.index = i;
    f->shards[i].mailbox = mailbox_new (NULL);
    f->pointers[i] = &f->shards[i];
  }
  f->directory = directory_new (f->pointers, 3);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  directory_free (f->directory);
  for (guint i = 0; i < 3; i++)
    mailbox_unref (f->shards[i].mailbox);
}

static void
add_track (TransportCreateRequest *request, const gchar *name, TrackKind kind)
{
  TrackSpec *spec = track_spec_new ();

  spec->track = g_strdup_printf ("%s/%s", request->transport, name);
  spec->kind = kind;
  g_ptr_array_add (request->tracks, spec);
}

static void
add_slot (TransportCreateRequest *request, const gchar *name, TrackKind kind)
{
  SlotSpec *spec = slot_spec_new ();

  spec->slot = g_strdup_printf ("%s/%s", request->transport, name);
  spec->kind = kind;
  g_ptr_array_add (request->slots, spec);
}

static TransportCreateRequest *
make_request (const gchar *id, guint n_slots)
{
  TransportCreateRequest *request = transport_create_request_new ();

  request->transport = g_strdup (id);
  request->remote_fingerprint = g_strdup ("sha-256 00");
  request->remote_ufrag = g_strdup ("abcd");
  add_track (request, "mic", TRACK_AUDIO);
  add_track (request, "camera", TRACK_VIDEO);
  for (guint i = 0; i < n_slots; i++) {
    g_autofree gchar *name = g_strdup_printf ("s%u", i);

    add_slot (request, name, TRACK_VIDEO);
  }
  return request;
}

static DirectoryTransport *
join (Fixture *f, const gchar *id, guint n_slots)
{
  g_autoptr (TransportCreateRequest) request = make_request (id, n_slots);
  DirectoryTransport *transport = directory_add (f->directory, id, NULL);
  const gchar *error;
  TransportPlan *plan = directory_plan (f->directory, transport, request, &error);

  g_assert_cmpstr (error, ==, NULL);
  g_assert_cmpuint (plan->serial, ==, transport->serial);
  g_assert_cmpuint (plan->shapes->len, ==, 2);
  transport_plan_free (plan);
  return transport;
}

static DirectoryTransport *
join_with_audio (Fixture *f, const gchar *id)
{
  g_autoptr (TransportCreateRequest) request = make_request (id, 0);
  DirectoryTransport *transport = directory_add (f->directory, id, NULL);
  const gchar *error;

  add_slot (request, "a0", TRACK_AUDIO);
  add_slot (request, "a1", TRACK_AUDIO);
  transport_plan_free (directory_plan (f->directory, transport, request, &error));
  g_assert_cmpstr (error, ==, NULL);
  return transport;
}

static gboolean
route (Fixture *f, const gchar *slot, const gchar *track)
{
  RouteSpec spec = { .slot = (gchar *) slot, .track = (gchar *) track, .height = 360 };

  return directory_route (f->directory, &spec);
}

static const DirectoryTrack *
camera_of (const DirectoryTransport *transport)
{
  return g_ptr_array_index (transport->tracks, 1);
}

/* A room with many slots weighs more than one with few. */
static void
test_least_load (Fixture *f, gconstpointer data)
{
  guint rooms[3] = { 0 };

  g_assert_true (join (f, "big", 20)->shard == &f->shards[0]);
  for (guint i = 0; i < 9; i++) {
    g_autofree gchar *id = g_strdup_printf ("r%u", i);

    rooms[join (f, id, 1)->shard->config.index]++;
  }
  g_assert_cmpuint (rooms[0], ==, 0);
  g_assert_cmpuint (rooms[1] + rooms[2], ==, 9);
  g_assert_cmpuint (MAX (rooms[1], rooms[2]), ==, 5);
  directory_remove (f->directory, directory_find (f->directory, "big"));
  g_assert_true (join (f, "next", 1)->shard == &f->shards[0]);
}

static gboolean
route_to_group (Fixture *f, const gchar *slot)
{
  RouteSpec spec = { .slot = (gchar *) slot, .group = (gchar *) "g", .place = 1 };

  return directory_route (f->directory, &spec);
}

static void
set_group (Fixture *f, const gchar *const *tracks)
{
  g_autoptr (AudioGroupRequest) request = audio_group_request_new ();

  request->group = g_strdup ("g");
  request->n = 3;
  for (guint i = 0; tracks[i] != NULL; i++) {
    GroupTrackSpec *track = group_track_spec_new ();

    track->track = g_strdup (tracks[i]);
    g_ptr_array_add (request->tracks, track);
  }
  directory_set_group (f->directory, request);
  directory_flush (f->directory);
}

static const DirectoryTrack *
mic_of (const DirectoryTransport *transport)
{
  return g_ptr_array_index (transport->tracks, 0);
}

/* A group counts once on each shard that has slots of it, whatever their number. */
static void
test_groups_are_counted (Fixture *f, gconstpointer data)
{
  DirectoryTransport *p = join (f, "p", 0);
  DirectoryTransport *q = join (f, "q", 0);
  DirectoryTransport *v = join_with_audio (f, "v");
  guint shard = v->shard->config.index;

  g_assert_true (route_to_group (f, "v/a0"));
  set_group (f, (const gchar *const[]){ "p/mic", "none/mic", "p/camera", NULL });
  g_assert_cmpuint (mic_of (p)->counts[shard], ==, 1);
  g_assert_cmpuint (camera_of (p)->counts[shard], ==, 0);
  g_assert_true (route_to_group (f, "v/a1"));
  g_assert_cmpuint (mic_of (p)->counts[shard], ==, 1);
  set_group (f, (const gchar *const[]){ "q/mic", "p/mic", NULL });
  g_assert_cmpuint (mic_of (p)->counts[shard], ==, 1);
  g_assert_cmpuint (mic_of (q)->counts[shard], ==, 1);
  directory_remove (f->directory, p);
  g_assert_true (route (f, "v/a0", "q/mic"));
  g_assert_cmpuint (mic_of (q)->counts[shard], ==, 2);
  directory_remove (f->directory, v);
  g_assert_cmpuint (mic_of (q)->counts[shard], ==, 0);
  set_group (f, (const gchar *const[]){ NULL });
}

static void
test_routes_are_counted (Fixture *f, gconstpointer data)
{
  DirectoryTransport *p = join (f, "p", 0);
  DirectoryTransport *v = join (f, "v", 2);
  DirectoryTransport *w = join (f, "w", 2);
  guint v_shard = v->shard->config.index, w_shard = w->shard->config.index;

  g_assert_cmpuint (v_shard, !=, w_shard);
  g_assert_true (route (f, "v/s0", "p/camera"));
  g_assert_true (route (f, "v/s1", "p/camera"));
  g_assert_true (route (f, "w/s0", "p/camera"));
  g_assert_cmpuint (camera_of (p)->counts[v_shard], ==, 2);
  g_assert_cmpuint (camera_of (p)->counts[w_shard], ==, 1);
  g_assert_true (route (f, "v/s0", ""));
  g_assert_cmpuint (camera_of (p)->counts[v_shard], ==, 1);
  g_assert_true (route (f, "v/s1", "w/camera"));
  g_assert_cmpuint (camera_of (p)->counts[v_shard], ==, 0);
  directory_remove (f->directory, w);
  g_assert_cmpuint (camera_of (p)->counts[w_shard], ==, 0);
  g_assert_null (((DirectorySlot *) v->slots->pdata[1])->track);
  directory_remove (f->directory, p);
  directory_flush (f->directory);
}

static void
test_routes_that_cannot_be (Fixture *f, gconstpointer data)
{
  DirectoryTransport *v = join (f, "v", 1);
  const DirectorySlot *slot = g_ptr_array_index (v->slots, 0);

  g_assert_false (route (f, "v/s9", "v/camera"));
  g_assert_false (route (f, "v/s0", "nobody/camera"));
  g_assert_false (route (f, "v/s0", "v/mic")); /* sound in a picture's slot */
  g_assert_null (slot->track);
  g_assert_true (route (f, "v/s0", "v/camera"));
  g_assert_nonnull (slot->track);
  /* the track it shows has gone meanwhile: it shows nothing */
  g_assert_false (route (f, "v/s0", "nobody/camera"));
  g_assert_null (slot->track);
}

static void
test_ids_are_unique (Fixture *f, gconstpointer data)
{
  g_autoptr (TransportCreateRequest) request = make_request ("v", 1);
  DirectoryTransport *other;
  const gchar *error = NULL;

  join (f, "v", 1);
  other = directory_add (f->directory, "other", NULL);
  g_assert_null (directory_plan (f->directory, other, request, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (other->tracks->len, ==, 0);
  g_assert_cmpuint (other->slots->len, ==, 0);
}

/* A second plan of the same transport adds what is new and keeps what is there. */
static void
test_update (Fixture *f, gconstpointer data)
{
  DirectoryTransport *v = join (f, "v", 1);
  g_autoptr (TransportCreateRequest) request = make_request ("v", 3);
  const DirectoryTrack *camera = camera_of (v);
  const gchar *error;
  TransportPlan *plan;

  add_track (request, "content", TRACK_VIDEO);
  plan = directory_plan (f->directory, v, request, &error);
  g_assert_nonnull (plan);
  g_assert_cmpuint (plan->shapes->len, ==, 3);
  g_assert_true (plan->shapes->pdata[1] == camera->shape);
  g_assert_cmpuint (v->tracks->len, ==, 3);
  g_assert_cmpuint (v->slots->len, ==, 3);
  transport_plan_free (plan);
}

static void
test_mute (Fixture *f, gconstpointer data)
{
  DirectoryTransport *v = join (f, "v", 0);
  MuteSpec mute = { .track = (gchar *) "v/camera", .muted = TRUE };
  g_autoptr (StateListReply) list = NULL;
  TransportSummary *summary;

  g_assert_false (camera_of (v)->muted);
  g_assert_true (directory_mute (f->directory, &mute));
  g_assert_true (camera_of (v)->muted);
  list = directory_list (f->directory, NULL);
  summary = g_ptr_array_index (list->transports, 0);
  g_assert_false (((MuteSpec *) summary->tracks->pdata[0])->muted);
  g_assert_true (((MuteSpec *) summary->tracks->pdata[1])->muted);
  mute.track = (gchar *) "nobody/camera";
  g_assert_false (directory_mute (f->directory, &mute));
}

static void
test_serials_are_not_reused (Fixture *f, gconstpointer data)
{
  DirectoryTransport *first = join (f, "v", 1);
  guint32 serial = first->serial, track = camera_of (first)->shape->serial;

  directory_remove (f->directory, first);
  g_assert_null (directory_find (f->directory, "v"));
  g_assert_null (directory_find_serial (f->directory, serial));
  g_assert_cmpuint (join (f, "v", 1)->serial, >, track);
}

static gboolean
limit (Fixture *f, const gchar *id, const gchar *line)
{
  TransportLimit spec = { .transport = (gchar *) id,
                          .line = (gchar *) line,
                          .line_down_bps = 900000 };

  return directory_limit (f->directory, &spec);
}

/* Those of one line are kept together, whatever the load. */
static void
test_line_stays_together (Fixture *f, gconstpointer data)
{
  DirectoryTransport *first = directory_add (f->directory, "a", "u.38");
  DirectoryTransport *second = directory_add (f->directory, "b", "u.38");
  DirectoryTransport *alone = directory_add (f->directory, "c", NULL);

  g_assert_true (second->shard == first->shard);
  g_assert_true (second->line == first->line);
  g_assert_true (alone->shard != first->shard);
  g_assert_null (alone->line);
  /* it came to be of the line later, and stays where it is */
  g_assert_true (limit (f, "c", "u.38"));
  g_assert_true (alone->line == first->line);
  g_assert_true (alone->shard != first->shard);
  g_assert_false (limit (f, "nobody", "u.38"));
  g_assert_true (limit (f, "a", NULL));
  g_assert_null (first->line);
  directory_remove (f->directory, second);
  directory_remove (f->directory, alone);
  /* the line is gone with its last one */
  g_assert_true (limit (f, "a", "u.39"));
  g_assert_cmpuint (directory_line_serial (first->line), !=, 0);
  directory_remove (f->directory, first);
}

static void
add (const gchar *path, void (*func) (Fixture *f, gconstpointer data))
{
  g_test_add (path, Fixture, NULL, set_up, func, tear_down);
}

/* As many shards as there may be, and one past them, which is left alone. */
static void
test_shards (void)
{
  Shard shards[LIMIT_SHARDS + 1] = { 0 };
  Shard *pointers[LIMIT_SHARDS + 1];
  Fixture f = { 0 };

  for (guint i = 0; i <= LIMIT_SHARDS; i++) {
    shards[i].config.index = i;
    shards[i].mailbox = mailbox_new (NULL);
    pointers[i] = &shards[i];
  }
  f.directory = directory_new (pointers, LIMIT_SHARDS + 1);
  for (guint i = 0; i < 2 * LIMIT_SHARDS; i++) {
    g_autofree gchar *id = g_strdup_printf ("r%u", i);

    g_assert_true (join (&f, id, 1)->shard == &shards[i % LIMIT_SHARDS]);
  }
  directory_free (f.directory);
  for (guint i = 0; i <= LIMIT_SHARDS; i++)
    mailbox_unref (shards[i].mailbox);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/relay/directory/least-load", test_least_load);
  add ("/relay/directory/routes-are-counted", test_routes_are_counted);
  add ("/relay/directory/groups-are-counted", test_groups_are_counted);
  add ("/relay/directory/routes-that-cannot-be", test_routes_that_cannot_be);
  add ("/relay/directory/ids-are-unique", test_ids_are_unique);
  add ("/relay/directory/update", test_update);
  add ("/relay/directory/mute", test_mute);
  add ("/relay/directory/line-stays-together", test_line_stays_together);
  add ("/relay/directory/serials", test_serials_are_not_reused);
  g_test_add_func ("/relay/directory/shards", test_shards);
  return g_test_run ();
}
