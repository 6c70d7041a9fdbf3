/* fake-relay SOCKET [die]: a FakeRelay as a process, owned; with "die" it ends at once. */
#include "tests/support/fake_relay.h"

#include <stdio.h>
#include <string.h>

int
main (int argc, char **argv)
{
  if (argc < 2) {
    fprintf (stderr, "usage: %s SOCKET [die]\n", argv[0]);
    return 2;
  }
  if (argc > 2 && strcmp (argv[2], "die") == 0)
    return 3;
  g_autoptr (FakeRelay) relay = fake_relay_new (argv[1]);
  relay->owned = TRUE;
  while (!relay->was_shut_down)
    g_main_context_iteration (NULL, TRUE);
  return 0;
}
