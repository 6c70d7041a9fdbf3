/* RehearsalBoard: the rows of rehearsals as pages read them, with a revision each, so that a page
 * that asks again gets only what changed. What is stored and what the hub knows is compared at most
 * twice a second for all readers of a meeting together; what does not change costs no JSON.
 *
 * Owner: the HTTP server; main thread, blocking (SQLite). Tables of meetings that nobody reads go
 * when others need their place. */
#pragma once

#include <jansson.h>

#include "server/storage/rehearsal_store.h"
#include "signaling/meeting/rehearsal_rooms.h"

/* Meetings read at once: a centre prepares a few. */
#define REHEARSAL_TABLES_MAX 8
#define REHEARSAL_REFRESH_MS 500

typedef struct RehearsalBoard RehearsalBoard;
typedef struct RehearsalTable RehearsalTable;

typedef struct {
  char *endpoint;
  char *path;   /* of its unit */
  char *branch; /* or NULL */
  gint64 revision;
  gboolean is_connected, is_testing;
  TestLight light;
  json_t *json; /* the Row of the interface */
  char *mark;   /* all that the row is made of: another mark, another row */
} RehearsalRow;

RehearsalBoard *rehearsal_board_new (void);
void rehearsal_board_free (RehearsalBoard *board);

typedef struct {
  Database *database;
  MeetingHub *hub;
  const char *meeting;
  gint64 now_ms, now_us;
  gboolean is_at_once; /* something was written just now */
} RehearsalRead;

/* As of now (transfer none, until the next call); NULL with @error. */
RehearsalTable *rehearsal_board_read (RehearsalBoard *board, const RehearsalRead *read,
                                      GError **error);

gint64 rehearsal_table_revision (const RehearsalTable *table);
/* A reader who has @since must be told all rows, in place of those it has: it has none, those of
 * another start, or some that are no longer invited. */
gboolean rehearsal_table_is_new_to (const RehearsalTable *table, gint64 since);
guint rehearsal_table_n_rows (const RehearsalTable *table);
const RehearsalRow *rehearsal_table_get (const RehearsalTable *table, guint index);
/* NULL: not invited. */
const RehearsalRow *rehearsal_table_find (const RehearsalTable *table, const char *endpoint);

/* The light, advice, time and result of @run, NULL: of a room without one (transfer full). */
json_t *rehearsal_run_to_json (const TestRun *run);

/* {id: {vi, en}} of all advice (transfer full). */
json_t *rehearsal_words_to_json (void);
