/* A room as REST shows it.  Main thread. */
#pragma once

#include "server/http/request.h"
#include "server/storage/endpoint_store.h"

/* transfer full.  Technician, phone and e-mail are for those who run meetings; an endpoint's user
 * is told only its own and those of @host_unit (NULL: none), whom it calls for help; for others
 * they are "". */
json_t *endpoint_to_json (const HttpRequest *request, const Endpoint *endpoint,
                          const char *host_unit);
