/* Papers as JSON.  Main thread. */
#pragma once

#include "server/http/request.h"
#include "server/storage/paper_store.h"

/* transfer full. */
json_t *paper_to_json (const Paper *paper);
json_t *papers_to_json (const GPtrArray *papers);
/* Ids of those that hang on @item of the agenda; transfer full. */
json_t *papers_of_item (const GPtrArray *papers, const char *item);
