/* The one error domain of server/auth.  What the person at the log-in page may learn is the
 * code, not the message. */
#pragma once
#include <glib.h>

#define AUTH_ERROR (auth_error_quark ())
GQuark auth_error_quark (void);

typedef enum {
  AUTH_ERROR_FAILED,      /* storage or memory */
  AUTH_ERROR_CREDENTIALS, /* unknown login, wrong password, disabled: not told apart */
  AUTH_ERROR_LOCKED,      /* too many bad log-ins on this account: wait (15 minutes) */
  AUTH_ERROR_THROTTLED,   /* too many bad log-ins from this source */
  AUTH_ERROR_BUSY,        /* too many log-ins waiting to be checked: try again in a moment */
  AUTH_ERROR_WEAK,        /* a new password breaks the rules */
  AUTH_ERROR_TOKEN,       /* an access token is malformed or not signed by us */
  AUTH_ERROR_EXPIRED,     /* an access token was good once */
} AuthError;
