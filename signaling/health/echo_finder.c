#include "signaling/health/echo_finder.h"

#include <math.h>
#include <string.h>

/* Kept: the window, what the delay reaches back, and what comes early. */
#define RING_BINS 512
/* Below this a bin has no voice in it; the range in which envelopes are compared. */
#define FLOOR_DBOV 65
/* Bins in which somebody else speaks, out of the window, before anything is said: 3.5 s. */
#define VOICE_BINS_MIN 70
/* Changes of loudness in what is returned, dB: a steady noise follows nobody. */
#define DEVIATION_MIN 4.0
/* An echo explains most of what the room sends. */
#define CORRELATION_MIN 0.72
#define CORRELATION_SURE 0.92
/* Between two devices in one room sound takes no time to speak of. */
#define TWIN_BINS 1
#define N_DELAYS (TWIN_BINS + ECHO_DELAY_BINS_MAX + 1)
/* What is heard sooner: two and a half seconds, twice, a second of each with a voice. */
#define HALF_BINS 50
#define HALF_VOICE_BINS_MIN 20
#define HALF_MIN 0.58
#define HALVES_MEAN_MIN 0.7
/* ... and once more, by what came in a second to three. */
#define AGAIN_BINS_MIN 16
#define AGAIN_BINS_MAX 64
/* What is loud: so many dB below the loudest at most. */
#define DETAIL_DEPTH 30
#define DETAIL_BINS_MIN 10
#define DETAIL_MIN 0.5
/* Rooms do not all tell at the same moment: so far behind the newest bin the window ends. */
#define LATE_BINS 24
#define GAP_BINS_MAX 3
#define N_VOICES (ECHO_DELAY_BINS_MAX + ECHO_WINDOW_BINS + TWIN_BINS)

typedef struct {
  char *name;
  gint64 first; /* bin that it told first: before it nothing is known */
  gint64 newest;
  guint8 levels[RING_BINS];
  gint64 suspected_at; /* start of the window in which it was, first of its delay; -1: never */
  gint suspected_delay;
} EchoRoom;

struct EchoFinder {
  GHashTable *rooms; /* name -> EchoRoom, owned */
  gint64 newest;
};

/* Of one moment: the loudest voice and the loudest of the others, as loudness over the floor. */
typedef struct {
  guint8 first, second;
  const EchoRoom *speaker;
} VoiceBin;

static void
echo_room_free (EchoRoom *room)
{
  g_free (room->name);
  g_free (room);
}

EchoFinder *
echo_finder_new (void)
{
  EchoFinder *finder = g_new0 (EchoFinder, 1);
  finder->rooms =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) echo_room_free);
  finder->newest = -1;
  return finder;
}

void
echo_finder_free (EchoFinder *finder)
{
  g_hash_table_unref (finder->rooms);
  g_free (finder);
}

void
echo_finder_remove (EchoFinder *finder, const char *room)
{
  g_hash_table_remove (finder->rooms, room);
}

static void
room_start (EchoRoom *room, gint64 first_bin)
{
  memset (room->levels, ECHO_SILENCE, sizeof room->levels);
  room->first = first_bin;
  room->newest = first_bin - 1;
  room->suspected_at = -1;
}

static EchoRoom *
find_or_add (EchoFinder *finder, const char *name, gint64 first_bin)
{
  EchoRoom *room = g_hash_table_lookup (finder->rooms, name);
  if (room || g_hash_table_size (finder->rooms) >= ECHO_ROOMS_MAX)
    return room;
  room = g_new0 (EchoRoom, 1);
  room->name = g_strdup (name);
  room_start (room, first_bin);
  g_hash_table_insert (finder->rooms, room->name, room);
  return room;
}

void
echo_finder_add (EchoFinder *finder, const char *name, gint64 first_bin, const guint8 *levels,
                 guint n)
{
  EchoRoom *room;

  if (first_bin < 0 || first_bin > G_MAXINT64 / 2 || n == 0 || n > ECHO_BATCH_MAX ||
      !(room = find_or_add (finder, name, first_bin)))
    return;
  if (first_bin + ECHO_BATCH_MAX <= room->newest || first_bin - room->newest > RING_BINS)
    room_start (room, first_bin);
  /* who tells a moment late leaves out a bin: it was as the one before */
  if (room->newest >= room->first && first_bin - room->newest - 1 <= GAP_BINS_MAX)
    while (room->newest < first_bin - 1) {
      guint8 level = room->levels[room->newest % RING_BINS];
      room->levels[++room->newest % RING_BINS] = level;
    }
  while (room->newest < first_bin + n - 1)
    room->levels[++room->newest % RING_BINS] = ECHO_SILENCE;
  /* the bin in which one message ends another begins: the louder part counts */
  for (guint i = 0; i < n; i++) {
    guint8 *level = &room->levels[(first_bin + i) % RING_BINS];
    *level = MIN (*level, levels[i]);
  }
  /* a relay that started anew counts from elsewhere */
  if (room->newest > finder->newest || finder->newest - room->newest > RING_BINS)
    finder->newest = room->newest;
}

/* Loudness over the floor: 0 is silence. */
static guint8
loudness (const EchoRoom *room, gint64 bin)
{
  guint8 level;

  if (bin > room->newest || bin <= room->newest - RING_BINS || bin < 0)
    return 0;
  level = room->levels[bin % RING_BINS];
  return level < FLOOR_DBOV ? FLOOR_DBOV - level : 0;
}

static void
gather_voices (EchoFinder *finder, gint64 from, guint n, VoiceBin *voices)
{
  GHashTableIter iter;
  gpointer value;

  memset (voices, 0, n * sizeof *voices);
  g_hash_table_iter_init (&iter, finder->rooms);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    for (guint i = 0; i < n; i++) {
      guint8 loud = loudness (value, from + i);
      if (loud > voices[i].first) {
        voices[i].second = voices[i].first;
        voices[i].first = loud;
        voices[i].speaker = value;
      } else if (loud > voices[i].second) {
        voices[i].second = loud;
      }
    }
  }
}

/* What @room was sent in that moment: the loudest of the others. */
static inline guint8
sent_to (const VoiceBin *voice, const EchoRoom *room)
{
  return voice->speaker == room ? voice->second : voice->first;
}

/* What is compared: bins @from to @to of the window that begins at @start. */
typedef struct {
  const VoiceBin *voices;
  gint64 start;
  guint from, to;
} Window;

/* Whose voice it was that came back: who was loudest most of the time. */
static const char *
name_voice (const EchoRoom *room, const Window *window, gint delay)
{
  const VoiceBin *voices = window->voices;
  const EchoRoom *leader = NULL;
  guint lead = 0, voiced = 0, own = 0;

  /* the majority, if there is one, is what is left when unlike ones cancel out */
  for (guint i = window->from; i < window->to; i++) {
    const VoiceBin *voice = &voices[ECHO_DELAY_BINS_MAX + (gint) i - delay];
    if (voice->first == 0 || voice->speaker == room)
      continue;
    if (lead == 0)
      leader = voice->speaker;
    lead += voice->speaker == leader ? 1 : -1;
  }
  for (guint i = window->from; i < window->to; i++) {
    const VoiceBin *voice = &voices[ECHO_DELAY_BINS_MAX + (gint) i - delay];
    voiced += voice->first > 0 && voice->speaker != room;
    own += voice->first > 0 && voice->speaker == leader;
  }
  return leader && own * 2 > voiced ? leader->name : NULL;
}

/* Sums of pairs, for their correlation. */
typedef struct {
  double n, x, y, xx, yy, xy;
} Sums;

static inline void
sums_add (Sums *sums, double x, double y)
{
  sums->n++;
  sums->x += x;
  sums->y += y;
  sums->xx += x * x;
  sums->yy += y * y;
  sums->xy += x * y;
}

static double
sums_correlate (const Sums *sums)
{
  double x_var = sums->n * sums->xx - sums->x * sums->x;
  double y_var = sums->n * sums->yy - sums->y * sums->y;

  if (x_var <= 1e-6 || y_var <= 1e-6)
    return 0;
  return (sums->n * sums->xy - sums->x * sums->y) / sqrt (x_var * y_var);
}

/* How much the loudness of what the room sends changes. */
static double
deviation (const EchoRoom *room, const Window *window)
{
  Sums own = { 0 };

  for (guint i = window->from; i < window->to; i++)
    sums_add (&own, 0, loudness (room, window->start + i));
  return own.n > 0 ? sqrt (MAX (own.yy / own.n - own.y / own.n * (own.y / own.n), 0)) : 0;
}

typedef struct {
  double correlation;
  guint voice_bins;
} Match;

/* @room against what it was sent @delay bins earlier; @delay may be negative. */
static Match
match (const EchoRoom *room, const Window *window, gint delay)
{
  Match result = { 0 };
  Sums sums = { 0 };

  for (guint i = window->from; i < window->to; i++) {
    double sent = sent_to (&window->voices[ECHO_DELAY_BINS_MAX + (gint) i - delay], room);
    result.voice_bins += sent > 0;
    sums_add (&sums, sent, loudness (room, window->start + i));
  }
  result.correlation = sums_correlate (&sums);
  return result;
}

/* The same of loud bins alone, of @least and more; @shift: half a bin later (-1) or sooner (1). */
static double
match_loud (const EchoRoom *room, const Window *window, gint delay, guint8 least, gint shift)
{
  Sums sums = { 0 };

  for (guint i = window->from; i < window->to; i++) {
    gint at = ECHO_DELAY_BINS_MAX + (gint) i - delay;
    double sent = sent_to (&window->voices[at], room);
    if (sent < least)
      continue;
    sent += sent_to (&window->voices[CLAMP (at + shift, 0, N_VOICES - 1)], room);
    sums_add (&sums, sent / 2, loudness (room, window->start + i));
  }
  return sums.n >= DETAIL_BINS_MIN ? sums_correlate (&sums) : 0;
}

/* Whether it follows syllable by syllable: how loud it is while what it was sent is loud. Two who
 * speak by turns may be loud and silent like an echo, but no more than that. */
static double
detail (const EchoRoom *room, const Window *window, gint delay)
{
  double best = 0;
  guint8 loudest = 0;

  for (guint i = window->from; i < window->to; i++)
    loudest =
        MAX (loudest, sent_to (&window->voices[ECHO_DELAY_BINS_MAX + (gint) i - delay], room));
  guint8 least = loudest > DETAIL_DEPTH ? loudest - DETAIL_DEPTH : 1;
  /* a delay is seldom of whole bins */
  for (gint shift = -1; shift <= 1; shift++)
    best = MAX (best, match_loud (room, window, delay, least, shift));
  return best;
}

/* What was found of a room, and how sure that is: 0..1 is from just enough to beyond doubt. */
typedef struct {
  double sureness;
  gint delay;
} Echo;

static double
sureness (double correlation, double enough)
{
  return (correlation - enough) / (CORRELATION_SURE - enough);
}

/* All of the window follows by one delay. */
static Echo
judge_whole (const EchoRoom *room, const Window *window)
{
  Echo best = { -1, 0 };

  for (gint delay = -TWIN_BINS; delay <= ECHO_DELAY_BINS_MAX; delay++) {
    Match found = match (room, window, delay);
    double sure = sureness (found.correlation, CORRELATION_MIN);
    if (found.voice_bins >= VOICE_BINS_MIN && sure > best.sureness)
      best = (Echo){ sure, delay };
  }
  if (best.sureness >= 0 && detail (room, window, best.delay) < DETAIL_MIN)
    best.sureness = -1;
  return best;
}

/* How well the bins of @window follow, by each delay from -TWIN_BINS on. */
static void
match_all (const EchoRoom *room, const Window *window, double correlations[N_DELAYS])
{
  for (guint i = 0; i < N_DELAYS; i++) {
    Match found = match (room, window, (gint) i - TWIN_BINS);
    correlations[i] = found.voice_bins >= HALF_VOICE_BINS_MIN ? found.correlation : 0;
  }
}

static guint
best_beside (const double correlations[N_DELAYS], guint i)
{
  guint best = i;

  for (guint j = i > 0 ? i - 1 : 0; j <= MIN (i + 1, N_DELAYS - 1); j++)
    best = correlations[j] > correlations[best] ? j : best;
  return best;
}

/* Sooner: the newest five seconds, of which each half must follow by itself. Who answers, or speaks
 * at the same time, may seem to in one of them. Between the halves the delay may move a little, as
 * that of a browser's buffer does. */
static Echo
judge_halves (const EchoRoom *room, const Window *window)
{
  Window older = *window, newer = *window;
  double before[N_DELAYS], after[N_DELAYS];
  Echo best = { -1, 0 };
  guint best_before = 0, best_after = 0;

  newer.from = ECHO_WINDOW_BINS - HALF_BINS;
  older.to = newer.from;
  older.from = newer.from - HALF_BINS;
  if (window->from > older.from)
    return best;
  match_all (room, &older, before);
  match_all (room, &newer, after);
  for (guint i = 0; i < N_DELAYS; i++) {
    guint j = best_beside (before, i);
    double sure = sureness ((before[j] + after[i]) / 2, HALVES_MEAN_MIN);
    if (MIN (before[j], after[i]) < HALF_MIN || sure <= best.sureness)
      continue;
    best = (Echo){ sure, (gint) i - TWIN_BINS };
    best_before = j;
    best_after = i;
  }
  if (best.sureness >= 0 && detail (room, &older, (gint) best_before - TWIN_BINS) +
                                    detail (room, &newer, (gint) best_after - TWIN_BINS) <
                                2 * DETAIL_MIN)
    best.sureness = -1;
  return best;
}

/* What is found in haste counts when it is found again, of the same delay, in what came since. */
static gboolean
is_found_again (EchoRoom *room, gint64 start, gint delay)
{
  gint64 since = start - room->suspected_at;
  gboolean is_same = room->suspected_at >= 0 && since >= 0 && since <= AGAIN_BINS_MAX &&
                     ABS (delay - room->suspected_delay) <= 1;

  if (is_same && since < AGAIN_BINS_MIN)
    return FALSE;
  room->suspected_at = start;
  room->suspected_delay = delay;
  return is_same;
}

static gboolean
judge_room (EchoRoom *room, gint64 start, const VoiceBin *voices, EchoFinding *ret_finding)
{
  Window window = { voices, start, (guint) CLAMP (room->first - start, 0, ECHO_WINDOW_BINS),
                    ECHO_WINDOW_BINS };

  if (deviation (room, &window) < DEVIATION_MIN)
    return FALSE;
  Echo whole = judge_whole (room, &window), halves = judge_halves (room, &window);
  if (halves.sureness >= 0 && !is_found_again (room, start, halves.delay))
    halves.sureness = -1;
  Echo best = whole.sureness >= halves.sureness ? whole : halves;
  if (best.sureness < 0)
    return FALSE;
  *ret_finding = (EchoFinding){
    .room = room->name,
    .voice = name_voice (room, &window, best.delay),
    .confidence = (guint) CLAMP (50 + 50 * best.sureness, 50, 100),
    .delay_ms = (guint) MAX (best.delay, 0) * ECHO_BIN_MS,
    .is_twin = best.delay <= TWIN_BINS,
  };
  return TRUE;
}

/* Of two rooms that seem to return each other only one does: the one that is later. Two devices in
 * one room do follow each other. */
static gboolean
is_the_source (const EchoFinding *finding, const GArray *found)
{
  for (guint i = 0; finding->voice && i < found->len; i++) {
    const EchoFinding *other = &g_array_index (found, EchoFinding, i);
    if (g_str_equal (other->room, finding->voice) && g_strcmp0 (other->voice, finding->room) == 0 &&
        !other->is_twin && (finding->is_twin || finding->confidence < other->confidence))
      return TRUE;
  }
  return FALSE;
}

static int
by_confidence (gconstpointer a, gconstpointer b)
{
  return (int) ((const EchoFinding *) b)->confidence - (int) ((const EchoFinding *) a)->confidence;
}

guint
echo_finder_judge (EchoFinder *finder, EchoFinding *ret_findings, guint max)
{
  VoiceBin voices[N_VOICES];
  gint64 start = finder->newest - LATE_BINS - ECHO_WINDOW_BINS;
  g_autoptr (GArray) found = g_array_new (FALSE, FALSE, sizeof (EchoFinding));
  GHashTableIter iter;
  gpointer value;
  guint n;

  if (g_hash_table_size (finder->rooms) < 2)
    return 0;
  gather_voices (finder, start - ECHO_DELAY_BINS_MAX, G_N_ELEMENTS (voices), voices);
  g_hash_table_iter_init (&iter, finder->rooms);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    EchoFinding finding;
    if (judge_room (value, start, voices, &finding))
      g_array_append_val (found, finding);
  }
  g_array_sort (found, by_confidence);
  n = 0;
  for (guint i = 0; i < found->len && n < max; i++) {
    const EchoFinding *finding = &g_array_index (found, EchoFinding, i);
    if (!is_the_source (finding, found))
      ret_findings[n++] = *finding;
  }
  return n;
}
