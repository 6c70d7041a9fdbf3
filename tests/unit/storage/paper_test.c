#include "server/storage/paper_store.h"

#include <sys/stat.h>

#include "server/storage/paper_file.h"
#include "server/storage/storage_limits.h"
#include "tests/unit/storage/meeting_support.h"

static const char *const rooms[] = { "38-1", "100-1", NULL };

static TestStore
store_with_meeting (void)
{
  TestStore store = test_store_with_rooms ();
  g_autoptr (MeetingRecord) meeting = test_meeting ("m1", rooms);
  AgendaItem item = { (char *) "a", (char *) "Khai mạc", NULL, NULL, 0 };
  g_ptr_array_add (meeting->agenda, agenda_item_copy (&item));
  assert_works (schedule_store_add (store.database, meeting, error));
  return store;
}

static Paper
sound_paper (const char *id)
{
  return (Paper){ .id = (char *) id,
                  .meeting = (char *) "m1",
                  .name = (char *) "Báo cáo.pdf",
                  .type = (char *) "application/pdf",
                  .bytes = 100,
                  .pages = -1,
                  .sha256 = (char *) "ab",
                  .added_at_ms = 7,
                  .added_by = (char *) "thuky" };
}

static void
test_round_trip (void)
{
  g_auto (TestStore) store = store_with_meeting ();
  Paper paper = sound_paper ("p1"), second = sound_paper ("p2");
  paper.item = (char *) "a";
  paper.pages = 12;
  assert_works (paper_store_add (store.database, &paper, error));
  assert_works (paper_store_add (store.database, &second, error));
  g_autoptr (GPtrArray) list = paper_store_list (store.database, "m1", NULL);
  g_assert_cmpuint (list->len, ==, 2);
  const Paper *first = list->pdata[0];
  g_assert_cmpstr (first->item, ==, "a");
  g_assert_cmpint (first->pages, ==, 12);
  g_assert_cmpint (((Paper *) list->pdata[1])->pages, ==, -1);
  gint64 bytes = 0, n = 0;
  assert_works (paper_store_total (store.database, "m1", &bytes, &n, error));
  g_assert_cmpint (bytes, ==, 200);
  g_assert_cmpint (n, ==, 2);
  second.item = (char *) "a";
  second.name = (char *) "C:\\Hồ sơ\\Tờ trình.docx";
  assert_works (paper_store_update (store.database, &second, error));
  g_autoptr (Paper) stored = paper_store_get (store.database, "m1", "p2", NULL);
  g_assert_cmpstr (stored->name, ==, "Tờ trình.docx");
  assert_fails (paper_store_get (store.database, "m2", "p2", error), STORAGE_ERROR_NOT_FOUND);
  assert_works (paper_store_remove (store.database, "m1", "p1", error));
  assert_fails (paper_store_remove (store.database, "m1", "p1", error), STORAGE_ERROR_NOT_FOUND);
}

static void
test_names (void)
{
  static const struct {
    const char *name, *clean;
  } rows[] = { { "a.pdf", "a.pdf" },
               { "../../etc/passwd", "passwd" },
               { "a\\b\\c.docx", "c.docx" },
               { " Báo cáo .pdf ", "Báo cáo .pdf" },
               { "x/", NULL },
               { "", NULL },
               { "a\nb", NULL },
               { "\xff", NULL } };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *clean = paper_clean_name (rows[i].name, NULL);
    g_assert_cmpstr (clean, ==, rows[i].clean);
  }
}

static void
test_bad_papers (void)
{
  g_auto (TestStore) store = store_with_meeting ();
  Paper paper = sound_paper ("p1");
  paper.item = (char *) "none";
  assert_fails (paper_store_add (store.database, &paper, error), STORAGE_ERROR_NOT_FOUND);
  paper.item = NULL;
  paper.meeting = (char *) "none";
  assert_fails (paper_store_add (store.database, &paper, error), STORAGE_ERROR_NOT_FOUND);
  paper.meeting = (char *) "m1";
  for (guint i = 0; i < PAPERS_PER_MEETING_MAX; i++) {
    g_autofree char *id = g_strdup_printf ("p%u", i);
    paper.id = id;
    assert_works (paper_store_add (store.database, &paper, error));
  }
  paper.id = (char *) "one-more";
  assert_fails (paper_store_add (store.database, &paper, error), STORAGE_ERROR_INVALID);
}

/* An agenda item that goes leaves its papers with the meeting. */
static void
test_item_goes (void)
{
  g_auto (TestStore) store = store_with_meeting ();
  Paper paper = sound_paper ("p1");
  paper.item = (char *) "a";
  assert_works (paper_store_add (store.database, &paper, error));
  g_autoptr (MeetingRecord) meeting = schedule_store_get (store.database, "m1", NULL);
  assert_works (schedule_store_update (store.database, meeting, error));
  g_autoptr (Paper) kept = paper_store_get (store.database, "m1", "p1", NULL);
  g_assert_cmpstr (kept->item, ==, "a");
  g_ptr_array_set_size (meeting->agenda, 0);
  assert_works (schedule_store_update (store.database, meeting, error));
  g_autoptr (Paper) loose = paper_store_get (store.database, "m1", "p1", NULL);
  g_assert_null (loose->item);
}

/* --- Files --- */

static gboolean
file_is (const char *directory, const char *id, const char *text)
{
  g_autofree char *path = paper_file_path (directory, id);
  g_autofree char *content = NULL;
  return g_file_get_contents (path, &content, NULL, NULL) && g_str_equal (content, text);
}

static void
test_files (void)
{
  g_auto (TestStore) store = store_with_meeting ();
  g_autoptr (GBytes) bytes = g_bytes_new_static ("abc", 3);
  Paper paper = sound_paper ("p1");
  assert_works (paper_store_add (store.database, &paper, error));
  assert_works (paper_file_write (store.directory, "p1", bytes, error));
  assert_works (paper_file_share (store.directory, "p1", "p2", error));
  g_autofree char *path = paper_file_path (store.directory, "p1");
  g_autofree char *folder = g_path_get_dirname (path);
  struct stat status;
  g_assert_cmpint (stat (path, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
  g_assert_cmpint (stat (folder, &status), ==, 0);
  g_assert_cmpuint (status.st_mode & 0777, ==, 0700);
  g_assert_true (file_is (store.directory, "p2", "abc"));
  assert_fails (paper_file_share (store.directory, "none", "p3", error), STORAGE_ERROR_FAILED);
  /* p2 is nobody's; so is what an upload left. */
  g_autofree char *begun = NULL;
  int fd = paper_file_begin (store.directory, &begun, NULL);
  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_cmpint (paper_file_sweep (store.database, store.directory, NULL), ==, 2);
  g_assert_true (file_is (store.directory, "p1", "abc"));
  g_assert_false (file_is (store.directory, "p2", "abc"));
  g_assert_false (g_file_test (begun, G_FILE_TEST_EXISTS));
  paper_file_remove (store.directory, "p1");
  paper_file_remove (store.directory, "p1");
  g_assert_cmpint (paper_file_sweep (store.database, store.directory, NULL), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/paper/round-trip", test_round_trip);
  g_test_add_func ("/paper/names", test_names);
  g_test_add_func ("/paper/bad-papers", test_bad_papers);
  g_test_add_func ("/paper/item-goes", test_item_goes);
  g_test_add_func ("/paper/files", test_files);
  return g_test_run ();
}
