/* What a rehearsal of many rooms costs the controller: each of them tests itself once, and its
 * board is read all the while. rehearsal_bench [ROOMS]   prints one JSON object, CPU time in
 * microseconds: judge_us: of one result; store_us: one run written (with the disk's flush left out:
 * it sleeps); first_us: the board as a page reads it first; same_us: read again, nothing changed;
 * changed_us: read again after ten rooms changed; csv_us, xlsx_us: the files. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/http/rehearsal_board.h"
#include "server/reports/rehearsal_sheet.h"
#include "server/storage/live_store.h"
#include "tests/unit/http/fake_hub.h"
#include "tests/unit/storage/meeting_support.h"

#define ROUNDS 20
#define CHANGED 10

static const char result_text[] =
    "{\"test\":\"0123456789abcdef\",\"devices\":{\"camera\":\"HD Pro Webcam C920\",\"microphone\":"
    "\"Jabra Speak 510\",\"speaker\":\"Jabra Speak 510\"},\"mic\":{\"ok\":true,\"level\":18},"
    "\"speaker\":\"yes\",\"camera\":{\"ok\":true,\"dark\":false,\"height\":720},\"echo\":{\"ok\":"
    "true,\"db\":-40},\"loop\":{\"seen\":true,\"heard\":true},\"reach\":{\"udp\":true,\"tcp\":true}"
    ","
    "\"line\":{\"network\":\"wifi\",\"up_kbps\":1200,\"down_kbps\":1200,\"up_loss\":34,"
    "\"down_loss\":0,\"up_jitter_ms\":12,\"down_jitter_ms\":7,\"rtt_ms\":41,\"seconds\":15}}";

static gint64
cpu_us (void)
{
  struct timespec time;
  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec * G_GINT64_CONSTANT (1000000) + time.tv_nsec / 1000;
}

static char **
add_rooms (Database *database, guint n)
{
  g_autoptr (Transaction) transaction = database_begin (database, NULL);
  char **rooms = g_new0 (char *, n + 1);
  for (guint i = 0; i < n; i++) {
    g_autofree char *name = g_strdup_printf ("Điểm cầu Xã Trường Xuân %u", i);
    g_autoptr (Endpoint) endpoint =
        endpoint_store_add (database, "100", name, "Nguyễn Văn A", "0912345678", NULL);
    rooms[i] = g_strdup (i == 0 ? "38-1" : endpoint->id);
  }
  transaction_commit (transaction, NULL);
  return rooms;
}

static TestRun *
judge (const char *endpoint, guint number)
{
  static const RelayLine relay = { 30, 0, 40, TRUE };
  static const TestTerms terms = { 10, 50, 1200 };
  g_autoptr (TestResult) result = NULL;
  TestVerdict verdict;
  record_decode_text (&test_result_type, result_text, strlen (result_text), 4096,
                      (gpointer *) &result, NULL);
  g_free (result->test);
  result->test = g_strdup_printf ("t%u", number);
  room_test_judge (result, &relay, &terms, &verdict);
  return test_run_new (endpoint, 1795000000000, result, &relay, &verdict);
}

static void
store (Database *database, const TestRun *run)
{
  StoredAct act = { .test = run };
  live_store_callbacks ()->save_act (database, "m1", &act, NULL);
}

static gint64
time_read (RehearsalBoard *board, RehearsalRead *read)
{
  gint64 begin_us = cpu_us ();
  read->now_ms += 1000;
  rehearsal_board_read (board, read, NULL);
  return cpu_us () - begin_us;
}

static gint64
time_file (RehearsalExport export, const RehearsalSheet *sheet)
{
  g_autoptr (GTimeZone) zone = report_zone ("+07:00");
  ReportStyle style = { REPORT_VI, zone };
  gint64 begin_us = cpu_us ();
  g_autoptr (GBytes) bytes G_GNUC_UNUSED = export(sheet, &style, NULL);
  return cpu_us () - begin_us;
}

int
main (int argc, char **argv)
{
  guint n = argc > 1 ? (guint) atoi (argv[1]) : 600;
  g_auto (TestStore) store_dir = test_store_with_rooms ();
  Database *database = store_dir.database;
  g_auto (GStrv) rooms = add_rooms (database, n);
  add_meeting (database, "m1", (const char *const *) rooms);
  MeetingHub *hub = fake_hub_new ();
  g_autofree RehearsalRoom *now = g_new0 (RehearsalRoom, n);
  for (guint i = 0; i < n; i++)
    now[i] = (RehearsalRoom){ rooms[i], TRUE, FALSE, "good" };
  hub->rehearsing = now;
  hub->n_rehearsing = n;

  gint64 judge_us = 0, store_us = 0, same_us = 0, changed_us = 0;
  for (guint i = 0; i < n; i++) {
    gint64 begin_us = cpu_us ();
    g_autoptr (TestRun) run = judge (rooms[i], i);
    judge_us += cpu_us () - begin_us;
    begin_us = cpu_us ();
    store (database, run);
    store_us += cpu_us () - begin_us;
  }
  RehearsalBoard *board = rehearsal_board_new ();
  RehearsalRead read = { database, hub, "m1", 1000000, 1, FALSE };
  gint64 first_us = time_read (board, &read);
  for (guint round = 0; round < ROUNDS; round++)
    same_us += time_read (board, &read);
  for (guint round = 0; round < ROUNDS; round++) {
    for (guint i = 0; i < CHANGED; i++)
      now[(round * CHANGED + i) % n].is_testing ^= TRUE;
    changed_us += time_read (board, &read);
  }
  RehearsalSheet sheet = { (char *) "Giao ban", 1795000000000,
                           rehearsal_store_list (database, "m1", NULL) };
  gint64 csv_us = time_file (rehearsal_to_csv, &sheet);
  gint64 xlsx_us = time_file (rehearsal_to_xlsx, &sheet);
  g_print ("{\"rooms\": %u, \"judge_us\": %d, \"store_us\": %d, \"first_us\": %d, \"same_us\": %d, "
           "\"changed_us\": %d, \"csv_us\": %d, \"xlsx_us\": %d}\n",
           n, (int) (judge_us / n), (int) (store_us / n), (int) first_us, (int) (same_us / ROUNDS),
           (int) (changed_us / ROUNDS), (int) csv_us, (int) xlsx_us);
  g_ptr_array_unref (sheet.sites);
  rehearsal_board_free (board);
  fake_hub_free (hub);
  return 0;
}
