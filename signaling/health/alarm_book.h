/* AlarmBook: from verdicts to alarms: one open alarm a site. It rises when a fault has held for a
 * moment, grows graver or changes its name with the fault, and is over after a calm.
 *
 *      fault holds            acknowledge, note           ALARM_CALM_US without a fault, or it left
 *   (raise) ----> open --------------------------> open ----------------------------------->
 * cleared
 *
 * A site that is silenced raises alarms as ever, but they ring for nobody.
 * Pure: verdicts and time in, changes out. Main thread. */
#pragma once

#include "signaling/health/board.h"

G_BEGIN_DECLS

typedef enum { ALARM_WARNING, ALARM_CRITICAL } AlarmSeverity;
extern const char *const alarm_severity_names[]; /* "warning", "critical" */

/* How long a fault must hold, by its gravity; how long it must be gone. */
#define ALARM_CRITICAL_AFTER_US (2 * (gint64) G_USEC_PER_SEC)
#define ALARM_WARNING_AFTER_US (4 * (gint64) G_USEC_PER_SEC)
#define ALARM_CALM_US (10 * (gint64) G_USEC_PER_SEC)
#define ALARM_NOTE_BYTES 1000
#define ALARM_SILENCE_MINUTES_MAX (24 * 60)
/* Open ones; more sites than that at once are one fault of the server. */
#define ALARMS_OPEN_MAX 4096

typedef struct {
  gint64 id; /* grows; 0 = none */
  char *meeting, *endpoint, *site_name;
  AlarmSeverity severity; /* the gravest so far */
  char *kind;             /* id of the cause, or of the state where none is known */
  guint confidence;       /* of the cause, 0 = it is a state */
  char *peer;             /* endpoint, or NULL */
  gint64 raised_ms, changed_ms, cleared_ms; /* UTC; 0 = not yet */
  char *acked_by;                           /* user id, or NULL */
  gint64 acked_ms;
  char *note;         /* or NULL */
  gboolean is_silent; /* rose while the site was silenced */
} Alarm;

void alarm_free (Alarm *alarm);
Alarm *alarm_copy (const Alarm *alarm);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Alarm, alarm_free)

typedef enum { ALARM_RAISED, ALARM_CHANGED, ALARM_CLEARED } AlarmChange;

typedef struct {
  /* @alarm: lent. Store it before it is told anybody. */
  void (*on_change) (gpointer user_data, const Alarm *alarm, AlarmChange change);
} AlarmListener;

typedef struct AlarmBook AlarmBook;

/* Ids go on behind @last_id. */
AlarmBook *alarm_book_new (gint64 last_id, const AlarmListener *listener, gpointer user_data);
void alarm_book_free (AlarmBook *book);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AlarmBook, alarm_book_free)

/* One that was open when the program ended; it is cleared if its site does not come back. */
void alarm_book_restore (AlarmBook *book, const Alarm *alarm);

/* Each second, after the causes. */
void alarm_book_second (AlarmBook *book, HealthSite *const *sites, guint n, gint64 now_us,
                        gint64 wall_ms);

/* Open ones, in the order in which they rose (element-type Alarm, lent). */
const GPtrArray *alarm_book_get_open (const AlarmBook *book);

/* FALSE: there is no such open alarm. @note: at most ALARM_NOTE_BYTES, "" takes it away. */
gboolean alarm_book_acknowledge (AlarmBook *book, gint64 id, const char *user, gint64 wall_ms);
gboolean alarm_book_set_note (AlarmBook *book, gint64 id, const char *note, gint64 wall_ms);
/* Of the alarm's site, from now on; 0 minutes ends it. */
gboolean alarm_book_silence (AlarmBook *book, gint64 id, guint minutes, gint64 wall_ms);
/* UTC ms until which @endpoint is silenced; 0 = it is not. */
gint64 alarm_book_silenced_until (const AlarmBook *book, const char *endpoint, gint64 wall_ms);

G_END_DECLS
