#include "server/auth/lockout.h"

#include "server/auth/failure_table.h"

struct Lockout {
  guint limit;
  gint64 lock_ms;
  FailureTable table; /* time_ms: locked until */
};

Lockout *
lockout_new (guint limit, gint64 lock_ms, guint max_keys)
{
  Lockout *lockout = g_new0 (Lockout, 1);
  lockout->limit = limit;
  lockout->lock_ms = lock_ms;
  failure_table_init (&lockout->table, max_keys);
  return lockout;
}

void
lockout_free (Lockout *lockout)
{
  if (!lockout)
    return;
  failure_table_clear (&lockout->table);
  g_free (lockout);
}

gboolean
lockout_is_locked (Lockout *lockout, const char *key, gint64 now_ms)
{
  FailureEntry *entry = failure_table_find (&lockout->table, key);
  return entry && entry->time_ms > now_ms;
}

gboolean
lockout_count (Lockout *lockout, const char *key, gint64 now_ms)
{
  FailureEntry *entry = failure_table_touch (&lockout->table, key);
  if (++entry->count < lockout->limit)
    return FALSE;
  entry->count = 0;
  entry->time_ms = now_ms + lockout->lock_ms;
  return TRUE;
}

guint
lockout_size (Lockout *lockout)
{
  return g_hash_table_size (lockout->table.entries);
}
