/* A bounded map of key -> count and time, the least recently written first out: the common ground
 * of Throttle and Lockout (folder-private). */
#pragma once
#include <glib.h>

typedef struct {
  guint count;
  gint64 time_ms; /* what it means is the user's */
  char *key;
  GList *link;
} FailureEntry;

typedef struct {
  GHashTable *entries; /* key -> FailureEntry */
  GQueue order;        /* of FailureEntry, stalest first */
  guint max_keys;
} FailureTable;

void failure_table_init (FailureTable *table, guint max_keys);
void failure_table_clear (FailureTable *table);
/* NULL if the key is not there. */
FailureEntry *failure_table_find (FailureTable *table, const char *key);
/* Finds or makes it (count and time 0) and marks it as freshly written. */
FailureEntry *failure_table_touch (FailureTable *table, const char *key);
void failure_table_remove (FailureTable *table, const char *key);
