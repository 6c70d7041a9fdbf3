#include "server/storage/storage_error.h"

G_DEFINE_QUARK (diemcau - storage - error - quark, storage_error)
