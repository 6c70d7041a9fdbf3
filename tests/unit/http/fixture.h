/* Fixture: a whole HttpServer on loopback with real storage in a temporary folder, a hub that is
 * played (fake_hub.h), and a client.  Everything runs on the test's own main context: a verb
 * iterates it until its answer is there. */
#pragma once

#include <libsoup/soup.h>

#include "server/http/http_server.h"
#include "server/storage/user_store.h"
#include "tests/unit/http/fake_hub.h"

/* Who asks: nobody, or a user of the seed. */
typedef enum {
  AS_NOBODY,
  AS_ADMINISTRATOR, /* admin: everything */
  AS_SECRETARY,     /* thuky: province 38 */
  AS_TECHNICIAN,    /* kythuat: province 38 */
  AS_ENDPOINT,      /* xa1: room 14758-1 */
  AS_STRANGER,      /* secretary of province 01 */
  N_ACTORS
} Actor;

#define FIXTURE_PASSWORD "mat-khau-dung"

typedef struct {
  char *dir;
  Settings *settings;
  Database *database;
  LoginGate *logins;
  GBytes *token_key;
  MeetingHub *hub;
  HttpServer *server;
  SoupSession *client;
  gint64 users[N_ACTORS];
  char *cookies[N_ACTORS]; /* session tokens */
  char *csrf[N_ACTORS];
  gboolean relay_connected;
  GString *announced; /* "<kind>:<meeting or series> " of all that was told */
  gboolean announcer_fails;
} Fixture;

typedef struct {
  guint status;
  char *body;
  json_t *json; /* NULL if the body is none */
  SoupMessageHeaders *headers;
} Reply;

/* The desks of the next fixture; members are NULL unless a test sets them. */
extern DeskPort fixture_desk;
extern gpointer fixture_desk_data;
extern MailPort fixture_mail;
/* How lines are and were, for the next fixture; NULL unless a test sets them. */
extern HealthBoard *fixture_health;
extern struct HealthStore *fixture_lines;
extern struct CaptureDesk *fixture_captures;
extern struct PictureBoard *fixture_pictures;
/* Makes the alarms of the next fixture, or NULL: none. */
extern struct AlarmDesk *(*fixture_make_alarms) (Database *database, const Settings *settings);

/* The tree: VN > 38 > 14758, 14761; VN > 01.  Rooms 38-1, 14758-1, 14761-1, 01-1.  @tune (may be
 * NULL) changes the settings before the server starts. */
Fixture *fixture_new (void (*tune) (Settings *settings));
void fixture_free (Fixture *fixture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

/* One request over plain HTTP, with cookie and CSRF token of @actor; @body NULL: none; a body that
 * begins with '{' is JSON, others SDP.  @headers: "Name: value" lines or NULL.  transfer full. */
Reply *fixture_send (Fixture *fixture, Actor actor, const char *method, const char *path,
                     const char *body, const char *headers);
/* The same with any bytes, as application/octet-stream. */
Reply *fixture_send_bytes (Fixture *fixture, Actor actor, const char *method, const char *path,
                           GBytes *body);
void reply_free (Reply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reply, reply_free)
/* A member of the reply's object, or NULL. */
const char *reply_get (const Reply *reply, const char *member);
const char *reply_header (const Reply *reply, const char *name);

/* The same, and only its status. */
guint fixture_status (Fixture *fixture, Actor actor, const char *method, const char *path,
                      const char *body);
/* Asserts status and problem code. */
void fixture_assert_problem (Fixture *fixture, Actor actor, const char *method, const char *path,
                             const char *body, guint status, const char *code);

/* Books a meeting of rooms 14758-1 and 14761-1, chaired by 38-1, as the secretary; its id (transfer
 * full). */
char *fixture_book (Fixture *fixture);
/* A Bearer header line for the endpoint ("" = a viewer); transfer full. */
char *fixture_bearer (Fixture *fixture, const char *meeting, const char *endpoint,
                      gint64 expires_in_s);

/* A connection to the plain port; transfer full. */
GSocketConnection *fixture_connect (Fixture *fixture);
/* Bytes to the plain port as they are; all that comes back until the server closes or 1 s of
 * silence (transfer full). */
char *fixture_raw (Fixture *fixture, const char *bytes, gsize length);
/* Iterates the main context until @done or 10 s. */
gboolean fixture_wait (gboolean (*done) (gpointer user_data), gpointer user_data);
