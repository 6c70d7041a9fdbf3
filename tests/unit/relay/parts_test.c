/* The small parts of the relay, each alone. */
#include "pipelines/relay/burst.h"
#include "pipelines/relay/candidates.h"
#include "pipelines/relay/codecs.h"
#include "pipelines/relay/mailbox.h"
#include "pipelines/relay/media_queue.h"
#include "pipelines/relay/track_shape.h"

#include <string.h>

/* --- mailbox ------------------------------------------------------------------------------------
 */

typedef struct {
  Mailbox *mailbox;
  guint runs, destroys;
  gint order[3000];
} Box;

typedef struct {
  Box *box;
  gint number;
} Letter;

static void
on_letter (gpointer data)
{
  Letter *letter = data;

  letter->box->order[letter->box->runs++] = letter->number;
}

static void
on_letter_gone (gpointer data)
{
  ((Letter *) data)->box->destroys++;
  g_free (data);
}

static void
post (Box *box, gint number)
{
  Letter *letter = g_new0 (Letter, 1);

  letter->box = box;
  letter->number = number;
  mailbox_post (box->mailbox, on_letter, letter, on_letter_gone);
}

static void
test_mailbox_keeps_order (void)
{
  Box box = { .mailbox = mailbox_new (NULL) };

  for (gint i = 0; i < 100; i++)
    post (&box, i);
  g_assert_cmpuint (box.runs, ==, 0);
  g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (box.runs, ==, 100);
  g_assert_cmpuint (box.destroys, ==, 100);
  g_assert_cmpuint (mailbox_get_wakes (box.mailbox), ==, 1);
  for (gint i = 0; i < 100; i++)
    g_assert_cmpint (box.order[i], ==, i);
  mailbox_unref (box.mailbox);
}

static void
test_mailbox_closed (void)
{
  Box box = { .mailbox = mailbox_new (NULL) };

  post (&box, 1);
  mailbox_close (box.mailbox);
  post (&box, 2);
  g_assert_cmpuint (box.runs, ==, 0);
  g_assert_cmpuint (box.destroys, ==, 2);
  mailbox_unref (box.mailbox);
}

static gpointer
poster (gpointer data)
{
  for (gint i = 0; i < 1000; i++)
    post (data, i);
  return NULL;
}

static void
test_mailbox_many_posters (void)
{
  Box box = { .mailbox = mailbox_new (NULL) };
  GThread *threads[3];

  for (guint i = 0; i < 3; i++)
    threads[i] = g_thread_new ("poster", poster, &box);
  while (box.runs < 3000)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < 3; i++)
    g_thread_join (threads[i]);
  g_assert_cmpuint (box.destroys, ==, 3000);
  mailbox_unref (box.mailbox);
}

/* --- burst --------------------------------------------------------------------------------------
 */

static void
add_packet (Burst *burst, guint payload_size, gboolean marker, gint64 at_us)
{
  guint8 data[1500] = { 0x80, (marker ? 0x80 : 0) | 96 };
  PacketInfo info = { .arrival_us = at_us };

  g_assert_true (rtp_packet_parse (&info.rtp, data, 12 + payload_size));
  burst_add (burst, &info);
}

static void
test_burst_is_due (void)
{
  Burst burst = { .n_packets = 0 };

  g_assert_false (burst_is_due (&burst, 0, 0));
  add_packet (&burst, 100, FALSE, 1000);
  g_assert_true (burst_is_due (&burst, 1000, 0));
  g_assert_false (burst_is_due (&burst, 1000 + BURST_HOLD_US - 1, BURST_HOLD_US));
  g_assert_true (burst_is_due (&burst, 1000 + BURST_HOLD_US, BURST_HOLD_US));
  add_packet (&burst, 100, TRUE, 1001);
  g_assert_true (burst_is_due (&burst, 1001, BURST_HOLD_US));
  burst_clear (&burst);
  for (guint i = 0; i < BURST_MAX_PACKETS; i++)
    add_packet (&burst, 100, FALSE, 2000);
  g_assert_true (burst_is_full (&burst));
  g_assert_true (burst_is_due (&burst, 2000, BURST_HOLD_US));
  burst_clear (&burst);
}

static void
test_burst_pads (void)
{
  static const struct {
    guint sizes[4];
    guint bodies[4];
  } rows[] = {
    { { 800, 800, 801, 801 }, { 801, 801, 801, 801 } },
    { { 801, 800, 801, 300 }, { 801, 801, 801, 300 } }, /* the last may be shorter */
    { { 800, 600, 800, 800 }, { 800, 600, 800, 800 } }, /* too much to add */
    { { 800 - BURST_MAX_PAD_BYTES, 800, 800, 800 }, { 800, 800, 800, 800 } },
    { { 799 - BURST_MAX_PAD_BYTES, 800, 800, 800 }, { 799 - BURST_MAX_PAD_BYTES, 800, 800, 800 } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    Burst burst = { .n_packets = 0 };

    for (guint j = 0; j < 4; j++)
      add_packet (&burst, rows[i].sizes[j], j == 3, 0);
    burst_pad (&burst);
    for (guint j = 0; j < 4; j++) {
      const PacketInfo *info = &burst.packets[j];
      RtpPacket parsed;

      g_assert_cmpuint (rtp_packet_body_size (&info->rtp), ==, rows[i].bodies[j]);
      g_assert_cmpuint (info->rtp.payload_size, ==, rows[i].sizes[j]);
      g_assert_true (rtp_packet_parse (&parsed, info->rtp.data, info->rtp.size));
      g_assert_cmpuint (parsed.payload_size, ==, rows[i].sizes[j]);
      g_assert_cmpint (info->out.padded, ==, rows[i].bodies[j] != rows[i].sizes[j]);
    }
    burst_clear (&burst);
  }
}

static void
test_burst_take (void)
{
  Burst burst = { .n_packets = 0 };
  GstBufferList *list;

  add_packet (&burst, 100, FALSE, 5);
  add_packet (&burst, 120, TRUE, 6);
  list = burst_take (&burst);
  g_assert_true (burst_is_empty (&burst));
  g_assert_cmpuint (gst_buffer_list_length (list), ==, 2);
  g_assert_cmpuint (packet_meta_get (gst_buffer_list_get (list, 1))->rtp.payload_size, ==, 120);
  g_assert_cmpuint (gst_buffer_get_size (gst_buffer_list_get (list, 1)), ==, 132);
  gst_buffer_list_unref (list);
  burst_clear (&burst);
}

/* --- media queue --------------------------------------------------------------------------------
 */

static void
push (MediaQueue *queue, gboolean is_audio, guint32 track, guint n_packets, gint64 since_us)
{
  MediaBurst burst = { .track = track, .is_audio = is_audio, .since_us = since_us };

  burst.list = gst_buffer_list_new_sized (n_packets);
  for (guint i = 0; i < n_packets; i++)
    gst_buffer_list_add (burst.list, gst_buffer_new ());
  media_queue_push (queue, &burst);
}

static void
count_dropped (const MediaBurst *burst, gpointer user_data)
{
  *(guint *) user_data += gst_buffer_list_length (burst->list);
}

static guint32
pop (MediaQueue *queue, gint64 now_us)
{
  MediaBurst burst;

  if (!media_queue_pop (queue, now_us, &burst))
    return 0;
  gst_buffer_list_unref (burst.list);
  return burst.track;
}

static void
test_queue_audio_first (void)
{
  guint dropped = 0;
  g_autoptr (MediaQueue) queue = media_queue_new (count_dropped, &dropped);

  push (queue, FALSE, 1, 9, 0);
  push (queue, TRUE, 2, 1, 0);
  push (queue, FALSE, 3, 9, 0);
  g_assert_cmpuint (media_queue_get_n_packets (queue), ==, 19);
  g_assert_cmpuint (pop (queue, 0), ==, 2);
  g_assert_cmpuint (pop (queue, 0), ==, 1);
  g_assert_cmpuint (pop (queue, 0), ==, 3);
  g_assert_cmpuint (pop (queue, 0), ==, 0);
  g_assert_true (media_queue_is_empty (queue));
  g_assert_cmpuint (dropped, ==, 0);
}

static void
test_queue_drops_what_is_old (void)
{
  guint dropped = 0;
  g_autoptr (MediaQueue) queue = media_queue_new (count_dropped, &dropped);
  gint64 now_us = RELAY_VIDEO_MAX_AGE_US + 1;

  push (queue, FALSE, 1, 9, 0);
  push (queue, FALSE, 2, 9, 1);
  push (queue, TRUE, 3, 1, 0);
  g_assert_cmpuint (pop (queue, now_us), ==, 3);
  g_assert_cmpuint (pop (queue, now_us), ==, 2);
  g_assert_cmpuint (dropped, ==, 9);
  push (queue, TRUE, 4, 1, 0);
  g_assert_cmpuint (pop (queue, RELAY_AUDIO_MAX_AGE_US + 1), ==, 0);
  g_assert_cmpuint (dropped, ==, 10);
}

static void
test_queue_is_bounded (void)
{
  guint dropped = 0;
  g_autoptr (MediaQueue) queue = media_queue_new (count_dropped, &dropped);
  guint bursts = RELAY_MAX_PENDING_PACKETS / 8;

  push (queue, TRUE, 1, 8, 0);
  for (guint i = 1; i < bursts; i++)
    push (queue, FALSE, 2 + i, 8, 0);
  g_assert_cmpuint (dropped, ==, 0);
  push (queue, FALSE, 99999, 8, 0);
  g_assert_cmpuint (dropped, ==, 8);
  g_assert_cmpuint (pop (queue, 0), ==, 1);
  g_assert_cmpuint (pop (queue, 0), ==, 4); /* 3 was the oldest video */
}

/* --- candidates ---------------------------------------------------------------------------------
 */

static const InterfaceAddress interfaces[] = {
  { "127.0.0.1", TRUE },   { "::1", TRUE },           { "192.0.2.5", TRUE },   { "fe80::1", TRUE },
  { "2001:db8::5", TRUE }, { "198.51.100.9", FALSE }, { "169.254.3.4", TRUE },
};

static void
assert_candidates (Settings *settings, guint n_interfaces, const gchar *expected)
{
  g_auto (GStrv) chosen = candidates_choose (settings, interfaces, n_interfaces);
  g_autofree gchar *text = g_strjoinv (" ", chosen);

  g_assert_cmpstr (text, ==, expected);
}

static void
set (Settings *settings, const gchar *assignment)
{
  g_autoptr (GError) error = NULL;

  settings_set (settings, assignment, &error);
  g_assert_no_error (error);
}

static void
test_candidates (void)
{
  g_autoptr (Settings) settings = settings_new ();
  guint n = G_N_ELEMENTS (interfaces);

  settings->relay.loopback_candidate = FALSE;
  assert_candidates (settings, n, "192.0.2.5 2001:db8::5");
  assert_candidates (settings, 2, "127.0.0.1 ::1");
  settings->relay.loopback_candidate = TRUE;
  assert_candidates (settings, n, "192.0.2.5 2001:db8::5 127.0.0.1 ::1");
  set (settings, "relay.advertised_addresses=203.0.113.7");
  assert_candidates (settings, n, "203.0.113.7 192.0.2.5 2001:db8::5 127.0.0.1 ::1");
  set (settings, "relay.addresses=192.0.2.5");
  assert_candidates (settings, n, "203.0.113.7 192.0.2.5");
}

/* So many addresses are told, one more is not. */
static void
test_candidates_bounded (void)
{
  g_autoptr (Settings) settings = settings_new ();

  for (guint n = LIMIT_CANDIDATES; n <= LIMIT_CANDIDATES + 1; n++) {
    g_autofree InterfaceAddress *many = g_new0 (InterfaceAddress, n);
    g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
    g_auto (GStrv) chosen = NULL;

    for (guint i = 0; i < n; i++) {
      g_ptr_array_add (texts, g_strdup_printf ("192.0.2.%u", i + 1));
      many[i] = (InterfaceAddress){ g_ptr_array_index (texts, i), TRUE };
    }
    chosen = candidates_choose (settings, many, n);
    g_assert_cmpuint (g_strv_length (chosen), ==, LIMIT_CANDIDATES);
  }
}

static void
test_candidates_described (void)
{
  static const gchar *const addresses[] = { "192.0.2.5", "2001:db8::5", NULL };
  g_autoptr (GPtrArray) list = candidates_describe (addresses, 50001, FALSE);
  const CandidateSpec *first = g_ptr_array_index (list, 0);
  const CandidateSpec *second = g_ptr_array_index (list, 1);

  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpint (first->family, ==, CONTROL_IPV4);
  g_assert_cmpint (second->family, ==, CONTROL_IPV6);
  g_assert_cmpint (second->port, ==, 50001);
  g_assert_cmpuint (first->priority, >, second->priority);
  g_assert_cmpstr (first->foundation, !=, second->foundation);
}

/* RFC 6544 4.2: behind all that go by UDP; a foundation is of one kind. */
static void
test_tcp_candidates_described (void)
{
  static const gchar *const addresses[] = { "192.0.2.5", "2001:db8::5", NULL };
  g_autoptr (GPtrArray) list = candidates_describe (addresses, 50001, TRUE);
  guint32 before = G_MAXUINT32;

  g_assert_cmpuint (list->len, ==, 4);
  for (guint i = 0; i < list->len; i++) {
    const CandidateSpec *candidate = g_ptr_array_index (list, i);
    g_autofree gchar *foundation = g_strdup_printf ("%u", i + 1);

    g_assert_cmpint (candidate->tcp, ==, i >= 2);
    g_assert_cmpint (candidate->port, ==, 50001);
    g_assert_cmpstr (candidate->address, ==, addresses[i % 2]);
    g_assert_cmpstr (candidate->foundation, ==, foundation);
    g_assert_cmpuint (candidate->priority, <, before);
    before = candidate->priority;
  }
}

/* --- codecs -------------------------------------------------------------------------------------
 */

static void
add_codec (GPtrArray *specs, int pt, const gchar *name, const gchar *fmtp, int rtx_pt)
{
  CodecSpec *spec = codec_spec_new ();

  spec->pt = pt;
  spec->name = g_strdup (name);
  spec->clock_rate = 90000;
  spec->fmtp = g_strdup (fmtp);
  spec->rtx_pt = rtx_pt;
  g_ptr_array_add (specs, spec);
}

static const CodecEntry *
match_one (const gchar *receiver_fmtp, const gchar *source_fmtp, const gchar *name,
           CodecTable *receiver)
{
  g_autoptr (GPtrArray) receivers = record_list_new (&codec_spec_type);
  g_autoptr (GPtrArray) sources = record_list_new (&codec_spec_type);
  CodecTable source;

  add_codec (receivers, 100, name, receiver_fmtp, -1);
  add_codec (sources, 96, name, source_fmtp, -1);
  codec_table_init (receiver, receivers);
  codec_table_init (&source, sources);
  return codec_table_match (receiver, &source.entries[0]);
}

static void
test_codec_match (void)
{
  static const struct {
    const gchar *name, *receiver, *source;
    gboolean fits;
  } rows[] = {
    { "VP8", NULL, NULL, TRUE },
    { "VP9", "profile-id=0", NULL, TRUE },
    { "VP9", "profile-id=2", "profile-id=0", FALSE },
    { "H264", "packetization-mode=1;profile-level-id=42e01f",
      "profile-level-id=42001f;packetization-mode=1", TRUE },
    { "H264", "profile-level-id=42e01f", "packetization-mode=1;profile-level-id=42e01f", FALSE },
    { "H264", "packetization-mode=1;profile-level-id=640c1f",
      "packetization-mode=1;profile-level-id=42e01f", TRUE },
    { "H264", "packetization-mode=1;profile-level-id=42e01f",
      "packetization-mode=1;profile-level-id=640c1f", FALSE },
    { "H264", "packetization-mode=1", "packetization-mode=1;profile-level-id=42e01f", TRUE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    CodecTable receiver;

    g_assert_cmpint (match_one (rows[i].receiver, rows[i].source, rows[i].name, &receiver) != NULL,
                     ==, rows[i].fits);
  }
}

static void
test_codec_table (void)
{
  g_autoptr (GPtrArray) specs = record_list_new (&codec_spec_type);
  CodecTable table;
  gboolean is_rtx;

  add_codec (specs, 96, "vp8", NULL, 97);
  add_codec (specs, 98, "flexfec-03", NULL, -1);
  add_codec (specs, 99, "H264", "packetization-mode=1;profile-level-id=42e01f", -1);
  codec_table_init (&table, specs);
  g_assert_cmpuint (table.n_entries, ==, 2);
  g_assert_cmpint (codec_table_find_pt (&table, 97, &is_rtx), ==, 0);
  g_assert_true (is_rtx);
  g_assert_cmpint (codec_table_find_pt (&table, 99, &is_rtx), ==, 1);
  g_assert_false (is_rtx);
  g_assert_cmpint (codec_table_find_pt (&table, 98, &is_rtx), ==, -1);
  g_assert_cmpint (table.entries[1].profile, ==, 0x42);
}

static void
test_sources_differ (void)
{
  g_assert_cmpuint (track_source (1, 0, 0), !=, 0);
  g_assert_cmpuint (track_source (1, 0, 0), !=, track_source (1, 1, 0));
  g_assert_cmpuint (track_source (1, 2, 63), !=, track_source (2, 0, 0));
  g_assert_cmpuint (track_source (1, 0, 1), !=, track_source (1, 0, 2));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/relay/mailbox/order", test_mailbox_keeps_order);
  g_test_add_func ("/relay/mailbox/closed", test_mailbox_closed);
  g_test_add_func ("/relay/mailbox/many-posters", test_mailbox_many_posters);
  g_test_add_func ("/relay/burst/due", test_burst_is_due);
  g_test_add_func ("/relay/burst/pads", test_burst_pads);
  g_test_add_func ("/relay/burst/take", test_burst_take);
  g_test_add_func ("/relay/queue/audio-first", test_queue_audio_first);
  g_test_add_func ("/relay/queue/old", test_queue_drops_what_is_old);
  g_test_add_func ("/relay/queue/bounded", test_queue_is_bounded);
  g_test_add_func ("/relay/candidates/choose", test_candidates);
  g_test_add_func ("/relay/candidates/bounded", test_candidates_bounded);
  g_test_add_func ("/relay/candidates/describe", test_candidates_described);
  g_test_add_func ("/relay/candidates/tcp", test_tcp_candidates_described);
  g_test_add_func ("/relay/codecs/match", test_codec_match);
  g_test_add_func ("/relay/codecs/table", test_codec_table);
  g_test_add_func ("/relay/track/sources-differ", test_sources_differ);
  return g_test_run ();
}
