/* An endpoint as JSON, for lists of rooms and for meetings.  Pure. */
#pragma once

#include <jansson.h>

#include "server/storage/endpoint_store.h"

/* transfer full. */
json_t *endpoint_to_json (const Endpoint *endpoint);
