#include "server/mail/mime.h"

#include <string.h>

/* The text of a header value's encoded words. */
static char *
decode (const char *value)
{
  GString *text = g_string_new (NULL);
  g_auto (GStrv) words = g_strsplit (value, "\r\n ", -1);
  for (guint i = 0; words[i]; i++) {
    g_assert_true (g_str_has_prefix (words[i], "=?UTF-8?B?"));
    g_assert_true (g_str_has_suffix (words[i], "?="));
    g_assert_cmpuint (strlen (words[i]), <=, 75);
    g_autofree char *inside = g_strndup (words[i] + 10, strlen (words[i]) - 12);
    gsize length;
    g_autofree guchar *bytes = g_base64_decode (inside, &length);
    g_assert_true (g_utf8_validate ((char *) bytes, (gssize) length, NULL)); /* whole letters */
    g_string_append_len (text, (char *) bytes, (gssize) length);
  }
  return g_string_free (text, FALSE);
}

static void
test_plain_headers (void)
{
  g_autofree char *plain = mime_encode_header ("Giay moi hop", 9);
  g_assert_cmpstr (plain, ==, "Giay moi hop");
  g_autofree char *empty = mime_encode_header ("", 9);
  g_assert_cmpstr (empty, ==, "");
  g_autofree char *longest = g_strnfill (67, 'a');
  g_autofree char *fits = mime_encode_header (longest, 9);
  g_assert_cmpstr (fits, ==, longest);
}

static void
test_encoded_headers (void)
{
  g_autofree char *longer = g_strnfill (68, 'a');
  const char *const rows[] = {
    "Giấy mời họp: Giao ban tháng 11",
    ("Giấy mời họp: Hội nghị trực tuyến toàn tỉnh về phòng, chống bão số 9 và khắc phục hậu quả "
     "thiên tai tại các xã miền núi, ven biển và hải đảo"),
    "=?UTF-8?B?YQ==?=",
    longer,
    "😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀😀",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_autofree char *value = mime_encode_header (rows[i], 9);
    g_autofree char *text = decode (value);
    g_assert_cmpstr (text, ==, rows[i]);
    g_auto (GStrv) lines = g_strsplit (value, "\r\n", -1);
    g_assert_cmpuint (strlen (lines[0]) + 9, <=, 76);
  }
}

static MimeLetter
letter (void)
{
  return (MimeLetter){ .from = "hop@tinh.gov.vn",
                       .from_name = "Văn phòng UBND tỉnh",
                       .to = "xa@tinh.gov.vn",
                       .subject = "Giấy mời họp",
                       .text = "Kính mời dự họp.\nTrân trọng.",
                       .message_id = "1.2@tinh.gov.vn",
                       .at_ms = G_GINT64_CONSTANT (1794965400) * 1000 };
}

static void
test_letter (void)
{
  MimeLetter simple = letter ();
  g_autofree char *text = mime_format (&simple);
  g_assert_cmpstr (text, ==,
                   "From: =?UTF-8?B?VsSDbiBwaMOybmcgVUJORCB04buJbmg=?=\r\n <hop@tinh.gov.vn>\r\n"
                   "To: <xa@tinh.gov.vn>\r\n"
                   "Subject: =?UTF-8?B?R2nhuqV5IG3hu51pIGjhu41w?=\r\n"
                   "Date: Wed, 18 Nov 2026 01:30:00 +0000\r\n"
                   "Message-ID: <1.2@tinh.gov.vn>\r\n"
                   "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\n"
                   "Content-Type: text/plain; charset=utf-8\r\n"
                   "Content-Transfer-Encoding: base64\r\n\r\n"
                   "S8OtbmggbeG7nWkgZOG7sSBo4buNcC4NClRyw6JuIHRy4buNbmcu\r\n");
}

static void
test_attachment (void)
{
  MimeLetter with = letter ();
  with.calendar = "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n";
  with.calendar_method = "REQUEST";
  g_autofree char *text = mime_format (&with);
  g_assert_nonnull (strstr (text, "Content-Type: multipart/mixed; boundary=\"-diemcau-\"\r\n\r\n"));
  g_assert_nonnull (strstr (text, "text/calendar; charset=utf-8; method=REQUEST;"));
  g_assert_nonnull (strstr (text, "QkVHSU46VkNBTEVOREFSDQpFTkQ6VkNBTEVOREFSDQo=\r\n"));
  g_assert_true (g_str_has_suffix (text, "---diemcau---\r\n"));
}

/* Whatever subject, name and text hold, no header is added and no line is too long. */
static void
test_injection (void)
{
  const char *const rows[] = { "a\r\nBcc: x@y",    "a\nBcc: x@y",     "a\rBcc: x@y",
                               "\r\n\r\nBcc: x@y", "Họp\r\nBcc: x@y", "a\xff\r\nBcc: x@y" };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    MimeLetter bad = letter ();
    bad.subject = bad.from_name = bad.text = rows[i];
    g_autofree char *text = mime_format (&bad);
    g_assert_null (strstr (text, "\nBcc:"));
    g_assert_null (strstr (text, "\rBcc:"));
    g_auto (GStrv) lines = g_strsplit (text, "\r\n", -1);
    for (guint j = 0; lines[j]; j++) {
      g_assert_null (strpbrk (lines[j], "\r\n"));
      g_assert_cmpuint (strlen (lines[j]), <=, 100);
    }
  }
}

static void
test_long_name (void)
{
  MimeLetter named = letter ();
  g_autofree char *name = g_strnfill (500, 'x');
  named.from_name = name;
  g_autofree char *text = mime_format (&named);
  g_assert_cmpuint (strcspn (text, "\r"), <=, 76);
  named.from_name = "";
  g_autofree char *nameless = mime_format (&named);
  g_assert_true (g_str_has_prefix (nameless, "From: <hop@tinh.gov.vn>\r\nTo:"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mime/plain-headers", test_plain_headers);
  g_test_add_func ("/mime/encoded-headers", test_encoded_headers);
  g_test_add_func ("/mime/letter", test_letter);
  g_test_add_func ("/mime/attachment", test_attachment);
  g_test_add_func ("/mime/injection", test_injection);
  g_test_add_func ("/mime/long-name", test_long_name);
  return g_test_run ();
}
