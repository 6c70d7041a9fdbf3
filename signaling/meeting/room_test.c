#include "signaling/meeting/room_test.h"

#include "signaling/health/client_report.h"

/* DOMAIN: must look good at 40 ms of jitter and 150 ms of RTT, stay intelligible at 100 and 250. */
#define JITTER_FAIR_MS 40
#define JITTER_BAD_MS 100
#define RTT_FAIR_MS 150
#define RTT_BAD_MS 250
/* A picture is usable at 384 kbit/s. */
#define KBPS_USABLE 384
/* A tenth under what is needed is within what 15 s can tell. */
#define KBPS_ENOUGH_PERCENT 90
/* Peaks of somebody who speaks before a microphone that is on lie at -6 to -30 dBov. */
#define MIC_SILENT_LEVEL 60
#define MIC_LOW_LEVEL 40

const char *const test_light_names[] = { "none", "good", "fair", "bad", NULL };

/* What is judged, with the relay's figures filled in. */
typedef struct {
  const TestResult *result;
  const TestTerms *terms;
  TestLine line;
  const RelayLine *relay;
} Facts;

/* --- the line --- */

static int
known_or (int figure, int otherwise)
{
  return figure != TEST_UNKNOWN ? figure : otherwise;
}

static TestLine
line_of (const TestResult *result, const RelayLine *relay)
{
  static const TestLine none = { .network = CLIENT_NETWORK_UNKNOWN,
                                 .up_kbps = TEST_UNKNOWN,
                                 .down_kbps = TEST_UNKNOWN,
                                 .up_loss = TEST_UNKNOWN,
                                 .down_loss = TEST_UNKNOWN,
                                 .up_jitter_ms = TEST_UNKNOWN,
                                 .down_jitter_ms = TEST_UNKNOWN,
                                 .rtt_ms = TEST_UNKNOWN,
                                 .seconds = TEST_UNKNOWN };
  TestLine line = result->line != NULL ? *result->line : none;

  line.up_loss = known_or (line.up_loss, relay->up_loss);
  line.down_loss = known_or (line.down_loss, relay->down_loss);
  line.rtt_ms = known_or (line.rtt_ms, relay->rtt_ms);
  return line;
}

/* More is worse. */
static TestLight
grade (int figure, int fair_above, int bad_above)
{
  if (figure > bad_above)
    return TEST_LIGHT_BAD;
  return figure > fair_above ? TEST_LIGHT_FAIR : TEST_LIGHT_NONE;
}

/* As the light of a line: from fair_permille yellow, above poor_permille red. */
static TestLight
grade_loss (int loss, const TestTerms *terms)
{
  return grade (loss, (int) terms->fair_permille - 1, (int) terms->poor_permille);
}

static TestLight
grade_kbps (int kbps, const TestTerms *terms)
{
  if (kbps == TEST_UNKNOWN || (gint64) kbps * 100 >= (gint64) terms->kbps * KBPS_ENOUGH_PERCENT)
    return TEST_LIGHT_NONE;
  return kbps < MIN (KBPS_USABLE, (int) terms->kbps) ? TEST_LIGHT_BAD : TEST_LIGHT_FAIR;
}

static TestLight
loss_up (const Facts *facts)
{
  return grade_loss (facts->line.up_loss, facts->terms);
}

static TestLight
loss_down (const Facts *facts)
{
  return grade_loss (facts->line.down_loss, facts->terms);
}

static TestLight
narrow_up (const Facts *facts)
{
  return grade_kbps (facts->line.up_kbps, facts->terms);
}

/* What comes back is what this room's own camera sends, which may be little. */
static TestLight
narrow_down (const Facts *facts)
{
  if (facts->relay->carried == TRUE)
    return TEST_LIGHT_NONE;
  return grade_kbps (facts->line.down_kbps, facts->terms);
}

static TestLight
jitter (const Facts *facts)
{
  return grade (MAX (facts->line.up_jitter_ms, facts->line.down_jitter_ms), JITTER_FAIR_MS,
                JITTER_BAD_MS);
}

static TestLight
far (const Facts *facts)
{
  return grade (facts->line.rtt_ms, RTT_FAIR_MS, RTT_BAD_MS);
}

/* Wi-Fi is named where the line is ill: it is what a person there can change at once. */
static TestLight
use_cable (const Facts *facts)
{
  TestLight (*const parts[]) (const Facts *) = { loss_up,     loss_down, narrow_up,
                                                 narrow_down, jitter,    far };
  TestLight worst = TEST_LIGHT_NONE;

  if (facts->line.network != CLIENT_NETWORK_WIFI)
    return TEST_LIGHT_NONE;
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    worst = MAX (worst, parts[i](facts));
  return worst;
}

static TestLight
line_unknown (const Facts *facts)
{
  gboolean has_loss = facts->line.up_loss != TEST_UNKNOWN && facts->line.down_loss != TEST_UNKNOWN;

  return has_loss ? TEST_LIGHT_NONE : TEST_LIGHT_FAIR;
}

static TestLight
no_udp (const Facts *facts)
{
  const TestReach *reach = facts->result->reach;

  return reach != NULL && reach->udp == FALSE && reach->tcp == FALSE ? TEST_LIGHT_BAD
                                                                     : TEST_LIGHT_NONE;
}

static TestLight
tcp_only (const Facts *facts)
{
  const TestReach *reach = facts->result->reach;

  return reach != NULL && reach->udp == FALSE && reach->tcp != FALSE ? TEST_LIGHT_FAIR
                                                                     : TEST_LIGHT_NONE;
}

static TestLight
loop_not_seen (const Facts *facts)
{
  const TestLoop *loop = facts->result->loop;

  return loop != NULL && loop->seen == FALSE ? TEST_LIGHT_BAD : TEST_LIGHT_NONE;
}

static TestLight
loop_not_heard (const Facts *facts)
{
  const TestLoop *loop = facts->result->loop;

  return loop != NULL && loop->heard == FALSE ? TEST_LIGHT_BAD : TEST_LIGHT_NONE;
}

/* --- the room's devices --- */

static gboolean
is_silent (const TestMic *mic)
{
  return mic->level >= MIC_SILENT_LEVEL || (mic->ok == FALSE && mic->level == TEST_UNKNOWN);
}

static TestLight
mic_silent (const Facts *facts)
{
  const TestMic *mic = facts->result->mic;

  return mic != NULL && is_silent (mic) ? TEST_LIGHT_BAD : TEST_LIGHT_NONE;
}

static TestLight
mic_low (const Facts *facts)
{
  const TestMic *mic = facts->result->mic;

  if (mic == NULL || is_silent (mic))
    return TEST_LIGHT_NONE;
  return mic->ok == FALSE || mic->level > MIC_LOW_LEVEL ? TEST_LIGHT_FAIR : TEST_LIGHT_NONE;
}

static TestLight
speaker_not_heard (const Facts *facts)
{
  return facts->result->speaker == TEST_SPEAKER_NO ? TEST_LIGHT_BAD : TEST_LIGHT_NONE;
}

static TestLight
speaker_not_answered (const Facts *facts)
{
  TestSpeaker speaker = facts->result->speaker;

  return speaker == TEST_SPEAKER_SKIPPED || speaker == TEST_SPEAKER_UNKNOWN ? TEST_LIGHT_FAIR
                                                                            : TEST_LIGHT_NONE;
}

static TestLight
echo (const Facts *facts)
{
  const TestEcho *found = facts->result->echo;

  return found != NULL && found->ok == FALSE ? TEST_LIGHT_BAD : TEST_LIGHT_NONE;
}

static TestLight
no_camera (const Facts *facts)
{
  const TestCamera *camera = facts->result->camera;

  return camera != NULL && camera->ok == FALSE && camera->dark != TRUE ? TEST_LIGHT_BAD
                                                                       : TEST_LIGHT_NONE;
}

static TestLight
camera_dark (const Facts *facts)
{
  const TestCamera *camera = facts->result->camera;

  return camera != NULL && camera->dark == TRUE ? TEST_LIGHT_FAIR : TEST_LIGHT_NONE;
}

static TestLight
not_complete (const Facts *facts)
{
  return facts->result->mic == NULL || facts->result->camera == NULL ? TEST_LIGHT_FAIR
                                                                     : TEST_LIGHT_NONE;
}

/* --- the table --- */

typedef struct {
  TestLight (*judge) (const Facts *facts); /* TEST_LIGHT_NONE: does not apply */
  TestWords words;
} Rule;

static const Rule rules[N_TEST_ADVICES] = {
  [TEST_ADVICE_USE_CABLE] = { use_cable,
                              { "use_cable", "Dùng dây mạng thay Wi-Fi",
                                "Use a network cable instead of Wi-Fi" } },
  [TEST_ADVICE_NO_UDP] = { no_udp,
                           { "no_udp",
                             "Không nối được máy chủ hình tiếng: báo người quản lý mạng mở cổng "
                             "UDP và TCP của máy chủ trên tường lửa",
                             "The media server cannot be reached: have the network's keeper open "
                             "the server's UDP and TCP port in the firewall" } },
  [TEST_ADVICE_LOSS_UP] = { loss_up,
                            { "loss_up",
                              "Đường lên mất gói: dừng việc tải lên khác, kiểm tra dây mạng; vẫn "
                              "mất thì báo nhà mạng",
                              "The upward line loses packets: stop other uploads, check the cable; "
                              "if it goes on, tell the provider" } },
  [TEST_ADVICE_LOSS_DOWN] = { loss_down,
                              { "loss_down",
                                "Đường xuống mất gói: dừng việc tải xuống khác, kiểm tra dây mạng; "
                                "vẫn mất thì báo nhà mạng",
                                "The downward line loses packets: stop other downloads, check the "
                                "cable; if it goes on, tell the provider" } },
  [TEST_ADVICE_NARROW_UP] = { narrow_up,
                              { "narrow_up",
                                "Đường lên hẹp, phòng khác sẽ thấy hình mờ: dừng việc tải lên khác "
                                "hoặc xin nâng gói cước",
                                "The upward line is narrow, others will see a poor picture: stop "
                                "other uploads, or ask for a faster line" } },
  [TEST_ADVICE_NARROW_DOWN] = { narrow_down,
                                { "narrow_down",
                                  "Đường xuống hẹp, phòng này sẽ thấy hình mờ: dừng việc tải xuống "
                                  "khác hoặc xin nâng gói cước",
                                  "The downward line is narrow, this room will see a poor picture: "
                                  "stop other downloads, or ask for a faster line" } },
  [TEST_ADVICE_JITTER] = { jitter,
                           { "jitter",
                             "Đường truyền không đều, tiếng có thể ngắt quãng: ngắt các máy khác "
                             "đang dùng mạng, dùng dây mạng",
                             "The line is uneven, sound may have gaps: take other devices off the "
                             "network, use a cable" } },
  [TEST_ADVICE_FAR] = { far,
                        { "far",
                          "Đường truyền trễ lâu: khi phát biểu hãy chờ một nhịp; nếu đang dùng 4G "
                          "hoặc VPN, hãy đổi sang đường cáp quang",
                          "The line's delay is long: wait a beat when you speak; on 4G or a VPN, "
                          "change to the fibre line" } },
  [TEST_ADVICE_TCP_ONLY] = { tcp_only,
                             { "tcp_only",
                               "Tường lửa chặn UDP, phải đi bằng TCP nên dễ giật: báo người quản "
                               "lý "
                               "mạng mở cổng UDP của máy chủ",
                               "A firewall blocks UDP; over TCP the picture may stutter: have the "
                               "network's keeper open the server's UDP port" } },
  [TEST_ADVICE_LOOP_NOT_SEEN] = { loop_not_seen,
                                  { "loop_not_seen",
                                    "Hình của phòng không về từ máy chủ: tải lại trang, chọn lại "
                                    "camera rồi kiểm tra lại",
                                    "The room's picture does not come back from the server: reload "
                                    "the page, choose the camera anew and test again" } },
  [TEST_ADVICE_LOOP_NOT_HEARD] = { loop_not_heard,
                                   { "loop_not_heard",
                                     "Tiếng của phòng không về từ máy chủ: tải lại trang, chọn lại "
                                     "micro rồi kiểm tra lại",
                                     "The room's sound does not come back from the server: reload "
                                     "the page, choose the microphone anew and test again" } },
  [TEST_ADVICE_MIC_SILENT] = { mic_silent,
                               { "mic_silent",
                                 "Micro không có tiếng: chọn đúng micro, bật công tắc trên micro "
                                 "và "
                                 "bàn trộn",
                                 "The microphone is silent: choose the right one, switch it on at "
                                 "the device and the mixer" } },
  [TEST_ADVICE_MIC_LOW] = { mic_low,
                            { "mic_low", "Tiếng micro nhỏ: nói gần micro, tăng âm lượng micro",
                              "The microphone is faint: speak closer to it, turn it up" } },
  [TEST_ADVICE_SPEAKER_NOT_HEARD] = { speaker_not_heard,
                                      { "speaker_not_heard",
                                        "Phòng không nghe thấy loa: chọn đúng loa, bật loa và tăng "
                                        "âm lượng",
                                        "The room does not hear its loudspeaker: choose the right "
                                        "one, switch it on and turn it up" } },
  [TEST_ADVICE_ECHO] = { echo,
                         { "echo",
                           "Loa vọng vào micro: giảm loa, để micro xa loa; khi không phát biểu hãy "
                           "tắt micro",
                           "The loudspeaker comes back by the microphone: turn it down, keep them "
                           "apart, and close the microphone when nobody speaks" } },
  [TEST_ADVICE_NO_CAMERA] = { no_camera,
                              { "no_camera",
                                "Không có hình camera: cắm lại camera, đóng phần mềm khác đang "
                                "dùng "
                                "camera, cho phép trang dùng camera",
                                "There is no camera picture: plug the camera in again, close other "
                                "programs that use it, allow the page to use it" } },
  [TEST_ADVICE_CAMERA_DARK] = { camera_dark,
                                { "camera_dark", "Hình camera tối: mở nắp che, bật đèn",
                                  "The camera's picture is dark: open its cover, turn on the "
                                  "light" } },
  [TEST_ADVICE_SPEAKER_NOT_ANSWERED] = { speaker_not_answered,
                                         { "speaker_not_answered",
                                           "Chưa ai trả lời có nghe thấy loa không: gọi kỹ thuật "
                                           "tại chỗ, kiểm tra lại",
                                           "Nobody answered whether the loudspeaker is heard: call "
                                           "the technician there, test again" } },
  [TEST_ADVICE_LINE_UNKNOWN] = { line_unknown,
                                 { "line_unknown",
                                   "Chưa đo được đường truyền: kiểm tra lại khi hình và tiếng đã "
                                   "nối",
                                   "The line was not measured: test again once picture and sound "
                                   "are connected" } },
  [TEST_ADVICE_NOT_COMPLETE] = { not_complete,
                                 { "not_complete",
                                   "Chưa kiểm tra đủ micro và camera: chạy lại kiểm tra đến hết",
                                   "Microphone or camera was not tested: run the test to its "
                                   "end" } },
};

void
room_test_judge (const TestResult *result, const RelayLine *relay, const TestTerms *terms,
                 TestVerdict *ret_verdict)
{
  Facts facts = { result, terms, line_of (result, relay), relay };
  TestLight lights[N_TEST_ADVICES];

  *ret_verdict = (TestVerdict){ .light = TEST_LIGHT_GOOD };
  for (guint i = 0; i < N_TEST_ADVICES; i++) {
    lights[i] = rules[i].judge (&facts);
    ret_verdict->light = MAX (ret_verdict->light, lights[i]);
  }
  for (int light = TEST_LIGHT_BAD; light > TEST_LIGHT_GOOD; light--)
    for (guint i = 0; i < N_TEST_ADVICES; i++)
      if (lights[i] == (TestLight) light)
        ret_verdict->advices[ret_verdict->n_advices++] = (TestAdvice) i;
}

const TestWords *
test_advice_words (TestAdvice advice)
{
  g_return_val_if_fail ((guint) advice < N_TEST_ADVICES, NULL);
  return &rules[advice].words;
}

gboolean
test_advice_from_id (const char *id, TestAdvice *ret_advice)
{
  for (guint i = 0; id != NULL && i < N_TEST_ADVICES; i++) {
    if (!g_str_equal (rules[i].words.id, id))
      continue;
    *ret_advice = (TestAdvice) i;
    return TRUE;
  }
  return FALSE;
}

gboolean
test_light_from_string (const char *text, TestLight *ret_light)
{
  for (guint i = 0; text != NULL && test_light_names[i] != NULL; i++) {
    if (!g_str_equal (test_light_names[i], text))
      continue;
    *ret_light = (TestLight) i;
    return TRUE;
  }
  return FALSE;
}
