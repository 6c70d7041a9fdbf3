#include "server/doctor/facts.h"

#include "config/limits.h"
#include "pipelines/relay/keep_awake.h"
#include "pipelines/transport/sealer.h"
#include "server/http/certificate.h"
#include "server/load/process_figures.h"
#include "server/storage/state_directory.h"
#include "server/storage/storage_error.h"

#include <errno.h>
#include <gst/gst.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

/* linux/capability.h, without its package */
#define CAPABILITY_NET_ADMIN 12

/* --- what the kernel tells in files --- */

static gint64
read_number (const char *path)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FACT_UNKNOWN;
  return g_ascii_strtoll (text, NULL, 10);
}

/* The number behind "@name" in a file of "Name:   value" lines; @base of the number. */
static gint64
read_field (const char *path, const char *name, guint base)
{
  g_autofree char *text = NULL;
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return FACT_UNKNOWN;
  const char *found = strstr (text, name);
  return found ? (gint64) g_ascii_strtoull (found + strlen (name), NULL, base) : FACT_UNKNOWN;
}

static void
gather_kernel (MachineFacts *facts)
{
  gint64 rights = read_field ("/proc/self/status", "CapEff:", 16);
  gint64 total = read_field ("/proc/meminfo", "MemTotal:", 10);
  gint64 available = read_field ("/proc/meminfo", "MemAvailable:", 10);
  struct rlimit files;
  g_autofree char *processor = NULL;

  facts->cores = (int) g_get_num_processors ();
  facts->memory_bytes = total == FACT_UNKNOWN ? FACT_UNKNOWN : total * 1024;
  facts->memory_free_bytes = available == FACT_UNKNOWN ? FACT_UNKNOWN : available * 1024;
  facts->receive_buffer_max = read_number ("/proc/sys/net/core/rmem_max");
  facts->send_buffer_max = read_number ("/proc/sys/net/core/wmem_max");
  facts->may_force_buffers = rights != FACT_UNKNOWN && (rights >> CAPABILITY_NET_ADMIN & 1);
  facts->files_max = FACT_UNKNOWN;
  if (getrlimit (RLIMIT_NOFILE, &files) == 0)
    facts->files_max = (gint64) MIN (files.rlim_max, (rlim_t) G_MAXINT64);
  facts->udp_buffer_errors = (gint64) process_udp_buffer_errors ();
  facts->conntrack_max = read_number ("/proc/sys/net/netfilter/nf_conntrack_max");
  facts->conntrack_count = read_number ("/proc/sys/net/netfilter/nf_conntrack_count");
  if (g_file_get_contents ("/proc/cpuinfo", &processor, NULL, NULL))
    facts->has_aes = strstr (processor, " aes") != NULL || strstr (processor, "\taes") != NULL;
  facts->may_keep_awake = FACT_UNKNOWN;
  if (access (keep_awake_files.device, F_OK) == 0)
    facts->may_keep_awake = access (keep_awake_files.device, W_OK) == 0;
}

static void
gather_sockets (MachineFacts *facts)
{
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int six = socket (AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int on = 1, segment = 1200;

  facts->has_gso = facts->has_gro = FACT_UNKNOWN;
  if (fd >= 0) {
    facts->has_gso = setsockopt (fd, IPPROTO_UDP, UDP_SEGMENT, &segment, sizeof segment) == 0;
    facts->has_gro = setsockopt (fd, IPPROTO_UDP, UDP_GRO, &on, sizeof on) == 0;
    close (fd);
  }
  facts->has_ipv6 = six >= 0;
  if (six >= 0)
    close (six);
}

static void
gather_clock (MachineFacts *facts)
{
  struct timex clock = { 0 };
  int state = adjtimex (&clock);
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();

  facts->clock_is_set =
      state < 0 ? FACT_UNKNOWN : state != TIME_ERROR && !(clock.status & STA_UNSYNC);
  facts->clock_error_us = state < 0 ? FACT_UNKNOWN : clock.maxerror;
  facts->time_zone = g_strdup (g_time_zone_get_identifier (zone));
}

/* --- ports --- */

static PortState
state_of_error (int error, gboolean controller_runs)
{
  if (error == EADDRINUSE)
    return controller_runs ? PORT_OURS : PORT_TAKEN;
  return error == EACCES ? PORT_FORBIDDEN : PORT_NO_ADDRESS;
}

/* Binds it for a moment, as the program would. */
static PortState
try_port (const char *address, gboolean is_udp, guint16 port, gboolean controller_runs)
{
  g_autoptr (GInetAddress) inet = g_inet_address_new_from_string (address);
  g_autoptr (GSocketAddress) full = g_inet_socket_address_new (inet, port);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) trial = g_socket_new (g_inet_address_get_family (inet),
                                            is_udp ? G_SOCKET_TYPE_DATAGRAM : G_SOCKET_TYPE_STREAM,
                                            G_SOCKET_PROTOCOL_DEFAULT, NULL);
  struct sockaddr_storage native;
  int on = 1;

  if (!trial || !g_socket_address_to_native (full, &native, sizeof native, NULL))
    return PORT_NO_ADDRESS;
  if (!is_udp)
    setsockopt (g_socket_get_fd (trial), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind (g_socket_get_fd (trial), (struct sockaddr *) &native,
            (socklen_t) g_socket_address_get_native_size (full)) == 0)
    return PORT_FREE;
  return state_of_error (errno, controller_runs);
}

static void
add_port (MachineFacts *facts, const char *setting, char *const *addresses, gboolean is_udp,
          int port)
{
  static char *const everywhere[] = { (char *) "0.0.0.0", NULL };

  if (port == 0 || port > G_MAXUINT16)
    return;
  if (!addresses || !addresses[0])
    addresses = everywhere;
  for (guint i = 0; addresses[i] && facts->n_ports < FACT_PORTS_MAX; i++) {
    PortFact fact = { setting, is_udp, (guint16) port, PORT_FREE };
    /* a machine without IPv6 serves "::" by IPv4 */
    const char *address =
        strcmp (addresses[i], "::") == 0 && facts->has_ipv6 != TRUE ? "0.0.0.0" : addresses[i];
    fact.state = try_port (address, is_udp, fact.port, facts->controller_runs);
    facts->ports[facts->n_ports++] = fact;
  }
}

static void
gather_ports (const Settings *settings, MachineFacts *facts)
{
  static char *const loopback[] = { (char *) "127.0.0.1", NULL };
  int shards = settings->relay.shards > 0 ? settings->relay.shards : facts->cores;

  add_port (facts, "http.https_port", settings->http.https_addresses, FALSE,
            settings->http.https_port);
  if (settings->http.http)
    add_port (facts, "http.http_port", loopback, FALSE, settings->http.http_port);
  add_port (facts, "admin.port", settings->admin.address, FALSE, settings->admin.port);
  for (int i = 0; i < MIN (shards, LIMIT_SHARDS); i++) {
    int port = settings->relay.media_port + i;
    add_port (facts, "relay.media_port", settings->relay.addresses, TRUE, port);
    if (settings->relay.tcp)
      add_port (facts, "relay.media_port", settings->relay.addresses, FALSE, port);
  }
}

/* --- the state folder, the certificate --- */

static void
gather_state (const Settings *settings, MachineFacts *facts)
{
  g_autoptr (GError) error = NULL;
  struct statvfs disk;
  const char *path = settings->storage.state_dir;
  g_autofree char *parent = NULL;

  facts->state_dir = g_strdup (path);
  facts->disk_free_bytes = facts->disk_bytes = facts->inodes_free = FACT_UNKNOWN;
  if (g_file_test (path, G_FILE_TEST_IS_DIR)) {
    StateLock *lock = state_lock_acquire (path, &error);
    facts->controller_runs =
        lock == NULL && g_error_matches (error, STORAGE_ERROR, STORAGE_ERROR_LOCKED);
    facts->state_is_writable = lock != NULL || facts->controller_runs;
    if (!facts->state_is_writable)
      facts->state_error = g_strdup (error->message);
    g_clear_pointer (&lock, state_lock_free);
  } else {
    /* made at the first start, in the nearest folder that is there */
    parent = g_path_get_dirname (path);
    while (!g_file_test (parent, G_FILE_TEST_IS_DIR)) {
      char *above = g_path_get_dirname (parent);
      g_free (parent);
      parent = above;
    }
    path = parent;
    facts->state_is_writable = access (path, W_OK) == 0;
    if (!facts->state_is_writable)
      facts->state_error = g_strdup_printf ("%s: %s", path, g_strerror (errno));
  }
  if (statvfs (path, &disk) == 0) {
    facts->disk_free_bytes = (gint64) (disk.f_bavail * disk.f_frsize);
    facts->disk_bytes = (gint64) (disk.f_blocks * disk.f_frsize);
    facts->inodes_free = disk.f_files > 0 ? (gint64) disk.f_favail : FACT_UNKNOWN;
  }
}

static void
gather_certificate (const Settings *settings, MachineFacts *facts)
{
  g_autofree char *own = g_build_filename (settings->storage.state_dir, CERTIFICATE_FILE, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDateTime) end = NULL;
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();

  facts->certificate_is_own = *settings->http.certificate == '\0';
  facts->certificate_days = FACT_UNKNOWN;
  if (facts->certificate_is_own && !g_file_test (own, G_FILE_TEST_EXISTS))
    return;
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_file (
      facts->certificate_is_own ? own : settings->http.certificate, &error);
  if (!certificate) {
    facts->certificate_error = g_strdup (error->message);
    return;
  }
  end = g_tls_certificate_get_not_valid_after (certificate);
  if (end)
    facts->certificate_days = (int) MAX (g_date_time_difference (end, now) / G_TIME_SPAN_DAY, 0);
}

/* --- parts --- */

static void
gather_parts (MachineFacts *facts)
{
  static const char *const wanted[] = { "tee", "opusenc", "vp8enc", "vp8dec", "rtpvp8depay" };
  g_autoptr (GString) missing = g_string_new (NULL);

  facts->sealers[0] = g_strdup (sealer_backend_best (SRTP_SUITE_AEAD_AES_128_GCM)->name);
  facts->sealers[1] = g_strdup (sealer_backend_best (SRTP_SUITE_AES_CM_128_HMAC_SHA1_80)->name);
  gst_init (NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (wanted); i++) {
    GstElementFactory *factory = gst_element_factory_find (wanted[i]);
    if (!factory)
      g_string_append_printf (missing, "%s%s", missing->len > 0 ? ", " : "", wanted[i]);
    g_clear_object (&factory);
  }
  if (missing->len > 0)
    facts->missing_elements = g_strdup (missing->str);
}

void
facts_gather (const Settings *settings, MachineFacts *ret_facts)
{
  *ret_facts = (MachineFacts){ 0 };
  gather_kernel (ret_facts);
  ret_facts->keep_awake = settings->relay.keep_awake;
  gather_sockets (ret_facts);
  gather_clock (ret_facts);
  gather_state (settings, ret_facts);
  gather_ports (settings, ret_facts);
  gather_certificate (settings, ret_facts);
  gather_parts (ret_facts);
}

void
facts_clear (MachineFacts *facts)
{
  g_clear_pointer (&facts->time_zone, g_free);
  g_clear_pointer (&facts->state_dir, g_free);
  g_clear_pointer (&facts->state_error, g_free);
  g_clear_pointer (&facts->certificate_error, g_free);
  g_clear_pointer (&facts->sealers[0], g_free);
  g_clear_pointer (&facts->sealers[1], g_free);
  g_clear_pointer (&facts->missing_elements, g_free);
}
