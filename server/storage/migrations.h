/* The numbered steps that bring a database file up to this program's schema (folder-private).
 *
 * Append only: a step that was released never changes.  Each runs in one transaction with the
 * change of the version number. */
#pragma once

typedef struct {
  const char *name;
  const char *sql;
} Migration;

/* Step i makes version i + 1. */
extern const Migration migrations[];
extern const int n_migrations;
