#include "server/probe/line_probe.h"

#include "server/load/room_session.h"
#include "server/probe/probe_media.h"
#include "server/probe/reach.h"

#include <gio/gio.h>

#define TICK_MS 50
#define JOIN_US (15 * (gint64) G_USEC_PER_SEC)
/* Checks for so long without an answer: UDP is blocked. */
#define ANSWER_US (5 * (gint64) G_USEC_PER_SEC)
/* Answered, and no media: the handshake takes so long on the worst of lines. */
#define MEDIA_US (15 * (gint64) G_USEC_PER_SEC)
/* First what others send comes to an end, then the line's own time is taken. */
#define QUIET_US (3 * (gint64) G_USEC_PER_SEC / 2)
#define IDLE_US (QUIET_US + 2 * (gint64) G_USEC_PER_SEC)
/* Until a queue on the way is as full as it will be. */
#define FILL_US (2 * (gint64) G_USEC_PER_SEC)
/* For reports that a full line did not let through: one comes each second. */
#define DRY_LEAST_US (3 * (gint64) G_USEC_PER_SEC / 2)
#define DRY_MOST_US (4 * (gint64) G_USEC_PER_SEC)
/* What was sent has not come back by then: it will not. */
#define BACK_US (6 * (gint64) G_USEC_PER_SEC)
#define TELL_US (3 * (gint64) G_USEC_PER_SEC)
#define LEAVE_US ((gint64) G_USEC_PER_SEC)
/* The loop lasts a minute. */
#define LOOP_AGAIN_US (30 * (gint64) G_USEC_PER_SEC)
/* IPv4 and IPv6 without options, then UDP, or TCP with its time stamps and RFC 4571's length */
#define HEADER_IPV4 20
#define HEADER_IPV6 40
#define HEADER_UDP 8
#define HEADER_TCP 34

typedef struct {
  const ProbeConfig *config;
  ProbeResult *result;
  GMainLoop *loop;
  SoupSession *soup;
  ProbeMedia *media;
  RoomSession *session;
  ReachCheck *reach; /* of TCP, or NULL */
  ProbeStage stage;
  gint64 stage_us;                      /* since when */
  gint64 in_us;                         /* the meeting answered the offer */
  gint64 back_us;                       /* the first packet came back */
  gint64 sent_us;                       /* since when it sends */
  guint64 sound_before, picture_before; /* packets of others that had come by then */
  gint64 loop_us;                       /* the loop was asked for last */
  gint64 answers;                       /* of checks, as last seen */
  guint plan_kbps;
  char *test; /* the server's name of it, or NULL */
  LineTest line;
} LineProbe;

static void
set_stage (LineProbe *probe, ProbeStage stage)
{
  probe->stage = stage;
  probe->stage_us = g_get_monotonic_time ();
  if (stage >= PROBE_DONE)
    g_main_loop_quit (probe->loop);
}

static void
fail (LineProbe *probe, const char *problem)
{
  if (probe->stage >= PROBE_DONE)
    return;
  probe->result->problem = g_strdup (problem);
  set_stage (probe, PROBE_FAILED);
}

static void
ask (LineProbe *probe, json_t *message)
{
  room_session_send (probe->session, message);
  json_decref (message);
}

static void
ask_loop (LineProbe *probe, gboolean on)
{
  probe->loop_us = g_get_monotonic_time ();
  ask (probe, json_pack ("{s:s, s:b}", "type", "test.loop", "on", on));
}

static void
send_media (LineProbe *probe, gboolean on)
{
  RoomMedia *media = room_session_get_media (probe->session);

  room_media_set_mic (media, on);
  room_media_set_camera (media, on);
}

/* --- what the server says --- */

static const char *
text_of (const json_t *message)
{
  const json_t *text = json_object_get (json_object_get (message, "text"), "en");

  return json_string_value (text);
}

static void
on_plan (LineProbe *probe, const json_t *message)
{
  json_int_t kbps = json_integer_value (json_object_get (message, "kbps"));

  probe->plan_kbps = (guint) CLAMP (kbps, 0, PROBE_KBPS_MAX);
  g_free (probe->test);
  probe->test = g_strdup (json_string_value (json_object_get (message, "test")));
}

static void
on_verdict (LineProbe *probe, const json_t *message)
{
  json_decref (probe->result->verdict);
  probe->result->verdict = json_deep_copy (message);
  if (probe->stage == PROBE_TELLING)
    set_stage (probe, PROBE_DONE);
}

/* A refused test.begin is a test that only this terminal sees. */
static void
on_error (LineProbe *probe, const json_t *message)
{
  const char *text = text_of (message),
             *code = json_string_value (json_object_get (message, "code"));

  if (probe->stage >= PROBE_IDLE && probe->stage <= PROBE_MEASURING &&
      g_strcmp0 (code, "test.not_now") != 0)
    fail (probe, text ? text : "the server refuses the test");
  else if (probe->stage == PROBE_TELLING)
    set_stage (probe, PROBE_DONE);
}

/* It ended by itself: the room was given the floor, or came on screen. */
static void
on_loop (LineProbe *probe, const json_t *message)
{
  if (!json_is_true (json_object_get (message, "on")) && probe->stage == PROBE_MEASURING)
    fail (probe, "the meeting needs this room now, so its test was ended");
}

static void
on_message (gpointer user_data, const json_t *message)
{
  static const struct {
    const char *type;
    void (*apply) (LineProbe *probe, const json_t *message);
  } handlers[] = {
    { "test.plan", on_plan },
    { "test.verdict", on_verdict },
    { "test.loop", on_loop },
    { "error", on_error },
  };
  const char *type = json_string_value (json_object_get (message, "type"));

  for (guint i = 0; i < G_N_ELEMENTS (handlers); i++)
    if (g_strcmp0 (type, handlers[i].type) == 0)
      handlers[i].apply (user_data, message);
}

/* --- joining --- */

static gboolean
join (LineProbe *probe, gboolean tcp)
{
  const ProbeConfig *config = probe->config;
  g_autoptr (GError) error = NULL;

  probe->result->by_tcp = tcp;
  probe->in_us = 0;
  probe->media = probe_media_new (config->media_port, tcp, &error);
  if (!probe->media) {
    fail (probe, error->message);
    return FALSE;
  }
  RoomSessionConfig session = { .soup = probe->soup,
                                .url = config->url,
                                .meeting = config->meeting,
                                .endpoint = config->endpoint,
                                .token = config->token,
                                .media = probe_media_get_config (probe->media),
                                .on_message = on_message,
                                .user_data = probe,
                                .is_manual = TRUE,
                                .checks_certificate = !config->insecure };
  probe->session = room_session_new (&session);
  send_media (probe, FALSE);
  set_stage (probe, PROBE_JOINING);
  return TRUE;
}

/* The seat is free at once, not after a minute. */
static void
leave (LineProbe *probe)
{
  gint64 until_us = g_get_monotonic_time () + LEAVE_US;

  if (probe->session && room_session_get_state (probe->session) >= ROOM_SESSION_OFFERING) {
    ask (probe, json_pack ("{s:s}", "type", "leave"));
    while (room_session_get_state (probe->session) != ROOM_SESSION_OVER &&
           g_get_monotonic_time () < until_us) {
      if (!g_main_context_iteration (g_main_context_get_thread_default (), FALSE))
        g_usleep (1000);
    }
  }
  g_clear_pointer (&probe->session, room_session_free);
  g_clear_pointer (&probe->media, probe_media_free);
}

static void
fail_to_join (LineProbe *probe)
{
  guint status = room_session_get_refusal (probe->session);
  const char *problem = room_session_get_problem (probe->session);

  if (status == 401 || status == 403)
    fail (probe, "the server does not accept this token: ask for a new one (diemcau token)");
  else if (status == 404)
    fail (probe, "the server knows no such meeting or room");
  else if (room_session_is_untrusted (probe->session))
    fail (probe, "the server's certificate is not trusted: give its --ca FILE, or --insecure");
  else
    fail (probe, problem ? problem : "the server does not answer");
}

static void
begin_idle (LineProbe *probe, const MediaLook *look)
{
  gboolean is_v6 = look->remote.any.sa_family == AF_INET6;

  probe->result->udp = probe->result->by_tcp ? probe->result->udp : REACH_YES;
  probe->result->tcp = probe->result->by_tcp ? REACH_YES : REACH_UNKNOWN;
  probe->result->network = reach_find_network (&look->remote);
  if (!probe->result->by_tcp)
    probe->reach = reach_check_new (&look->remote);
  line_test_init (&probe->line, (is_v6 ? HEADER_IPV6 : HEADER_IPV4) +
                                    (probe->result->by_tcp ? HEADER_TCP : HEADER_UDP));
  ask (probe, json_pack ("{s:s}", "type", "test.begin"));
  ask_loop (probe, TRUE); /* in place of what others send: nothing yet */
  set_stage (probe, PROBE_IDLE);
}

static void
tick_joining (LineProbe *probe, const MediaLook *look, gint64 now_us)
{
  RoomSessionState state = room_session_get_state (probe->session);
  gboolean is_in = state == ROOM_SESSION_IN_MEETING;
  gint64 wait_us = look->has_remote ? MEDIA_US : ANSWER_US;

  if (is_in && probe->in_us == 0)
    probe->in_us = now_us;
  if (is_in && room_media_is_connected (room_session_get_media (probe->session)) &&
      look->has_remote) {
    begin_idle (probe, look);
  } else if (is_in && now_us - probe->in_us > wait_us && !probe->result->by_tcp) {
    probe->result->udp = REACH_NO;
    leave (probe);
    join (probe, TRUE);
  } else if (is_in && now_us - probe->in_us > wait_us) {
    probe->result->tcp = REACH_NO;
    fail (probe, "the server's media port answers neither by UDP nor by TCP: ask the network's "
                 "administrator to open it");
  } else if (!is_in &&
             (room_session_get_problem (probe->session) || now_us - probe->stage_us > JOIN_US)) {
    fail_to_join (probe);
  }
}

/* --- the line --- */

static void
tick_idle (LineProbe *probe, const MediaLook *look, gint64 now_us)
{
  guint kbps = probe->config->kbps;

  if (now_us - probe->stage_us < IDLE_US)
    return;
  if (kbps == 0)
    kbps = probe->plan_kbps > 0 ? probe->plan_kbps : PROBE_KBPS;
  probe->result->asked_kbps = kbps;
  probe_media_set_kbps (probe->media, room_session_get_media (probe->session), kbps);
  send_media (probe, TRUE);
  probe->sent_us = now_us;
  probe->sound_before = look->line.down[0].packets;
  probe->picture_before = look->line.down[1].packets;
  set_stage (probe, PROBE_FILLING);
}

static void
tick_filling (LineProbe *probe, const MediaLook *look, gint64 now_us)
{
  gboolean is_back = look->line.down[0].packets > probe->sound_before ||
                     look->line.down[1].packets > probe->picture_before;

  if (is_back && probe->back_us == 0)
    probe->back_us = now_us;
  if ((probe->back_us != 0 && now_us - probe->back_us > FILL_US) ||
      now_us - probe->stage_us > BACK_US) {
    line_test_begin (&probe->line, &look->line, probe->sent_us);
    set_stage (probe, PROBE_MEASURING);
  }
}

static json_t *
reach_to_json (Reach reach)
{
  return reach == REACH_UNKNOWN ? json_null () : json_boolean (reach == REACH_YES);
}

static json_t *
line_to_json (const ProbeResult *result)
{
  const LineFigures *line = &result->line;
  json_t *json = json_pack (
      "{s:s, s:i, s:i, s:i, s:i, s:i, s:i, s:i}", "network", result->network, "up_kbps",
      (int) line->up.kbps, "up_loss", (int) (line->up.loss * 1000 + .5), "down_loss",
      (int) (line->down.loss * 1000 + .5), "up_jitter_ms", (int) (line->up.jitter_us / 1000),
      "down_jitter_ms", (int) (line->down.jitter_us / 1000), "rtt_ms",
      (int) (MAX (line->rtt_us, 0) / 1000), "seconds", (int) (line->seconds + .5));

  if (!line->is_down_least)
    json_object_set_new (json, "down_kbps", json_integer ((json_int_t) line->down.kbps));
  return json;
}

static void
tell (LineProbe *probe)
{
  const ProbeResult *result = probe->result;
  json_t *reach = json_object ();

  if (result->udp != REACH_UNKNOWN)
    json_object_set_new (reach, "udp", reach_to_json (result->udp));
  if (result->tcp != REACH_UNKNOWN)
    json_object_set_new (reach, "tcp", reach_to_json (result->tcp));
  ask (probe, json_pack ("{s:s, s:s, s:{s:b, s:b}, s:o, s:o}", "type", "test.result", "test",
                         probe->test, "loop", "seen", result->seen, "heard", result->heard, "reach",
                         reach, "line", line_to_json (result)));
}

static void
tick_measuring (LineProbe *probe, const MediaLook *look, gint64 now_us)
{
  ProbeResult *result = probe->result;

  line_test_look (&probe->line, &look->line);
  result->line = line_test_get (&probe->line);
  result->heard |= look->line.down[0].packets > probe->sound_before;
  result->seen |= look->line.down[1].packets > probe->picture_before;
  if (now_us - probe->loop_us > LOOP_AGAIN_US)
    ask_loop (probe, TRUE);
  if (now_us - probe->stage_us < (gint64) probe->config->seconds * G_USEC_PER_SEC)
    return;
  if (probe->reach)
    result->tcp = reach_check_get (probe->reach);
  send_media (probe, FALSE);
  set_stage (probe, PROBE_DRYING);
}

static gboolean
has_all_reports (const LineProbe *probe, const LineLook *look)
{
  const LineLook *before = &probe->line.last;

  for (guint i = 0; i < LINE_TEST_STREAMS; i++)
    if (look->up[i].reports <= before->up[i].reports ||
        look->down[i].reports <= before->down[i].reports)
      return FALSE;
  return TRUE;
}

static void
tick_drying (LineProbe *probe, const MediaLook *look, gint64 now_us)
{
  gint64 since_us = now_us - probe->stage_us;

  if (since_us < DRY_LEAST_US || (since_us < DRY_MOST_US && !has_all_reports (probe, &look->line)))
    return;
  line_test_end (&probe->line, &look->line);
  probe->result->line = line_test_get (&probe->line);
  set_stage (probe, probe->test ? PROBE_TELLING : PROBE_DONE);
  ask_loop (probe, FALSE);
  if (probe->test)
    tell (probe);
}

static void
tick_telling (LineProbe *probe, const MediaLook *look, gint64 now_us)
{
  (void) look;
  if (now_us - probe->stage_us > TELL_US)
    set_stage (probe, PROBE_DONE);
}

/* --- the run --- */

static void
note_rtt (LineProbe *probe, const MediaLook *look)
{
  gboolean is_news = look->answers > (guint64) probe->answers;

  probe->answers = (gint64) look->answers;
  gboolean is_quiet =
      probe->stage == PROBE_IDLE && g_get_monotonic_time () - probe->stage_us > QUIET_US;
  if (is_news && (is_quiet || probe->stage == PROBE_MEASURING))
    line_test_add_rtt (&probe->line, look->rtt_us, probe->stage == PROBE_MEASURING);
}

static double
share_of (const LineProbe *probe, gint64 now_us)
{
  static const gint64 lengths[] = { ANSWER_US, IDLE_US, FILL_US, 0, DRY_MOST_US, TELL_US };
  gint64 length = probe->stage == PROBE_MEASURING ? (gint64) probe->config->seconds * G_USEC_PER_SEC
                                                  : lengths[MIN (probe->stage, PROBE_TELLING)];

  return CLAMP ((double) (now_us - probe->stage_us) / (double) length, 0, 1);
}

static gboolean
on_tick (gpointer user_data)
{
  static void (*const ticks[]) (LineProbe *, const MediaLook *, gint64) = {
    [PROBE_JOINING] = tick_joining, [PROBE_IDLE] = tick_idle,
    [PROBE_FILLING] = tick_filling, [PROBE_MEASURING] = tick_measuring,
    [PROBE_DRYING] = tick_drying,   [PROBE_TELLING] = tick_telling,
  };
  LineProbe *probe = user_data;
  gint64 now_us = g_get_monotonic_time ();
  MediaLook look;

  if (probe->stage >= PROBE_DONE)
    return G_SOURCE_CONTINUE;
  probe_media_look (probe->media, room_session_get_media (probe->session), &look);
  note_rtt (probe, &look);
  if (probe->stage > PROBE_JOINING &&
      room_session_get_state (probe->session) != ROOM_SESSION_IN_MEETING)
    fail (probe, "the connection to the meeting was lost during the test");
  else
    ticks[probe->stage](probe, &look, now_us);
  if (probe->config->on_progress && probe->stage < PROBE_DONE)
    probe->config->on_progress (probe->config->user_data, probe->stage, share_of (probe, now_us),
                                &probe->result->line);
  return G_SOURCE_CONTINUE;
}

static void
run (LineProbe *probe)
{
  g_autoptr (GSource) tick = g_timeout_source_new (TICK_MS);

  g_source_set_callback (tick, on_tick, probe, NULL);
  g_source_attach (tick, g_main_context_get_thread_default ());
  g_main_loop_run (probe->loop);
  g_source_destroy (tick);
}

gboolean
line_probe_run (const ProbeConfig *config, ProbeResult *ret_result)
{
  LineProbe *probe = g_new0 (LineProbe, 1);
  g_autoptr (GError) error = NULL;

  *ret_result = (ProbeResult){ .network = "unknown" };
  probe->config = config;
  probe->result = ret_result;
  probe->loop = g_main_loop_new (g_main_context_get_thread_default (), FALSE);
  probe->soup = room_session_make_soup (config->ca_file, &error);
  if (!probe->soup)
    fail (probe, error->message);
  else if (join (probe, config->tcp))
    run (probe);
  gboolean is_done = probe->stage == PROBE_DONE;
  g_clear_pointer (&probe->reach, reach_check_free);
  leave (probe);
  g_clear_object (&probe->soup);
  g_main_loop_unref (probe->loop);
  g_free (probe->test);
  g_free (probe);
  return is_done;
}

void
line_probe_result_clear (ProbeResult *result)
{
  g_clear_pointer (&result->problem, g_free);
  g_clear_pointer (&result->verdict, json_decref);
}
