#include "server/snapshot/picture_worker.h"

#include "config/log.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define TAG "snapshot"

#define REPLY_MS 20000
#define BACKOFF_FIRST_MS 1000
#define BACKOFF_LAST_MS 60000
#define STABLE_MS 30000
#define IDLE_MS 60000

typedef struct {
  guint64 ticket;
  Codec codec;
  GBytes *frame;
} Task;

typedef struct {
  PictureReply head;
  guint8 bytes[PICTURE_JPEG_BYTES_MAX + 1]; /* one more: to see that there was more */
} ReplyMessage;

struct PictureWorker {
  char *program;
  char **arguments;
  PictureWorkerConfig config;
  PictureResultFunc func;
  gpointer user_data;
  GQueue tasks; /* Task; the head is with the job while is_asked */
  gsize bytes;  /* of the frames that wait */
  gboolean is_asked;
  GPid pid;    /* 0: none runs */
  int fd;      /* to it; -1 */
  guint watch; /* of fd */
  guint child; /* of pid */
  guint timer; /* of its patience, its rest, or the next start */
  gint64 started_us;
  guint backoff_ms;         /* before the next start; 0: at once */
  PictureWorkerStats stats; /* cpu_us: of jobs that ended */
  gint64 job_cpu_us;        /* of this one, as last looked at */
};

static void worker_go_on (PictureWorker *worker);

static void
task_free (Task *task)
{
  g_bytes_unref (task->frame);
  g_free (task);
}

static void
set_timer (PictureWorker *worker, guint ms, GSourceFunc func)
{
  g_clear_handle_id (&worker->timer, g_source_remove);
  if (func != NULL)
    worker->timer = g_timeout_add (ms, func, worker);
}

/* --- results ---------------------------------------------------------------------------------- */

/* No file is read for it. */
static void
note_cpu (PictureWorker *worker)
{
  struct timespec spent;
  clockid_t clock;

  if (worker->child != 0 && clock_getcpuclockid (worker->pid, &clock) == 0 &&
      clock_gettime (clock, &spent) == 0)
    worker->job_cpu_us = spent.tv_sec * G_USEC_PER_SEC + spent.tv_nsec / 1000;
}

/* The task at the head is over. */
static void
finish_task (PictureWorker *worker, PictureResult *result)
{
  Task *task = g_queue_pop_head (&worker->tasks);

  note_cpu (worker);
  if (result->jpeg != NULL)
    worker->stats.made++;
  else
    worker->stats.failed++;
  worker->is_asked = FALSE;
  worker->bytes -= g_bytes_get_size (task->frame);
  result->ticket = task->ticket;
  worker->func (worker->user_data, result);
  task_free (task);
}

/* --- the end of a job ------------------------------------------------------------------------- */

static void
on_orphan (GPid pid, int status, gpointer user_data)
{
  g_spawn_close_pid (pid);
}

/* Lets go of the job, which is gone or goes; it is reaped whenever it does. */
static void
drop_job (PictureWorker *worker)
{
  note_cpu (worker);
  worker->stats.cpu_us += worker->job_cpu_us;
  worker->job_cpu_us = 0;
  g_clear_handle_id (&worker->watch, g_source_remove);
  set_timer (worker, 0, NULL);
  if (worker->fd >= 0)
    close (worker->fd);
  worker->fd = -1;
  if (worker->child != 0) {
    g_clear_handle_id (&worker->child, g_source_remove);
    kill (worker->pid, SIGKILL);
    g_child_watch_add (worker->pid, on_orphan, NULL);
  }
  worker->pid = 0;
}

static gboolean
on_backoff_over (gpointer user_data)
{
  PictureWorker *worker = user_data;

  worker->timer = 0;
  worker_go_on (worker);
  return G_SOURCE_REMOVE;
}

static guint
next_backoff_ms (const PictureWorker *worker)
{
  gint64 lived_us = g_get_monotonic_time () - worker->started_us;

  if (lived_us >= worker->config.stable_ms * (gint64) 1000)
    return worker->config.backoff_first_ms;
  return CLAMP (worker->backoff_ms * 2, worker->config.backoff_first_ms,
                worker->config.backoff_last_ms);
}

/* It is of no use any more: what it was given is lost, the others wait for the next one. */
static void
lose_job (PictureWorker *worker, const char *how)
{
  PictureResult result = { .is_crash = TRUE };

  worker->backoff_ms = next_backoff_ms (worker);
  worker->stats.restarts++;
  log_warning (TAG, NULL, "the picture job ended (%s); the next one in %u ms", how,
               worker->backoff_ms);
  drop_job (worker);
  set_timer (worker, worker->backoff_ms, on_backoff_over);
  if (worker->is_asked)
    finish_task (worker, &result);
}

static void
on_child (GPid pid, int status, gpointer user_data)
{
  PictureWorker *worker = user_data;
  g_autofree char *how = WIFSIGNALED (status)
                             ? g_strdup_printf ("signal %d", WTERMSIG (status))
                             : g_strdup_printf ("exit status %d", WEXITSTATUS (status));

  worker->child = 0;
  g_spawn_close_pid (pid);
  lose_job (worker, how);
}

static gboolean
on_no_reply (gpointer user_data)
{
  PictureWorker *worker = user_data;

  worker->timer = 0;
  lose_job (worker, "no answer");
  return G_SOURCE_REMOVE;
}

static gboolean
on_idle_over (gpointer user_data)
{
  PictureWorker *worker = user_data;

  worker->timer = 0;
  log_debug (TAG, NULL, "no pictures are wanted: the picture job ends");
  drop_job (worker);
  return G_SOURCE_REMOVE;
}

/* --- replies ---------------------------------------------------------------------------------- */

/* A whole JPEG by its first and last bytes: what a browser makes of it is its own affair, in a
 * sandbox of its own. */
static gboolean
is_jpeg (const guint8 *bytes, gsize size)
{
  return size >= 4 && size <= PICTURE_JPEG_BYTES_MAX && bytes[0] == 0xff && bytes[1] == 0xd8 &&
         bytes[size - 2] == 0xff && bytes[size - 1] == 0xd9;
}

/* FALSE: no answer to what was asked. */
static gboolean
take_reply (PictureWorker *worker, const ReplyMessage *reply, gsize size)
{
  const Task *task = g_queue_peek_head (&worker->tasks);
  PictureResult result = { .width = reply->head.width, .height = reply->head.height };
  g_autoptr (GBytes) jpeg = NULL;

  if (!worker->is_asked || size < sizeof reply->head || reply->head.magic != PICTURE_MAGIC ||
      reply->head.ticket != task->ticket || reply->head.status >= N_PICTURE_STATUSES)
    return FALSE;
  if (reply->head.status == PICTURE_MADE) {
    if (result.width == 0 || result.width > PICTURE_WIDTH_MAX || result.height == 0 ||
        result.height > PICTURE_HEIGHT_MAX || !is_jpeg (reply->bytes, size - sizeof reply->head))
      return FALSE;
    jpeg = g_bytes_new (reply->bytes, size - sizeof reply->head);
  }
  result.jpeg = jpeg;
  finish_task (worker, &result);
  return TRUE;
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer user_data)
{
  PictureWorker *worker = user_data;
  ReplyMessage reply;
  ssize_t size = recv (fd, &reply, sizeof reply, MSG_DONTWAIT);

  if (size < 0 && (errno == EINTR || errno == EAGAIN))
    return G_SOURCE_CONTINUE;
  if (size <= 0) {
    /* how it ended is told by on_child () in a moment, or it is made to end */
    worker->watch = 0;
    set_timer (worker, worker->config.backoff_first_ms, on_no_reply);
    return G_SOURCE_REMOVE;
  }
  if (!take_reply (worker, &reply, (gsize) size)) {
    worker->watch = 0;
    lose_job (worker, "an answer that is none");
    return G_SOURCE_REMOVE;
  }
  worker_go_on (worker);
  return G_SOURCE_CONTINUE;
}

/* --- a job ------------------------------------------------------------------------------------ */

static gboolean
spawn (PictureWorker *worker, int child_fd, GError **error)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();

  g_ptr_array_add (argv, worker->program);
  g_ptr_array_add (argv, (gpointer) "diemcau"); /* its name in ps, whatever path was run */
  for (char **argument = worker->arguments; *argument != NULL; argument++)
    g_ptr_array_add (argv, *argument);
  g_ptr_array_add (argv, NULL);
  return g_spawn_async_with_pipes_and_fds (
      NULL, (const char *const *) argv->pdata, NULL,
      G_SPAWN_DO_NOT_REAP_CHILD | G_SPAWN_FILE_AND_ARGV_ZERO | G_SPAWN_STDOUT_TO_DEV_NULL, NULL,
      NULL, child_fd, -1, -1, NULL, NULL, 0, &worker->pid, NULL, NULL, NULL, error);
}

/* A whole message must fit: the kernel doubles the value and caps it at net.core.wmem_max. */
static void
widen (int fd)
{
  int size = PICTURE_FRAME_BYTES_MAX + 4096;

  setsockopt (fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof size);
}

static void
start_job (PictureWorker *worker)
{
  g_autoptr (GError) error = NULL;
  int fds[2];

  worker->started_us = g_get_monotonic_time ();
  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) < 0) {
    lose_job (worker, g_strerror (errno));
    return;
  }
  widen (fds[0]);
  if (!spawn (worker, fds[1], &error)) {
    close (fds[0]);
    close (fds[1]);
    lose_job (worker, error->message);
    return;
  }
  close (fds[1]);
  worker->fd = fds[0];
  worker->watch = g_unix_fd_add (worker->fd, G_IO_IN | G_IO_HUP | G_IO_ERR, on_readable, worker);
  worker->child = g_child_watch_add (worker->pid, on_child, worker);
  log_debug (TAG, NULL, "picture job started: process %d", worker->pid);
}

static gboolean
send_task (PictureWorker *worker, const Task *task)
{
  PictureRequest head = { PICTURE_MAGIC, task->codec, task->ticket };
  gsize size;
  gconstpointer frame = g_bytes_get_data (task->frame, &size);
  struct iovec parts[] = { { &head, sizeof head }, { (gpointer) frame, size } };
  struct msghdr message = { .msg_iov = parts, .msg_iovlen = G_N_ELEMENTS (parts) };

  return sendmsg (worker->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
}

/* What comes next: a job for the frames that wait, a frame for the job, a rest for both. */
static void
worker_go_on (PictureWorker *worker)
{
  const Task *task = g_queue_peek_head (&worker->tasks);

  if (worker->is_asked || (worker->pid == 0 && worker->timer != 0))
    return;
  if (task == NULL) {
    if (worker->pid != 0)
      set_timer (worker, worker->config.idle_ms, on_idle_over);
    return;
  }
  if (worker->pid == 0)
    start_job (worker);
  if (worker->pid == 0)
    return;
  worker->is_asked = TRUE;
  set_timer (worker, worker->config.reply_ms, on_no_reply);
  if (!send_task (worker, task))
    lose_job (worker, "it takes no frame");
}

/* --- the interface ---------------------------------------------------------------------------- */

PictureWorker *
picture_worker_new (const PictureWorkerConfig *config, PictureResultFunc func, gpointer user_data)
{
  PictureWorker *worker = g_new0 (PictureWorker, 1);
  PictureWorkerConfig *own = &worker->config;

  *own = *config;
  own->program = NULL;
  own->arguments = NULL;
  own->reply_ms = own->reply_ms != 0 ? own->reply_ms : REPLY_MS;
  own->backoff_first_ms = own->backoff_first_ms != 0 ? own->backoff_first_ms : BACKOFF_FIRST_MS;
  own->backoff_last_ms = own->backoff_last_ms != 0 ? own->backoff_last_ms : BACKOFF_LAST_MS;
  own->stable_ms = own->stable_ms != 0 ? own->stable_ms : STABLE_MS;
  own->idle_ms = own->idle_ms != 0 ? own->idle_ms : IDLE_MS;
  worker->program = g_strdup (config->program);
  worker->arguments = g_strdupv ((char **) config->arguments);
  worker->func = func;
  worker->user_data = user_data;
  worker->fd = -1;
  g_queue_init (&worker->tasks);
  return worker;
}

void
picture_worker_free (PictureWorker *worker)
{
  drop_job (worker);
  g_queue_clear_full (&worker->tasks, (GDestroyNotify) task_free);
  g_strfreev (worker->arguments);
  g_free (worker->program);
  g_free (worker);
}

gboolean
picture_worker_push (PictureWorker *worker, guint64 ticket, Codec codec, GBytes *frame)
{
  gsize size = g_bytes_get_size (frame);
  Task *task;

  if (g_queue_get_length (&worker->tasks) >= PICTURE_QUEUE_MAX || size > PICTURE_FRAME_BYTES_MAX ||
      worker->bytes + size > PICTURE_QUEUE_BYTES_MAX) {
    worker->stats.failed++;
    return FALSE;
  }
  task = g_new (Task, 1);
  *task = (Task){ ticket, codec, g_bytes_ref (frame) };
  g_queue_push_tail (&worker->tasks, task);
  worker->bytes += size;
  worker_go_on (worker);
  return TRUE;
}

int
picture_worker_get_pid (const PictureWorker *worker)
{
  return worker->pid;
}

void
picture_worker_get_stats (PictureWorker *worker, PictureWorkerStats *ret_stats)
{
  note_cpu (worker);
  *ret_stats = worker->stats;
  ret_stats->cpu_us += worker->job_cpu_us;
}
