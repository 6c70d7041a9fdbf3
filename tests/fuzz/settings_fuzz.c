/* A settings file.  What is accepted is written out and must be accepted as the same settings. */
#include "config/settings.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (Settings) settings = settings_new ();
  g_autoptr (GError) error = NULL;
  if (!settings_load_data (settings, "input", (const char *) data, size, &error)) {
    g_assert_true (g_utf8_validate (error->message, -1, NULL));
    g_assert_null (strpbrk (error->message, "\r\n"));
    return 0;
  }
  g_autofree char *text = settings_format (settings);
  g_autoptr (Settings) again = settings_new ();
  if (!settings_load_data (again, "again", text, strlen (text), &error))
    g_error ("%s", error->message);
  g_autofree char *same = settings_format (again);
  g_assert_cmpstr (text, ==, same);
  settings_finish (settings, NULL);
  return 0;
}
