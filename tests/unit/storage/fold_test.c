#include "server/storage/fold.h"

static void
test_fold (void)
{
  static const struct {
    const char *text;
    const char *folded;
  } rows[] = {
    { "Xã Thanh Hà", "xa thanh ha" },
    { "XÃ THANH HÀ", "xa thanh ha" },
    { "Xa\xcc\x83 Thanh Ha\xcc\x80", "xa thanh ha" }, /* the same in NFD */
    { "Đặc khu Lý Sơn", "dac khu ly son" },
    { "Phường Đống Đa", "phuong dong da" },
    { "Quảng Ngãi", "quang ngai" },
    { "Thừa Thiên Huế", "thua thien hue" },
    { "Ơ Ư ơ ư Ỡ ữ", "o u o u o u" },
    { "  p.  Ba-Đình, (2) ", "p ba dinh 2" },
    { "", "" },
    { "...", "" },
    { "a\xff"
      "b",
      "a b" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *folded = fold_text (rows[i].text);
    g_assert_cmpstr (folded, ==, rows[i].folded);
  }
}

static void
test_match (void)
{
  static const struct {
    const char *name;
    const char *query;
    int rank;
  } rows[] = {
    { "xa thanh ha", "xa thanh ha", 0 },
    { "xa thanh ha", "thanh ha", 0 },
    { "xa thanh ha", "x thanh ha", 0 },
    { "tinh thanh hoa", "thanh", 1 },
    { "xa thanh ha", "tha", 2 },
    { "xa thanh ha", "xa tha", 2 },
    { "xa thanh ha", "x tha", 2 },
    { "xa thanh ha", "ha", 3 },
    { "xa thanh ha", "ha tha", 4 },
    { "xa thanh ha", "anh", 5 },
    { "xa thanh ha", "hai", -1 },
    { "xa thanh ha", "", -1 },
    { "phuong ba dinh", "phu", 5 }, /* a letter's start of the type word is no find */
    { "xa phu le", "phu", 1 },
    { "phuong ba dinh", "p ba dinh", 0 },
    { "phuong ba dinh", "p b", 2 },
    { "dac khu ly son", "dk ly son", 0 },
    { "thanh pho ha noi", "tp ha noi", 0 },
    { "xa", "xa", 0 }, /* a name that is only the type word */
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    int rank = fold_match (rows[i].name, rows[i].query);
    if (rank != rows[i].rank)
      g_test_message ("%s in %s: rank %d", rows[i].query, rows[i].name, rank);
    g_assert_cmpint (rank, ==, rows[i].rank);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fold/text", test_fold);
  g_test_add_func ("/fold/match", test_match);
  return g_test_run ();
}
