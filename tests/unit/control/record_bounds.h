/* Each bound of a record's fields, whatever they are: at it, it is taken, and one past it refused.
 */
#pragma once

#include "pipelines/control/record.h"

/* Those of @type and of the records within it. @checked: types that need not be looked at again. */
void record_check_bounds (const RecordType *type, GHashTable *checked);
