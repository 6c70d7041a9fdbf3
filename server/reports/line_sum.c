#include "server/reports/line_sum.h"

static void
take_worst (LineMoment *worst, const LineMoment *moment)
{
  guint loss = MAX (moment->loss_up, moment->loss_down);

  if (moment->at_ms != 0 &&
      (worst->at_ms == 0 || moment->light > worst->light ||
       (moment->light == worst->light && loss > MAX (worst->loss_up, worst->loss_down))))
    *worst = *moment;
}

void
line_sum_add (LineSum *sum, const LineFigures *figures, gint64 tolerance_ms)
{
  double measured_ms = (double) figures->measured_ms;

  sum->turns++;
  sum->came += figures->connected_ms > 0;
  sum->on_time += figures->late_ms >= 0 && figures->late_ms <= tolerance_ms;
  sum->breaks += figures->breaks;
  sum->meeting_ms += figures->meeting_ms;
  sum->connected_ms += figures->connected_ms;
  sum->measured_ms += figures->measured_ms;
  sum->usable_ms += figures->usable_ms;
  sum->counted_ms += figures->counted_ms;
  sum->loss_up += figures->loss_up_ppm * measured_ms;
  sum->loss_down += figures->loss_down_ppm * measured_ms;
  sum->concealed += figures->concealed_ppm * measured_ms;
  sum->rtt += figures->rtt_ms * measured_ms;
  sum->frozen_up_ms += figures->frozen_up_ms;
  sum->frozen_down_ms += figures->frozen_down_ms;
  sum->rehearsal[figures->rehearsal < N_HEALTH_LIGHTS ? figures->rehearsal : 0]++;
  take_worst (&sum->worst, &figures->worst);
  for (guint i = 0; i < N_LINE_KINDS; i++) {
    sum->faults[i].n += figures->faults[i].n;
    sum->faults[i].ms += figures->faults[i].ms;
  }
}

void
line_sum_merge (LineSum *sum, const LineSum *other)
{
  sum->turns += other->turns;
  sum->came += other->came;
  sum->on_time += other->on_time;
  sum->breaks += other->breaks;
  sum->meeting_ms += other->meeting_ms;
  sum->connected_ms += other->connected_ms;
  sum->measured_ms += other->measured_ms;
  sum->usable_ms += other->usable_ms;
  sum->counted_ms += other->counted_ms;
  sum->loss_up += other->loss_up;
  sum->loss_down += other->loss_down;
  sum->concealed += other->concealed;
  sum->rtt += other->rtt;
  sum->frozen_up_ms += other->frozen_up_ms;
  sum->frozen_down_ms += other->frozen_down_ms;
  take_worst (&sum->worst, &other->worst);
  for (guint i = 0; i < N_HEALTH_LIGHTS; i++)
    sum->rehearsal[i] += other->rehearsal[i];
  for (guint i = 0; i < N_LINE_KINDS; i++) {
    sum->faults[i].n += other->faults[i].n;
    sum->faults[i].ms += other->faults[i].ms;
  }
}

static double
percent_of (double part, double whole)
{
  return whole > 0 ? 100 * part / whole : -1;
}

double
line_sum_availability (const LineSum *sum)
{
  return percent_of ((double) sum->usable_ms, (double) sum->counted_ms);
}

double
line_sum_punctuality (const LineSum *sum)
{
  return percent_of (sum->on_time, sum->turns);
}

/* ppm times ms. */
static double
mean_percent (const LineSum *sum, double weighted)
{
  return sum->measured_ms > 0 ? weighted / (double) sum->measured_ms / 10000 : -1;
}

double
line_sum_loss_up (const LineSum *sum)
{
  return mean_percent (sum, sum->loss_up);
}

double
line_sum_loss_down (const LineSum *sum)
{
  return mean_percent (sum, sum->loss_down);
}

double
line_sum_concealed (const LineSum *sum)
{
  return mean_percent (sum, sum->concealed);
}

double
line_sum_rtt (const LineSum *sum)
{
  return sum->measured_ms > 0 ? sum->rtt / (double) sum->measured_ms : -1;
}

LineFault
line_sum_all_faults (const LineSum *sum)
{
  LineFault all = { 0 };

  for (guint i = 0; i < N_LINE_KINDS; i++) {
    all.n += sum->faults[i].n;
    all.ms += sum->faults[i].ms;
  }
  return all;
}

guint
line_sum_causes (const LineSum *sum, LineKind *ret_kinds, guint n)
{
  guint found = 0;

  for (LineKind kind = 0; kind < N_LINE_KINDS; kind++) {
    guint at = found;

    if (sum->faults[kind].n == 0)
      continue;
    while (at > 0 && sum->faults[ret_kinds[at - 1]].ms < sum->faults[kind].ms)
      at--;
    if (at >= n)
      continue;
    found = MIN (found + 1, n);
    for (guint i = found - 1; i > at; i--)
      ret_kinds[i] = ret_kinds[i - 1];
    ret_kinds[at] = kind;
  }
  return found;
}

static int
order (double a, double b)
{
  return (a > b) - (a < b);
}

int
line_sum_compare (const LineSum *a, const LineSum *b)
{
  double available_a = line_sum_availability (a), available_b = line_sum_availability (b);
  LineFault faults_a = line_sum_all_faults (a), faults_b = line_sum_all_faults (b);
  int by = order (available_a < 0 ? 101 : available_a, available_b < 0 ? 101 : available_b);

  if (by == 0)
    by = order ((double) faults_b.ms, (double) faults_a.ms);
  if (by == 0)
    by = order (line_sum_loss_up (b) + line_sum_loss_down (b),
                line_sum_loss_up (a) + line_sum_loss_down (a));
  return by;
}
