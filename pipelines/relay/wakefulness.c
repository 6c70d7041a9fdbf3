#include "pipelines/relay/wakefulness.h"

#include <string.h>

/* user nice system idle iowait irq softirq steal; what guests of this machine use is in user */
#define TIMES_FIELDS 8
#define TIMES_STOLEN 7

gboolean
core_times_parse (const gchar *text, CoreTimes *ret_times)
{
  CoreTimes times = { 0, 0 };
  const gchar *at = text;

  *ret_times = times;
  if (!g_str_has_prefix (text, "cpu "))
    return FALSE;
  at += strlen ("cpu ");
  for (guint i = 0; i < TIMES_FIELDS; i++) {
    gchar *end;
    guint64 value;

    while (*at == ' ')
      at++;
    if (!g_ascii_isdigit (*at))
      return FALSE;
    value = g_ascii_strtoull (at, &end, 10);
    times.all += value;
    if (i == TIMES_STOLEN)
      times.stolen = value;
    at = end;
  }
  *ret_times = times;
  return TRUE;
}

/* A core that waits awake is taken away by a host that needs it, so this is seen while awake. */
static void
note_stolen (Wakefulness *wakefulness, const WakefulnessInput *input)
{
  const CoreTimes *before = &wakefulness->times;

  wakefulness->stolen_permille = 0;
  if (before->all > 0 && input->times.all > before->all && input->times.stolen > before->stolen)
    wakefulness->stolen_permille =
        (input->times.stolen - before->stolen) * 1000 / (input->times.all - before->all);
  wakefulness->times = input->times;
  if (wakefulness->stolen_permille < WAKEFULNESS_STOLEN_PERMILLE)
    wakefulness->stolen_looks = 0;
  else if (++wakefulness->stolen_looks == WAKEFULNESS_STOLEN_LOOKS)
    wakefulness->barred_until_us = input->now_us + WAKEFULNESS_BARRED_US;
}

static void
note_packets (Wakefulness *wakefulness, const WakefulnessInput *input)
{
  gint64 spent_us = input->now_us - wakefulness->looked_us;
  guint32 sent = input->packets - wakefulness->packets;

  if (wakefulness->looked_us > 0 && spent_us > 0)
    wakefulness->packets_per_s = (guint64) sent * G_USEC_PER_SEC / spent_us;
  if (wakefulness->packets_per_s >= WAKEFULNESS_PACKETS_PER_S)
    wakefulness->busy_us = input->now_us;
  wakefulness->looked_us = input->now_us;
  wakefulness->packets = input->packets;
}

gboolean
wakefulness_look (Wakefulness *wakefulness, const WakefulnessInput *input)
{
  gboolean was_awake = wakefulness->is_awake;

  note_packets (wakefulness, input);
  if (was_awake)
    note_stolen (wakefulness, input);
  wakefulness->is_awake = wakefulness->busy_us > 0 &&
                          input->now_us - wakefulness->busy_us < WAKEFULNESS_LINGER_US &&
                          input->now_us >= wakefulness->barred_until_us;
  if (!wakefulness->is_awake) {
    wakefulness->times = (CoreTimes){ 0, 0 };
    wakefulness->stolen_looks = 0;
  }
  return wakefulness->is_awake != was_awake;
}
