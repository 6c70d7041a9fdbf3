/* Router: who sees and hears whom. From the seats of a meeting it makes one plan, and from the plan
 * the content of each viewer's slots. Pure: no relay, no clock; the caller compares with what the
 * slots show now and sends the difference.
 *
 *   main     what the viewer chose for himself; else who has the floor; else what is pinned for his
 *            role; else the spotlight, the chair; whoever is in it himself sees the next of:
 *            spotlight, chair, who spoke last, the first site
 *   content  the seat that shares content, for all others
 *   tiles    chair, co-chairs, raised hands, speaking, then by name; never oneself nor who is in
 * main; a picture that stays keeps its place audio    who is in main (slot 0, in step with the
 * picture), chair, then by who spoke last; never oneself; a voice that stays keeps its place. With
 * one audio slot alone: who speaks, else who is in main
 *
 * Cost: a plan sorts the seats once; a viewer costs its slots, whatever the number of seats. */
#pragma once

#include <glib.h>

#include "signaling/sdp/negotiation.h"

typedef struct {
  gconstpointer key;  /* identity of the seat, never NULL */
  const char *camera; /* track, or NULL: off, not there, not flowing */
  const char *mic;    /* track, or NULL: closed or locked */
  const char *content;
  gboolean is_chair;
  gboolean is_cochair;
  gboolean is_spotlight;
  gboolean has_floor; /* with its picture: beats pins */
  gboolean is_sharing;
  gboolean is_speaking;
  gint64 hand_at_ms; /* 0 = down */
  gint64 spoke_us;   /* last time heard, 0 = never */
  guint order;       /* place by name */
} RouterSeat;

typedef struct RouterPlan RouterPlan;

/* @seats (n) are kept by reference and must outlive the plan. */
RouterPlan *router_plan_new (const RouterSeat *seats, gsize n_seats);
/* Chair and speaker side by side: the chair's tile is asked for as large as the main picture. */
void router_plan_set_two_way (RouterPlan *plan);
/* Rooms get @n tiles at most, whatever they offered: a page offers for the largest layout, since a
 * change must not renegotiate, and what it does not show is not sent.  G_MAXSIZE: no limit. */
void router_plan_limit_tiles (RouterPlan *plan, gsize n);
/* The relay chooses whom all hear, @n beside the lead: a viewer with slots for all of them hears
 * those, in places by index; one with fewer is routed as without. 0: the relay does not. */
void router_plan_share_voices (RouterPlan *plan, guint n);
void router_plan_free (RouterPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RouterPlan, router_plan_free)

typedef struct {
  SdpRole role;
  guint index;
  gconstpointer shown; /* key of the seat that it shows now, NULL = nothing */
} RouterSlot;

typedef struct {
  gconstpointer self;          /* key of the own seat, or NULL */
  gconstpointer source;        /* only this seat (WHEP of one room), or NULL */
  gconstpointer main;          /* own choice for the large picture, or NULL */
  gconstpointer pinned;        /* for the viewer's role, or NULL */
  gconstpointer const *picked; /* operator: seats for the tiles, in order; NULL = by the plan */
  gsize n_picked;
  int main_height;
  int tile_height;
} RouterViewer;

typedef struct {
  gconstpointer seat; /* key, or NULL = nothing */
  const char *track;  /* NULL = nothing */
  int height;
  const char *source; /* "camera", "content", "mic" or NULL */
  gboolean is_voice;  /* instead: whoever is heard in the place of the slot's index */
} RouterChoice;

/* Fills @ret_choices, one for each of the @n_slots slots. */
void router_plan_choose (const RouterPlan *plan, const RouterViewer *viewer,
                         const RouterSlot *slots, gsize n_slots, RouterChoice *ret_choices);
