/* RFC 4180 text, one record at a time.  Pure: bytes in, fields out; any thread.
 *
 * Takes CRLF and LF, a byte order mark, quoted fields with line breaks in them, and a separator of
 * comma or semicolon (Excel in a Vietnamese locale writes semicolons), told by the first record.
 * Bounded by CSV_* of storage_limits.h.  The text must outlive the reader. */
#pragma once
#include "server/storage/storage_error.h"

typedef struct CsvReader CsvReader;

CsvReader *csv_reader_new (const char *text, gsize size);
void csv_reader_free (CsvReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CsvReader, csv_reader_free)

/* The next record: NULL-terminated fields owned by the reader until the next call, white space at
 * their ends removed; empty lines are skipped.  FALSE at the end (no error set) or on a broken
 * record (STORAGE_ERROR_INVALID; the message says line and reason). */
gboolean csv_reader_next (CsvReader *reader, const char *const **ret_fields, guint *ret_n_fields,
                          GError **error);
/* Line where the present record starts, from 1. */
guint csv_reader_line (CsvReader *reader);

/* --- Writing, so that Excel shows diacritics and runs nothing --- */

/* Text that starts with the byte order mark.  transfer full. */
GString *csv_text_new (void);
/* One record, ended by CRLF.  A field that a spreadsheet would take for a formula (it begins with
 * = + - @ or a control character) gets an apostrophe in front, which csv_unguard () takes away. */
void csv_append_row (GString *text, char separator, const char *const *fields);
/* @field without the apostrophe that guards it, in the same string. */
const char *csv_unguard (const char *field);
