#include "signaling/health/words.h"

static const HealthWords state_words[N_HEALTH_STATES] = {
  [HEALTH_LOST] = { "lost", "Mất liên lạc: gọi kỹ thuật tại chỗ, kiểm tra dây mạng và nguồn điện",
                    "Out of reach: call the technician there, check the network cable and power" },
  [HEALTH_CONNECTING] = { "connecting", "Đã vào phòng, đang nối hình và tiếng",
                          "In the meeting, picture and sound are being connected" },
  [HEALTH_NO_MEDIA] = { "no_media",
                        "Bật mic hoặc camera nhưng máy chủ không nhận được gì: tải lại trang",
                        "Microphone or camera is on, but nothing arrives: reload the page there" },
  [HEALTH_NOT_PLAYED] = { "not_played",
                          "Tiếng hội trường đến nơi nhưng trình duyệt không phát: bấm vào trang "
                          "một lần",
                          "The hall's sound arrives, but the browser does not play it: click once "
                          "on the page" },
  [HEALTH_DEAF] = { "deaf",
                    "Phòng này không nghe thấy tiếng hội trường: tải lại trang, kiểm tra "
                    "đường truyền",
                    "This room does not hear the hall: reload the page, check the line" },
  [HEALTH_SILENT] = { "silent",
                      "Có mic mở nhưng không có tiếng: chọn sai micro, hoặc micro bị tắt trên "
                      "thiết bị",
                      "The microphone is open, but silent: the wrong one is chosen, or it is "
                      "switched off on the device" },
  [HEALTH_BLACK] = { "black", "Camera gửi hình đen: mở nắp che, bật đèn, chọn lại camera",
                     "The camera sends a black picture: open its cover, turn on the light, choose "
                     "another camera" },
  [HEALTH_FROZEN] = { "frozen", "Hình của phòng này đứng: kiểm tra đường truyền lên và máy tính",
                      "This room's picture stands still: check its line and its computer" },
  [HEALTH_FROZEN_HERE] = { "frozen_here", "Phòng này thấy hình đứng: kiểm tra đường truyền xuống",
                           "This room sees a picture that stands still: check its line" },
  [HEALTH_CLIPPED] = { "clipped", "Tiếng quá to, bị vỡ: giảm âm lượng micro hoặc bàn trộn",
                       "The sound is overdriven: turn the microphone or the mixer down" },
  [HEALTH_WRONG_OUTPUT] = { "wrong_output",
                            "Có thể chọn sai loa: hỏi phòng có nghe thấy không, chọn lại loa",
                            "The wrong loudspeaker may be chosen: ask the room whether it hears, "
                            "choose another" },
  [HEALTH_POOR_LINE] = { "poor_line", "Đường truyền mất gói: dùng dây mạng, tắt việc tải khác",
                         "The line loses packets: use a cable, stop other downloads" },
  [HEALTH_OK] = { "ok", "Tốt", "Good" },
  [HEALTH_ABSENT] = { "absent", "Chưa vào phòng họp", "Not in the meeting yet" },
};

static const HealthWords reason_words[N_HEALTH_REASONS] = {
  [HEALTH_REASON_NONE] = { "none", "không có gì", "nothing" },
  [HEALTH_REASON_LOSS] = { "loss", "mất gói", "packets are lost" },
  [HEALTH_REASON_DELAY] = { "delay", "trễ lớn", "long delay" },
  [HEALTH_REASON_JITTER] = { "jitter", "gói đến không đều", "packets arrive unevenly" },
  [HEALTH_REASON_FREEZE] = { "freeze", "hình đứng", "the picture stands still" },
  [HEALTH_REASON_LOW_BITRATE] = { "low_bitrate", "băng thông thấp", "low bit rate" },
  [HEALTH_REASON_LOW_RESOLUTION] = { "low_resolution", "hình nhỏ", "small picture" },
  [HEALTH_REASON_LOW_FPS] = { "low_fps", "ít khung hình", "few frames" },
  [HEALTH_REASON_CONCEALMENT] = { "concealment", "tiếng bị ngắt quãng", "the sound has gaps" },
  [HEALTH_REASON_NO_MEDIA] = { "no_media", "không có hình, tiếng", "no picture and sound" },
};

static const HealthWords cause_words[N_HEALTH_CAUSES] = {
  [HEALTH_CAUSE_NONE] = { "none", "", "" },
  [HEALTH_CAUSE_UP_LOSS] = { "up_loss", "Đường truyền lên của phòng này mất gói: báo nhà mạng",
                             "This room's upward line loses packets: tell its provider" },
  [HEALTH_CAUSE_DOWN_LOSS] = { "down_loss", "Đường truyền xuống mất gói: báo nhà mạng",
                               "This room's downward line loses packets: tell its provider" },
  [HEALTH_CAUSE_SENDER_CPU] = { "sender_cpu", "Máy tính của phòng quá tải: đóng chương trình khác",
                                "The room's computer is overloaded: close other programs" },
  [HEALTH_CAUSE_WIFI] = { "wifi", "Wi-Fi yếu: hãy dùng dây mạng", "Weak Wi-Fi: use a cable" },
  [HEALTH_CAUSE_UDP_BLOCKED] = { "udp_blocked",
                                 "Tường lửa chặn UDP, phải đi TCP: mở cổng UDP của máy chủ",
                                 "A firewall blocks UDP, TCP is used: open the server's UDP port" },
  [HEALTH_CAUSE_SHARED_LINE] = { "shared_line",
                                 "Đường truyền chung bị nghẽn: các điểm cùng địa chỉ đều kém",
                                 "The shared line is congested: all sites behind it are ill" },
  [HEALTH_CAUSE_RELAY_OVERLOADED] = { "relay_overloaded", "Máy chủ quá tải",
                                      "The server is overloaded" },
  [HEALTH_CAUSE_ROOM_DEVICE] = { "room_device", "Thiết bị của phòng: kiểm tra micro, loa, camera",
                                 "The room's device: check microphone, loudspeaker, camera" },
  [HEALTH_CAUSE_ECHO] = { "echo", "Phòng này trả lại tiếng hội trường: tắt mic, giảm loa",
                          "This room returns the hall's voice: close its microphone, turn its "
                          "loudspeaker down" },
  [HEALTH_CAUSE_TWO_DEVICES] = { "two_devices",
                                 "Hai thiết bị trong một phòng cùng vào họp: tắt một",
                                 "Two devices of one room are in the meeting: leave with one" },
  [HEALTH_CAUSE_NARROW_UP] = { "narrow_up",
                               "Đường lên của phòng này hẹp: hình gửi đi bị giảm; tắt việc tải lên "
                               "khác",
                               "This room's upward line is narrow, its picture is reduced: stop "
                               "other "
                               "uploads" },
  [HEALTH_CAUSE_NARROW_DOWN] = { "narrow_down",
                                 "Đường xuống của phòng này hẹp: hình nhận về bị giảm; tắt việc "
                                 "tải khác",
                                 "This room's downward line is narrow, what it sees is reduced: "
                                 "stop "
                                 "other downloads" },
  [HEALTH_CAUSE_CABLE] = { "cable", "Đứt đường truyền hoặc mất điện: gọi kỹ thuật tại chỗ",
                           "The line is cut or the power is out: call the technician there" },
};

const HealthWords *
health_state_words (HealthState state)
{
  g_return_val_if_fail (state < N_HEALTH_STATES, NULL);
  return &state_words[state];
}

const HealthWords *
health_reason_words (HealthReason reason)
{
  g_return_val_if_fail (reason < N_HEALTH_REASONS, NULL);
  return &reason_words[reason];
}

const HealthWords *
health_cause_words (HealthCauseId cause)
{
  g_return_val_if_fail (cause < N_HEALTH_CAUSES, NULL);
  return &cause_words[cause];
}
