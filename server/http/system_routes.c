#include "server/http/handlers.h"

/* made by the build from openapi.gresource.xml */
GResource *openapi_get_resource (void);

static void
on_stats (json_t *stats, gpointer user_data)
{
  g_autoptr (HttpRequest) request = user_data;
  if (!http_request_resume (request))
    return;
  http_reply_json (request, 200,
                   json_pack ("{s:b, s:O?}", "connected", stats != NULL, "stats", stats));
}

void
on_relay_stats (HttpRequest *request)
{
  const HttpContext *context = &request->scope->context;
  if (auth_can (http_request_user (request), RIGHT_RELAY_VIEW))
    context->relay.get_stats (context->relay_data, on_stats, http_request_hold (request));
  else
    http_reply_problem (request, HTTP_PROBLEM_FORBIDDEN);
}

void
on_health (HttpRequest *request)
{
  const HttpContext *context = &request->scope->context;
  gboolean relay = context->relay.is_connected (context->relay_data);
  http_reply_json (request, 200,
                   json_pack ("{s:s, s:s, s:s}", "status", relay ? "ok" : "degraded", "version",
                              DIEMCAU_VERSION, "relay", relay ? "up" : "down"));
}

void
on_openapi (HttpRequest *request)
{
  g_autoptr (GBytes) text = g_resource_lookup_data (
      openapi_get_resource (), "/diemcau/http/openapi.json", G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  http_reply_text (request, 200, "application/json", g_bytes_get_data (text, NULL));
}
