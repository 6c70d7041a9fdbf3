#include "server/http/audit.h"

#include "server/storage/event_store.h"

gboolean
audit_append (HttpRequest *request, const char *meeting, const char *action, const char *subject,
              const char *detail, GError **error)
{
  Event event = { .at_ms = request->now_ms,
                  .meeting = (char *) meeting,
                  .actor = (char *) http_request_actor (request),
                  .source = request->source,
                  .action = (char *) action,
                  .subject = (char *) subject,
                  .detail = (char *) detail };
  return event_store_append (request->scope->context.database, &event, error);
}
