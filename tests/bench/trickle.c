/* trickle PORT PER_SECOND SECONDS: reports of nobody to a port of this machine, one by one and
 * evenly, as those of hundreds of browsers come that keep no step with each other (reports-alone of
 * scripts/bench). */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>

#define REPORT_BYTES 120 /* transport-wide feedback over some 60 ms, with SRTCP's trailer */
#define MOST_PER_SECOND 1000000

static void
wait_until (struct timespec *at, long ns)
{
  at->tv_nsec += ns;
  for (; at->tv_nsec >= 1000000000; at->tv_nsec -= 1000000000)
    at->tv_sec++;
  clock_nanosleep (CLOCK_MONOTONIC, TIMER_ABSTIME, at, NULL);
}

int
main (int argc, char **argv)
{
  static const unsigned char report[REPORT_BYTES] = { 0x8f, 205, 0, REPORT_BYTES / 4 - 1 };
  struct sockaddr_in to = { .sin_family = AF_INET, .sin_addr = { htonl (INADDR_LOOPBACK) } };
  long port = argc == 4 ? atol (argv[1]) : 0;
  long per_second = argc == 4 ? atol (argv[2]) : 0;
  long seconds = argc == 4 ? atol (argv[3]) : 0;
  struct timespec at;
  int fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  if (fd < 0 || port < 1 || port > 65535 || per_second < 1 || per_second > MOST_PER_SECOND ||
      seconds < 1 || seconds > 3600) {
    fprintf (stderr, "trickle PORT PER_SECOND SECONDS\n");
    return 2;
  }
  to.sin_port = htons ((unsigned short) port);
  clock_gettime (CLOCK_MONOTONIC, &at);
  for (long i = 0; i < per_second * seconds; i++) {
    wait_until (&at, 1000000000 / per_second);
    sendto (fd, report, sizeof report, 0, (struct sockaddr *) &to, sizeof to);
  }
  return 0;
}
