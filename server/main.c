#include <stdio.h>

int
main (int argc, char **argv)
{
  (void) argc;
  (void) argv;
  puts ("diemcau " DIEMCAU_VERSION);
  return 0;
}
