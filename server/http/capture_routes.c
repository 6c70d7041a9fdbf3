/* Captures of one room's line (server/capture), and the RTP headers of saved rings. Who may see the
 * site asks for headers; payloads are for administrators, in asking and in fetching. */
#include "config/log.h"
#include "pipelines/relay/header_ring.h"
#include "server/capture/capture_desk.h"
#include "server/http/audit.h"
#include "server/http/bodies.h"
#include "server/http/handlers.h"
#include "server/http/reply_file.h"
#include "server/storage/evidence.h"
#include "server/storage/health_store.h"
#include "server/storage/schedule_store.h"

#include <string.h>

#define PCAPNG_TYPE "application/x-pcapng"
#define HOW_TO_READ                                                                                \
  "Wireshark: Analyze > Enabled Protocols, rtp_udp and rtcp_udp; or wireshark --enable-heuristic " \
  "rtp_udp --enable-heuristic rtcp_udp FILE."

static const HttpContext *
context_of (const HttpRequest *request)
{
  return &request->scope->context;
}

static const char *
endpoint_of (const HttpRequest *request)
{
  return http_request_param (request, "endpoint");
}

/* The site if it is in a meeting now. Replies and FALSE if the user may not see it. */
static gboolean
find_site (HttpRequest *request, HealthSite **ret_site)
{
  const HttpContext *context = context_of (request);
  const User *user = http_request_user (request);
  HealthSite *site =
      context->health ? health_board_find (context->health, endpoint_of (request)) : NULL;
  gboolean may = site ? auth_can_see_site (context->database, user, site->meeting, site->endpoint)
                      : auth_can_on_endpoint (context->database, user, RIGHT_MEETING_WATCH,
                                              endpoint_of (request));
  *ret_site = site;
  if (may)
    return TRUE;
  http_reply_problem (request, HTTP_PROBLEM_FORBIDDEN);
  return FALSE;
}

static gboolean
may_have_payload (HttpRequest *request)
{
  return auth_can (http_request_user (request), RIGHT_CAPTURE_PAYLOAD);
}

static void
reply_no_payload (HttpRequest *request)
{
  http_reply_told (request, HTTP_PROBLEM_FORBIDDEN, NULL,
                   "Nội dung tiếng và hình chỉ người quản trị mới được ghi và tải. Hãy ghi phần "
                   "đầu gói tin, hoặc nhờ người quản trị.",
                   "Only an administrator may capture and fetch sound and picture. Capture the "
                   "headers, or ask the administrator.",
                   NULL);
}

/* --- state --- */

static json_t *
info_to_json (HttpRequest *request, const CaptureInfo *info)
{
  gboolean has_file = info->stage == CAPTURE_DONE || info->stage == CAPTURE_FAILED;
  return json_pack ("{s:s, s:s?, s:b, s:i, s:o, s:s, s:I, s:I, s:I, s:b, s:b}", "state",
                    capture_stage_names[info->stage], "reason", info->reason, "payload",
                    info->payload, "seconds", (int) info->seconds, "started_at",
                    http_time_to_json (info->started_ms), "by", info->by, "bytes",
                    (json_int_t) info->bytes, "packets", (json_int_t) info->packets, "dropped",
                    (json_int_t) info->dropped, "file", has_file && info->packets > 0,
                    "may_payload", may_have_payload (request));
}

static void
reply_state (HttpRequest *request, guint status)
{
  CaptureInfo info;
  if (context_of (request)->captures &&
      capture_desk_find (context_of (request)->captures, endpoint_of (request), &info))
    http_reply_json (request, status, info_to_json (request, &info));
  else
    http_reply_json (
        request, status,
        json_pack ("{s:s, s:b}", "state", "none", "may_payload", may_have_payload (request)));
}

void
on_capture_read (HttpRequest *request)
{
  HealthSite *site;
  if (find_site (request, &site))
    reply_state (request, 200);
}

/* --- start, stop --- */

/* What stands in the file; transfer full. */
static char *
describe (HttpRequest *request, const HealthSite *site, gboolean payload)
{
  g_autoptr (MeetingRecord) meeting =
      schedule_store_get (context_of (request)->database, site->meeting, NULL);
  g_autofree char *text = g_strdup_printf (
      "Room: %s (%s). Meeting: %s (%s). %s IP and UDP headers were made for this file; packets "
      "were decrypted. " HOW_TO_READ,
      site->name, site->endpoint, meeting ? meeting->title : "-", site->meeting,
      payload ? "RTP with payloads, RTCP." : "RTP headers and extensions only, RTCP whole.");
  if (strlen (text) > LIMIT_TEXT_BYTES)
    *g_utf8_find_prev_char (text, text + LIMIT_TEXT_BYTES) = '\0';
  return g_steal_pointer (&text);
}

static void
reply_not_started (HttpRequest *request, const GError *error)
{
  if (error->code == CAPTURE_ERROR_RUNNING)
    http_reply_told (request, HTTP_PROBLEM_CONFLICT, NULL,
                     "Điểm cầu này đang được ghi. Hãy đợi hoặc bấm dừng.",
                     "This room is being captured. Wait, or stop it.", NULL);
  else if (error->code == CAPTURE_ERROR_FULL)
    http_reply_told (request, HTTP_PROBLEM_BUSY, NULL,
                     "Đang ghi 4 điểm cầu cùng lúc, không thêm được. Hãy đợi một bản ghi kết thúc.",
                     "Four rooms are being captured, which is all. Wait until one has ended.",
                     NULL);
  else
    http_reply_problem (request, HTTP_PROBLEM_NO_SPACE);
}

static void
start (HttpRequest *request, const HealthSite *site, const CaptureAsk *body)
{
  const HttpContext *context = context_of (request);
  g_autoptr (GError) error = NULL;
  g_autofree char *comment = describe (request, site, body->payload);
  g_autofree char *detail =
      g_strdup_printf ("%s, %d s", body->payload ? "payload" : "headers", body->seconds);
  LogSubject subject = { .meeting = site->meeting, .seat = site->endpoint };
  CaptureOrder order = { .endpoint = site->endpoint,
                         .transport = site->transport,
                         .comment = comment,
                         .by = http_request_actor (request),
                         .payload = body->payload,
                         .seconds = (guint) body->seconds };
  /* no capture without its line in the audit */
  if (!audit_append (request, site->meeting, "capture.start", site->endpoint, detail, &error)) {
    http_reply_error (request, error);
    return;
  }
  if (!capture_desk_start (context->captures, &order, request->now_ms, &error)) {
    reply_not_started (request, error);
    return;
  }
  log_event_about (body->payload ? LOG_WARNING : LOG_INFO, "capture", &subject,
                   "%s captures the %s of its line for %d s", order.by,
                   body->payload ? "payloads" : "headers", body->seconds);
  reply_state (request, 202);
}

void
on_capture_start (HttpRequest *request)
{
  g_autoptr (CaptureAsk) body = NULL;
  HealthSite *site;
  if (!find_site (request, &site) ||
      !http_request_read (request, &capture_ask_type, (gpointer *) &body, NULL))
    return;
  if (body->payload && !may_have_payload (request))
    reply_no_payload (request);
  else if (!context_of (request)->captures || !site || !site->transport)
    http_reply_told (request, HTTP_PROBLEM_CONFLICT, NULL,
                     "Điểm cầu chưa kết nối nên chưa có gì để ghi. Hãy thử lại khi điểm cầu đã vào "
                     "họp.",
                     "The room is not connected, so there is nothing to capture. Try again when it "
                     "has joined.",
                     NULL);
  else
    start (request, site, body);
}

void
on_capture_stop (HttpRequest *request)
{
  CaptureDesk *captures = context_of (request)->captures;
  HealthSite *site;
  if (!find_site (request, &site))
    return;
  if (captures && capture_desk_stop (captures, endpoint_of (request)))
    http_reply_empty (request, 204);
  else
    http_reply_told (request, HTTP_PROBLEM_NOT_FOUND, NULL, "Điểm cầu này không đang được ghi.",
                     "This room is not being captured.", NULL);
}

/* --- files --- */

/* "14758-1-20261126-2030.pcapng", local time; transfer full. */
static char *
file_name (const char *endpoint, gint64 at_ms)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (at_ms / 1000);
  g_autoptr (GDateTime) local = utc ? g_date_time_to_local (utc) : NULL;
  g_autofree char *time = local ? g_date_time_format (local, "%Y%m%d-%H%M") : g_strdup ("0");
  return g_strdup_printf ("%s-%s.pcapng", endpoint, time);
}

static void
reply_capture (HttpRequest *request, const CaptureInfo *info)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GMappedFile) file = g_mapped_file_new (info->path, FALSE, NULL);
  g_autoptr (GBytes) bytes = file ? g_mapped_file_get_bytes (file) : NULL;
  g_autofree char *name = file_name (endpoint_of (request), info->started_ms);
  if (!bytes)
    http_reply_problem (request, HTTP_PROBLEM_NOT_FOUND);
  else if (!audit_append (request, NULL, "capture.fetch", endpoint_of (request),
                          info->payload ? "payload" : "headers", &error))
    http_reply_error (request, error);
  else
    http_reply_file (request, PCAPNG_TYPE, name, bytes);
}

void
on_capture_file (HttpRequest *request)
{
  CaptureDesk *captures = context_of (request)->captures;
  CaptureInfo info;
  HealthSite *site;
  if (!find_site (request, &site))
    return;
  if (!captures || !capture_desk_find (captures, endpoint_of (request), &info))
    http_reply_problem (request, HTTP_PROBLEM_NOT_FOUND);
  else if (info.payload && !may_have_payload (request))
    reply_no_payload (request);
  else if (info.stage == CAPTURE_STARTING || info.stage == CAPTURE_GOING)
    http_reply_told (request, HTTP_PROBLEM_CONFLICT, NULL,
                     "Bản ghi chưa kết thúc. Hãy đợi hoặc bấm dừng rồi tải.",
                     "The capture has not ended. Wait, or stop it, then fetch it.", NULL);
  else
    reply_capture (request, &info);
}

static void
reply_headers (HttpRequest *request, const Evidence *evidence)
{
  g_autoptr (GBytes) plain = evidence->headers ? evidence_unpack (evidence->headers) : NULL;
  g_autofree char *comment = g_strdup_printf (
      "Room: %s. Saved with: %s. RTP headers kept by the relay before and after the fault, without "
      "extensions; what was sent in a row has one time and mean lengths. " HOW_TO_READ,
      evidence->endpoint, evidence->reason);
  g_autoptr (GBytes) file = plain ? header_snapshot_to_pcapng (plain, comment) : NULL;
  g_autofree char *name = file_name (evidence->endpoint, evidence->at_ms);
  if (file)
    http_reply_file (request, PCAPNG_TYPE, name, file);
  else
    http_reply_told (request, HTTP_PROBLEM_NOT_FOUND, NULL,
                     "Lần lưu này không kèm phần đầu gói tin: điểm cầu đã mất kết nối, hoặc quá "
                     "nhiều điểm cầu cùng báo động.",
                     "No RTP headers were kept with these rings: the room was gone, or too many "
                     "rooms had alarms at once.",
                     NULL);
}

static void
on_evidence (gpointer user_data, const Evidence *evidence, const GError *error)
{
  g_autoptr (HttpRequest) request = user_data;
  if (!http_request_resume (request))
    return;
  if (error)
    http_reply_error (request, error);
  else if (!evidence)
    http_reply_problem (request, HTTP_PROBLEM_NOT_FOUND);
  else if (!auth_can_see_site (context_of (request)->database, http_request_user (request),
                               evidence->meeting, evidence->endpoint))
    http_reply_problem (request, HTTP_PROBLEM_FORBIDDEN);
  else
    reply_headers (request, evidence);
}

void
on_evidence_headers (HttpRequest *request)
{
  HealthStore *store = context_of (request)->health_store;
  gint64 id = 0;
  if (!store ||
      !g_ascii_string_to_signed (http_request_param (request, "id"), 10, 1, G_MAXINT64, &id, NULL))
    http_reply_problem (request, HTTP_PROBLEM_NOT_FOUND);
  else
    health_store_get_evidence (store, id, on_evidence, http_request_hold (request));
}
