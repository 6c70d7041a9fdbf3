/* Records by chance, from nothing but their table of fields. */
#pragma once

#include "pipelines/control/record.h"

/* A document of @type that decodes: bounds, fallbacks that are spelt out, what is left out, text
 * that has to be escaped.  (transfer full) */
json_t *record_make (const RecordType *type, GRand *chance);
/* What must be written of the record that @json decodes to.  (transfer full) */
json_t *record_expect (const RecordType *type, const json_t *json);
