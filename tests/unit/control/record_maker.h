/* Records by chance, from nothing but their table of fields. */
#pragma once

#include "pipelines/control/record.h"

/* A record of @type from a document of bounds, fallbacks that are spelt out or left out, and text
 * that has to be escaped; *@ret_expected: what must be written of it.  (transfer full) both */
gpointer record_make (const RecordType *type, GRand *chance, json_t **ret_expected);
