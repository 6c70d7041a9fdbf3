/* Rules of single fields, shared by the stores of this folder.  Errors: STORAGE_ERROR_INVALID,
 * naming the field.  Pure. */
#pragma once
#include "server/storage/storage_error.h"
#include "server/storage/storage_limits.h"

/* 1..UNIT_CODE_MAX of [A-Za-z0-9._]. */
gboolean field_check_code (const char *field, const char *value, GError **error);
/* 1..UNIT_LEVEL_MAX of [a-z0-9_]. */
gboolean field_check_level (const char *value, GError **error);
/* 1..LOGIN_MAX of [a-z0-9._@-], a letter or digit first. */
gboolean field_check_login (const char *value, GError **error);

/* Whether @value is "" or an address of mail: ASCII, EMAIL_MAX bytes, one @, nothing that could end
 * a header (RFC 5321 without quoted local parts, comments and address literals). */
gboolean field_check_email (const char *value, GError **error);

/* Text for people: UTF-8 without control characters, @min to @max characters.  Gives it in NFC
 * with no white space at its ends, so that the same name is the same bytes.  transfer full. */
char *field_clean_text (const char *field, const char *value, guint min, guint max, GError **error);

gboolean field_fail (GError **error, const char *field, const char *reason);
