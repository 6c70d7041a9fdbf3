/* The one error domain of server/storage.  The messages are English, for the administrator; the
 * pages choose their own two texts by the code. */
#pragma once
#include <glib.h>

#define STORAGE_ERROR (storage_error_quark ())
GQuark storage_error_quark (void);

typedef enum {
  STORAGE_ERROR_FAILED,    /* the file system or SQLite refused: disk full, I/O error, corrupt */
  STORAGE_ERROR_NEWER,     /* the file was written by a newer program */
  STORAGE_ERROR_LOCKED,    /* another controller holds the state directory */
  STORAGE_ERROR_NOT_FOUND, /* no such unit, endpoint, user, meeting */
  STORAGE_ERROR_EXISTS,    /* the code, login or id is taken */
  STORAGE_ERROR_INVALID,   /* a field breaks its rule; the message names it */
  STORAGE_ERROR_IN_USE,    /* cannot be removed: something hangs on it */
  STORAGE_ERROR_CONFLICT,  /* the row is not in the state the caller expected */
} StorageError;
