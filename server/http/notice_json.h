/* A notice as REST and the desks show it. */
#pragma once

#include <jansson.h>

#include "server/storage/notice_store.h"

/* transfer full. */
json_t *notice_to_json (const Notice *notice);
