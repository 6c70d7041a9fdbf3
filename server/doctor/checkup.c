#include "server/doctor/checkup.h"

#define MIB (1024 * 1024)
#define GIB (1024 * (gint64) MIB)

/* What the relay asks of each of its sockets. */
#define BUFFER_WANTED (4 * MIB)
/* A room takes one for its WebSocket and one for its desk; then files, pages, uploads. */
#define FILES_WANTED 16384
/* A year of 600 rooms' history and the papers of its meetings. */
#define DISK_WANTED (10 * GIB)
#define DISK_LEAST (1 * GIB)
#define INODES_LEAST 10000
#define MEMORY_WANTED (2 * GIB)
/* Behind it lips and voice drift apart in recordings, and logs of two machines do not fit. */
#define CLOCK_ERROR_MAX_US (500 * 1000)
#define CERTIFICATE_BAD_DAYS 7

const char *const finding_light_names[] = { "good", "fair", "bad" };

void
finding_free (Finding *finding)
{
  g_free (finding->vi);
  g_free (finding->en);
  g_free (finding->advice_vi);
  g_free (finding->advice_en);
  g_free (finding);
}

/* @vi and @en: (transfer full). */
static Finding *
add (GPtrArray *findings, const char *id, FindingLight light, char *vi, char *en)
{
  Finding *finding = g_new0 (Finding, 1);
  *finding = (Finding){ .id = id, .light = light, .vi = vi, .en = en };
  g_ptr_array_add (findings, finding);
  return finding;
}

static void
advise (Finding *finding, const char *vi, const char *en)
{
  if (finding->light == FINDING_GOOD)
    return;
  finding->advice_vi = g_strdup (vi);
  finding->advice_en = g_strdup (en);
}

static void
check_machine (const MachineFacts *facts, GPtrArray *findings)
{
  gint64 mib = facts->memory_bytes / MIB, available = facts->memory_free_bytes / MIB;
  FindingLight light = facts->memory_bytes == FACT_UNKNOWN || facts->memory_bytes < MEMORY_WANTED ||
                               (facts->memory_free_bytes != FACT_UNKNOWN &&
                                facts->memory_free_bytes < MEMORY_WANTED / 4)
                           ? FINDING_FAIR
                           : FINDING_GOOD;
  advise (add (findings, "machine", light,
               g_strdup_printf ("Máy: %d lõi, bộ nhớ %" G_GINT64_FORMAT
                                " MiB, còn dùng được %" G_GINT64_FORMAT " MiB",
                                facts->cores, mib, available),
               g_strdup_printf ("Machine: %d cores, %" G_GINT64_FORMAT
                                " MiB of memory, %" G_GINT64_FORMAT " MiB available",
                                facts->cores, mib, available)),
          "Họp 600 điểm cần khoảng 1 GiB trống: tắt chương trình khác hoặc thêm bộ nhớ.",
          "A meeting of 600 rooms takes about 1 GiB: stop other programs or add memory.");
}

static void
check_buffers (const MachineFacts *facts, GPtrArray *findings)
{
  gint64 least = MIN (facts->receive_buffer_max, facts->send_buffer_max);
  gboolean is_enough = facts->may_force_buffers || least >= BUFFER_WANTED;
  advise (add (findings, "buffers", is_enough ? FINDING_GOOD : FINDING_BAD,
               g_strdup_printf ("Bộ đệm mạng: tối đa %" G_GINT64_FORMAT " KiB%s", least / 1024,
                                facts->may_force_buffers ? ", được phép vượt" : ""),
               g_strdup_printf ("Network buffers: at most %" G_GINT64_FORMAT " KiB%s", least / 1024,
                                facts->may_force_buffers ? ", which may be passed" : "")),
          "Chạy: sysctl -w net.core.rmem_max=4194304 net.core.wmem_max=4194304, và ghi vào "
          "/etc/sysctl.d/90-diemcau.conf.",
          "Run: sysctl -w net.core.rmem_max=4194304 net.core.wmem_max=4194304, and put it into "
          "/etc/sysctl.d/90-diemcau.conf.");
  if (facts->udp_buffer_errors > 0)
    advise (add (findings, "buffer-losses", FINDING_FAIR,
                 g_strdup_printf ("Từ khi bật máy đã mất %" G_GINT64_FORMAT
                                  " gói UDP vì bộ đệm đầy (mọi chương trình)",
                                  facts->udp_buffer_errors),
                 g_strdup_printf ("Since the machine started %" G_GINT64_FORMAT
                                  " UDP packets were lost to full buffers (all programs)",
                                  facts->udp_buffer_errors)),
            "Nếu số này tăng trong phiên họp thì máy không đủ sức: chia bớt việc sang máy khác.",
            "If it grows during a meeting the machine is too weak: move other work elsewhere.");
}

static void
check_files (const MachineFacts *facts, GPtrArray *findings)
{
  advise (add (findings, "files", facts->files_max >= FILES_WANTED ? FINDING_GOOD : FINDING_BAD,
               g_strdup_printf ("Số tệp và kết nối được mở: %" G_GINT64_FORMAT, facts->files_max),
               g_strdup_printf ("Open files and connections: %" G_GINT64_FORMAT " at most",
                                facts->files_max)),
          "Đặt LimitNOFILE=65536 trong dịch vụ systemd, hoặc chạy ulimit -n 65536 trước.",
          "Set LimitNOFILE=65536 in the systemd unit, or run ulimit -n 65536 before.");
}

static void
check_offload (const MachineFacts *facts, GPtrArray *findings)
{
  gboolean has_both = facts->has_gso == TRUE && facts->has_gro == TRUE;
  advise (add (findings, "gso", has_both ? FINDING_GOOD : FINDING_FAIR,
               g_strdup_printf ("Gửi gộp gói (UDP_SEGMENT): %s; nhận gộp (UDP_GRO): %s",
                                facts->has_gso == TRUE ? "có" : "không",
                                facts->has_gro == TRUE ? "có" : "không"),
               g_strdup_printf ("Sending in batches (UDP_SEGMENT): %s; receiving (UDP_GRO): %s",
                                facts->has_gso == TRUE ? "yes" : "no",
                                facts->has_gro == TRUE ? "yes" : "no")),
          "Vẫn chạy, nhưng tốn CPU gấp ba: dùng Linux 5.0 trở lên.",
          "It works, at three times the CPU: use Linux 5.0 or later.");
}

static void
check_crypto (const MachineFacts *facts, GPtrArray *findings)
{
  advise (
      add (findings, "crypto", facts->has_aes ? FINDING_GOOD : FINDING_FAIR,
           g_strdup_printf ("Mã hóa: %s (GCM), %s (SHA1); bộ xử lý %s lệnh AES", facts->sealers[0],
                            facts->sealers[1], facts->has_aes ? "có" : "không có"),
           g_strdup_printf ("Encryption: %s (GCM), %s (SHA1); the processor has %s AES",
                            facts->sealers[0], facts->sealers[1],
                            facts->has_aes ? "instructions for" : "no instructions for")),
      "Máy ảo: bật kiểu CPU \"host\" để thấy lệnh AES.",
      "Virtual machine: choose CPU type \"host\", so that AES instructions are seen.");
}

static void
check_awake (const MachineFacts *facts, GPtrArray *findings)
{
  gboolean may = facts->may_keep_awake == TRUE;
  gboolean is_there = facts->may_keep_awake != FACT_UNKNOWN;

  if (!facts->keep_awake)
    return;
  advise (add (findings, "awake", may ? FINDING_GOOD : FINDING_FAIR,
               g_strdup_printf ("Giữ các lõi thức trong phiên họp lớn (/dev/cpu_dma_latency): %s",
                                may ? "được" : "không được"),
               g_strdup_printf ("Keeping cores awake in large meetings (/dev/cpu_dma_latency): %s",
                                may ? "allowed" : "not allowed")),
          is_there ? "Họp 600 điểm vẫn chạy, nhưng tốn thêm khoảng 20 % CPU. Chép 60-diemcau.rules "
                     "vào /etc/udev/rules.d rồi chạy: udevadm trigger --name-match=cpu_dma_latency."
                   : "Máy hoặc container này không có thiết bị đó. Họp 600 điểm vẫn chạy, nhưng "
                     "tốn thêm khoảng 20 % CPU: đưa thiết bị vào container, hoặc chạy ngoài nó.",
          is_there
              ? "A meeting of 600 rooms works, at some 20 % more CPU. Copy 60-diemcau.rules to "
                "/etc/udev/rules.d, then run: udevadm trigger --name-match=cpu_dma_latency."
              : "This machine or container has no such device. A meeting of 600 rooms works, "
                "at some 20 % more CPU: pass the device into the container, or run outside.");
}

static void
check_clock (const MachineFacts *facts, GPtrArray *findings)
{
  gboolean is_good = facts->clock_is_set == TRUE && facts->clock_error_us <= CLOCK_ERROR_MAX_US;
  advise (add (findings, "clock", is_good ? FINDING_GOOD : FINDING_FAIR,
               g_strdup_printf ("Đồng hồ: %s, múi giờ %s",
                                is_good ? "được đồng bộ" : "không được đồng bộ", facts->time_zone),
               g_strdup_printf ("Clock: %s, time zone %s",
                                is_good ? "synchronised" : "not synchronised", facts->time_zone)),
          "Cài và bật: apt install systemd-timesyncd; timedatectl set-ntp true.",
          "Install and switch on: apt install systemd-timesyncd; timedatectl set-ntp true.");
}

static void
check_state (const MachineFacts *facts, GPtrArray *findings)
{
  gint64 mib = facts->disk_free_bytes / MIB;
  gboolean no_inodes = facts->inodes_free != FACT_UNKNOWN && facts->inodes_free < INODES_LEAST;
  FindingLight light = facts->disk_free_bytes < DISK_LEAST || no_inodes ? FINDING_BAD
                       : facts->disk_free_bytes < DISK_WANTED           ? FINDING_FAIR
                                                                        : FINDING_GOOD;
  advise (
      add (findings, "disk", light,
           g_strdup_printf ("Đĩa của %s: còn %" G_GINT64_FORMAT " MiB", facts->state_dir, mib),
           g_strdup_printf ("Disk of %s: %" G_GINT64_FORMAT " MiB free", facts->state_dir, mib)),
      "Dọn đĩa hoặc chuyển thư mục dữ liệu (storage.state_dir) sang đĩa lớn hơn.",
      "Make room, or move the state folder (storage.state_dir) to a larger disk.");
  if (!facts->state_is_writable)
    advise (add (findings, "state", FINDING_BAD,
                 g_strdup_printf ("Thư mục dữ liệu không dùng được: %s", facts->state_error),
                 g_strdup_printf ("The state folder cannot be used: %s", facts->state_error)),
            "Sửa quyền: thư mục thuộc người chạy chương trình, quyền 0700.",
            "Mend the rights: owned by the user that runs the program, mode 0700.");
}

static void
check_certificate (const MachineFacts *facts, GPtrArray *findings)
{
  int days = facts->certificate_days;

  if (facts->certificate_error) {
    advise (add (findings, "certificate", FINDING_BAD,
                 g_strdup_printf ("Chứng thư HTTPS không đọc được: %s", facts->certificate_error),
                 g_strdup_printf ("The HTTPS certificate cannot be read: %s",
                                  facts->certificate_error)),
            "Kiểm tra http.certificate và http.private_key.",
            "Look at http.certificate and http.private_key.");
    return;
  }
  if (days == FACT_UNKNOWN) {
    add (findings, "certificate", FINDING_GOOD,
         g_strdup ("Chứng thư HTTPS: được tạo ở lần chạy đầu"),
         g_strdup ("HTTPS certificate: made at the first start"));
    return;
  }
  /* our own is renewed at a start */
  FindingLight light = facts->certificate_is_own && days > 0 ? FINDING_GOOD
                       : days <= CERTIFICATE_BAD_DAYS        ? FINDING_BAD
                       : days <= 30                          ? FINDING_FAIR
                                                             : FINDING_GOOD;
  advise (add (findings, "certificate", light,
               g_strdup_printf ("Chứng thư HTTPS%s: còn %d ngày",
                                facts->certificate_is_own ? " tự tạo" : "", days),
               g_strdup_printf ("HTTPS certificate%s: %d days left",
                                facts->certificate_is_own ? " of our own" : "", days)),
          facts->certificate_is_own ? "Khởi động lại dịch vụ: chứng thư mới được tạo."
                                    : "Gia hạn chứng thư rồi khởi động lại dịch vụ.",
          facts->certificate_is_own ? "Restart the service: a new one is made."
                                    : "Renew the certificate, then restart the service.");
}

static const struct {
  const char *vi, *en, *advice_vi, *advice_en;
  FindingLight light;
} port_words[] = {
  [PORT_FREE] = { "trống", "free", NULL, NULL, FINDING_GOOD },
  [PORT_OURS] = { "đang được Diemcau dùng", "in use by Diemcau", NULL, NULL, FINDING_GOOD },
  [PORT_TAKEN] = { "chương trình khác đang dùng", "in use by another program",
                   "Xem ai dùng (ss -lntup) rồi tắt nó, hoặc đổi cổng trong cấu hình.",
                   "See who has it (ss -lntup) and stop it, or choose another in the settings.",
                   FINDING_BAD },
  [PORT_FORBIDDEN] = { "không có quyền mở", "not allowed",
                       "Cổng dưới 1024 cần AmbientCapabilities=CAP_NET_BIND_SERVICE trong dịch vụ.",
                       "Below 1024 the unit needs AmbientCapabilities=CAP_NET_BIND_SERVICE.",
                       FINDING_BAD },
  [PORT_NO_ADDRESS] = { "địa chỉ không phải của máy này", "no address of this machine",
                        "Sửa địa chỉ lắng nghe trong cấu hình.",
                        "Mend the listening address in the settings.", FINDING_BAD },
};

static void
check_ports (const MachineFacts *facts, GPtrArray *findings)
{
  for (guint i = 0; i < facts->n_ports; i++) {
    const PortFact *port = &facts->ports[i];
    const char *protocol = port->is_udp ? "UDP" : "TCP";
    advise (add (findings, "port", port_words[port->state].light,
                 g_strdup_printf ("Cổng %s %u (%s): %s", protocol, port->port, port->setting,
                                  port_words[port->state].vi),
                 g_strdup_printf ("Port %s %u (%s): %s", protocol, port->port, port->setting,
                                  port_words[port->state].en)),
            port_words[port->state].advice_vi, port_words[port->state].advice_en);
  }
}

/* A firewall that remembers connections drops those beyond its table, rooms among them. */
static void
check_conntrack (const MachineFacts *facts, GPtrArray *findings)
{
  if (facts->conntrack_max <= 0 || facts->conntrack_count == FACT_UNKNOWN)
    return;
  gboolean is_full = facts->conntrack_count * 10 > facts->conntrack_max * 8;
  advise (add (findings, "conntrack", is_full ? FINDING_FAIR : FINDING_GOOD,
               g_strdup_printf ("Bảng theo dõi kết nối: %" G_GINT64_FORMAT " / %" G_GINT64_FORMAT,
                                facts->conntrack_count, facts->conntrack_max),
               g_strdup_printf ("Connection tracking: %" G_GINT64_FORMAT " of %" G_GINT64_FORMAT,
                                facts->conntrack_count, facts->conntrack_max)),
          "Tăng net.netfilter.nf_conntrack_max, hoặc không theo dõi cổng hình và tiếng.",
          "Raise net.netfilter.nf_conntrack_max, or do not track the media ports.");
}

static void
check_parts (const MachineFacts *facts, GPtrArray *findings)
{
  if (!facts->missing_elements)
    return;
  advise (add (findings, "gstreamer", FINDING_BAD,
               g_strdup_printf ("Thiếu phần tử GStreamer: %s", facts->missing_elements),
               g_strdup_printf ("GStreamer lacks: %s", facts->missing_elements)),
          "Cài lại: apt install gstreamer1.0-plugins-base gstreamer1.0-plugins-good.",
          "Install again: apt install gstreamer1.0-plugins-base gstreamer1.0-plugins-good.");
}

GPtrArray *
checkup (const MachineFacts *facts)
{
  GPtrArray *findings = g_ptr_array_new_with_free_func ((GDestroyNotify) finding_free);

  check_machine (facts, findings);
  check_ports (facts, findings);
  check_state (facts, findings);
  check_certificate (facts, findings);
  check_clock (facts, findings);
  check_files (facts, findings);
  check_buffers (facts, findings);
  check_offload (facts, findings);
  check_crypto (facts, findings);
  check_awake (facts, findings);
  check_conntrack (facts, findings);
  check_parts (facts, findings);
  return findings;
}
