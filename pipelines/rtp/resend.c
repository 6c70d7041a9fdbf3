#include "pipelines/rtp/resend.h"

#define MS_US 1000

static const ResendEntry *
entry_of (const ResendLog *log, guint64 index)
{
  const ResendEntry *entry = &log->entries[index % SEAL_WINDOW];

  return entry->index == (guint32) index && entry->times > 0 ? entry : NULL;
}

ResendVerdict
resend_log_check (const ResendLog *log, guint64 index, gint64 rtt_us, gint64 now_us)
{
  const ResendEntry *entry = entry_of (log, index);
  gint64 since_us;

  if (entry == NULL)
    return RESEND_SEND;
  since_us = (guint16) ((guint16) (now_us / MS_US) - entry->sent_ms) * (gint64) MS_US;
  if (since_us < MAX (rtt_us * entry->at_once, RESEND_WAIT_MIN_US))
    return RESEND_WAIT;
  return entry->times < RESEND_TIMES_MAX ? RESEND_SEND : RESEND_ENOUGH;
}

guint
resend_log_times (const ResendLog *log, guint64 index)
{
  const ResendEntry *entry = entry_of (log, index);

  return entry != NULL ? entry->times : 0;
}

void
resend_log_note (ResendLog *log, guint64 index, guint n, gint64 now_us)
{
  guint before = resend_log_times (log, index);

  log->entries[index % SEAL_WINDOW] = (ResendEntry){ .index = (guint32) index,
                                                     .sent_ms = (guint16) (now_us / MS_US),
                                                     .times = (guint8) (before + n),
                                                     .at_once = (guint8) n };
}

gboolean
resend_budget_take (ResendBudget *budget, guint bytes, guint line_bps, gint64 now_us)
{
  gint64 rate = (gint64) (line_bps > 0 ? line_bps : RESEND_UNKNOWN_BPS) / RESEND_LINE_SHARE / 8;
  gint64 most = MAX (rate * RESEND_BURST_US, (gint64) RESEND_BURST_MIN_BYTES * G_USEC_PER_SEC);
  gint64 elapsed_us = CLAMP (now_us - budget->updated_us, 0, G_USEC_PER_SEC);
  gint64 wanted = (gint64) bytes * G_USEC_PER_SEC;

  if (budget->updated_us == 0)
    budget->tokens = most;
  budget->tokens = MIN (most, budget->tokens + rate * elapsed_us);
  budget->updated_us = now_us;
  if (budget->tokens < wanted)
    return FALSE;
  budget->tokens -= wanted;
  return TRUE;
}
