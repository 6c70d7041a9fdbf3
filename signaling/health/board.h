/* HealthBoard: the sites of all running meetings, each with what is known of it now, its verdict
 * and the last ten minutes.
 *
 *   the meeting opens a site -> facts, lines (relay), reports (page) come in -> each second all are
 *   judged, kept, and the observers are called -> the meeting closes it
 *
 * Owner: the hub, main thread. No clock inside. A HealthSite is valid until it is closed; observers
 * are told before it goes. */
#pragma once

#include "signaling/health/point.h"
#include "signaling/health/second_ring.h"
#include "signaling/health/verdict.h"

G_BEGIN_DECLS

typedef struct HealthBoard HealthBoard;
typedef struct HealthSite HealthSite;

/* Why a site is ill, as the cause engine names it. */
typedef enum {
  HEALTH_CAUSE_NONE,
  HEALTH_CAUSE_UP_LOSS,
  HEALTH_CAUSE_DOWN_LOSS,
  HEALTH_CAUSE_SENDER_CPU,
  HEALTH_CAUSE_WIFI,
  HEALTH_CAUSE_UDP_BLOCKED,
  HEALTH_CAUSE_SHARED_LINE,
  HEALTH_CAUSE_RELAY_OVERLOADED,
  HEALTH_CAUSE_ROOM_DEVICE,
  HEALTH_CAUSE_ECHO,
  HEALTH_CAUSE_TWO_DEVICES,
  HEALTH_CAUSE_CABLE,
  HEALTH_CAUSE_NARROW_UP, /* it carries less than is wanted, without losing */
  HEALTH_CAUSE_NARROW_DOWN,
  N_HEALTH_CAUSES
} HealthCauseId;
extern const char *const health_cause_names[];

typedef struct {
  HealthCauseId id;
  guint confidence; /* 0..100 */
  gint64 since_us;
  char *peer; /* another endpoint that it is about, or NULL; owned by the site */
} HealthCause;

/* One stream's last ten minutes. Tiles are kept together, as "tiles". */
typedef struct {
  char name[STREAM_NAME_BYTES + 1];
  guint8 kind, layer;
  SecondRing points; /* StreamPoint */
} StreamRing;

#define SITE_RINGS_MAX 16

/* Loss is judged over the newest seconds that have enough packets. */
#define LOSS_WINDOW_S 5
typedef struct {
  guint expected[LOSS_WINDOW_S], lost[LOSS_WINDOW_S];
  guint at;
} LossWindow;

struct HealthSite {
  HealthBoard *board;
  char *meeting, *endpoint;
  char *name, *unit_name, *branch; /* branch NULL = none */
  char *transport;                 /* of the last line, or NULL */
  char *offer;                     /* its SDP, without passwords; NULL = none seen */
  GPtrArray *candidates;           /* char *: its own addresses, as it told them; NULL = none */
  SiteSample now;
  SiteVerdict verdict;
  HealthLight light_before; /* of the second before */
  HealthCause cause;
  SecondRing points; /* SitePoint */
  StreamRing *rings[SITE_RINGS_MAX];
  guint n_rings;
  PointMerge step_10s, step_60s;
  LossWindow up_window, down_window;
  gint64 saved_us; /* the ring was saved last, 0 = never */
};

typedef struct {
  const char *meeting, *endpoint;
  const char *name, *unit_name, *branch;
} SiteIdentity;

typedef struct {
  guint fair_permille, poor_permille; /* of loss */
  gint64 calm_us;
} HealthConfig;

/* All may be NULL. */
typedef struct {
  /* After all sites were judged. */
  void (*on_second) (gpointer user_data, HealthBoard *board, gint64 now_us);
  /* Its ring is to be kept: an alarm rose. @reason: an id. */
  void (*on_save) (gpointer user_data, HealthSite *site, const char *reason);
  /* A step of @step_s seconds that began at @start_s (UTC) is over. */
  void (*on_point) (gpointer user_data, HealthSite *site, guint step_s, gint64 start_s,
                    const SitePoint *point);
  void (*on_closed) (gpointer user_data, HealthSite *site);
} HealthObserver;

HealthBoard *health_board_new (const HealthConfig *config);
void health_board_free (HealthBoard *board);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (HealthBoard, health_board_free)
/* Thresholds that were changed hold from the next sample. */
void health_board_set_config (HealthBoard *board, const HealthConfig *config);
const HealthConfig *health_board_get_config (const HealthBoard *board);

/* @observer lives as long as the board; they are called in the order in which they came. */
void health_board_add_observer (HealthBoard *board, const HealthObserver *observer,
                                gpointer user_data);
/* Those of @user_data. */
void health_board_remove_observer (HealthBoard *board, gpointer user_data);

/* --- what comes in --- */

HealthSite *health_board_open_site (HealthBoard *board, const SiteIdentity *identity);
void health_board_close_site (HealthSite *site);

void health_site_set_facts (HealthSite *site, const SiteFacts *facts);
/* TRUE: its light by loss has changed. */
gboolean health_site_on_line (HealthSite *site, const LineStats *stats, gint64 now_us);
/* The transport is cut, or there again. TRUE: its light by loss has changed. */
gboolean health_site_set_lost (HealthSite *site, gboolean is_lost);
/* (transfer full). Its mic, speaker and the like stay as told last where @report has none. */
void health_site_on_report (HealthSite *site, ClientReport *report, gint64 now_us);
/* What it offered last; its passwords are left out. */
void health_site_set_offer (HealthSite *site, const char *sdp);
/* Candidates that came behind the offer, in lines of SDP (RFC 8840); at most SITE_CANDIDATES_MAX.
 */
#define SITE_CANDIDATES_MAX 40
void health_site_add_candidates (HealthSite *site, const char *sdp);
/* It has another transport now, or none: what was measured is void. */
void health_site_reset (HealthSite *site);

/* How the relay is, as far as it can be the cause of what its sites have. */
typedef struct {
  guint cpu_percent; /* of its busiest shard's core */
  guint pressure;    /* above 0 it thins pictures */
  gint64 worst_round_us;
} RelayCondition;
void health_board_set_relay (HealthBoard *board, const RelayCondition *condition);

/* Before the program ends: tells the steps that have begun, as far as they are. */
void health_board_flush (HealthBoard *board);

/* Judges and keeps; call once a second. @wall_s: UTC. */
void health_board_second (HealthBoard *board, gint64 now_us, gint64 wall_s);

/* --- what is known --- */

guint health_board_n_sites (const HealthBoard *board);
HealthSite *health_board_get_site (const HealthBoard *board, guint index);
/* Of several meetings the one that @endpoint sits in. */
HealthSite *health_board_find (const HealthBoard *board, const char *endpoint);
gint64 health_board_wall_s (const HealthBoard *board);

static inline LineState
health_site_line (const HealthSite *site)
{
  return site->verdict.line.state;
}

void health_site_set_cause (HealthSite *site, HealthCauseId id, guint confidence, const char *peer);
/* Asks the observers to keep its ring; at most once in HEALTH_SAVE_US. FALSE: was just saved. */
#define HEALTH_SAVE_US (5 * 60 * (gint64) G_USEC_PER_SEC)
gboolean health_site_save_ring (HealthSite *site, const char *reason);

G_END_DECLS
