/* Small pictures of what cameras show, for who looks after lines. They are no recording: the last
 * one of each site is kept in memory, and none is made when nobody looks. */
#include "server/http/handlers.h"
#include "server/snapshot/picture_board.h"

#include <string.h>

/* Of the meetings that it sits in the one that was asked for; NULL: there is none. */
static HealthSite *
find_site (HealthBoard *board, const char *endpoint, const char *meeting)
{
  if (meeting == NULL)
    return health_board_find (board, endpoint);
  for (guint i = 0; i < health_board_n_sites (board); i++) {
    HealthSite *site = health_board_get_site (board, i);

    if (strcmp (site->endpoint, endpoint) == 0 && strcmp (site->meeting, meeting) == 0)
      return site;
  }
  return NULL;
}

/* The site of the route, if the user may see it; replies and NULL otherwise. */
static HealthSite *
site_of_route (HttpRequest *request)
{
  const HttpContext *context = &request->scope->context;
  const char *endpoint = http_request_param (request, "endpoint");
  HealthSite *site = context->health != NULL ? find_site (context->health, endpoint,
                                                          http_request_query (request, "meeting"))
                                             : NULL;

  if (site != NULL && auth_can_see_site (context->database, http_request_user (request),
                                         site->meeting, site->endpoint))
    return site;
  if (site != NULL || http_request_may_on_endpoint (request, RIGHT_MEETING_WATCH, endpoint))
    http_reply_problem (request, site != NULL ? HTTP_PROBLEM_FORBIDDEN : HTTP_PROBLEM_NOT_FOUND);
  return NULL;
}

static void
reply_why_not (HttpRequest *request, PictureState state)
{
  static const char *const words[N_PICTURE_STATES][2] = {
    [PICTURE_SWITCHED_OFF] = { "Ảnh chụp đang tắt: bật snapshots.enabled ở trang Cài đặt.",
                               "Pictures are switched off: set snapshots.enabled on the page "
                               "Settings." },
    [PICTURE_CAMERA_OFF] = { "Điểm cầu chưa vào họp hoặc camera đang tắt.",
                             "The site is not in the meeting, or its camera is off." },
    [PICTURE_CAMERA_RESTS] = { "Camera đang nghỉ. Nhiều camera khác vừa được đánh thức: hãy đợi "
                               "khoảng 15 giây.",
                               "The camera rests. Many others were woken just now: wait some "
                               "15 seconds." },
    [PICTURE_CAMERA_WAKES] = { "Đang đánh thức camera… vài giây nữa có hình.",
                               "Waking the camera… there will be a picture in some seconds." },
    [PICTURE_COMES] = { "Chưa có hình: đang lấy, hãy thử lại sau vài giây.",
                        "There is no picture yet: it is on its way, try again in some seconds." },
  };
  static const char *const ids[N_PICTURE_STATES] = { "there",        "switched_off", "camera_off",
                                                     "camera_rests", "camera_wakes", "comes" };

  http_reply_told (request, HTTP_PROBLEM_NOT_FOUND, NULL, words[state][0], words[state][1],
                   json_pack ("{s:s}", "why", ids[state]));
}

static void
reply_picture (HttpRequest *request, const SitePicture *picture)
{
  g_autofree char *etag = g_strdup_printf ("\"%" G_GINT64_MODIFIER "x\"", picture->at_ms);
  g_autofree char *age = g_strdup_printf (
      "%" G_GINT64_FORMAT, MAX (request->now_us - picture->at_us, 0) / G_USEC_PER_SEC);

  http_reply_header (request, "Cache-Control", "private, no-cache");
  http_reply_header (request, "X-Content-Type-Options", "nosniff");
  http_reply_header (request, "ETag", etag);
  http_reply_header (request, "Age", age);
  if (g_strcmp0 (http_request_header (request, "If-None-Match"), etag) == 0) {
    soup_server_message_set_status (request->message, SOUP_STATUS_NOT_MODIFIED, NULL);
    return;
  }
  http_reply_header (request, "Content-Type", "image/jpeg");
  soup_server_message_set_status (request->message, SOUP_STATUS_OK, NULL);
  soup_message_body_append_bytes (soup_server_message_get_response_body (request->message),
                                  picture->jpeg);
}

void
on_health_picture (HttpRequest *request)
{
  PictureBoard *board = request->scope->context.pictures;
  const SitePicture *picture = NULL;
  HealthSite *site = site_of_route (request);
  PictureState state;

  if (site == NULL)
    return;
  state = board != NULL ? picture_board_get (board, site, request->now_us, &picture)
                        : PICTURE_SWITCHED_OFF;
  if (state == PICTURE_THERE)
    reply_picture (request, picture);
  else
    reply_why_not (request, state);
}
