#include "pipelines/relay/keep_awake.h"

#include "config/log.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

const KeepAwakeFiles keep_awake_files = { "/dev/cpu_dma_latency", "/proc/stat", "/proc/cpuinfo" };

struct _KeepAwake {
  const KeepAwakeFiles *files;
  Wakefulness wakefulness;
  gint32 latency_us; /* to ask for */
  int fd;            /* of the device, -1: no request */
  gboolean is_told;  /* that the device cannot be had */
};

KeepAwake *
keep_awake_new (const KeepAwakeFiles *files)
{
  KeepAwake *self = g_new0 (KeepAwake, 1);
  g_autofree gchar *processors = NULL;

  self->files = files;
  self->fd = -1;
  self->latency_us = KEEP_AWAKE_REAL_US;
  if (g_file_get_contents (files->processors, &processors, NULL, NULL) &&
      strstr (processors, " hypervisor") != NULL)
    self->latency_us = KEEP_AWAKE_VIRTUAL_US;
  return self;
}

static void
let_sleep (KeepAwake *self)
{
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

void
keep_awake_free (KeepAwake *self)
{
  let_sleep (self);
  g_free (self);
}

/* What the device reads: the time in microseconds, as the machine's own four bytes. */
static void
ask (KeepAwake *self)
{
  int error = 0;

  errno = 0;
  self->fd = open (self->files->device, O_WRONLY | O_CLOEXEC);
  if (self->fd < 0 ||
      write (self->fd, &self->latency_us, sizeof self->latency_us) != sizeof self->latency_us)
    error = errno != 0 ? errno : EIO;
  if (error == 0) {
    log_info ("relay", NULL, "%u packets a second: the cores are kept awake",
              self->wakefulness.packets_per_s);
    return;
  }
  let_sleep (self);
  if (!self->is_told)
    log_info ("relay", NULL,
              "the cores sleep between packets, which costs time: %s: %s (see diemcau doctor)",
              self->files->device, g_strerror (error));
  self->is_told = TRUE;
}

static void
end (KeepAwake *self)
{
  if (self->wakefulness.barred_until_us > self->wakefulness.looked_us)
    log_warning ("relay", NULL,
                 "the host needs the cores that are kept awake (it took %u of 1000): they may "
                 "sleep again",
                 self->wakefulness.stolen_permille);
  else if (self->fd >= 0)
    log_info ("relay", NULL, "the cores may sleep again");
  let_sleep (self);
}

void
keep_awake_look (KeepAwake *self, gint64 now_us, guint32 packets)
{
  WakefulnessInput input = { .now_us = now_us, .packets = packets };
  g_autofree gchar *times = NULL;

  if (self->fd >= 0 && g_file_get_contents (self->files->times, &times, NULL, NULL))
    core_times_parse (times, &input.times);
  if (!wakefulness_look (&self->wakefulness, &input))
    return;
  if (self->wakefulness.is_awake)
    ask (self);
  else
    end (self);
}

gboolean
keep_awake_holds (const KeepAwake *self)
{
  return self->fd >= 0;
}
