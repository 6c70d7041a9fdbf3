/* VirtualLine: a sender that follows an Estimator over a line with a rate, a queue, delay, jitter
 * and loss, and a receiver that sends transport-wide feedback.  Its own clock, fixed seeds. */
#pragma once

#include "pipelines/bwe/allocator.h"
#include "pipelines/bwe/estimator.h"
#include "pipelines/bwe/pacer.h"

#define MS G_GINT64_CONSTANT (1000)
#define LINE_PACKETS 20000
#define LINE_FEEDBACK_US (60 * MS)

typedef struct {
  guint rate_bps;
  gint64 queue_us; /* the longest that the queue holds */
  gint64 delay_us; /* one way */
  gint64 jitter_us;
  guint loss_permille;
  gint64 back_jitter_us; /* of the feedback */
  gint64 back_us;        /* that it waits on its own way */
} LineConfig;

/* What a source can send, as the layers of a camera; worst first, 0 ends it. */
#define LINE_LAYERS 8

typedef struct {
  gint64 arrival_us;
  guint16 seq;
} LinePacket;

/* A receiver's sound: a buffer that fills before it plays, and what it had to make up. */
typedef struct {
  gint64 until_us; /* played or in the buffer; 0: nothing yet */
  gint64 gap_us;   /* the longest without sound */
  gint64 late_us;  /* the longest that one was on its way */
} LineSound;

typedef struct {
  LineConfig config;
  Estimator *estimators; /* senders that share the line */
  guint n_senders;
  guint source_bps[4];           /* what each would send at most; 0 = follows the estimate */
  guint layers_bps[LINE_LAYERS]; /* of all sources; [0] = 0: they follow the estimate smoothly */
  gboolean is_rate[LINE_LAYERS]; /* more frames of the layer below: no key frame in between */
  gint layer[4];                 /* chosen; -1: none */
  Allocator allocators[4];
  guint switches[4];   /* of layers */
  gint64 key_every_us; /* key frames that others ask for; 0: none */
  GRand *random;
  gint64 now_us;
  gint64 free_us; /* when the line has sent what it holds */
  guint16 seq[4];
  TwccReceiver *receivers;
  LinePacket *flying[4];
  guint n_flying[4];
  gint64 last_arrival_us[4];
  guint64 sent_bytes[4], arrived_bytes[4], lost[4];
  gint64 worst_queue_us;
  double carry[4];
  gboolean is_paced; /* pictures of a narrow line, as the relay does it */
  Pacer pacers[4];
  LineSound sounds[4];
  double waiting[4];    /* bytes of pictures before the pacer */
  gint64 waiting_us[4]; /* since when */
  gboolean is_idle;     /* nothing is sent */
  gboolean is_mute;     /* no sound is sent */
  gint64 frame_us;      /* 0: 40 ms */
  guint heard_bps;      /* what the receivers send, of their own cameras */
  guint64 heard_bytes;
} VirtualLine;

VirtualLine *virtual_line_new (const LineConfig *config, guint n_senders, guint32 seed);
void virtual_line_free (VirtualLine *line);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VirtualLine, virtual_line_free)

/* The layers of a camera: three sizes; with @with_rates each at half the frames too, and the
 * smallest at a quarter, as a browser's VP8 has them. */
void virtual_line_give_layers (VirtualLine *line, gboolean with_rates);

/* Lets @us pass: ticks of 5 ms, frames of 40 ms, sound of 20 ms, feedback of 60 ms. */
void virtual_line_run (VirtualLine *line, gint64 us);
/* Forgets what was counted so far. */
void virtual_line_forget (VirtualLine *line);
