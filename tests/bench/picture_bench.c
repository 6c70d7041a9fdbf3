/* What small pictures cost: the processor time of each, by codec, and of 600 sites at one per 10 s.
 *
 *   picture_bench [--seconds N] [--sites 600] [--every 10] [--height 180]
 *
 * Real keyframes of 180 lines (something like a room, with grain) go to `diemcau media pictures` of
 * this build as its controller sends them; counted is what that process used, decoding, making
 * small, JPEG and socket together. Prints one JSON object. */
#include "pipelines/jobs/picture_wire.h"
#include "tests/support/keyframe_maker.h"

#include <errno.h>
#include <gio/gio.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static gint seconds = 2, sites = 600, every = 10, height = 180;
static const GOptionEntry entries[] = {
  { "seconds", 0, 0, G_OPTION_ARG_INT, &seconds, "For each codec", "N" },
  { "sites", 0, 0, G_OPTION_ARG_INT, &sites, "Sites", "N" },
  { "every", 0, 0, G_OPTION_ARG_INT, &every, "Seconds between two pictures of a site", "N" },
  { "height", 0, 0, G_OPTION_ARG_INT, &height, "Lines of the keyframes", "N" },
  G_OPTION_ENTRY_NULL,
};

typedef struct {
  pid_t pid;
  int fd;
} Job;

static Job
job_start (const char *program)
{
  Job job;
  int fds[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET, 0, fds) < 0 || (job.pid = fork ()) < 0)
    g_error ("no job: %s", g_strerror (errno));
  if (job.pid == 0) {
    dup2 (fds[1], STDIN_FILENO);
    execl (program, "diemcau", "media", "pictures", NULL);
    _exit (127);
  }
  close (fds[1]);
  job.fd = fds[0];
  return job;
}

static void
job_end (Job *job)
{
  close (job->fd);
  waitpid (job->pid, NULL, 0);
}

/* What the process has used so far. */
static gint64
cpu_us (const Job *job)
{
  clockid_t clock;
  struct timespec used;

  if (clock_getcpuclockid (job->pid, &clock) != 0 || clock_gettime (clock, &used) < 0)
    g_error ("no clock of the job");
  return used.tv_sec * G_USEC_PER_SEC + used.tv_nsec / 1000;
}

/* Bytes of the JPEG. */
static gsize
make_one (const Job *job, Codec codec, GBytes *frame)
{
  static struct {
    PictureReply head;
    guint8 bytes[PICTURE_JPEG_BYTES_MAX];
  } reply;
  PictureRequest head = { PICTURE_MAGIC, codec, 1 };
  gsize size;
  gconstpointer bytes = g_bytes_get_data (frame, &size);
  struct iovec parts[] = { { &head, sizeof head }, { (gpointer) bytes, size } };
  struct msghdr message = { .msg_iov = parts, .msg_iovlen = G_N_ELEMENTS (parts) };
  ssize_t got;

  if (sendmsg (job->fd, &message, MSG_NOSIGNAL) < 0)
    g_error ("the job takes no frame: %s", g_strerror (errno));
  got = recv (job->fd, &reply, sizeof reply, 0);
  if (got < (ssize_t) sizeof reply.head || reply.head.status != PICTURE_MADE)
    g_error ("no picture of %s", codec_name (codec));
  return (gsize) got - sizeof reply.head;
}

static void
measure (const char *program, Codec codec, gboolean is_first)
{
  g_autoptr (GBytes) frame =
      make_keyframe (codec, (guint) (height * 16 / 9 + 1) / 2 * 2, (guint) height, TRUE);
  Job job;
  gint64 before_us, until_us = g_get_monotonic_time () + seconds * G_USEC_PER_SEC;
  gsize jpeg = 0;
  guint n = 0;

  if (frame == NULL)
    return;
  job = job_start (program);
  make_one (&job, codec, frame);
  before_us = cpu_us (&job);
  for (; g_get_monotonic_time () < until_us; n++)
    jpeg = make_one (&job, codec, frame);
  double each_us = (double) (cpu_us (&job) - before_us) / MAX (n, 1);
  job_end (&job);
  g_print ("%s\n  \"%s\": {\"frame_bytes\": %" G_GSIZE_FORMAT ", \"jpeg_bytes\": %" G_GSIZE_FORMAT
           ", \"pictures\": %u, \"cpu_us_each\": %.0f, \"core_percent\": %.2f}",
           is_first ? "" : ",", codec_name (codec), g_bytes_get_size (frame), jpeg, n, each_us,
           each_us * sites / every / 1e4);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) options = g_option_context_new ("- what small pictures cost");
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_path_get_dirname (argv[0]);
  g_autofree char *program = g_build_filename (folder, "..", "..", "server", "diemcau", NULL);

  g_option_context_add_main_entries (options, entries, NULL);
  if (!g_option_context_parse (options, &argc, &argv, &error)) {
    g_printerr ("picture_bench: %s\n", error->message);
    return 2;
  }
  g_print ("{\n  \"sites\": %d, \"every_s\": %d, \"height\": %d,", sites, every, height);
  for (guint codec = CODEC_VP8; codec < CODEC_COUNT; codec++)
    measure (program, (Codec) codec, codec == CODEC_VP8);
  g_print ("\n}\n");
  return 0;
}
