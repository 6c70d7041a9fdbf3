/* PictureWorker: the picture job as a child (`diemcau media`): started when the first frame comes,
 * given one frame at a time, replaced when it dies, ended when nothing came for a while.
 *
 *   idle --frame--> running --no frame for idle_ms--> idle
 *                     | it dies, answers nonsense, or nothing for reply_ms (then it is killed)
 *                     v
 *                   waiting --backoff_first_ms .. backoff_last_ms--> running, if frames wait
 *
 * The job computes in a sandbox on what strangers sent: what it answers is checked. Main thread;
 * nothing here blocks. */
#pragma once

#include "pipelines/jobs/picture_wire.h"

typedef struct PictureWorker PictureWorker;

typedef struct {
  guint64 ticket; /* of the frame */
  GBytes *jpeg;   /* NULL: no picture came of it; lent */
  guint width, height;
  gboolean is_crash; /* the job died of it, or near it */
} PictureResult;

/* Called once for each frame that was taken, from the main context. */
typedef void (*PictureResultFunc) (gpointer user_data, const PictureResult *result);

/* A 0 is the default. */
typedef struct {
  const char *program;          /* what to run */
  const char *const *arguments; /* without its name, NULL-terminated */
  guint reply_ms;               /* 20 s: of the lowest priority it may have to wait long */
  guint backoff_first_ms, backoff_last_ms; /* 1 s, 60 s */
  guint stable_ms; /* after one that lived so long the back-off begins anew: 30 s */
  guint idle_ms;   /* 60 s */
} PictureWorkerConfig;

/* Frames that wait, at most: two seconds of 600 rooms. */
#define PICTURE_QUEUE_MAX 128
#define PICTURE_QUEUE_BYTES_MAX (4 * 1024 * 1024)

/* Copies @config. */
PictureWorker *picture_worker_new (const PictureWorkerConfig *config, PictureResultFunc func,
                                   gpointer user_data);
/* Ends the job; no result follows. */
void picture_worker_free (PictureWorker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PictureWorker, picture_worker_free)

/* @frame: referenced. FALSE: too many wait; nothing will be told of it. */
gboolean picture_worker_push (PictureWorker *worker, guint64 ticket, Codec codec, GBytes *frame);

/* Since the start. */
typedef struct {
  guint64 made;
  guint64 failed; /* frames of which no picture came, and those that were not taken */
  guint restarts; /* jobs that died */
  gint64 cpu_us;  /* of all jobs; of one that was killed, up to its last answer */
} PictureWorkerStats;

void picture_worker_get_stats (PictureWorker *worker, PictureWorkerStats *ret_stats);

/* The running job, 0: none. */
int picture_worker_get_pid (const PictureWorker *worker);
