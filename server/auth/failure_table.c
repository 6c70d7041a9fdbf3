#include "server/auth/failure_table.h"

static void
failure_entry_free (gpointer data)
{
  FailureEntry *entry = data;
  g_free (entry->key);
  g_free (entry);
}

void
failure_table_init (FailureTable *table, guint max_keys)
{
  table->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, failure_entry_free);
  g_queue_init (&table->order);
  table->max_keys = max_keys;
}

void
failure_table_clear (FailureTable *table)
{
  g_queue_clear (&table->order);
  g_hash_table_unref (table->entries);
}

FailureEntry *
failure_table_find (FailureTable *table, const char *key)
{
  return g_hash_table_lookup (table->entries, key);
}

FailureEntry *
failure_table_touch (FailureTable *table, const char *key)
{
  FailureEntry *entry = failure_table_find (table, key);
  if (entry) {
    g_queue_unlink (&table->order, entry->link);
    g_queue_push_tail_link (&table->order, entry->link);
    return entry;
  }
  if (g_hash_table_size (table->entries) >= table->max_keys) {
    FailureEntry *stalest = g_queue_pop_head (&table->order);
    g_hash_table_remove (table->entries, stalest->key);
  }
  entry = g_new0 (FailureEntry, 1);
  entry->key = g_strdup (key);
  g_queue_push_tail (&table->order, entry);
  entry->link = g_queue_peek_tail_link (&table->order);
  g_hash_table_insert (table->entries, entry->key, entry);
  return entry;
}

void
failure_table_remove (FailureTable *table, const char *key)
{
  FailureEntry *entry = failure_table_find (table, key);
  if (!entry)
    return;
  g_queue_delete_link (&table->order, entry->link);
  g_hash_table_remove (table->entries, key);
}
