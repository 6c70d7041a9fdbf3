/* Who did what, when, from where: the audit and the log of each meeting.  Append only; secrets
 * (passwords, tokens) must never be put in.  Main thread, blocking; see database.h. */
#pragma once
#include "server/storage/database.h"

/* How long events are kept: the rule asks for 3 months (level 3), 12 are the default. */
#define EVENTS_KEPT_MS (G_GINT64_CONSTANT (366) * 24 * 3600 * 1000)

typedef struct {
  gint64 id; /* filled on reading; ascending */
  gint64 at_ms;
  char *meeting; /* NULL: not about a meeting */
  char *actor;   /* login, endpoint id, or "system" */
  char *source;  /* network address, "" if none */
  char *action;  /* "login", "meeting.open", "seat.mute", ... */
  char *subject; /* what it was done to, "" if nothing */
  char *detail;  /* JSON object or "" */
} Event;

void event_free (Event *event);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Event, event_free)

/* NULL strings are "". Too long a detail is cut; the id of @event is not used. An event of a
 * meeting becomes the next link of its chain, see event_chain.h. */
gboolean event_store_append (Database *database, const Event *event, GError **error);
/* Those of @meeting (NULL: all), with an id above @after, oldest first.  transfer full, of Event.
 */
GPtrArray *event_store_list (Database *database, const char *meeting, gint64 after, guint limit,
                             GError **error);
/* Which events: those that fulfil every field set. */
typedef struct {
  const char *actor;
  const char *action; /* one act ("group.add"), or all acts on a thing ("group") */
  const char *meeting;
  gint64 from_ms, to_ms; /* from <= at < to; 0: any */
  gint64 before_id;      /* 0: any */
  guint limit;
} EventFilter;

/* Newest first.  transfer full, of Event. */
GPtrArray *event_store_search (Database *database, const EventFilter *filter, GError **error);
/* What happened to @subject (an endpoint's id) in from_ms <= at < to_ms, of the acts whose names
 * begin with one of @kinds ("floor.", NULL-terminated), newest first.  transfer full, of Event. */
GPtrArray *event_store_about (Database *database, const char *subject, gint64 from_ms, gint64 to_ms,
                              const char *const *kinds, GError **error);
#define EVENTS_ABOUT_MAX 500
/* Removes what is older than @before_ms (of a meeting's chain: from its front alone); @ret_removed
 * (or NULL) tells how many. */
gboolean event_store_remove_before (Database *database, gint64 before_ms, gint64 *ret_removed,
                                    GError **error);
