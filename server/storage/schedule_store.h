/* Booked meetings and whom they invite, as MeetingRecords of signaling/schedule, which knows the
 * rules (what a title may be, which state follows which); here they are kept.  The rows of a
 * running meeting (seats, sessions) are live_store.h's.  Main thread, blocking; see database.h. */
#pragma once
#include "server/storage/database.h"
#include "signaling/schedule/meeting_record.h"

/* Which meetings: those that fulfil every field set. */
typedef struct {
  gint64 from_ms;            /* that end at or after; 0: any */
  gint64 to_ms;              /* that start before; 0: any */
  const char *state;         /* NULL: any */
  const char *seen_from;     /* hosted in this unit's subtree, or inviting a room of it */
  const char *seen_endpoint; /* inviting this room */
  gboolean drafts;           /* also those hosted in `seen_from`'s subtree */
  guint limit;               /* 0: LIST_LIMIT_MAX */
} MeetingFilter;

/* A line of the list: @record without its endpoints, and how many they are. */
typedef struct {
  MeetingRecord *record;
  guint n_endpoints;
} MeetingListing;

void meeting_listing_free (MeetingListing *listing);

/* Ten random characters.  transfer full. */
char *schedule_store_new_id (void);

/* Stores a new meeting whole.  EXISTS; NOT_FOUND names the unknown unit or endpoint; CONFLICT if
 * the chair's endpoint is not among the invited. */
gboolean schedule_store_add (Database *database, const MeetingRecord *record, GError **error);
/* The same for one more occurrence of a series: its lists are those of the stored meeting @like, at
 * a fraction of the cost. */
gboolean schedule_store_add_like (Database *database, const MeetingRecord *record, const char *like,
                                  GError **error);
MeetingRecord *schedule_store_get (Database *database, const char *id, GError **error);
/* By start.  transfer full, of MeetingListing. */
GPtrArray *schedule_store_list (Database *database, const MeetingFilter *filter, GError **error);

/* Writes all but state, reason, rehearsal and the times of what happened; of a meeting that is a
 * draft, scheduled, open or postponed in storage, else CONFLICT. */
gboolean schedule_store_update (Database *database, const MeetingRecord *record, GError **error);
/* Writes state, reason, all five times; CONFLICT unless the stored state is @from. */
gboolean schedule_store_save_state (Database *database, const MeetingRecord *record,
                                    MeetingState from, GError **error);

/* Deletes a draft and all that hangs on it (its papers' files are paper_store.h's); CONFLICT for
 * any other state. */
gboolean schedule_store_remove_draft (Database *database, const char *id, GError **error);

gboolean schedule_store_is_invited (Database *database, const char *id, const char *endpoint);

/* Whom a meeting invites, as it is entered: NULL-terminated lists, each may be NULL. */
typedef struct {
  const char *const *units;     /* all rooms of their subtrees... */
  const char *const *levels;    /* ...of units of these levels only, unless empty */
  const char *const *endpoints; /* by id */
  const char *const *groups;    /* ids of group_store.h */
} Participants;

/* Their rooms, once each: endpoints, units, groups, in this order; NOT_FOUND names what does not
 * exist, INVALID above MEETING_ENDPOINTS_MAX.  transfer full (g_strfreev). */
char **schedule_store_expand (Database *database, const Participants *who, GError **error);
