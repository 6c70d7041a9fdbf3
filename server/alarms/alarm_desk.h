/* AlarmDesk: the alarms of a controller: rises them from the board's verdicts each second, stores
 * what became of them in one transaction a second, and tells pages, a webhook and by e-mail.
 *
 *   HealthBoard (each second) -> AlarmBook -> storage -> pages, webhook; letter, at most one a
 * minute
 *
 * Owner: the main thread. Life: new -> (board's observer) -> free, before board and database. */
#pragma once

#include <jansson.h>

#include "config/settings.h"
#include "server/storage/database.h"
#include "signaling/health/alarm_book.h"

typedef struct AlarmDesk AlarmDesk;

/* One letter tells of all that rose critical since the last. */
#define ALARM_LETTER_MS (60 * 1000)
#define ALARM_LETTER_SITES_MAX 50

/* Who writes a letter; NULL members: none is written. */
typedef struct {
  void (*send) (gpointer data, const char *const *addresses, const char *subject, const char *text);
} AlarmMailer;

/* @database, @settings, @board and @mailer_data are lent. Takes up the alarms that were open. */
AlarmDesk *alarm_desk_new (Database *database, const Settings *settings, HealthBoard *board,
                           const AlarmMailer *mailer, gpointer mailer_data);
void alarm_desk_free (AlarmDesk *desk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AlarmDesk, alarm_desk_free)

/* Of an alarm as pages and the webhook have it; (transfer full). */
json_t *alarm_to_json (const Alarm *alarm, gint64 silenced_until_ms);

/* Who is told of alarms that changed in this second: @alarms (element-type Alarm), after they were
 * stored. */
typedef void (*AlarmDeskChanged) (gpointer user_data, const GPtrArray *alarms);
void alarm_desk_watch (AlarmDesk *desk, AlarmDeskChanged changed, gpointer user_data);

/* Open ones (element-type Alarm, lent). */
const GPtrArray *alarm_desk_get_open (const AlarmDesk *desk);
json_t *alarm_desk_to_json (const AlarmDesk *desk, const Alarm *alarm);

/* By hand; stored and told at once. FALSE: there is no such open alarm. */
gboolean alarm_desk_acknowledge (AlarmDesk *desk, gint64 id, const char *user);
gboolean alarm_desk_set_note (AlarmDesk *desk, gint64 id, const char *note);
gboolean alarm_desk_silence (AlarmDesk *desk, gint64 id, guint minutes);
