/* A light turns red: the headers of its line come to what was saved. */
#include "server/capture/header_keeper.h"

#include "server/storage/evidence.h"
#include "tests/unit/capture/played_relay.h"
#include "tests/unit/health/site_maker.h"

#include <string.h>

typedef struct {
  PlayedRelay relay;
  HealthBoard *board;
  HealthStore *store;
  HeaderKeeper *keeper;
  Evidence *got;
  gboolean answered;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  HealthConfig config = { 10, 50, 5 * SECOND };
  played_relay_init (&f->relay);
  f->board = health_board_new (&config);
  f->store = health_store_open (NULL, NULL);
  health_store_watch (f->store, f->board);
  f->keeper = header_keeper_new (f->store, f->board, &played_relay, &f->relay);
  header_keeper_set_wait (f->keeper, 0);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_clear_pointer (&f->keeper, header_keeper_free);
  played_relay_clear (&f->relay);
  health_store_close (f->store);
  health_board_free (f->board);
}

static HealthSite *
open_site (Fixture *f, const char *endpoint)
{
  SiteIdentity identity = { "m1", endpoint, "Xã Thanh Hà", "Xã", NULL };
  SiteFacts facts = make_facts ();
  LineSample line;
  HealthSite *site = health_board_open_site (f->board, &identity);
  g_autofree char *transport = g_strconcat ("t.m1.", endpoint, ".0", NULL);
  make_streams (&line);
  g_autoptr (LineStats) stats = make_stats (transport, &line);
  health_site_set_facts (site, &facts);
  health_site_on_line (site, stats, 50 * SECOND);
  return site;
}

static void
on_got (gpointer user_data, const Evidence *evidence, const GError *error)
{
  Fixture *f = user_data;
  g_assert_no_error (error);
  f->answered = TRUE;
  if (evidence && evidence->headers) {
    g_autoptr (GBytes) plain = evidence_unpack (evidence->headers);
    g_assert_cmpmem (g_bytes_get_data (plain, NULL), g_bytes_get_size (plain), "the headers", 11);
  }
  if (evidence)
    g_assert_true (evidence->has_headers == (evidence->headers != NULL));
  f->got = evidence && evidence->headers ? (Evidence *) evidence : NULL;
}

static gboolean
has_headers (Fixture *f, gint64 id)
{
  f->answered = FALSE;
  health_store_get_evidence (f->store, id, on_got, f);
  while (!f->answered)
    g_main_context_iteration (NULL, TRUE);
  return f->got != NULL;
}

static void
test_kept (Fixture *f, gconstpointer data)
{
  HealthSite *site = open_site (f, "14758-1");
  f->relay.headers = "the headers";
  health_board_second (f->board, 51 * SECOND, 1795000000);
  health_site_save_ring (site, "poor_line");
  g_assert_false (has_headers (f, 1)); /* the rings are there at once */
  while (!has_headers (f, 1))
    ;
  g_assert_cmpuint (played_relay_count (&f->relay, "capture.headers t.m1.14758-1.0"), ==, 1);
}

/* One after the other; some that fail hold nobody up. */
static void
test_many (Fixture *f, gconstpointer data)
{
  f->relay.is_silent = TRUE;
  for (guint i = 0; i < HEADERS_WAITING_MAX + 10; i++) {
    g_autofree char *endpoint = g_strdup_printf ("e%u", i);
    HealthSite *site = open_site (f, endpoint);
    health_board_second (f->board, 51 * SECOND, 1795000000);
    health_site_save_ring (site, "poor_line");
  }
  while (f->relay.waiting.length == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (f->relay.waiting.length, ==, 1);
  f->relay.is_silent = FALSE;
  f->relay.refuses = "not-found: it has gone";
  played_relay_answer (&f->relay, FALSE);
  g_autofree char *last = g_strdup_printf ("capture.headers t.m1.e%d.0", HEADERS_WAITING_MAX - 1);
  while (played_relay_count (&f->relay, last) == 0)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_autofree char *beyond = g_strdup_printf ("capture.headers t.m1.e%d.0", HEADERS_WAITING_MAX + 5);
  g_assert_cmpuint (played_relay_count (&f->relay, beyond), ==, 0);
}

/* The answer comes when nobody waits for it any more. */
static void
test_gone (Fixture *f, gconstpointer data)
{
  HealthSite *site = open_site (f, "14758-1");
  f->relay.is_silent = TRUE;
  f->relay.headers = "the headers";
  health_board_second (f->board, 51 * SECOND, 1795000000);
  health_site_save_ring (site, "poor_line");
  while (f->relay.waiting.length == 0)
    g_main_context_iteration (NULL, TRUE);
  g_clear_pointer (&f->keeper, header_keeper_free);
  played_relay_answer (&f->relay, FALSE);
  g_assert_false (has_headers (f, 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/capture/headers/kept", Fixture, NULL, set_up, test_kept, tear_down);
  g_test_add ("/capture/headers/many", Fixture, NULL, set_up, test_many, tear_down);
  g_test_add ("/capture/headers/gone", Fixture, NULL, set_up, test_gone, tear_down);
  return g_test_run ();
}
