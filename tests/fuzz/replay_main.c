/* Replays a corpus folder through a fuzz target: the kept inputs as a test.  A folder without
 * any input is a failure, so that a target whose corpus was lost is noticed. */
#include <glib.h>
#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput (const uint8_t *data, size_t size);

int
main (int argc, char **argv)
{
  if (argc != 2) {
    fprintf (stderr, "usage: %s CORPUS-FOLDER\n", argv[0]);
    return 2;
  }
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (argv[1], 0, &error);
  if (!dir) {
    fprintf (stderr, "%s\n", error->message);
    return 1;
  }
  int replayed = 0;
  const char *name;
  while ((name = g_dir_read_name (dir))) {
    g_autofree char *path = g_build_filename (argv[1], name, NULL);
    g_autofree char *data = NULL;
    gsize size = 0;
    if (!g_file_get_contents (path, &data, &size, &error)) {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
    LLVMFuzzerTestOneInput ((const uint8_t *) data, size);
    replayed++;
  }
  printf ("%d inputs replayed\n", replayed);
  return replayed > 0 ? 0 : 1;
}
