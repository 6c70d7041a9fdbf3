/* What the doctor says of machines: a fit one, and one fault at a time. */
#include "server/doctor/checkup.h"

#include <string.h>

#define GIB (1024 * G_GINT64_CONSTANT (1048576))

static MachineFacts
fit_machine (void)
{
  MachineFacts facts = {
    .cores = 8,
    .memory_bytes = 16 * GIB,
    .memory_free_bytes = 12 * GIB,
    .receive_buffer_max = 4194304,
    .send_buffer_max = 4194304,
    .files_max = 65536,
    .has_gso = TRUE,
    .has_gro = TRUE,
    .clock_is_set = TRUE,
    .time_zone = (char *) "Asia/Ho_Chi_Minh",
    .state_dir = (char *) "/var/lib/diemcau",
    .state_is_writable = TRUE,
    .disk_free_bytes = 100 * GIB,
    .disk_bytes = 200 * GIB,
    .inodes_free = 1000000,
    .certificate_days = 90,
    .sealers = { (char *) "libipsec-mb", (char *) "OpenSSL" },
    .has_aes = TRUE,
    .has_ipv6 = TRUE,
    .keep_awake = TRUE,
    .may_keep_awake = TRUE,
    .conntrack_max = FACT_UNKNOWN,
    .conntrack_count = FACT_UNKNOWN,
    .ports = { { "http.https_port", FALSE, 8443, PORT_FREE },
               { "relay.media_port", TRUE, 50000, PORT_OURS } },
    .n_ports = 2,
  };
  return facts;
}

/* The finding @id that is worst. */
static const Finding *
find (const GPtrArray *findings, const char *id)
{
  const Finding *worst = NULL;
  for (guint i = 0; i < findings->len; i++) {
    const Finding *finding = g_ptr_array_index (findings, i);
    if (g_str_equal (finding->id, id) && (!worst || finding->light > worst->light))
      worst = finding;
  }
  return worst;
}

static void
assert_light (const MachineFacts *facts, const char *id, FindingLight light)
{
  g_autoptr (GPtrArray) findings = checkup (facts);
  const Finding *finding = find (findings, id);

  g_assert_nonnull (finding);
  g_assert_cmpstr (finding_light_names[finding->light], ==, finding_light_names[light]);
  g_assert_true (g_utf8_validate (finding->vi, -1, NULL) && *finding->en);
  g_assert_true ((finding->advice_vi != NULL) == (light != FINDING_GOOD));
  g_assert_true ((finding->advice_en != NULL) == (light != FINDING_GOOD));
}

static void
test_fit (void)
{
  MachineFacts facts = fit_machine ();
  g_autoptr (GPtrArray) findings = checkup (&facts);

  g_assert_cmpuint (findings->len, >=, 9);
  for (guint i = 0; i < findings->len; i++) {
    const Finding *finding = g_ptr_array_index (findings, i);
    if (finding->light != FINDING_GOOD)
      g_error ("%s: %s", finding->id, finding->en);
    g_assert_null (finding->advice_vi);
  }
}

/* Sets one thing wrong in a machine that is fit. */
#define WITH(assignment, id, light)                                                                \
  G_STMT_START                                                                                     \
  {                                                                                                \
    MachineFacts facts = fit_machine ();                                                           \
    facts.assignment;                                                                              \
    assert_light (&facts, id, light);                                                              \
  }                                                                                                \
  G_STMT_END

static void
test_limits (void)
{
  WITH (memory_bytes = 2 * GIB, "machine", FINDING_GOOD);
  WITH (memory_bytes = 2 * GIB - 1, "machine", FINDING_FAIR);
  WITH (memory_free_bytes = 100, "machine", FINDING_FAIR);
  WITH (receive_buffer_max = 4194303, "buffers", FINDING_BAD);
  WITH (send_buffer_max = 212992, "buffers", FINDING_BAD);
  WITH (udp_buffer_errors = 1, "buffer-losses", FINDING_FAIR);
  WITH (files_max = 16384, "files", FINDING_GOOD);
  WITH (files_max = 16383, "files", FINDING_BAD);
  WITH (disk_free_bytes = 10 * GIB, "disk", FINDING_GOOD);
  WITH (disk_free_bytes = 10 * GIB - 1, "disk", FINDING_FAIR);
  WITH (disk_free_bytes = GIB - 1, "disk", FINDING_BAD);
  WITH (inodes_free = 9999, "disk", FINDING_BAD);
  WITH (inodes_free = FACT_UNKNOWN, "disk", FINDING_GOOD);
  WITH (conntrack_max = 1000, "machine", FINDING_GOOD);
}

static void
test_forced_buffers (void)
{
  MachineFacts facts = fit_machine ();
  facts.receive_buffer_max = 212992;
  facts.may_force_buffers = TRUE;
  assert_light (&facts, "buffers", FINDING_GOOD);
}

static void
test_conntrack (void)
{
  MachineFacts facts = fit_machine ();
  facts.conntrack_max = 1000;
  facts.conntrack_count = 800;
  assert_light (&facts, "conntrack", FINDING_GOOD);
  facts.conntrack_count = 801;
  assert_light (&facts, "conntrack", FINDING_FAIR);
}

/* A right is given by the rule, a device that is not there is not. */
static void
test_awake (void)
{
  static const int may[] = { FALSE, FACT_UNKNOWN };

  for (guint i = 0; i < G_N_ELEMENTS (may); i++) {
    MachineFacts facts = fit_machine ();
    facts.may_keep_awake = may[i];
    g_autoptr (GPtrArray) findings = checkup (&facts);
    const Finding *finding = find (findings, "awake");

    g_assert_true ((strstr (finding->advice_vi, "60-diemcau.rules") != NULL) == (i == 0));
    g_assert_true ((strstr (finding->advice_en, "60-diemcau.rules") != NULL) == (i == 0));
  }
  MachineFacts facts = fit_machine ();
  facts.keep_awake = FALSE;
  facts.may_keep_awake = FALSE;
  g_autoptr (GPtrArray) findings = checkup (&facts);
  g_assert_null (find (findings, "awake"));
}

static void
test_faults (void)
{
  WITH (has_gso = FALSE, "gso", FINDING_FAIR);
  WITH (has_gro = FACT_UNKNOWN, "gso", FINDING_FAIR);
  WITH (has_aes = FALSE, "crypto", FINDING_FAIR);
  WITH (may_keep_awake = FALSE, "awake", FINDING_FAIR);
  WITH (may_keep_awake = FACT_UNKNOWN, "awake", FINDING_FAIR);
  WITH (clock_is_set = FALSE, "clock", FINDING_FAIR);
  WITH (clock_is_set = FACT_UNKNOWN, "clock", FINDING_FAIR);
  WITH (clock_error_us = 500001, "clock", FINDING_FAIR);
  WITH (ports[0].state = PORT_TAKEN, "port", FINDING_BAD);
  WITH (ports[0].state = PORT_FORBIDDEN, "port", FINDING_BAD);
  WITH (ports[1].state = PORT_NO_ADDRESS, "port", FINDING_BAD);
  WITH (missing_elements = (char *) "vp8enc", "gstreamer", FINDING_BAD);
}

static void
test_certificate (void)
{
  WITH (certificate_days = 31, "certificate", FINDING_GOOD);
  WITH (certificate_days = 30, "certificate", FINDING_FAIR);
  WITH (certificate_days = 7, "certificate", FINDING_BAD);
  WITH (certificate_days = FACT_UNKNOWN, "certificate", FINDING_GOOD);
  WITH (certificate_error = (char *) "no such file", "certificate", FINDING_BAD);
  /* our own renews itself at a start, unless it has ended while the service ran */
  MachineFacts facts = fit_machine ();
  facts.certificate_is_own = TRUE;
  facts.certificate_days = 5;
  assert_light (&facts, "certificate", FINDING_GOOD);
  facts.certificate_days = 0;
  assert_light (&facts, "certificate", FINDING_BAD);
}

static void
test_state (void)
{
  MachineFacts facts = fit_machine ();
  facts.state_is_writable = FALSE;
  facts.state_error = (char *) "open to others";
  assert_light (&facts, "state", FINDING_BAD);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/doctor/fit", test_fit);
  g_test_add_func ("/doctor/limits", test_limits);
  g_test_add_func ("/doctor/forced-buffers", test_forced_buffers);
  g_test_add_func ("/doctor/conntrack", test_conntrack);
  g_test_add_func ("/doctor/awake", test_awake);
  g_test_add_func ("/doctor/faults", test_faults);
  g_test_add_func ("/doctor/certificate", test_certificate);
  g_test_add_func ("/doctor/state", test_state);
  return g_test_run ();
}
