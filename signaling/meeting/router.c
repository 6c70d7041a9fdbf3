#include "signaling/meeting/router.h"

#include <string.h>

#include "config/limits.h"

/* The best few for the main picture: the spotlight, the chair, the last speaker, the first site.
 * Two more than a viewer can be himself. */
#define MAIN_CANDIDATES 4

struct RouterPlan {
  GHashTable *by_key; /* key -> RouterSeat */
  const RouterSeat *main[MAIN_CANDIDATES];
  gsize n_main;
  const RouterSeat *floor; /* who has it, with a picture */
  const RouterSeat *content;
  gboolean is_two_way;
  gsize tiles_of_room;
  guint n_voices;   /* that the relay chooses, 0: none */
  GPtrArray *tiles; /* RouterSeat with a camera, best first */
  GPtrArray *audio; /* RouterSeat with an open microphone, best first */
};

static int
compare_flags (gboolean a, gboolean b)
{
  return (int) (b != FALSE) - (int) (a != FALSE);
}

static int
compare_times (gint64 a, gint64 b)
{
  return a < b ? -1 : a > b;
}

static int
compare_tiles (gconstpointer pa, gconstpointer pb)
{
  const RouterSeat *a = *(const RouterSeat *const *) pa, *b = *(const RouterSeat *const *) pb;
  int result = compare_flags (a->is_chair, b->is_chair);

  if (result == 0)
    result = compare_flags (a->is_cochair, b->is_cochair);
  if (result == 0)
    result = compare_flags (a->hand_at_ms != 0, b->hand_at_ms != 0);
  if (result == 0)
    result = compare_times (a->hand_at_ms, b->hand_at_ms);
  if (result == 0)
    result = compare_flags (a->is_speaking, b->is_speaking);
  return result != 0 ? result : (a->order > b->order) - (a->order < b->order);
}

static int
compare_audio (gconstpointer pa, gconstpointer pb)
{
  const RouterSeat *a = *(const RouterSeat *const *) pa, *b = *(const RouterSeat *const *) pb;
  int result = compare_flags (a->is_spotlight, b->is_spotlight);

  if (result == 0)
    result = compare_flags (a->is_chair, b->is_chair);
  if (result == 0)
    result = compare_times (b->spoke_us, a->spoke_us);
  return result != 0 ? result : (a->order > b->order) - (a->order < b->order);
}

static void
add_main (RouterPlan *plan, const RouterSeat *seat)
{
  for (gsize i = 0; i < plan->n_main; i++)
    if (plan->main[i] == seat)
      return;
  if (seat != NULL && seat->camera != NULL && plan->n_main < MAIN_CANDIDATES)
    plan->main[plan->n_main++] = seat;
}

static void
find_main_candidates (RouterPlan *plan, const RouterSeat *seats, gsize n_seats)
{
  const RouterSeat *spotlight = NULL, *chair = NULL, *speaker = NULL;
  const RouterSeat *first = NULL, *second = NULL;

  for (gsize i = 0; i < n_seats; i++) {
    const RouterSeat *seat = &seats[i];
    spotlight = seat->is_spotlight ? seat : spotlight;
    chair = seat->is_chair ? seat : chair;
    if (seat->camera == NULL || seat->is_chair || seat->is_spotlight)
      continue;
    if (seat->spoke_us > 0 && (speaker == NULL || seat->spoke_us > speaker->spoke_us))
      speaker = seat;
    if (first == NULL || seat->order < first->order) {
      second = first;
      first = seat;
    } else if (second == NULL || seat->order < second->order) {
      second = seat;
    }
  }
  add_main (plan, spotlight);
  add_main (plan, chair);
  add_main (plan, speaker);
  add_main (plan, first);
  add_main (plan, second);
}

RouterPlan *
router_plan_new (const RouterSeat *seats, gsize n_seats)
{
  RouterPlan *plan = g_new0 (RouterPlan, 1);

  plan->by_key = g_hash_table_new (NULL, NULL);
  plan->tiles = g_ptr_array_new ();
  plan->tiles_of_room = G_MAXSIZE;
  plan->audio = g_ptr_array_new ();
  for (gsize i = 0; i < n_seats; i++) {
    const RouterSeat *seat = &seats[i];
    g_hash_table_insert (plan->by_key, (gpointer) seat->key, (gpointer) seat);
    if (seat->camera != NULL)
      g_ptr_array_add (plan->tiles, (gpointer) seat);
    if (seat->mic != NULL)
      g_ptr_array_add (plan->audio, (gpointer) seat);
    if (seat->is_sharing && seat->content != NULL)
      plan->content = seat;
    if (seat->has_floor && seat->camera != NULL)
      plan->floor = seat;
  }
  g_ptr_array_sort (plan->tiles, compare_tiles);
  g_ptr_array_sort (plan->audio, compare_audio);
  find_main_candidates (plan, seats, n_seats);
  return plan;
}

void
router_plan_set_two_way (RouterPlan *plan)
{
  plan->is_two_way = TRUE;
}

void
router_plan_limit_tiles (RouterPlan *plan, gsize n)
{
  plan->tiles_of_room = n;
}

void
router_plan_share_voices (RouterPlan *plan, guint n)
{
  plan->n_voices = n;
}

void
router_plan_free (RouterPlan *plan)
{
  if (plan == NULL)
    return;
  g_hash_table_unref (plan->by_key);
  g_ptr_array_unref (plan->tiles);
  g_ptr_array_unref (plan->audio);
  g_free (plan);
}

static const RouterSeat *
find_seat (const RouterPlan *plan, gconstpointer key)
{
  return key != NULL ? g_hash_table_lookup (plan->by_key, key) : NULL;
}

/* The seat of @key if there is a picture of it for @viewer. */
static const RouterSeat *
find_picture (const RouterPlan *plan, const RouterViewer *viewer, gconstpointer key)
{
  const RouterSeat *seat = key != viewer->self ? find_seat (plan, key) : NULL;

  return seat != NULL && seat->camera != NULL ? seat : NULL;
}

static const RouterSeat *
choose_main (const RouterPlan *plan, const RouterViewer *viewer)
{
  const RouterSeat *chosen = find_picture (plan, viewer, viewer->main);

  if (viewer->source != NULL)
    return find_seat (plan, viewer->source);
  if (chosen == NULL && plan->floor != NULL && plan->floor->key != viewer->self)
    chosen = plan->floor;
  if (chosen == NULL)
    chosen = find_picture (plan, viewer, viewer->pinned);
  if (chosen != NULL)
    return chosen;
  for (gsize i = 0; i < plan->n_main; i++)
    if (plan->main[i]->key != viewer->self)
      return plan->main[i];
  return NULL;
}

static const RouterSeat *
choose_content (const RouterPlan *plan, const RouterViewer *viewer)
{
  const RouterSeat *seat = plan->content;

  if (seat == NULL || seat->key == viewer->self)
    return NULL;
  return viewer->source == NULL || viewer->source == seat->key ? seat : NULL;
}

static void
set_choice (RouterChoice *choice, const RouterSeat *seat, const char *track, int height,
            const char *source)
{
  if (seat == NULL || track == NULL)
    return; /* stays "nothing" */
  choice->seat = seat->key;
  choice->track = track;
  choice->height = height;
  choice->source = source;
}

/* Which seats are wanted in the slots of one role. */
typedef struct {
  SdpRole role;
  int height;
  int chair_height;
  gsize n;
  const RouterSeat *seats[LIMIT_SLOTS]; /* NULL = placed */
} Wanted;

static void
place_one (const Wanted *wanted, gsize k, RouterChoice *choice)
{
  const RouterSeat *seat = wanted->seats[k];
  gboolean is_audio = wanted->role == SDP_ROLE_AUDIO;

  set_choice (choice, seat, is_audio ? seat->mic : seat->camera,
              seat->is_chair ? wanted->chair_height : wanted->height, is_audio ? "mic" : "camera");
}

/* Those already shown keep their places, the others fill what is free, in order. */
static void
place (Wanted *wanted, const RouterSlot *slots, gsize n_slots, RouterChoice *choices)
{
  gsize next = 0;

  for (gsize i = 0; i < n_slots; i++) {
    if (slots[i].role != wanted->role || slots[i].shown == NULL || choices[i].track != NULL)
      continue;
    for (gsize k = 0; k < wanted->n; k++) {
      if (wanted->seats[k] == NULL || wanted->seats[k]->key != slots[i].shown)
        continue;
      place_one (wanted, k, &choices[i]);
      wanted->seats[k] = NULL;
    }
  }
  for (gsize i = 0; i < n_slots; i++) {
    if (slots[i].role != wanted->role || choices[i].track != NULL)
      continue;
    while (next < wanted->n && wanted->seats[next] == NULL)
      next++;
    if (next < wanted->n)
      place_one (wanted, next++, &choices[i]);
  }
}

static gsize
count_slots (const RouterSlot *slots, gsize n_slots, SdpRole role)
{
  gsize n = 0;

  for (gsize i = 0; i < n_slots; i++)
    n += slots[i].role == role;
  return n;
}

static void
place_tiles (const RouterPlan *plan, const RouterViewer *viewer, const RouterSeat *in_main,
             const RouterSlot *slots, gsize n_slots, RouterChoice *choices)
{
  Wanted wanted = { .role = SDP_ROLE_TILE, .height = viewer->tile_height };
  wanted.chair_height = plan->is_two_way ? viewer->main_height : viewer->tile_height;
  gsize n_tiles = MIN (count_slots (slots, n_slots, SDP_ROLE_TILE), LIMIT_SLOTS);
  if (viewer->self != NULL)
    n_tiles = MIN (n_tiles, plan->tiles_of_room);

  for (guint i = 0; i < plan->tiles->len && wanted.n < n_tiles; i++) {
    const RouterSeat *seat = g_ptr_array_index (plan->tiles, i);
    if (seat != in_main && seat->key != viewer->self)
      wanted.seats[wanted.n++] = seat;
  }
  place (&wanted, slots, n_slots, choices);
}

/* An operator's tiles stand where he put them. */
static void
place_picked (const RouterPlan *plan, const RouterViewer *viewer, const RouterSlot *slots,
              gsize n_slots, RouterChoice *choices)
{
  for (gsize i = 0; i < n_slots; i++) {
    if (slots[i].role != SDP_ROLE_TILE || slots[i].index >= viewer->n_picked)
      continue;
    const RouterSeat *seat = find_seat (plan, viewer->picked[slots[i].index]);
    if (seat != NULL)
      set_choice (&choices[i], seat, seat->camera, viewer->tile_height, "camera");
  }
}

/* With one audio slot (most WHEP players) the viewer hears who speaks: whoever it hears keeps the
 * slot while he speaks; in silence it is the voice of the main picture. */
static const RouterSeat *
choose_voice (const RouterPlan *plan, const RouterViewer *viewer, const RouterSeat *in_main,
              gconstpointer shown)
{
  const RouterSeat *speaking = NULL, *first = NULL;

  for (guint i = 0; i < plan->audio->len; i++) {
    const RouterSeat *seat = g_ptr_array_index (plan->audio, i);
    if (seat->key == viewer->self)
      continue;
    if (seat->is_speaking && (speaking == NULL || seat->key == shown))
      speaking = seat;
    first = first != NULL ? first : seat;
  }
  if (speaking != NULL)
    return speaking;
  return in_main != NULL && in_main->mic != NULL ? in_main : first;
}

static void
place_voice (const RouterPlan *plan, const RouterViewer *viewer, const RouterSeat *in_main,
             const RouterSlot *slots, gsize n_slots, RouterChoice *choices)
{
  for (gsize i = 0; i < n_slots; i++) {
    if (slots[i].role != SDP_ROLE_AUDIO)
      continue;
    const RouterSeat *voice =
        viewer->source != NULL ? in_main : choose_voice (plan, viewer, in_main, slots[i].shown);
    set_choice (&choices[i], voice, voice != NULL ? voice->mic : NULL, 0, "mic");
  }
}

static void
place_audio (const RouterPlan *plan, const RouterViewer *viewer, const RouterSeat *in_main,
             const RouterSlot *slots, gsize n_slots, RouterChoice *choices)
{
  Wanted wanted = { .role = SDP_ROLE_AUDIO };
  gsize n_audio = MIN (count_slots (slots, n_slots, SDP_ROLE_AUDIO), LIMIT_SLOTS);
  gboolean has_main_mic = n_audio > 0 && in_main != NULL && in_main->mic != NULL;

  for (gsize i = 0; has_main_mic && i < n_slots; i++)
    if (slots[i].role == SDP_ROLE_AUDIO && slots[i].index == 0)
      set_choice (&choices[i], in_main, in_main->mic, 0, "mic");
  if (viewer->source != NULL)
    return;
  for (guint i = 0; i < plan->audio->len && wanted.n + has_main_mic < n_audio; i++) {
    const RouterSeat *seat = g_ptr_array_index (plan->audio, i);
    if (seat->key != viewer->self && !(has_main_mic && seat == in_main))
      wanted.seats[wanted.n++] = seat;
  }
  place (&wanted, slots, n_slots, choices);
}

static void
place_voices (const RouterPlan *plan, const RouterSlot *slots, gsize n_slots, RouterChoice *choices)
{
  for (gsize i = 0; i < n_slots; i++)
    choices[i].is_voice = slots[i].role == SDP_ROLE_AUDIO && slots[i].index <= plan->n_voices;
}

void
router_plan_choose (const RouterPlan *plan, const RouterViewer *viewer, const RouterSlot *slots,
                    gsize n_slots, RouterChoice *ret_choices)
{
  const RouterSeat *in_main = choose_main (plan, viewer);
  const RouterSeat *content = choose_content (plan, viewer);

  memset (ret_choices, 0, n_slots * sizeof *ret_choices);
  for (gsize i = 0; i < n_slots; i++) {
    if (slots[i].role == SDP_ROLE_MAIN && in_main != NULL)
      set_choice (&ret_choices[i], in_main, in_main->camera, viewer->main_height, "camera");
    if (slots[i].role == SDP_ROLE_CONTENT_VIEW && content != NULL)
      set_choice (&ret_choices[i], content, content->content, 0, "content");
  }
  gsize n_audio = count_slots (slots, n_slots, SDP_ROLE_AUDIO);
  if (plan->n_voices > 0 && n_audio > plan->n_voices && viewer->source == NULL)
    place_voices (plan, slots, n_slots, ret_choices);
  else if (n_audio == 1)
    place_voice (plan, viewer, in_main, slots, n_slots, ret_choices);
  else
    place_audio (plan, viewer, in_main, slots, n_slots, ret_choices);
  if (viewer->picked != NULL)
    place_picked (plan, viewer, slots, n_slots, ret_choices);
  else if (viewer->source == NULL)
    place_tiles (plan, viewer, in_main, slots, n_slots, ret_choices);
}
