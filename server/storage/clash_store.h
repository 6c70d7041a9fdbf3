/* Clashes: who and what is already taken at a time.  One indexed query whatever the number of rooms
 * and occurrences.  A meeting takes its time while it is scheduled, in rehearsal, open or live;
 * drafts, postponed and cancelled ones do not.  Main thread, blocking; see database.h. */
#pragma once
#include "server/storage/database.h"

#define CLASHES_MAX 50                                               /* told; all are counted */
#define CLASH_HORIZON_MS (G_GINT64_CONSTANT (14) * 24 * 3600 * 1000) /* of free_at */

typedef enum {
  CLASH_CHAIR,
  CLASH_RESOURCE,
  CLASH_CO_CHAIR,
  CLASH_ENDPOINT,
  N_CLASH_KINDS
} ClashKind;
const char *clash_kind_to_string (ClashKind kind); /* "chair", "resource", "cochair", "endpoint" */
/* Whether it keeps a meeting from being booked: the chair's room or a resource is taken. */
gboolean clash_kind_blocks (ClashKind kind);

typedef struct {
  gint64 from_ms, to_ms; /* from <= t < to */
} TimeSpan;

/* What is to be booked; lists may be NULL. */
typedef struct {
  const GArray *spans; /* TimeSpan: its occurrences */
  const char *chair;
  const GPtrArray *co_chairs, *endpoints, *resources; /* char * */
  const char *ignore;                                 /* this meeting itself, or NULL */
  const char *ignore_series;                          /* or all meetings of a series */
} ClashQuestion;

typedef struct {
  ClashKind kind;
  char *id;   /* of the endpoint or resource */
  char *name; /* its name */
  char *meeting, *title;
  gint64 starts_at_ms, ends_at_ms;
} Clash;
void clash_free (Clash *clash);

typedef struct {
  GPtrArray *clashes; /* Clash *: what blocks first, then by time; at most CLASHES_MAX */
  guint n_clashes;    /* all of them */
  guint n_blocking;
  guint rooms_busy; /* rooms of all meetings at the time of the first span */
} ClashAnswer;
void clash_answer_free (ClashAnswer *answer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ClashAnswer, clash_answer_free)

ClashAnswer *clash_store_ask (Database *database, const ClashQuestion *question, GError **error);

/* The next start from that of the first span on, at which neither the chair's room nor a resource
 * is taken for the span's length; 0 when there is none within CLASH_HORIZON_MS. */
gboolean clash_store_free_at (Database *database, const ClashQuestion *question, gint64 *ret_ms,
                              GError **error);
