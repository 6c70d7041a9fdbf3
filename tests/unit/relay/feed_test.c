/* What a feed keeps for retransmission: the relay's own bounds of it. */
#include "pipelines/relay/feed.h"

#include "tests/unit/relay/bare_shard.h"

typedef struct {
  BareShard *bare;
  Feed *feed;
  PacketCache *cache;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->bare = bare_shard_new ();
  f->feed = bare_shard_add_feed (f->bare, 1, TRACK_VIDEO);
  f->cache = f->feed->encodings[0].cache;
  slot_route (bare_transport_add_slot (bare_shard_add_transport (f->bare, FALSE), TRACK_VIDEO, 7),
              f->feed, 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  bare_shard_free (f->bare);
}

/* @n packets that count @bytes each. */
static void
put (Fixture *f, guint64 seq, guint n, gsize bytes)
{
  for (guint i = 0; i < n; i++)
    g_assert_true (
        packet_cache_put (f->cache, seq + i, gst_buffer_new (), bytes, f->bare->shard.now_us));
}

static gboolean
has (Fixture *f, guint64 seq)
{
  return packet_cache_get (f->cache, seq, f->bare->shard.now_us) != NULL;
}

static void
test_bytes (Fixture *f, gconstpointer data)
{
  gsize each = CACHE_MAX_BYTES / (CACHE_MAX_PACKETS - 2);

  put (f, 1, CACHE_MAX_PACKETS - 2, each);
  put (f, CACHE_MAX_PACKETS, 1, CACHE_MAX_BYTES - packet_cache_bytes (f->cache));
  g_assert_cmpuint (packet_cache_bytes (f->cache), ==, CACHE_MAX_BYTES);
  g_assert_true (has (f, 1));
  put (f, CACHE_MAX_PACKETS + 1, 1, 1);
  g_assert_false (has (f, 1));
  g_assert_true (has (f, 2));
  g_assert_cmpuint (packet_cache_bytes (f->cache), ==, CACHE_MAX_BYTES - each + 1);
}

/* As large as they come: their number is what bounds them. */
static void
test_packets (Fixture *f, gconstpointer data)
{
  guint64 newest = CACHE_MAX_PACKETS;

  for (guint64 seq = 1; seq <= newest; seq++)
    bare_deliver (f->feed, seq, 1, RTP_PACKET_MAX - 12, FALSE);
  g_assert_true (has (f, 1) && has (f, newest));
  g_assert_cmpuint (packet_cache_bytes (f->cache), ==, CACHE_MAX_PACKETS * RTP_PACKET_MAX);
  bare_deliver (f->feed, newest + 1, 1, RTP_PACKET_MAX - 12, FALSE);
  g_assert_false (has (f, 1));
  g_assert_true (has (f, 2));
}

static void
test_age (Fixture *f, gconstpointer data)
{
  put (f, 1, 1, 100);
  f->bare->shard.now_us += CACHE_MAX_AGE_US;
  g_assert_true (has (f, 1));
  f->bare->shard.now_us++;
  g_assert_false (has (f, 1));
}

int
main (int argc, char **argv)
{
  gst_init (NULL, NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/relay/feed/bytes", Fixture, NULL, set_up, test_bytes, tear_down);
  g_test_add ("/relay/feed/packets", Fixture, NULL, set_up, test_packets, tear_down);
  g_test_add ("/relay/feed/age", Fixture, NULL, set_up, test_age, tear_down);
  return g_test_run ();
}
