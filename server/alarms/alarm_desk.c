#include "server/alarms/alarm_desk.h"

#include "config/log.h"
#include "server/alarms/webhook.h"
#include "server/storage/alarm_store.h"
#include "signaling/health/words.h"

#include <string.h>

#define TAG "alarms"

struct AlarmDesk {
  Database *database;
  const Settings *settings;
  HealthBoard *board;
  AlarmMailer mailer;
  gpointer mailer_data;
  AlarmBook *book;
  Webhook *webhook;
  GPtrArray *changed; /* Alarm, owned: since they were stored last; each once, as it is now */
  GPtrArray *to_tell; /* Alarm, owned: critical ones that no letter told yet */
  gint64 letter_ms;   /* when the last letter went */
  AlarmDeskChanged on_changed;
  gpointer changed_data;
};

/* --- words --- */

/* Of the cause or state with id @kind. */
static const HealthWords *
words_of (const char *kind)
{
  for (guint i = 0; i < N_HEALTH_CAUSES; i++)
    if (g_str_equal (health_cause_names[i], kind))
      return health_cause_words ((HealthCauseId) i);
  for (guint i = 0; i < N_HEALTH_STATES; i++)
    if (g_str_equal (health_state_names[i], kind))
      return health_state_words ((HealthState) i);
  return NULL;
}

static json_t *
time_or_null (gint64 ms)
{
  return ms > 0 ? json_integer (ms) : json_null ();
}

json_t *
alarm_to_json (const Alarm *alarm, gint64 silenced_until_ms)
{
  const HealthWords *words = words_of (alarm->kind);
  g_autofree char *id = g_strdup_printf ("%" G_GINT64_FORMAT, alarm->id);
  return json_pack (
      "{s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:s?, s:{s:s, s:s}, s:I, s:o, s:s?, s:o, s:o, s:s?, "
      "s:b}",
      "id", id, "meeting", alarm->meeting, "endpoint", alarm->endpoint, "name", alarm->site_name,
      "severity", alarm_severity_names[alarm->severity], "kind", alarm->kind, "confidence",
      (int) alarm->confidence, "peer", alarm->peer, "text", "vi", words ? words->vi : alarm->kind,
      "en", words ? words->en : alarm->kind, "raised", (json_int_t) alarm->raised_ms, "cleared",
      time_or_null (alarm->cleared_ms), "acked_by", alarm->acked_by, "acked",
      time_or_null (alarm->acked_ms), "silenced_until", time_or_null (silenced_until_ms), "note",
      alarm->note, "silent", alarm->is_silent);
}

json_t *
alarm_desk_to_json (const AlarmDesk *desk, const Alarm *alarm)
{
  return alarm_to_json (
      alarm, alarm_book_silenced_until (desk->book, alarm->endpoint, g_get_real_time () / 1000));
}

/* --- stored, then told --- */

static void
on_change (gpointer user_data, const Alarm *alarm, AlarmChange change)
{
  AlarmDesk *desk = user_data;

  for (guint i = 0; i < desk->changed->len; i++) {
    const Alarm *before = g_ptr_array_index (desk->changed, i);
    if (before->id == alarm->id) {
      g_ptr_array_remove_index_fast (desk->changed, i);
      break;
    }
  }
  g_ptr_array_add (desk->changed, alarm_copy (alarm));
}

static gboolean
store (AlarmDesk *desk, GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (desk->database, error);
  if (!transaction)
    return FALSE;
  for (guint i = 0; i < desk->changed->len; i++)
    if (!alarm_store_put (desk->database, g_ptr_array_index (desk->changed, i), error))
      return FALSE;
  return transaction_commit (transaction, error);
}

static void
call_webhook (AlarmDesk *desk)
{
  const Settings *settings = desk->settings;
  WebhookTarget target = { settings->alarms.webhook, settings->alarms.webhook_secret,
                           settings->alarms.webhook_ca_file };
  g_autoptr (json_t) message = NULL;
  json_t *list;

  if (!*target.url)
    return;
  list = json_array ();
  for (guint i = 0; i < desk->changed->len; i++) {
    const Alarm *alarm = g_ptr_array_index (desk->changed, i);
    if (!alarm->is_silent)
      json_array_append_new (list, alarm_desk_to_json (desk, alarm));
  }
  message = json_pack ("{s:s, s:o}", "type", "diemcau.alarms", "alarms", list);
  if (json_array_size (list) == 0)
    return;
  char *body = json_dumps (message, JSON_COMPACT);
  webhook_send (desk->webhook, &target, g_strdup (body));
  free (body);
}

/* A letter tells of an alarm once, when it is first critical. */
static gboolean
is_told (const AlarmDesk *desk, gint64 id)
{
  for (guint i = 0; i < desk->to_tell->len; i++)
    if (((const Alarm *) g_ptr_array_index (desk->to_tell, i))->id == id)
      return TRUE;
  return FALSE;
}

static void
gather_for_letter (AlarmDesk *desk)
{
  if (!desk->mailer.send || !desk->settings->alarms.mail_to[0])
    return;
  for (guint i = 0; i < desk->changed->len; i++) {
    const Alarm *alarm = g_ptr_array_index (desk->changed, i);
    gboolean is_new = alarm->severity == ALARM_CRITICAL && alarm->cleared_ms == 0 &&
                      !alarm->is_silent && !alarm->acked_by && !alarm->note;
    if (is_new && !is_told (desk, alarm->id) &&
        alarm->changed_ms - alarm->raised_ms < ALARM_LETTER_MS)
      g_ptr_array_add (desk->to_tell, alarm_copy (alarm));
  }
}

static void
append_line (GString *text, const Alarm *alarm, gboolean is_vi)
{
  const HealthWords *words = words_of (alarm->kind);
  const char *sentence = words ? (is_vi ? words->vi : words->en) : alarm->kind;
  g_string_append_printf (text, "- %s: %s\n", alarm->site_name, sentence);
}

static void
write_letter (AlarmDesk *desk, gint64 now_ms)
{
  guint n = desk->to_tell->len, shown = MIN (n, ALARM_LETTER_SITES_MAX);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *subject = NULL;

  if (n == 0 || now_ms - desk->letter_ms < ALARM_LETTER_MS)
    return;
  const Alarm *first = g_ptr_array_index (desk->to_tell, 0);
  subject = n == 1 ? g_strdup_printf ("[Diemcau] Báo động / alarm: %s", first->site_name)
                   : g_strdup_printf ("[Diemcau] Báo động: %u điểm cầu / alarm: %u sites", n, n);
  for (guint language = 0; language < 2; language++) {
    g_string_append (text, language == 0 ? "Các điểm cầu gặp sự cố:\n" : "\nSites in trouble:\n");
    for (guint i = 0; i < shown; i++)
      append_line (text, g_ptr_array_index (desk->to_tell, i), language == 0);
    if (n > shown)
      g_string_append_printf (text, language == 0 ? "- và %u điểm nữa\n" : "- and %u more\n",
                              n - shown);
  }
  desk->mailer.send (desk->mailer_data, (const char *const *) desk->settings->alarms.mail_to,
                     subject, text->str);
  desk->letter_ms = now_ms;
  g_ptr_array_set_size (desk->to_tell, 0);
}

static void
flush (AlarmDesk *desk)
{
  g_autoptr (GError) error = NULL;

  if (desk->changed->len == 0)
    return;
  if (!store (desk, &error)) {
    log_warning (TAG, NULL, "alarms are not stored, tried again: %s", error->message);
    return;
  }
  call_webhook (desk);
  gather_for_letter (desk);
  if (desk->on_changed)
    desk->on_changed (desk->changed_data, desk->changed);
  g_ptr_array_set_size (desk->changed, 0);
}

static void
on_second (gpointer user_data, HealthBoard *board, gint64 now_us)
{
  AlarmDesk *desk = user_data;
  gint64 now_ms = health_board_wall_s (board) * 1000;
  guint n = health_board_n_sites (board);
  g_autofree HealthSite **sites = g_new (HealthSite *, n + 1);

  for (guint i = 0; i < n; i++)
    sites[i] = health_board_get_site (board, i);
  alarm_book_second (desk->book, sites, n, now_us, now_ms);
  flush (desk);
  write_letter (desk, now_ms);
}

static const HealthObserver observer = { .on_second = on_second };

/* --- life --- */

static void
restore (AlarmDesk *desk)
{
  AlarmQuery open = { .open_only = TRUE };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) list = alarm_store_list (desk->database, &open, &error);

  if (!list) {
    log_warning (TAG, NULL, "open alarms cannot be read: %s", error->message);
    return;
  }
  for (guint i = list->len; i > 0; i--)
    alarm_book_restore (desk->book, g_ptr_array_index (list, i - 1));
}

AlarmDesk *
alarm_desk_new (Database *database, const Settings *settings, HealthBoard *board,
                const AlarmMailer *mailer, gpointer mailer_data)
{
  static const AlarmListener listener = { on_change };
  AlarmDesk *desk = g_new0 (AlarmDesk, 1);

  desk->database = database;
  desk->settings = settings;
  desk->board = board;
  desk->mailer = *mailer;
  desk->mailer_data = mailer_data;
  desk->changed = g_ptr_array_new_with_free_func ((GDestroyNotify) alarm_free);
  desk->to_tell = g_ptr_array_new_with_free_func ((GDestroyNotify) alarm_free);
  desk->webhook = webhook_new ();
  desk->book = alarm_book_new (alarm_store_last_id (database), &listener, desk);
  restore (desk);
  health_board_add_observer (board, &observer, desk);
  return desk;
}

void
alarm_desk_free (AlarmDesk *desk)
{
  flush (desk);
  health_board_remove_observer (desk->board, desk);
  webhook_free (desk->webhook);
  alarm_book_free (desk->book);
  g_ptr_array_unref (desk->changed);
  g_ptr_array_unref (desk->to_tell);
  g_free (desk);
}

void
alarm_desk_watch (AlarmDesk *desk, AlarmDeskChanged changed, gpointer user_data)
{
  desk->on_changed = changed;
  desk->changed_data = user_data;
}

const GPtrArray *
alarm_desk_get_open (const AlarmDesk *desk)
{
  return alarm_book_get_open (desk->book);
}

/* --- by hand --- */

gboolean
alarm_desk_acknowledge (AlarmDesk *desk, gint64 id, const char *user)
{
  gboolean is_done = alarm_book_acknowledge (desk->book, id, user, g_get_real_time () / 1000);
  flush (desk);
  return is_done;
}

gboolean
alarm_desk_set_note (AlarmDesk *desk, gint64 id, const char *note)
{
  gboolean is_done = alarm_book_set_note (desk->book, id, note, g_get_real_time () / 1000);
  flush (desk);
  return is_done;
}

gboolean
alarm_desk_silence (AlarmDesk *desk, gint64 id, guint minutes)
{
  gboolean is_done = alarm_book_silence (desk->book, id, minutes, g_get_real_time () / 1000);
  flush (desk);
  return is_done;
}
