/* World: a hub with a storage and a relay that live in memory, and rooms that keep what they were
 * sent. Time moves only by world_advance (). */
#pragma once

#include <jansson.h>

#include "signaling/meeting/hub.h"

#define SECOND_US ((gint64) G_USEC_PER_SEC)
#define WALL_MS G_GINT64_CONSTANT (1800000000000)

typedef struct World World;
typedef struct Room Room;

/* What the fake relay has. */
typedef struct {
  char *id;
  GHashTable *muted;  /* track -> GINT (1 = muted) */
  GHashTable *routes; /* slot -> "track@height", "" = nothing */
} FakeTransport;

struct World {
  MeetingHub *hub;
  gint64 now_us;
  const char *const *video_codecs; /* of the hub; takes effect with a restart */
  /* storage: what survives a controller */
  MeetingRecord *record;
  char *spotlight, *content;
  char *live, *rehearsal;
  GPtrArray *papers;    /* MeetingPaper */
  GPtrArray *invited;   /* InvitedEndpoint */
  GHashTable *seats;    /* endpoint -> SeatRecord */
  GHashTable *sessions; /* id -> SessionRecord */
  guint n_writes;
  gboolean is_store_broken;
  Vote *vote;         /* the last one, with its ballots */
  GPtrArray *chat;    /* ChatLine */
  GPtrArray *tests;   /* TestRun, in the order in which they came */
  GPtrArray *details; /* char *: of the events, beside them */
  GPtrArray *events;  /* char *: "kind endpoint" */
  /* relay: what survives a controller too */
  GHashTable *transports; /* id -> FakeTransport */
  gboolean is_relay_slow; /* answers wait for world_answer () */
  gboolean is_relay_down;
  GPtrArray *waiting; /* answers that wait */
  guint max_connections;
  guint room_down_kbps; /* of the settings */
  GHashTable *limits;   /* transport -> "down/up line down/up", in kbit/s, as last told */
  gboolean is_crowd;    /* rooms keep only replies, as parsing all would be the test's cost */
  guint n_route_calls;
  guint n_routes;
  guint n_mute_calls;
  guint n_keyframes;    /* asked for */
  char *warmed;         /* track of the last of them */
  guint loudest_voices; /* of the next controller, 0: as if not configured */
  guint n_groups;       /* times that the open microphones were told */
  char *voices;         /* the last of them: "n lead: track track!" (! always passes) */
};

/* A meeting "m1" in state open, with endpoints "e1" (chair), "e2" ... "e<n>", named "Xã 1" ... */
World *world_new (guint n_endpoints);
World *world_new_with_cap (guint n_endpoints, guint max_connections);
void world_free (World *world);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (World, world_free)

/* Moves time by ticks of 50 ms. */
void world_advance (World *world, gint64 us);
void world_answer (World *world);
/* The controller dies and another starts on the same storage; the relay link is not up yet. */
void world_restart_controller (World *world);
/* The link comes (back) up with what the relay has. */
void world_link_relay (World *world);
/* The relay dies: all its transports are gone. */
void world_kill_relay (World *world);
/* The unit that @endpoint sits in, by its path; the host is "VN/38/". Before world_restart or
 * world_reload (). */
void world_set_unit (World *world, const char *endpoint, const char *path);
/* What the line of @endpoint may carry. Before world_restart or world_reload (). */
void world_set_line (World *world, const char *endpoint, const InvitedLine *line);
/* The booking was changed (world->record, world->invited). */
void world_reload (World *world);
/* Of the last event of @kind, or NULL. */
const char *world_event_detail (World *world, const char *kind);
guint world_count_events (World *world, const char *text);
void world_remove_endpoint (World *world, const char *endpoint);

FakeTransport *world_transport (World *world, const char *id);
/* "track@height" of @slot's route, "" = nothing. */
const char *world_route (World *world, const char *transport, const char *slot);
gboolean world_is_muted (World *world, const char *transport, const char *track);
/* The relay says that packets of the track flow. */
void world_flow (World *world, const char *transport, const char *track, gboolean active);
void world_transport_state (World *world, const char *transport, TransportState state);
void world_level (World *world, const char *transport, int level);
void world_loss (World *world, const char *transport, int up_permille);

/* The relay says which layers of the camera are wanted ("f,h,q"), and whether anybody watches. */
void world_demand (World *world, const char *transport, const char *rids, gboolean is_watched);
/* The line carries sound and little else. */
void world_survival (World *world, const char *transport, gboolean is_starved);

struct Room {
  World *world;
  RoomConnection *connection;
  GPtrArray *messages; /* json_t, all received */
  guint64 n_bytes;     /* received so far */
  guint16 close_code;  /* 0 = open */
  char *transport;     /* of the last media.answer */
};

Room *room_connect (World *world, const char *endpoint, RoomRole role);
Room *room_connect_desk (World *world, const char *endpoint, RoomRole role, const char *branch);
/* The WebSocket is cut. */
void room_drop (Room *room);
void room_free (Room *room);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Room, room_free)
void room_send (Room *room, const char *text);
/* Sends @text and asserts that the reply is ok, or an error of @code. */
void room_ask_ok (Room *room, const char *text);
void room_ask_error (Room *room, const char *text, const char *code);
/* Connects, joins; then offers with microphone, camera, content, 2 audio, main, content, 2 tiles
 * and lets microphone and camera flow. */
Room *room_join (World *world, const char *endpoint);
Room *room_join_operator (World *world);
Room *room_join_desk (World *world, const char *branch);
Room *room_join_with_media (World *world, const char *endpoint);
void room_offer (Room *room, gboolean sends);
/* The last message of @type (borrowed), or NULL. */
json_t *room_last (Room *room, const char *type);
guint room_count (Room *room, const char *type);
void room_forget (Room *room);
/* A field of a seat as last told to this room. */
json_t *room_seat (Room *room, const char *endpoint, const char *field);
const char *room_seat_state (Room *room, const char *endpoint);

/* An offer for rooms, encoders (sends) and viewers. */
char *offer_text (gboolean sends, gboolean receives, const char *ufrag);
