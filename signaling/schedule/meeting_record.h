/* MeetingRecord: one meeting as it is booked and kept in storage: who, when, in which state.
 *
 * A plain value, owned by whoever holds it; no thread, no I/O. The live meeting (seats, routes) is
 * signaling/meeting/. Times are UTC milliseconds since the epoch; 0 means "not known, not yet". */
#pragma once

#include <glib.h>

#include "signaling/schedule/agenda_item.h"
#include "signaling/schedule/meeting_entry.h"
#include "signaling/schedule/meeting_state.h"

#define MEETING_TITLE_MAX 200      /* characters; fits one line of an invitation */
#define MEETING_REASON_MAX 1000    /* characters */
#define MEETING_ENDPOINTS_MAX 4000 /* > 3,321 communes + departments: one national conference */
#define MEETING_CO_CHAIRS_MAX 20   /* a presidium is five to nine */
#define MEETING_AGENDA_MAX 100     /* items; the longest conferences have some thirty */
#define MEETING_RESOURCES_MAX 50   /* halls and pieces of equipment */
#define MEETING_NOTE_MAX 4000      /* characters of the invitation's free text */
#define MEETING_LENGTH_MAX_MS (G_GINT64_CONSTANT (14) * 24 * 3600 * 1000)

typedef enum {
  MEETING_CONFERENCE, /* the chair leads and gives the floor */
  MEETING_DISCUSSION,
  MEETING_TRAINING,
  N_MEETING_KINDS
} MeetingKind;

typedef struct {
  char *id;
  char *title;
  MeetingKind kind;
  char *host_unit;      /* unit code */
  char *chair_endpoint; /* endpoint id, always among `endpoints` */
  MeetingState state;
  char *reason; /* of a postponed or cancelled meeting, else NULL */
  gint64 starts_at_ms;
  gint64 ends_at_ms; /* planned */
  gint64 started_at_ms;
  gint64 ended_at_ms;
  gint64 created_at_ms;
  gint64 published_at_ms; /* 0: a draft that never was published */
  char *created_by;       /* login */
  char *note;             /* free text of the invitation, or NULL */
  char *series;           /* id of the series it is one occurrence of, or NULL */
  char *rehearsal;        /* JSON text: how the last rehearsal went; NULL: there was none */
  gint64 occurrence_ms;   /* the start that the series' rule gave it */
  MeetingEntry entry;
  GPtrArray *endpoints; /* char *, ids of the invited endpoints, each once; never NULL */
  GPtrArray *co_chairs; /* char *, among `endpoints`, never the chair; never NULL */
  GPtrArray *agenda;    /* AgendaItem *, in their order; never NULL */
  GPtrArray *resources; /* char *, ids of halls and equipment, each once; never NULL */
} MeetingRecord;

MeetingRecord *meeting_record_new (const char *id); /* transfer full; scheduled, entry
                                                    by its defaults */
MeetingRecord *meeting_record_copy (const MeetingRecord *record);
void meeting_record_free (MeetingRecord *record);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (MeetingRecord, meeting_record_free)

/* Adds an endpoint unless it is there already. Returns FALSE when it was there or the list is full.
 * Linear in the number of endpoints: for bulk use meeting_record_set_endpoints (). */
gboolean meeting_record_add_endpoint (MeetingRecord *record, const char *endpoint);
/* Replaces the list by @endpoints (@n ids), doubles dropped, order kept. */
void meeting_record_set_endpoints (MeetingRecord *record, const char *const *endpoints, gsize n);
/* Replace the lists; doubles dropped, order kept.  The chair is passed over among the co-chairs;
 * these are not invited by it. */
void meeting_record_set_co_chairs (MeetingRecord *record, const char *const *endpoints, gsize n);
void meeting_record_set_resources (MeetingRecord *record, const char *const *resources, gsize n);
/* Copies @items (AgendaItem *). */
void meeting_record_set_agenda (MeetingRecord *record, const GPtrArray *items);
gboolean meeting_record_is_co_chair (const MeetingRecord *record, const char *endpoint);
gboolean meeting_record_is_invited (const MeetingRecord *record, const char *endpoint);

const char *meeting_kind_to_string (MeetingKind kind); /* "conference", ... */
gboolean meeting_kind_from_string (const char *text, MeetingKind *ret_kind);

/* Checks what a user entered: title, times, host unit, invited endpoints, chair, co-chairs and the
 * agenda's speakers among them.
 * Fails with PROBLEM_SCHEDULE_INVALID; *@ret_field (may be NULL) then names the REST field at
 * fault ("title", "ends_at", ...), static. */
gboolean meeting_record_check (const MeetingRecord *record, const char **ret_field, GError **error);

/* Moves to @state at wall time @now_ms; stamps started_at / ended_at; keeps @reason for postponed
 * and cancelled, which must have one. Fails with PROBLEM_STATE_FORBIDDEN or PROBLEM_REASON_MISSING
 * and leaves the record as it was. */
gboolean meeting_record_set_state (MeetingRecord *record, MeetingState state, const char *reason,
                                   gint64 now_ms, GError **error);
