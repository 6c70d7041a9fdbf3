/* PictureBoard: the last picture of each site of the running meetings, in memory only, while
 * somebody looks.
 *
 *   somebody watches --each `seconds`--> the relay is asked for a keyframe --frame--> a picture is
 *   made of it (PictureWorker) --JPEG--> kept until the next, PICTURE_KEEP_US at most
 *
 * None is asked of a camera that is off or is not let through; what there was is forgotten when it
 * is closed, and with the site. A camera that rests is left alone, until somebody wants the picture
 * of its site: then its lowest layer wakes for PICTURE_WAKE_S, anew at each look.
 * Main thread; no clock inside. */
#pragma once

#include "server/snapshot/picture_worker.h"
#include "signaling/health/board.h"

typedef struct PictureBoard PictureBoard;

/* What it needs done. */
typedef struct {
  /* @tracks: NULL-terminated, at most LIMIT_CONTROL_BATCH; answers come by
   * picture_board_on_frame (). @wake_s: so long they send though nobody watches; 0: as they do. */
  void (*ask) (gpointer user_data, char **tracks, guint wake_s);
  /* As picture_worker_push (). */
  gboolean (*make) (gpointer user_data, guint64 ticket, Codec codec, GBytes *frame);
} PictureBoardPort;

typedef struct {
  GBytes *jpeg; /* NULL: none */
  guint width, height;
  gint64 at_ms; /* UTC: when its frame came */
  gint64 at_us;
} SitePicture;

/* So long after somebody looked pictures are still made. */
#define PICTURE_WATCH_US (30 * (gint64) G_USEC_PER_SEC)
/* Older than this it says nothing of the room any more. */
#define PICTURE_KEEP_US (120 * (gint64) G_USEC_PER_SEC)
/* A page looks each 5 s or sooner. */
#define PICTURE_WAKE_S 15
/* Not at each look of each page. */
#define PICTURE_WAKE_AGAIN_US (4 * (gint64) G_USEC_PER_SEC)
/* Awake at once for their pictures: a pointer that wanders over the wall wakes no hundreds. Each
 * costs its room's line and ours some 100 kbit/s. */
#define PICTURE_WAKE_MAX 20
/* Whose frames the job died of so often gets none for so long. */
#define PICTURE_STRIKES_MAX 2
#define PICTURE_PENALTY_US (600 * (gint64) G_USEC_PER_SEC)

/* Why a site has no picture. */
typedef enum {
  PICTURE_THERE,
  PICTURE_SWITCHED_OFF, /* by the settings */
  PICTURE_CAMERA_OFF,   /* or the site is not in its meeting */
  PICTURE_CAMERA_RESTS, /* nobody watches it, so it sends nothing; enough others were woken */
  PICTURE_CAMERA_WAKES, /* it was asked to send for the one who looks */
  PICTURE_COMES,        /* it was asked for */
  N_PICTURE_STATES
} PictureState;

/* @health outlives the board. */
PictureBoard *picture_board_new (HealthBoard *health, const PictureBoardPort *port,
                                 gpointer user_data);
void picture_board_free (PictureBoard *board);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PictureBoard, picture_board_free)

/* As the settings have it; holds at once. Off: what there is is forgotten. */
void picture_board_set (PictureBoard *board, gboolean is_enabled, guint seconds);

/* Somebody looks at sites, or for one picture. */
void picture_board_watch (PictureBoard *board, gint64 now_us);
/* Call once a second. */
void picture_board_tick (PictureBoard *board, gint64 now_us);

void picture_board_on_frame (PictureBoard *board, const TrackFrameEvent *event, gint64 now_us,
                             gint64 wall_ms);
/* A PictureResultFunc; @user_data: the board. */
void picture_board_on_result (gpointer user_data, const PictureResult *result);

/* Counts as looking. @ret_picture (lent) is filled in if it is PICTURE_THERE; one that is old is
 * asked for anew. */
PictureState picture_board_get (PictureBoard *board, HealthSite *site, gint64 now_us,
                                const SitePicture **ret_picture);
