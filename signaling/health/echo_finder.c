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
/* Rooms do not all tell at the same moment: so far behind the newest bin the window ends. */
#define LATE_BINS 24
#define ROOMS_MAX 1024

typedef struct {
  char *name;
  gint64 first; /* bin that it told first: before it nothing is known */
  gint64 newest;
  guint8 levels[RING_BINS];
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
}

static EchoRoom *
find_or_add (EchoFinder *finder, const char *name, gint64 first_bin)
{
  EchoRoom *room = g_hash_table_lookup (finder->rooms, name);
  if (room || g_hash_table_size (finder->rooms) >= ROOMS_MAX)
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

typedef struct {
  double correlation;
  double deviation; /* of what the room sends */
  guint voice_bins;
} Match;

/* What is compared: bins @from to ECHO_WINDOW_BINS of the window that begins at @start. */
typedef struct {
  const VoiceBin *voices;
  gint64 start;
  guint from;
} Window;

/* @room against what it was sent @delay bins earlier; @delay may be negative. */
static Match
match (const EchoRoom *room, const Window *window, gint delay)
{
  const VoiceBin *voices = window->voices;
  double x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  const double n = ECHO_WINDOW_BINS - window->from;
  Match result = { 0 };

  for (guint i = window->from; i < ECHO_WINDOW_BINS; i++) {
    double sent = sent_to (&voices[ECHO_DELAY_BINS_MAX + (gint) i - delay], room);
    double own = loudness (room, window->start + i);
    result.voice_bins += sent > 0;
    x += sent;
    y += own;
    xx += sent * sent;
    yy += own * own;
    xy += sent * own;
  }
  double sent_var = xx / n - x / n * (x / n), own_var = yy / n - y / n * (y / n);
  result.deviation = sqrt (MAX (own_var, 0));
  if (sent_var > 1e-9 && own_var > 1e-9)
    result.correlation = (xy / n - x / n * (y / n)) / sqrt (sent_var * own_var);
  return result;
}

/* Whose voice it was that came back: who was loudest most of the time. */
static const char *
name_voice (const EchoRoom *room, const Window *window, gint delay)
{
  const VoiceBin *voices = window->voices;
  const EchoRoom *leader = NULL;
  guint lead = 0, voiced = 0, own = 0;

  /* the majority, if there is one, is what is left when unlike ones cancel out */
  for (guint i = window->from; i < ECHO_WINDOW_BINS; i++) {
    const VoiceBin *voice = &voices[ECHO_DELAY_BINS_MAX + (gint) i - delay];
    if (voice->first == 0 || voice->speaker == room)
      continue;
    if (lead == 0)
      leader = voice->speaker;
    lead += voice->speaker == leader ? 1 : -1;
  }
  for (guint i = window->from; i < ECHO_WINDOW_BINS; i++) {
    const VoiceBin *voice = &voices[ECHO_DELAY_BINS_MAX + (gint) i - delay];
    voiced += voice->first > 0 && voice->speaker != room;
    own += voice->first > 0 && voice->speaker == leader;
  }
  return leader && own * 2 > voiced ? leader->name : NULL;
}

static gboolean
judge_room (const EchoRoom *room, gint64 start, const VoiceBin *voices, EchoFinding *ret_finding)
{
  Window window = { voices, start, (guint) CLAMP (room->first - start, 0, ECHO_WINDOW_BINS) };
  Match best = { 0 };
  gint best_delay = 0;

  for (gint delay = -TWIN_BINS; delay <= ECHO_DELAY_BINS_MAX; delay++) {
    Match found = match (room, &window, delay);
    if (found.voice_bins >= VOICE_BINS_MIN && found.correlation > best.correlation) {
      best = found;
      best_delay = delay;
    }
  }
  if (best.correlation < CORRELATION_MIN || best.deviation < DEVIATION_MIN)
    return FALSE;
  *ret_finding = (EchoFinding){
    .room = room->name,
    .voice = name_voice (room, &window, best_delay),
    .confidence = (guint) CLAMP (50 + 50 * (best.correlation - CORRELATION_MIN) /
                                          (CORRELATION_SURE - CORRELATION_MIN),
                                 50, 100),
    .delay_ms = (guint) MAX (best_delay, 0) * ECHO_BIN_MS,
    .is_twin = best_delay <= TWIN_BINS,
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
  VoiceBin voices[ECHO_DELAY_BINS_MAX + ECHO_WINDOW_BINS + TWIN_BINS];
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
