#include "server/auth/auth_error.h"

G_DEFINE_QUARK (diemcau - auth - error - quark, auth_error)
