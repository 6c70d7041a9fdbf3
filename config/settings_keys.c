/* The table of keys: the one place where a setting is described. */
#include "config/limits.h"
#include "config/settings.h"

#include <stddef.h>

static const char *const bool_names[] = { "true", "false", NULL };
static const char *const codec_names[] = { "VP8", "H264", "VP9", "AV1", NULL };
static const char *const level_names[] = { "error", "warning", "info", "debug", NULL };
static const char *const format_names[] = { "text", "json", "journal", NULL };
static const char *const crypto_names[] = { "auto", "openssl", "ipsec-mb", NULL };

static const char *const camera_pause_names[] = { "off", "layers", "all", NULL };

#define KEY(g, k, t, otherwise)                                                                    \
  .group = #g, .key = #k, .type = t, .offset = offsetof (Settings, g.k), .fallback = otherwise
#define WHOLE(g, k, otherwise, least, most)                                                        \
  KEY (g, k, SETTING_INT, otherwise), .min = least, .max = most
#define YES_NO(g, k, otherwise) KEY (g, k, SETTING_BOOL, otherwise), .names = bool_names
#define HELP(vi, en) .help_vi = vi, .help_en = en

/* clang-format off */
static const SettingKey keys[] = {
  { KEY (http, https_addresses, SETTING_ADDRESSES, "::"),
    HELP ("Địa chỉ lắng nghe HTTPS; \"::\" là mọi địa chỉ, cả IPv4.",
          "Addresses that HTTPS listens on; \"::\" is all of them, IPv4 too.") },
  { WHOLE (http, https_port, "8443", 0, 65535),
    HELP ("Cổng HTTPS; 0 là một cổng trống bất kỳ.", "Port of HTTPS; 0 is any free one.") },
  { YES_NO (http, http, "true"),
    HELP ("Mở thêm HTTP không mã hóa, chỉ trên chính máy chủ này (127.0.0.1, ::1).",
          "Also serve plain HTTP, on this very machine only (127.0.0.1, ::1).") },
  { WHOLE (http, http_port, "8080", 0, 65535),
    HELP ("Cổng HTTP nội bộ; 0 là một cổng trống bất kỳ.",
          "Port of local plain HTTP; 0 is any free one.") },
  { KEY (http, certificate, SETTING_PATH, ""),
    HELP ("Tệp chứng thư TLS (PEM); để trống thì máy chủ tự tạo ở lần chạy đầu.",
          "TLS certificate (PEM); empty: one is made at the first start.") },
  { KEY (http, private_key, SETTING_PATH, ""),
    HELP ("Tệp khóa riêng của chứng thư (PEM).", "Private key of the certificate (PEM).") },
  { KEY (http, web_root, SETTING_PATH, ""),
    HELP ("Thư mục trang web; để trống là các trang đi kèm chương trình.",
          "Folder of the web pages; empty: those that came with the program.") },
  { KEY (http, public_url, SETTING_STRING, ""),
    HELP ("Địa chỉ người dùng gõ, ví dụ https://hop.tinh.gov.vn; để trống thì lấy theo yêu cầu.",
          "What users type, e.g. https://hop.tinh.gov.vn; empty: as the request says.") },
  { KEY (http, help_phone, SETTING_STRING, ""),
    HELP ("Điện thoại của trung tâm, hiện cho các điểm cầu khi cần giúp; để trống thì không hiện.",
          "The centre's telephone, shown to rooms that need help; empty: none is shown.") },
  { WHOLE (http, max_rooms, "2000", 1, 100000),
    HELP ("Số phòng họp kết nối cùng lúc, tối đa.", "Rooms connected at once, at most.") },
  { WHOLE (http, max_per_source, "2000", 1, 100000),
    HELP ("Số kết nối cùng lúc từ một địa chỉ, tối đa (cả xã có thể ra chung một địa chỉ).",
          "Connections at once from one address, at most (a whole commune may share one).") },

  { YES_NO (relay, start, "true"),
    HELP ("Tự khởi động máy chủ chuyển tiếp khi chưa có.", "Start a relay when none runs.") },
  { WHOLE (relay, media_port, "50000", 1, 65535),
    HELP ("Cổng UDP của hình và tiếng; mảnh thứ n dùng cổng này cộng n.",
          "UDP port of picture and sound; shard n uses this plus n.") },
  { WHOLE (relay, shards, "0", 0, LIMIT_SHARDS),
    HELP ("Số mảnh xử lý song song; 0 là theo số lõi của máy.",
          "Shards that work side by side; 0: one per core.") },
  { KEY (relay, addresses, SETTING_ADDRESSES, ""),
    HELP ("Địa chỉ cục bộ nhận hình và tiếng; để trống là mọi địa chỉ của máy.",
          "Local addresses for picture and sound; empty: all of this machine.") },
  { KEY (relay, advertised_addresses, SETTING_ADDRESSES, ""),
    HELP ("Địa chỉ báo cho phòng họp thay cho địa chỉ cục bộ, khi máy ở sau NAT 1:1.",
          "Addresses told to rooms in place of the local ones, behind a 1:1 NAT.") },
  { YES_NO (relay, loopback_candidate, "false"),
    HELP ("Báo cả 127.0.0.1 cho phòng họp: chỉ để trình diễn và kiểm thử.",
          "Tell rooms of 127.0.0.1 too: for demonstrations and tests only.") },
  { YES_NO (relay, tcp, "true"),
    HELP ("Nhận hình và tiếng cả bằng TCP, cùng số cổng, cho đường truyền chặn UDP.",
          "Take picture and sound by TCP too, on the same ports, for lines that block UDP.") },
  { WHOLE (relay, max_transports, "2000", 1, 20000),
    HELP ("Số kết nối hình và tiếng cùng lúc, tối đa.", "Media connections at once, at most.") },
  { KEY (relay, dtls_certificate, SETTING_PATH, ""),
    HELP ("Tệp chứng thư DTLS, tự tạo khi chưa có; để trống là trong thư mục dữ liệu.",
          "DTLS certificate, made when missing; empty: in the state folder.") },
  { KEY (relay, crypto, SETTING_ENUM, "auto"), .names = crypto_names,
    HELP ("Thư viện mã hóa hình và tiếng: auto là nhanh nhất máy có.",
          "Library that encrypts picture and sound; auto: the fastest that the machine has.") },
  { YES_NO (relay, keep_awake, "true"),
    HELP ("Trong phiên họp lớn không để các lõi ngủ giữa hai khung hình: gói đến sớm hơn, tốn ít "
          "CPU hơn, nhất là trên máy ảo; tốn điện hơn trong lúc đó. Cần quyền ghi "
          "/dev/cpu_dma_latency.",
          "During large meetings no core sleeps between two frames: packets come sooner and cost "
          "less CPU, on a virtual machine above all, at the price of power meanwhile. Needs the "
          "right to write /dev/cpu_dma_latency.") },

  { KEY (turn, urls, SETTING_LIST, ""),
    HELP ("Máy chủ TURN báo cho phòng họp có đường truyền chặn cả UDP lẫn cổng của hình và tiếng, "
          "ví dụ turns:turn.tinh.gov.vn:443?transport=tcp; xem turnserver.conf.",
          "TURN servers told to rooms, for lines that block UDP and the media ports too, e.g. "
          "turns:turn.tinh.gov.vn:443?transport=tcp; see turnserver.conf.") },
  { KEY (turn, secret, SETTING_STRING, ""), .secret = TRUE,
    HELP ("Khóa chung với máy chủ TURN (static-auth-secret); mỗi phòng nhận mật khẩu có hạn tạo từ "
          "khóa này. Để trống thì không báo máy chủ TURN.",
          "Secret shared with the TURN server (static-auth-secret); each room gets a password made "
          "of it that expires. Empty: rooms are told of no TURN server.") },
  { WHOLE (turn, ttl_minutes, "720", 5, 10080),
    HELP ("Số phút một mật khẩu TURN có hiệu lực; nên dài hơn phiên họp dài nhất.",
          "Minutes that a TURN password lasts; better longer than the longest meeting.") },

  { KEY (storage, state_dir, SETTING_PATH, ""),
    HELP ("Thư mục dữ liệu; để trống là ~/.local/state/diemcau.",
          "State folder; empty: ~/.local/state/diemcau.") },
  { KEY (storage, run_dir, SETTING_PATH, ""),
    HELP ("Thư mục chứa socket; để trống là \"run\" trong thư mục dữ liệu.",
          "Folder of sockets; empty: \"run\" in the state folder.") },

  { WHOLE (meetings, max_connections, "1000", 1, 20000),
    HELP ("Số điểm cầu, bộ mã hóa và người xem cùng lúc, tối đa; kết nối thứ dư bị từ chối. "
          "Người xem không lấy chỗ của điểm cầu được mời mà chưa vào; nếu số được mời từ mức này "
          "trở lên thì người xem được nửa số chỗ còn lại.",
          "Rooms, encoders and viewers at once, at most; one too many is refused. A viewer takes "
          "no place of an invited room that has not come; if as many as this or more are invited, "
          "viewers have half of the places left.") },
  { KEY (meetings, video_codecs, SETTING_ENUM_LIST, "VP8, H264, VP9, AV1"), .names = codec_names,
    HELP ("Thứ tự ưu tiên của mã hình. VP9 hoặc AV1 đứng đầu: camera gửi một luồng nhiều lớp thay "
          "vì ba luồng.",
          "Video codecs in order of preference. With VP9 or AV1 first a camera sends one stream "
          "with layers in it instead of three streams.") },
  { KEY (meetings, ice_servers, SETTING_LIST, ""),
    HELP ("Máy chủ STUN/TURN báo cho phòng họp, ví dụ stun:stun.tinh.gov.vn:3478.",
          "STUN/TURN servers told to rooms, e.g. stun:stun.tinh.gov.vn:3478.") },
  { WHOLE (meetings, line_fair_permille, "10", 1, 1000), .live = TRUE,
    HELP ("Mất gói từ mức này (phần nghìn): đèn đường truyền vàng.",
          "Loss from which a line's light is yellow, in thousandths.") },
  { WHOLE (meetings, line_poor_permille, "50", 1, 1000), .live = TRUE,
    HELP ("Mất gói trên mức này (phần nghìn): đèn đỏ.",
          "Loss above which it is red, in thousandths.") },
  { WHOLE (meetings, line_calm_s, "5", 1, 3600), .live = TRUE,
    HELP ("Số giây yên ổn trước khi đèn tốt lên.", "Seconds of calm before a light improves.") },
  { KEY (meetings, camera_pause, SETTING_ENUM, "all"), .names = camera_pause_names,
    HELP ("Camera không ai xem: \"all\" ngừng gửi, có người xem thì gửi lại ngay; \"layers\" chỉ "
          "giữ hình nhỏ nhất; \"off\" gửi mãi.",
          "A camera that nobody watches: \"all\" sends nothing and comes back at once when "
          "somebody does; \"layers\" keeps its smallest picture; \"off\" sends on.") },
  { WHOLE (meetings, room_down_kbps, "0", 0, 1000000),
    HELP ("Mỗi điểm cầu nhận nhiều nhất (kbit/s), khi đơn vị và điểm cầu không ghi mức riêng; 0 là "
          "không giới hạn.",
          "What a room receives at most (kbit/s) where its unit and endpoint say nothing else; "
          "0: no limit.") },
  { WHOLE (meetings, room_up_kbps, "0", 0, 1000000),
    HELP ("Mỗi điểm cầu gửi nhiều nhất (kbit/s), khi đơn vị và điểm cầu không ghi mức riêng; 0 là "
          "không giới hạn.",
          "What a room sends at most (kbit/s) where its unit and endpoint say nothing else; 0: no "
          "limit.") },

  { YES_NO (meetings, audio_red, "true"),
    HELP ("Tiếng gửi kèm đoạn trước đó (RED), để đường truyền mất gói vẫn nghe rõ; phòng gửi thêm "
          "khoảng 40 kbit/s khi mở micrô.",
          "Sound is sent with what came before it (RED), so that it survives a lossy line; a room "
          "sends about 40 kbit/s more while its microphone is open.") },
  { YES_NO (meetings, audio_dtx, "false"),
    HELP ("Khi im lặng micrô gần như không gửi gì (Opus DTX).",
          "In silence a microphone sends next to nothing (Opus DTX).") },
  { WHOLE (meetings, loudest_voices, "3", 1, LIMIT_GROUP_VOICES),
    HELP ("Số micrô nghe cùng lúc bên cạnh người được mời phát biểu: khi nhiều micrô mở hơn thì "
          "lấy những micrô to nhất.",
          "Microphones heard at once beside the speaker's: of more that are open, the loudest.") },
  { WHOLE (meetings, server_capacity_mbps, "1000", 1, 1000000),
    HELP ("Băng thông ra của máy chủ (Mbit/s); trang đặt họp báo khi các phiên cùng giờ vượt mức.",
          "What the server's line carries out (Mbit/s); booking warns when the meetings of an hour "
          "need more.") },
  { WHOLE (meetings, lead_minutes, "60", 0, 10080),
    HELP ("Đặt họp gấp hơn số phút này thì báo trước.",
          "A meeting booked on shorter notice (minutes) is warned of.") },
  { WHOLE (meetings, papers_lead_days, "3", 0, 60),
    HELP ("Giấy mời và tài liệu phải gửi trước số ngày làm việc này; đặt muộn hơn thì báo.",
          "Working days that invitation and papers go out before a meeting; later is warned of.") },
  { WHOLE (meetings, papers_quota_mb, "500", 1, 100000),
    HELP ("Tổng dung lượng tài liệu của một phiên họp (MB).",
          "Papers of one meeting, together (MB).") },

  { WHOLE (rehearsal, minutes_before, "60", 0, 10080), .live = TRUE,
    HELP ("Phiên thử tự mở trước giờ họp số phút này, nếu chưa thử; mở phiên họp thì tự kết thúc. "
          "0 là không tự mở.",
          "Minutes before a meeting that its rehearsal opens by itself, if there was none; it ends "
          "when the meeting is opened. 0: never.") },

  { KEY (reports, time_zone, SETTING_STRING, "+07:00"),
    HELP ("Múi giờ ghi trong báo cáo, biên bản: +07:00, hoặc tên như Asia/Ho_Chi_Minh.",
          "Time zone of reports and minutes: +07:00, or a name as Asia/Ho_Chi_Minh.") },
  { WHOLE (reports, on_time_minutes, "5", 0, 120),
    HELP ("Trong báo cáo đường truyền, vào sau giờ bắt đầu không quá số phút này vẫn là đúng giờ.",
          "In reports on lines, minutes after the start that still count as on time.") },

  { WHOLE (auth, lockout_attempts, "5", 1, 100),
    HELP ("Số lần đăng nhập sai liên tiếp thì khóa.",
          "Bad log-ins in a row that lock an account.") },
  { WHOLE (auth, lockout_minutes, "15", 1, 1440),
    HELP ("Số phút bị khóa.", "Minutes that the lock lasts.") },
  { WHOLE (auth, session_hours, "12", 1, 720),
    HELP ("Số giờ một phiên đăng nhập có hiệu lực.", "Hours that a log-in lasts.") },

  { KEY (mail, server, SETTING_STRING, ""), .live = TRUE,
    HELP ("Máy chủ gửi thư, ví dụ smtp://mail.tinh.gov.vn:587 hay smtps://mail.tinh.gov.vn; để "
          "trống thì không gửi thư.",
          "Server that sends mail, e.g. smtp://mail.tinh.gov.vn:587 or smtps://mail.tinh.gov.vn; "
          "empty: no mail is sent.") },
  { KEY (mail, user, SETTING_STRING, ""), .live = TRUE,
    HELP ("Tên đăng nhập ở máy chủ thư; để trống nếu không cần.",
          "Log-in at the mail server; empty if it needs none.") },
  { KEY (mail, password, SETTING_STRING, ""), .live = TRUE, .secret = TRUE,
    HELP ("Mật khẩu ở máy chủ thư; không bao giờ được hiện lại.",
          "Password at the mail server; it is never shown again.") },
  { KEY (mail, from, SETTING_STRING, ""), .live = TRUE,
    HELP ("Địa chỉ người gửi, ví dụ hop@tinh.gov.vn.", "Sender's address, e.g. hop@tinh.gov.vn.") },
  { KEY (mail, from_name, SETTING_STRING, "Diemcau"), .live = TRUE,
    HELP ("Tên người gửi.", "Sender's name.") },
  { YES_NO (mail, require_tls, "true"), .live = TRUE,
    HELP ("Chỉ gửi qua kết nối mã hóa.", "Send over an encrypted connection only.") },
  { KEY (mail, ca_file, SETTING_PATH, ""), .live = TRUE,
    HELP ("Tệp chứng thư (PEM) của nơi cấp chứng thư cho máy chủ thư; để trống là của hệ thống.",
          "Certificates (PEM) of who signs the mail server's; empty: the system's.") },

  { KEY (alarms, webhook, SETTING_STRING, ""), .live = TRUE,
    HELP ("Địa chỉ nhận báo động (POST, JSON), ví dụ https://giamsat.tinh.gov.vn/diemcau; để trống "
          "là không gửi.",
          "Address that is told of alarms (POST, JSON), e.g. https://watch.example.gov.vn/diemcau; "
          "empty: none.") },
  { KEY (alarms, webhook_secret, SETTING_STRING, ""), .live = TRUE, .secret = TRUE,
    HELP ("Khóa để ký: đầu đề X-Diemcau-Signature là HMAC-SHA256 của nội dung; để trống là không "
          "ký.",
          "Key to sign with: header X-Diemcau-Signature is the HMAC-SHA256 of the body; empty: not "
          "signed.") },
  { KEY (alarms, webhook_ca_file, SETTING_PATH, ""), .live = TRUE,
    HELP ("Tệp chứng thư (PEM) của nơi cấp chứng thư cho máy nhận; để trống là của hệ thống.",
          "Certificates (PEM) of who signs the receiver's; empty: the system's.") },
  { KEY (alarms, mail_to, SETTING_LIST, ""), .live = TRUE,
    HELP ("Địa chỉ thư nhận báo động nặng, cách nhau bằng dấu phẩy; mỗi phút nhiều nhất một thư.",
          "Mail addresses told of critical alarms, comma separated; one letter a minute at "
          "most.") },

  { YES_NO (snapshots, enabled, "true"), .live = TRUE,
    HELP ("Chụp hình nhỏ của từng điểm cầu cho bảng kỹ thuật khi có người xem; chỉ giữ trong bộ "
          "nhớ, không ghi lại. Camera đang nghỉ được đánh thức khi có người "
          "mở hình của điểm cầu đó.",
          "Small pictures of each site for the technician's board while somebody looks; kept in "
          "memory only, never recorded. A camera at rest is woken when somebody looks at its "
          "site's picture.") },
  { WHOLE (snapshots, seconds, "10", 4, 300), .live = TRUE,
    HELP ("Số giây giữa hai hình của một điểm cầu.", "Seconds between two pictures of a site.") },

  { KEY (admin, address, SETTING_ADDRESSES, "127.0.0.1"),
    HELP ("Địa chỉ của cổng quản trị; chỉ mở ra ngoài khi có tường lửa, vì không mã hóa.",
          "Address of the administration port; behind a firewall only: it is not encrypted.") },
  { WHOLE (admin, port, "9465", 0, 65535),
    HELP ("Cổng quản trị: /metrics cho Prometheus; 0 là tắt.",
          "Administration port: /metrics for Prometheus; 0: off.") },

  { KEY (log, level, SETTING_ENUM, "info"), .names = level_names,
    HELP ("Mức nhật ký.", "What is logged: this level and those before it.") },
  { KEY (log, format, SETTING_ENUM, "text"), .names = format_names,
    HELP ("Dạng nhật ký: cho người đọc (text), cho máy thu thập (json), hay vào journal của "
          "systemd với các trường DIEMCAU_MEETING, DIEMCAU_SEAT, DIEMCAU_TRANSPORT (journal).",
          "Form of the log: for people (text), for collectors (json), or into systemd's journal "
          "with the fields DIEMCAU_MEETING, DIEMCAU_SEAT, DIEMCAU_TRANSPORT (journal).") },

  { KEY (demo, unit, SETTING_STRING, "38"),
    HELP ("Mã tỉnh của dữ liệu trình diễn.", "Code of the province in the demonstration.") },
  { WHOLE (demo, rooms, "12", 0, 1000),
    HELP ("Số phòng họp ảo của trình diễn.", "Virtual rooms of the demonstration.") },
};
/* clang-format on */

const SettingKey *
settings_keys (gsize *ret_n)
{
  *ret_n = G_N_ELEMENTS (keys);
  return keys;
}
