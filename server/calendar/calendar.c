#include "server/calendar/calendar.h"

#include <libical/ical.h>
#include <string.h>

#include "signaling/schedule/agenda_item.h"

#define PRODUCT "-//Diemcau//Diemcau//VI"
#define NO_DOMAIN "diemcau.invalid" /* RFC 2606: names that mean no host */

static void
component_free (icalcomponent *component)
{
  icalcomponent_free (component);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (icalcomponent, component_free)

static const icalproperty_method methods[] = {
  [CALENDAR_REQUEST] = ICAL_METHOD_REQUEST,
  [CALENDAR_CANCEL] = ICAL_METHOD_CANCEL,
  [CALENDAR_PUBLISH] = ICAL_METHOD_PUBLISH,
};

const char *
calendar_method_name (CalendarMethod method)
{
  return icalproperty_method_to_string (methods[method]);
}

static struct icaltimetype
time_of (gint64 ms)
{
  return icaltime_from_timet_with_zone ((time_t) (ms / 1000), 0, icaltimezone_get_utc_timezone ());
}

/* Host of the public address, so that ids of two installations never meet.  transfer full. */
static char *
domain_of (const CalendarOrigin *origin)
{
  g_autoptr (GUri) uri =
      *origin->public_url ? g_uri_parse (origin->public_url, G_URI_FLAGS_NONE, NULL) : NULL;
  const char *host = uri ? g_uri_get_host (uri) : NULL;
  return g_strdup (host && *host ? host : NO_DOMAIN);
}

/* --- One event ----------------------------------------------------------------------------- */

static void
append_agenda (GString *text, const GPtrArray *agenda)
{
  for (guint i = 0; i < agenda->len; i++) {
    const AgendaItem *item = agenda->pdata[i];
    g_string_append_printf (text, "%s%u. %s", text->len ? "\n" : "", i + 1, item->title);
    if (item->speaker && *item->speaker)
      g_string_append_printf (text, " – %s", item->speaker);
    if (item->minutes > 0)
      g_string_append_printf (text, " (%u')", item->minutes);
  }
}

/* What was written to the invitation, the agenda, and where to go.  transfer full. */
static char *
describe (const CalendarEvent *event, const char *url)
{
  const MeetingRecord *meeting = event->meeting;
  GString *text = g_string_new (meeting->note ? meeting->note : "");
  append_agenda (text, meeting->agenda);
  if (meeting->reason && *meeting->reason)
    g_string_append_printf (text, "%sLý do / Reason: %s", text->len ? "\n" : "", meeting->reason);
  if (url)
    g_string_append_printf (text, "%s%s", text->len ? "\n" : "", url);
  return g_string_free (text, FALSE);
}

static enum icalproperty_status
status_of (const MeetingRecord *meeting)
{
  if (meeting->state == MEETING_CANCELLED)
    return ICAL_STATUS_CANCELLED;
  return meeting->state == MEETING_POSTPONED ? ICAL_STATUS_TENTATIVE : ICAL_STATUS_CONFIRMED;
}

/* An ORGANIZER needs an address; without one the host stands in the description's place only. */
static void
add_organizer (icalcomponent *component, const CalendarOrigin *origin, const char *host)
{
  if (!*origin->organizer)
    return;
  g_autofree char *uri = g_strconcat ("mailto:", origin->organizer, NULL);
  icalproperty *organizer = icalproperty_new_organizer (uri);
  icalproperty_add_parameter (organizer, icalparameter_new_cn (host));
  icalcomponent_add_property (component, organizer);
}

static icalcomponent *
event_new (CalendarMethod method, const CalendarOrigin *origin, const CalendarEvent *event,
           gint64 now_ms)
{
  const MeetingRecord *meeting = event->meeting;
  g_autofree char *domain = domain_of (origin);
  g_autofree char *uid = g_strdup_printf ("%s@%s", meeting->id, domain);
  g_autofree char *url = *origin->public_url
                             ? g_strdup_printf ("%s/meetings/%s", origin->public_url, meeting->id)
                             : NULL;
  g_autofree char *description = describe (event, url);
  g_autofree char *place = g_strdup_printf ("%s; %s", event->place, event->host);
  icalcomponent *component = icalcomponent_new_vevent ();
  icalcomponent_add_property (component, icalproperty_new_uid (uid));
  icalcomponent_add_property (component, icalproperty_new_dtstamp (time_of (now_ms)));
  icalcomponent_add_property (component, icalproperty_new_sequence ((int) event->sequence));
  icalcomponent_add_property (component,
                              icalproperty_new_dtstart (time_of (meeting->starts_at_ms)));
  icalcomponent_add_property (component, icalproperty_new_dtend (time_of (meeting->ends_at_ms)));
  icalcomponent_add_property (component, icalproperty_new_summary (meeting->title));
  icalcomponent_add_property (component, icalproperty_new_location (place));
  icalcomponent_add_property (component, icalproperty_new_description (description));
  icalcomponent_add_property (component, icalproperty_new_status (method == CALENDAR_CANCEL
                                                                      ? ICAL_STATUS_CANCELLED
                                                                      : status_of (meeting)));
  if (url)
    icalcomponent_add_property (component, icalproperty_new_url (url));
  add_organizer (component, origin, event->host);
  return component;
}

/* --- The calendar -------------------------------------------------------------------------- */

static char *
take_text (icalcomponent *calendar)
{
  char *text = icalcomponent_as_ical_string_r (calendar);
  char *copy = g_strdup (text);
  free (text);
  return copy;
}

char *
calendar_format (CalendarMethod method, const CalendarOrigin *origin, const CalendarEvent *events,
                 guint n_events, const char *title, gint64 now_ms)
{
  g_autoptr (icalcomponent) calendar = icalcomponent_new_vcalendar ();
  icalcomponent_add_property (calendar, icalproperty_new_version ("2.0"));
  icalcomponent_add_property (calendar, icalproperty_new_prodid (PRODUCT));
  icalcomponent_add_property (calendar, icalproperty_new_calscale ("GREGORIAN"));
  icalcomponent_add_property (calendar, icalproperty_new_method (methods[method]));
  if (title) {
    icalproperty *name = icalproperty_new_x (title);
    icalproperty_set_x_name (name, "X-WR-CALNAME");
    icalcomponent_add_property (calendar, name);
  }
  for (guint i = 0; i < n_events; i++)
    icalcomponent_add_component (calendar, event_new (method, origin, &events[i], now_ms));
  return take_text (calendar);
}

char *
calendar_with_attendee (const char *text, const char *address)
{
  g_autoptr (icalcomponent) calendar = icalcomponent_new_from_string (text);
  g_autofree char *uri = g_strconcat ("mailto:", address, NULL);
  if (!calendar || icalcomponent_isa (calendar) != ICAL_VCALENDAR_COMPONENT)
    return NULL;
  for (icalcomponent *event = icalcomponent_get_first_component (calendar, ICAL_VEVENT_COMPONENT);
       event; event = icalcomponent_get_next_component (calendar, ICAL_VEVENT_COMPONENT)) {
    icalproperty *attendee = icalproperty_new_attendee (uri);
    icalproperty_add_parameter (attendee, icalparameter_new_cutype (ICAL_CUTYPE_ROOM));
    icalproperty_add_parameter (attendee, icalparameter_new_partstat (ICAL_PARTSTAT_NEEDSACTION));
    icalproperty_add_parameter (attendee, icalparameter_new_role (ICAL_ROLE_REQPARTICIPANT));
    icalcomponent_add_property (event, attendee);
  }
  return take_text (calendar);
}
