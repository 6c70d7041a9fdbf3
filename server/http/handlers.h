/* The handlers of the route table (routes.c), by subject.  Each decodes, authorises on its subject,
 * applies, replies; main thread. */
#pragma once

#include "server/http/request.h"

/* session_routes.c */
void on_session_create (HttpRequest *request);
void on_session_read (HttpRequest *request);
void on_session_delete (HttpRequest *request);
void on_password_change (HttpRequest *request);

/* unit_routes.c */
void on_unit_list (HttpRequest *request);
void on_unit_search (HttpRequest *request);
void on_unit_create (HttpRequest *request);
void on_unit_change (HttpRequest *request);
void on_unit_delete (HttpRequest *request);

/* endpoint_routes.c */
void on_endpoint_list (HttpRequest *request);
void on_endpoint_create (HttpRequest *request);
void on_endpoint_change (HttpRequest *request);
void on_endpoint_delete (HttpRequest *request);

/* group_routes.c */
void on_group_list (HttpRequest *request);
void on_group_create (HttpRequest *request);
void on_group_change (HttpRequest *request);
void on_group_delete (HttpRequest *request);

/* csv_routes.c */
void on_endpoint_export (HttpRequest *request);
void on_endpoint_import (HttpRequest *request);
void on_group_export (HttpRequest *request);
void on_group_import (HttpRequest *request);

/* desk_socket.c */
void on_desk_connect (HttpRequest *request);

/* calendar_routes.c */
void on_invitation_read (HttpRequest *request);
void on_feed_create (HttpRequest *request);
void on_feed_delete (HttpRequest *request);
void on_feed_read (HttpRequest *request);

/* mail_routes.c */
void on_mail_list (HttpRequest *request);
void on_mail_test (HttpRequest *request);
void on_mail_retry (HttpRequest *request);

/* settings_routes.c, audit_routes.c */
void on_settings_read (HttpRequest *request);
void on_settings_change (HttpRequest *request);
void on_audit_read (HttpRequest *request);

/* notice_routes.c */
void on_notice_list (HttpRequest *request);
void on_notice_read (HttpRequest *request);
void on_call_answer (HttpRequest *request);

/* user_routes.c */
void on_user_list (HttpRequest *request);
void on_user_create (HttpRequest *request);
void on_user_change (HttpRequest *request);
void on_user_delete (HttpRequest *request);

/* meeting_routes.c: what is booked */
void on_meeting_list (HttpRequest *request);
void on_meeting_create (HttpRequest *request);
void on_meeting_read (HttpRequest *request);
void on_meeting_change (HttpRequest *request);

/* draft_routes.c */
void on_meeting_publish (HttpRequest *request);
void on_meeting_delete (HttpRequest *request);
void on_meeting_copy (HttpRequest *request);

/* call_routes.c */
void on_call_create (HttpRequest *request);

/* clash_routes.c */
void on_clash_ask (HttpRequest *request);

/* paper_routes.c */
void on_paper_list (HttpRequest *request);
void on_paper_create (HttpRequest *request);
void on_paper_read (HttpRequest *request);
void on_paper_change (HttpRequest *request);
void on_paper_delete (HttpRequest *request);

/* resource_routes.c */
void on_resource_list (HttpRequest *request);
void on_resource_create (HttpRequest *request);
void on_resource_change (HttpRequest *request);
void on_resource_delete (HttpRequest *request);

/* series_routes.c */
void on_series_read (HttpRequest *request);
void on_series_change (HttpRequest *request);

/* template_routes.c */
void on_template_list (HttpRequest *request);
void on_template_create (HttpRequest *request);
void on_template_delete (HttpRequest *request);

/* meeting_state_routes.c: what happens to it */
void on_meeting_open (HttpRequest *request);
void on_meeting_start (HttpRequest *request);
void on_meeting_rehearse (HttpRequest *request);
void on_meeting_rehearse_end (HttpRequest *request);
void on_meeting_extend (HttpRequest *request);
void on_meeting_end (HttpRequest *request);
void on_meeting_postpone (HttpRequest *request);
void on_meeting_cancel (HttpRequest *request);
void on_meeting_seats (HttpRequest *request);
void on_meeting_events (HttpRequest *request);
void on_token_create (HttpRequest *request);

/* room_routes.c */
void on_room_connect (HttpRequest *request);

/* media_routes.c: WHIP and WHEP */
void on_whip_create (HttpRequest *request);
void on_whep_create (HttpRequest *request);
void on_media_patch (HttpRequest *request);
void on_media_delete (HttpRequest *request);
void on_media_options (HttpRequest *request);

/* alarm_routes.c */
void on_alarm_list (HttpRequest *request);
void on_alarm_ack (HttpRequest *request);
void on_alarm_note (HttpRequest *request);
void on_alarm_silence (HttpRequest *request);

/* report_routes.c: what a meeting was */
void on_report_read (HttpRequest *request);
void on_report_csv (HttpRequest *request);
void on_report_xlsx (HttpRequest *request);
void on_report_pdf (HttpRequest *request);
void on_statistics_read (HttpRequest *request);
void on_statistics_xlsx (HttpRequest *request);

/* line_report_routes.c: how lines were */
void on_line_report_read (HttpRequest *request);
void on_line_report_csv (HttpRequest *request);
void on_line_report_xlsx (HttpRequest *request);
void on_line_report_pdf (HttpRequest *request);
void on_line_reports_read (HttpRequest *request);
void on_line_reports_csv (HttpRequest *request);
void on_line_reports_xlsx (HttpRequest *request);
void on_line_reports_pdf (HttpRequest *request);

/* minutes_routes.c */
void on_minutes_read (HttpRequest *request);
void on_minutes_save (HttpRequest *request);
void on_minutes_draft (HttpRequest *request);
void on_minutes_approve (HttpRequest *request);
void on_minutes_versions (HttpRequest *request);
void on_minutes_pdf (HttpRequest *request);

/* health_routes.c, health_live.c: how lines are and were */
void on_health_live (HttpRequest *request);
void on_health_sites (HttpRequest *request);
void on_health_site (HttpRequest *request);
void on_health_series (HttpRequest *request);
void on_health_streams (HttpRequest *request);
void on_health_picture (HttpRequest *request);
void on_health_relay (HttpRequest *request);
void on_evidence_list (HttpRequest *request);
void on_evidence_read (HttpRequest *request);

/* rehearsal_routes.c: how rooms did before the meeting */
void on_rehearsal_read (HttpRequest *request);
void on_rehearsal_csv (HttpRequest *request);
void on_rehearsal_xlsx (HttpRequest *request);
void on_rehearsal_site_change (HttpRequest *request);
void on_rehearsal_site_ask (HttpRequest *request);
void on_rehearsal_site_runs (HttpRequest *request);
void on_rehearsal_ask (HttpRequest *request);

/* system_routes.c */
void on_relay_stats (HttpRequest *request);
void on_health (HttpRequest *request);
void on_openapi (HttpRequest *request);

/* site_events_routes.c */
void on_site_events (HttpRequest *request);

/* heat_routes.c */
void on_health_heat (HttpRequest *request);

/* capture_routes.c */
void on_capture_read (HttpRequest *request);
void on_capture_start (HttpRequest *request);
void on_capture_stop (HttpRequest *request);
void on_capture_file (HttpRequest *request);
void on_evidence_headers (HttpRequest *request);
