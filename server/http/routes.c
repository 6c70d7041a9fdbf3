/* The table of all operations; openapi.json describes the same ones. */
#include "server/http/handlers.h"

#define API "/api/v1"
#define MEETING API "/meetings/{id}"

static const Route routes[] = {
  { "POST", API "/session", ROUTE_PUBLIC, BODY_JSON, FALSE, on_session_create },
  { "GET", API "/session", ROUTE_SESSION, BODY_NONE, FALSE, on_session_read },
  { "DELETE", API "/session", ROUTE_SESSION, BODY_NONE, FALSE, on_session_delete },
  { "PUT", API "/session/password", ROUTE_SESSION, BODY_JSON, FALSE, on_password_change },

  { "GET", API "/units", RIGHT_UNITS_VIEW, BODY_NONE, FALSE, on_unit_list },
  { "POST", API "/units", RIGHT_UNITS_EDIT, BODY_JSON, FALSE, on_unit_create },
  { "GET", API "/units/search", RIGHT_UNITS_VIEW, BODY_NONE, FALSE, on_unit_search },
  { "PATCH", API "/units/{code}", RIGHT_UNITS_EDIT, BODY_JSON, FALSE, on_unit_change },
  { "DELETE", API "/units/{code}", RIGHT_UNITS_EDIT, BODY_NONE, FALSE, on_unit_delete },

  { "GET", API "/endpoints", RIGHT_ENDPOINTS_VIEW, BODY_NONE, FALSE, on_endpoint_list },
  { "POST", API "/endpoints", RIGHT_ENDPOINTS_EDIT, BODY_JSON, FALSE, on_endpoint_create },
  { "GET", API "/endpoints/export", RIGHT_MEETING_WATCH, BODY_NONE, FALSE, on_endpoint_export },
  { "POST", API "/endpoints/import", RIGHT_ENDPOINTS_EDIT, BODY_CSV, FALSE, on_endpoint_import },
  { "PATCH", API "/endpoints/{id}", RIGHT_ENDPOINTS_EDIT, BODY_JSON, FALSE, on_endpoint_change },
  { "DELETE", API "/endpoints/{id}", RIGHT_ENDPOINTS_EDIT, BODY_NONE, FALSE, on_endpoint_delete },

  { "GET", API "/groups", RIGHT_MEETING_VIEW, BODY_NONE, FALSE, on_group_list },
  { "POST", API "/groups", RIGHT_MEETING_EDIT, BODY_LIST, FALSE, on_group_create },
  { "GET", API "/groups/export", RIGHT_MEETING_EDIT, BODY_NONE, FALSE, on_group_export },
  { "POST", API "/groups/import", RIGHT_MEETING_EDIT, BODY_CSV, FALSE, on_group_import },
  { "PATCH", API "/groups/{id}", RIGHT_MEETING_EDIT, BODY_LIST, FALSE, on_group_change },
  { "DELETE", API "/groups/{id}", RIGHT_MEETING_EDIT, BODY_NONE, FALSE, on_group_delete },

  { "GET", API "/users", RIGHT_USERS_EDIT, BODY_NONE, FALSE, on_user_list },
  { "POST", API "/users", RIGHT_USERS_EDIT, BODY_JSON, FALSE, on_user_create },
  { "PATCH", API "/users/{id}", RIGHT_USERS_EDIT, BODY_JSON, FALSE, on_user_change },
  { "DELETE", API "/users/{id}", RIGHT_USERS_EDIT, BODY_NONE, FALSE, on_user_delete },

  { "GET", API "/meetings", RIGHT_MEETING_VIEW, BODY_NONE, FALSE, on_meeting_list },
  { "POST", API "/meetings", RIGHT_MEETING_EDIT, BODY_LIST, FALSE, on_meeting_create },
  { "POST", API "/meetings/clash", RIGHT_MEETING_EDIT, BODY_LIST, FALSE, on_clash_ask },
  { "GET", MEETING, RIGHT_MEETING_VIEW, BODY_NONE, FALSE, on_meeting_read },
  { "PATCH", MEETING, RIGHT_MEETING_EDIT, BODY_LIST, FALSE, on_meeting_change },
  { "DELETE", MEETING, RIGHT_MEETING_EDIT, BODY_NONE, FALSE, on_meeting_delete },
  { "POST", MEETING "/publish", RIGHT_MEETING_EDIT, BODY_NONE, FALSE, on_meeting_publish },
  { "POST", MEETING "/copy", RIGHT_MEETING_EDIT, BODY_JSON, FALSE, on_meeting_copy },
  { "POST", MEETING "/open", RIGHT_MEETING_RUN, BODY_NONE, FALSE, on_meeting_open },
  { "POST", MEETING "/start", RIGHT_MEETING_RUN, BODY_NONE, FALSE, on_meeting_start },
  { "POST", MEETING "/rehearse", RIGHT_MEETING_RUN, BODY_NONE, FALSE, on_meeting_rehearse },
  { "POST", MEETING "/rehearse/end", RIGHT_MEETING_RUN, BODY_NONE, FALSE, on_meeting_rehearse_end },
  { "POST", MEETING "/extend", RIGHT_MEETING_RUN, BODY_JSON, FALSE, on_meeting_extend },
  { "POST", MEETING "/end", RIGHT_MEETING_RUN, BODY_NONE, FALSE, on_meeting_end },
  { "POST", MEETING "/postpone", RIGHT_MEETING_EDIT, BODY_JSON, FALSE, on_meeting_postpone },
  { "POST", MEETING "/cancel", RIGHT_MEETING_EDIT, BODY_JSON, FALSE, on_meeting_cancel },
  { "GET", MEETING "/seats", RIGHT_MEETING_VIEW, BODY_NONE, FALSE, on_meeting_seats },
  { "GET", MEETING "/events", RIGHT_EVENTS_VIEW, BODY_NONE, FALSE, on_meeting_events },
  { "POST", MEETING "/tokens", RIGHT_TOKEN_MAKE, BODY_JSON, FALSE, on_token_create },
  { "GET", MEETING "/room", RIGHT_MEETING_VIEW, BODY_NONE, TRUE, on_room_connect },

  { "GET", MEETING "/report", RIGHT_EVENTS_VIEW, BODY_NONE, FALSE, on_report_read },
  { "GET", MEETING "/report.csv", RIGHT_EVENTS_VIEW, BODY_NONE, FALSE, on_report_csv },
  { "GET", MEETING "/report.xlsx", RIGHT_EVENTS_VIEW, BODY_NONE, FALSE, on_report_xlsx },
  { "GET", MEETING "/report.pdf", RIGHT_EVENTS_VIEW, BODY_NONE, FALSE, on_report_pdf },
  { "GET", MEETING "/minutes", RIGHT_EVENTS_VIEW, BODY_NONE, FALSE, on_minutes_read },
  { "PUT", MEETING "/minutes", RIGHT_MEETING_EDIT, BODY_LIST, FALSE, on_minutes_save },
  { "POST", MEETING "/minutes/draft", RIGHT_MEETING_EDIT, BODY_NONE, FALSE, on_minutes_draft },
  { "POST", MEETING "/minutes/approve", RIGHT_MEETING_EDIT, BODY_JSON, FALSE, on_minutes_approve },
  { "GET", MEETING "/minutes/versions", RIGHT_EVENTS_VIEW, BODY_NONE, FALSE, on_minutes_versions },
  { "GET", MEETING "/minutes.pdf", RIGHT_EVENTS_VIEW, BODY_NONE, FALSE, on_minutes_pdf },
  { "GET", API "/statistics", RIGHT_EVENTS_VIEW, BODY_NONE, FALSE, on_statistics_read },
  { "GET", API "/statistics.xlsx", RIGHT_EVENTS_VIEW, BODY_NONE, FALSE, on_statistics_xlsx },
  { "GET", MEETING "/invitation.ics", RIGHT_MEETING_VIEW, BODY_NONE, FALSE, on_invitation_read },
  { "POST", API "/calendar/feed", RIGHT_MEETING_VIEW, BODY_JSON, FALSE, on_feed_create },
  { "DELETE", API "/calendar/feed", RIGHT_MEETING_VIEW, BODY_NONE, FALSE, on_feed_delete },
  { "GET", API "/calendar/{file}", ROUTE_PUBLIC, BODY_NONE, FALSE, on_feed_read },
  { "GET", API "/mail", RIGHT_USERS_EDIT, BODY_NONE, FALSE, on_mail_list },
  { "POST", API "/mail/test", RIGHT_USERS_EDIT, BODY_JSON, FALSE, on_mail_test },
  { "POST", API "/mail/{id}/retry", RIGHT_USERS_EDIT, BODY_NONE, FALSE, on_mail_retry },
  { "GET", API "/settings", RIGHT_USERS_EDIT, BODY_NONE, FALSE, on_settings_read },
  { "PATCH", API "/settings", RIGHT_USERS_EDIT, BODY_JSON, FALSE, on_settings_change },
  { "GET", API "/audit", RIGHT_AUDIT_VIEW, BODY_NONE, FALSE, on_audit_read },

  { "GET", API "/desk", ROUTE_SESSION, BODY_NONE, FALSE, on_desk_connect },
  { "GET", API "/notices", ROUTE_SESSION, BODY_NONE, FALSE, on_notice_list },
  { "POST", API "/notices/read", ROUTE_SESSION, BODY_LIST, FALSE, on_notice_read },
  { "POST", API "/calls", RIGHT_MEETING_EDIT, BODY_LIST, FALSE, on_call_create },
  { "POST", API "/calls/{id}/answer", RIGHT_MEETING_JOIN, BODY_JSON, FALSE, on_call_answer },

  { "GET", MEETING "/papers", RIGHT_MEETING_VIEW, BODY_NONE, FALSE, on_paper_list },
  { "POST", MEETING "/papers", RIGHT_MEETING_EDIT, BODY_FILE, FALSE, on_paper_create },
  { "GET", MEETING "/papers/{paper}", RIGHT_MEETING_VIEW, BODY_NONE, FALSE, on_paper_read },
  { "PATCH", MEETING "/papers/{paper}", RIGHT_MEETING_EDIT, BODY_JSON, FALSE, on_paper_change },
  { "DELETE", MEETING "/papers/{paper}", RIGHT_MEETING_EDIT, BODY_NONE, FALSE, on_paper_delete },

  { "GET", API "/resources", RIGHT_MEETING_VIEW, BODY_NONE, FALSE, on_resource_list },
  { "POST", API "/resources", RIGHT_MEETING_EDIT, BODY_JSON, FALSE, on_resource_create },
  { "PATCH", API "/resources/{id}", RIGHT_MEETING_EDIT, BODY_JSON, FALSE, on_resource_change },
  { "DELETE", API "/resources/{id}", RIGHT_MEETING_EDIT, BODY_NONE, FALSE, on_resource_delete },

  { "GET", API "/series/{id}", RIGHT_MEETING_VIEW, BODY_NONE, FALSE, on_series_read },
  { "PATCH", API "/series/{id}", RIGHT_MEETING_EDIT, BODY_JSON, FALSE, on_series_change },

  { "GET", API "/templates", RIGHT_MEETING_EDIT, BODY_NONE, FALSE, on_template_list },
  { "POST", API "/templates", RIGHT_MEETING_EDIT, BODY_LIST, FALSE, on_template_create },
  { "DELETE", API "/templates/{id}", RIGHT_MEETING_EDIT, BODY_NONE, FALSE, on_template_delete },

  { "GET", API "/health/alarms", RIGHT_MEETING_WATCH, BODY_NONE, FALSE, on_alarm_list },
  { "POST", API "/health/alarms/{id}/ack", RIGHT_MEETING_WATCH, BODY_NONE, FALSE, on_alarm_ack },
  { "POST", API "/health/alarms/{id}/note", RIGHT_MEETING_WATCH, BODY_JSON, FALSE, on_alarm_note },
  { "POST", API "/health/alarms/{id}/silence", RIGHT_MEETING_WATCH, BODY_JSON, FALSE,
    on_alarm_silence },
  { "GET", API "/health/live", RIGHT_MEETING_WATCH, BODY_NONE, FALSE, on_health_live },
  { "GET", API "/health/sites", RIGHT_MEETING_WATCH, BODY_NONE, FALSE, on_health_sites },
  { "GET", API "/health/sites/{endpoint}", RIGHT_MEETING_WATCH, BODY_NONE, FALSE, on_health_site },
  { "GET", API "/health/sites/{endpoint}/series", RIGHT_MEETING_WATCH, BODY_NONE, FALSE,
    on_health_series },
  { "GET", API "/health/sites/{endpoint}/streams", RIGHT_MEETING_WATCH, BODY_NONE, FALSE,
    on_health_streams },
  { "GET", API "/health/relay", RIGHT_RELAY_VIEW, BODY_NONE, FALSE, on_health_relay },
  { "GET", API "/health/evidence", RIGHT_MEETING_WATCH, BODY_NONE, FALSE, on_evidence_list },
  { "GET", API "/health/evidence/{id}", RIGHT_MEETING_WATCH, BODY_NONE, FALSE, on_evidence_read },

  { "GET", MEETING "/line-report", RIGHT_MEETING_WATCH, BODY_NONE, FALSE, on_line_report_read },
  { "GET", MEETING "/line-report.csv", RIGHT_MEETING_WATCH, BODY_NONE, FALSE, on_line_report_csv },
  { "GET", MEETING "/line-report.xlsx", RIGHT_MEETING_WATCH, BODY_NONE, FALSE,
    on_line_report_xlsx },
  { "GET", MEETING "/line-report.pdf", RIGHT_MEETING_WATCH, BODY_NONE, FALSE, on_line_report_pdf },
  { "GET", API "/line-reports", RIGHT_MEETING_WATCH, BODY_NONE, FALSE, on_line_reports_read },
  { "GET", API "/line-reports.csv", RIGHT_MEETING_WATCH, BODY_NONE, FALSE, on_line_reports_csv },
  { "GET", API "/line-reports.xlsx", RIGHT_MEETING_WATCH, BODY_NONE, FALSE, on_line_reports_xlsx },
  { "GET", API "/line-reports.pdf", RIGHT_MEETING_WATCH, BODY_NONE, FALSE, on_line_reports_pdf },

  { "GET", API "/relay", RIGHT_RELAY_VIEW, BODY_NONE, FALSE, on_relay_stats },
  { "GET", API "/health", ROUTE_PUBLIC, BODY_NONE, FALSE, on_health },
  { "GET", API "/openapi.json", ROUTE_PUBLIC, BODY_NONE, FALSE, on_openapi },

  { "POST", "/whip/{meeting}", RIGHT_MEETING_JOIN, BODY_SDP, TRUE, on_whip_create },
  { "OPTIONS", "/whip/{meeting}", ROUTE_PUBLIC, BODY_NONE, FALSE, on_media_options },
  { "PATCH", "/whip/{meeting}/{session}", RIGHT_MEETING_JOIN, BODY_FRAGMENT, TRUE, on_media_patch },
  { "DELETE", "/whip/{meeting}/{session}", RIGHT_MEETING_JOIN, BODY_NONE, TRUE, on_media_delete },
  { "OPTIONS", "/whip/{meeting}/{session}", ROUTE_PUBLIC, BODY_NONE, FALSE, on_media_options },
  { "POST", "/whep/{meeting}", RIGHT_MEETING_VIEW, BODY_SDP, TRUE, on_whep_create },
  { "OPTIONS", "/whep/{meeting}", ROUTE_PUBLIC, BODY_NONE, FALSE, on_media_options },
  { "PATCH", "/whep/{meeting}/{session}", RIGHT_MEETING_VIEW, BODY_FRAGMENT, TRUE, on_media_patch },
  { "DELETE", "/whep/{meeting}/{session}", RIGHT_MEETING_VIEW, BODY_NONE, TRUE, on_media_delete },
  { "OPTIONS", "/whep/{meeting}/{session}", ROUTE_PUBLIC, BODY_NONE, FALSE, on_media_options },
};

const Route *
route_table (gsize *ret_n)
{
  *ret_n = G_N_ELEMENTS (routes);
  return routes;
}
