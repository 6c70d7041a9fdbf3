#include "server/mail/invitations.h"

#include "server/calendar/calendar.h"
#include "server/inbox/notice_text.h"
#include "server/storage/endpoint_store.h"
#include "server/storage/mail_store.h"
#include "server/storage/schedule_store.h"
#include "server/storage/unit_store.h"

typedef struct {
  const char *subject, *vi, *en;
  CalendarMethod method;
} Form;

static const Form forms[N_MEETING_CHANGES] = {
  [MEETING_CHANGE_PUBLISHED] = { "Giấy mời họp", "Kính mời dự họp trực tuyến:",
                                 "You are invited to an online meeting.", CALENDAR_REQUEST },
  [MEETING_CHANGE_CHANGED] = { "Thay đổi phiên họp", "Phiên họp trực tuyến có thay đổi:",
                               "An online meeting has changed.", CALENDAR_REQUEST },
  [MEETING_CHANGE_POSTPONED] = { "Hoãn họp", "Phiên họp trực tuyến được hoãn:",
                                 "An online meeting is postponed.", CALENDAR_CANCEL },
  [MEETING_CHANGE_CANCELLED] = { "Huỷ họp", "Phiên họp trực tuyến bị huỷ:",
                                 "An online meeting is cancelled.", CALENDAR_CANCEL },
};
/* To those who were invited and are not any more. */
static const Form uninvited = { "Không còn trong thành phần",
                                "Điểm cầu không còn trong thành phần của phiên họp:",
                                "Your room is no longer invited to this meeting.",
                                CALENDAR_CANCEL };

/* The meetings that are told of, each with what an event of a calendar needs. */
typedef struct {
  Database *database;
  GPtrArray *meetings; /* MeetingRecord */
  GArray *events;      /* CalendarEvent, borrowing from all here */
  char *host, *place;
} Subject;

static void
subject_clear (Subject *subject)
{
  g_clear_pointer (&subject->meetings, g_ptr_array_unref);
  g_clear_pointer (&subject->events, g_array_unref);
  g_free (subject->host);
  g_free (subject->place);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Subject, subject_clear)

/* --- What a letter says -------------------------------------------------------------------- */

static void
append_agenda (GString *text, const GPtrArray *agenda)
{
  for (guint i = 0; i < agenda->len; i++) {
    const AgendaItem *item = agenda->pdata[i];
    g_string_append_printf (text, "%s  %u. %s", i == 0 ? "\nChương trình / Agenda:\n" : "\n", i + 1,
                            item->title);
    if (item->speaker && *item->speaker)
      g_string_append_printf (text, " – %s", item->speaker);
    if (item->minutes > 0)
      g_string_append_printf (text, " (%u')", item->minutes);
  }
  if (agenda->len > 0)
    g_string_append_c (text, '\n');
}

/* Vietnamese first; the few English words stand below. */
static char *
format_text (const Form *form, const Subject *subject, const char *public_url)
{
  const MeetingRecord *meeting = subject->meetings->pdata[0];
  guint n_more = subject->meetings->len - 1;
  GString *text = g_string_new (NULL);
  g_autofree char *starts = notice_time (meeting->starts_at_ms);
  g_autofree char *ends = notice_time (meeting->ends_at_ms);
  g_string_append_printf (text, "%s\n\n%s\n\n", form->vi, meeting->title);
  g_string_append_printf (text, "Bắt đầu / Starts: %s\nKết thúc / Ends: %s\n", starts, ends);
  g_string_append_printf (text, "Chủ trì / Host: %s\nĐiểm cầu chủ tọa / Chair: %s\n", subject->host,
                          subject->place);
  if (meeting->reason && *meeting->reason)
    g_string_append_printf (text, "Lý do / Reason: %s\n", meeting->reason);
  if (n_more > 0)
    g_string_append_printf (text,
                            "Và %u phiên sau đó, xem tệp kèm theo. / And %u more, as attached.\n",
                            n_more, n_more);
  append_agenda (text, meeting->agenda);
  if (meeting->note && *meeting->note)
    g_string_append_printf (text, "\n%s\n", meeting->note);
  if (*public_url)
    g_string_append_printf (text, "\n%s/meetings/%s\n", public_url, meeting->id);
  g_string_append_printf (text,
                          "\n--\n%s\nThư tự động, xin đừng trả lời. / Sent by a machine; "
                          "please do not reply.\n",
                          form->en);
  return g_string_free (text, FALSE);
}

static gboolean
add_meeting (Subject *subject, const char *id, GError **error)
{
  Database *database = subject->database;
  MeetingRecord *meeting = schedule_store_get (database, id, error);
  guint sequence = 0;
  if (!meeting)
    return FALSE;
  g_ptr_array_add (subject->meetings, meeting);
  if (!mail_store_take_sequence (database, id, &sequence, error))
    return FALSE;
  if (!subject->host) {
    g_autoptr (Unit) unit = unit_store_get (database, meeting->host_unit, NULL);
    g_autoptr (Endpoint) chair = endpoint_store_get (database, meeting->chair_endpoint, NULL);
    subject->host = g_strdup (unit ? unit->name : meeting->host_unit);
    subject->place = g_strdup (chair ? chair->name : meeting->chair_endpoint);
  }
  CalendarEvent event = { meeting, subject->host, subject->place, sequence };
  g_array_append_val (subject->events, event);
  return TRUE;
}

/* One meeting, or all of a series from it on. */
static gboolean
read_subject (Subject *subject, const MeetingAnnouncement *what, GError **error)
{
  subject->meetings = g_ptr_array_new_with_free_func ((GDestroyNotify) meeting_record_free);
  subject->events = g_array_new (FALSE, FALSE, sizeof (CalendarEvent));
  if (!what->series)
    return add_meeting (subject, what->meeting, error);
  g_auto (GStrv) ids = mail_store_occurrences (subject->database, what->meeting, error);
  for (guint i = 0; ids && ids[i]; i++)
    if (!add_meeting (subject, ids[i], error))
      return FALSE;
  return ids && (subject->meetings->len > 0 || add_meeting (subject, what->meeting, error));
}

/* --- Queueing ------------------------------------------------------------------------------ */

static gboolean
queue_form (Outbox *outbox, const Form *form, const Subject *subject,
            const MeetingAnnouncement *what, const char *const *addresses, GError **error)
{
  if (!*addresses)
    return TRUE;
  const MeetingRecord *meeting = subject->meetings->pdata[0];
  CalendarOrigin origin = { outbox_get_public_url (outbox), outbox_get_from (outbox) };
  /* RFC 5546 has one event in a request; several are published. */
  CalendarMethod method = subject->events->len > 1 ? CALENDAR_PUBLISH : form->method;
  g_autofree char *calendar =
      calendar_format (method, &origin, (const CalendarEvent *) (gpointer) subject->events->data,
                       subject->events->len, NULL, what->now_ms);
  g_autofree char *title = g_strdup_printf ("%s: %s", form->subject, meeting->title);
  g_autofree char *text = format_text (form, subject, origin.public_url);
  Letter letter = { .meeting = what->meeting,
                    .subject = title,
                    .text = text,
                    .calendar = calendar,
                    .calendar_method = calendar_method_name (method),
                    .at_ms = what->now_ms };
  return mail_store_queue (subject->database, &letter, addresses, NULL, error);
}

/* Those of @before that are not in @now.  transfer full. */
static char **
missing (char **before, char **now)
{
  g_autoptr (GStrvBuilder) gone = g_strv_builder_new ();
  for (; *before; before++)
    if (!g_strv_contains ((const char *const *) now, *before))
      g_strv_builder_add (gone, *before);
  return g_strv_builder_end (gone);
}

gboolean
invitations_queue (Outbox *outbox, Database *database, const MeetingAnnouncement *what,
                   GError **error)
{
  const Form *form = &forms[what->kind];
  g_auto (Subject) subject = { .database = database };
  g_auto (GStrv) addresses = NULL, before = NULL;
  if (!form->subject)
    return TRUE;
  /* The number grows with each change, also of invitations that are fetched. */
  if (!read_subject (&subject, what, error))
    return FALSE;
  if (!outbox_is_on (outbox))
    return TRUE;
  if (!mail_store_drop_waiting (database, what->meeting, error) ||
      !(addresses = mail_store_addresses (database, what->meeting, error)) ||
      !(before = mail_store_written_to (database, what->meeting, error)))
    return FALSE;
  g_auto (GStrv) gone = missing (before, addresses);
  return queue_form (outbox, form, &subject, what, (const char *const *) addresses, error) &&
         queue_form (outbox, &uninvited, &subject, what, (const char *const *) gone, error);
}
