/* CaptureDesk: captures of what goes over a room's line (README.md): one a room, a few at once,
 * each ends by itself; its file is kept for a while.
 *
 * Main thread; writes what comes of the relay to small files without waiting for the disk. A
 * CaptureInfo is lent until the main loop runs again. */
#pragma once

#include "server/capture/relay_port.h"

typedef struct CaptureDesk CaptureDesk;

#define CAPTURE_SECONDS 60 /* unless another span is asked for */
#define CAPTURES_AT_ONCE 4
#define CAPTURES_KEPT 16
#define CAPTURE_KEPT_MS (60 * 60 * 1000)
#define CAPTURE_POLL_MS 250

#define CAPTURE_ERROR (capture_error_quark ())
typedef enum {
  CAPTURE_ERROR_RUNNING, /* of this room one is under way */
  CAPTURE_ERROR_FULL,    /* too many rooms at once */
  CAPTURE_ERROR_DISK,    /* no file can be made */
} CaptureError;
GQuark capture_error_quark (void);

typedef enum { CAPTURE_STARTING, CAPTURE_GOING, CAPTURE_DONE, CAPTURE_FAILED } CaptureStage;
extern const char *const capture_stage_names[]; /* "starting", "running", "done", "failed" */

typedef struct {
  CaptureStage stage;
  const char *reason; /* why it ended: "time", "size", "stopped", "closed", "relay", "disk"; or NULL
                       */
  gboolean payload;
  const char *by;
  guint seconds;
  gint64 started_ms; /* UTC */
  gint64 bytes, packets, dropped;
  const char *path; /* of the file */
} CaptureInfo;

/* @state_dir: files of a run before are removed. @relay_data is lent. */
CaptureDesk *capture_desk_new (const char *state_dir, const CaptureRelay *relay,
                               gpointer relay_data);
/* Its files stay until the next start. */
void capture_desk_free (CaptureDesk *desk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CaptureDesk, capture_desk_free)

typedef struct {
  const char *endpoint, *transport;
  const char *comment; /* of the file */
  const char *by;      /* who asked */
  gboolean payload;
  guint seconds; /* 1..LIMIT_CAPTURE_SECONDS */
} CaptureOrder;

/* The file of the room's capture before is removed. */
gboolean capture_desk_start (CaptureDesk *desk, const CaptureOrder *order, gint64 now_ms,
                             GError **error);
/* Ends soon; what came until now stays. FALSE: none is running. */
gboolean capture_desk_stop (CaptureDesk *desk, const char *endpoint);
/* FALSE: there is none of @endpoint. */
gboolean capture_desk_find (CaptureDesk *desk, const char *endpoint, CaptureInfo *ret_info);
/* Removes what is older than CAPTURE_KEPT_MS; called by itself each minute. */
void capture_desk_sweep (CaptureDesk *desk, gint64 now_ms);
