#include "server/storage/demo.h"

#include "server/storage/demo_calendar.h"
#include "server/storage/endpoint_store.h"
#include "server/storage/fold.h"
#include "server/storage/schedule_store.h"
#include "server/storage/statement.h"
#include "server/storage/unit_store.h"
#include "server/storage/user_store.h"

#include <string.h>

#define SETTING_DEMO "demo"
#define SETTING_MEETING "demo_meeting"
#define COMMUNE_LEVEL "commune"
#define HALL "Hội trường UBND tỉnh"
#define TITLE "Giao ban trực tuyến tháng 11"
#define COMMUNES 13
#define MEETING_MS (G_GINT64_CONSTANT (8) * 3600 * 1000)

/* Where a demonstration user sits: the province, its hall, or one of the communes invited. */
typedef enum { AT_PROVINCE, AT_HALL, AT_FIRST_ROOM, AT_SECOND_ROOM } DemoPlace;

static const struct {
  const char *login;
  const char *name; /* NULL: that of the room */
  UserRole role;
  DemoPlace place;
} demo_users[] = {
  { "thuky", "Thư ký Văn phòng UBND tỉnh", USER_ROLE_SECRETARY, AT_PROVINCE },
  { "kythuat", "Kỹ thuật trung tâm", USER_ROLE_TECHNICIAN, AT_PROVINCE },
  { "chutoa", HALL, USER_ROLE_ENDPOINT, AT_HALL },
  { "xa1", NULL, USER_ROLE_ENDPOINT, AT_FIRST_ROOM },
  { "xa2", NULL, USER_ROLE_ENDPOINT, AT_SECOND_ROOM },
};

void
demo_seed_free (DemoSeed *seed)
{
  if (!seed)
    return;
  for (guint i = 0; i < seed->n_logins; i++) {
    g_free (seed->logins[i].login);
    g_free (seed->logins[i].name);
    g_free (seed->logins[i].role);
    g_free (seed->logins[i].endpoint);
  }
  g_free (seed->logins);
  g_free (seed->meeting);
  g_free (seed->chair_endpoint);
  g_strfreev (seed->endpoints);
  g_free (seed);
}

gboolean
demo_is_seeded (Database *database)
{
  g_autofree char *demo = database_get_setting (database, SETTING_DEMO);
  return g_strcmp0 (demo, "yes") == 0;
}

static gboolean
check_empty (Database *database, GError **error)
{
  gint64 rows = 0;
  if (!statement_number (database, error, &rows,
                         "SELECT (SELECT count(*) FROM units) + (SELECT count(*) FROM users)"
                         " + (SELECT count(*) FROM events)",
                         ""))
    return FALSE;
  if (rows > 0)
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_CONFLICT,
                 "this state directory was not made by --demo; the demonstration's log-ins are "
                 "public, so it needs a directory of its own (--state-dir)");
  return rows == 0;
}

/* One room per unit, in tree order: the province's hall first.  The phone numbers cannot be
 * dialled. */
static gboolean
add_rooms (Database *database, const char *province, GError **error)
{
  g_autoptr (GPtrArray) units = unit_store_list (database, province, NULL, error);
  if (!units)
    return FALSE;
  for (guint i = 0; i < units->len; i++) {
    const Unit *unit = units->pdata[i];
    gboolean is_hall = strcmp (unit->code, province) == 0;
    g_autofree char *phone = g_strdup_printf ("000 %04u", i + 1);
    g_autofree char *technician =
        g_strdup_printf ("Kỹ thuật %s", is_hall ? "hội trường tỉnh" : unit->name);
    g_autoptr (Endpoint) endpoint = endpoint_store_add (
        database, unit->code, is_hall ? HALL : unit->name, technician, phone, error);
    if (!endpoint)
      return FALSE;
  }
  return TRUE;
}

static void
add_communes (GPtrArray *ids, GPtrArray *communes, gboolean rural)
{
  for (guint i = 0; i < COMMUNES; i++) {
    const Unit *unit = communes->pdata[(i * communes->len + communes->len / 2) / COMMUNES];
    if (g_str_has_prefix (unit->name, "Xã ") == rural)
      g_ptr_array_add (ids, g_strdup_printf ("%s-1", unit->code));
  }
}

/* The hall and communes spread over the province, so that names do not all start alike; the xã
 * last, for the users xa1 and xa2 are to sit in such. */
static GPtrArray *
pick_endpoints (Database *database, const char *province, GError **error)
{
  g_autoptr (GPtrArray) communes = unit_store_list (database, province, COMMUNE_LEVEL, error);
  if (!communes)
    return NULL;
  if (communes->len < COMMUNES) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_INVALID,
                 "province %s has fewer than %d communes in the file", province, COMMUNES);
    return NULL;
  }
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (ids, g_strdup_printf ("%s-1", province));
  add_communes (ids, communes, FALSE);
  add_communes (ids, communes, TRUE);
  return ids;
}

static const char *
place_endpoint (const MeetingRecord *meeting, DemoPlace place)
{
  guint n = meeting->endpoints->len;
  switch (place) {
  case AT_HALL:
    return meeting->endpoints->pdata[0];
  case AT_FIRST_ROOM:
    return meeting->endpoints->pdata[n - 2];
  case AT_SECOND_ROOM:
    return meeting->endpoints->pdata[n - 1];
  case AT_PROVINCE:
  default:
    return NULL;
  }
}

static gboolean
add_users (Database *database, const MeetingRecord *meeting, const DemoOptions *options,
           GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (demo_users); i++) {
    const char *room = place_endpoint (meeting, demo_users[i].place);
    g_autoptr (Endpoint) endpoint = room ? endpoint_store_get (database, room, error) : NULL;
    if (room && !endpoint)
      return FALSE;
    const char *name = endpoint && !demo_users[i].name ? endpoint->name : demo_users[i].name;
    User user = { .login = (char *) demo_users[i].login,
                  .name = (char *) name,
                  .role = demo_users[i].role,
                  .unit = (char *) options->province,
                  .endpoint = (char *) room };
    if (!user_store_add (database, &user, options->password_hash, options->now_ms, NULL, error))
      return FALSE;
  }
  return TRUE;
}

static void
set_running (MeetingRecord *meeting, gint64 now_ms)
{
  meeting->state = MEETING_LIVE;
  meeting->starts_at_ms = now_ms;
  meeting->ends_at_ms = now_ms + MEETING_MS;
  meeting->started_at_ms = now_ms;
  meeting->ended_at_ms = 0;
  g_clear_pointer (&meeting->reason, g_free);
}

static MeetingRecord *
add_meeting (Database *database, const DemoOptions *options, GError **error)
{
  g_autoptr (GPtrArray) ids = pick_endpoints (database, options->province, error);
  if (!ids)
    return NULL;
  g_autofree char *id = schedule_store_new_id ();
  g_autoptr (MeetingRecord) meeting = meeting_record_new (id);
  g_free (meeting->title);
  meeting->title = g_strdup (TITLE);
  g_free (meeting->host_unit);
  meeting->host_unit = g_strdup (options->province);
  g_free (meeting->chair_endpoint);
  meeting->chair_endpoint = g_strdup (ids->pdata[0]);
  meeting->created_at_ms = options->now_ms;
  set_running (meeting, options->now_ms);
  meeting_record_set_endpoints (meeting, (const char *const *) ids->pdata, ids->len);
  meeting->published_at_ms = options->now_ms;
  demo_calendar_set_agenda (meeting);
  if (!schedule_store_add (database, meeting, error) ||
      !demo_calendar_add (database, meeting, options, error) ||
      !database_set_setting (database, SETTING_MEETING, id, error))
    return NULL;
  return g_steal_pointer (&meeting);
}

static MeetingRecord *
make_all (Database *database, const DemoOptions *options, GError **error)
{
  UnitImportOptions import = { .root = options->province };
  if (!check_empty (database, error) ||
      !unit_store_import (database, options->units_csv, options->size, &import, NULL, error) ||
      !add_rooms (database, options->province, error))
    return NULL;
  g_autoptr (MeetingRecord) meeting = add_meeting (database, options, error);
  if (!meeting || !add_users (database, meeting, options, error) ||
      !database_set_setting (database, SETTING_DEMO, "yes", error))
    return NULL;
  return g_steal_pointer (&meeting);
}

/* The meeting made before; running again, should someone have ended it or the day be over. */
static MeetingRecord *
find_again (Database *database, const DemoOptions *options, GError **error)
{
  g_autofree char *id = database_get_setting (database, SETTING_MEETING);
  g_autoptr (MeetingRecord) meeting = schedule_store_get (database, id ? id : "", error);
  if (!meeting)
    return NULL;
  if (strcmp (meeting->host_unit, options->province) != 0) {
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_CONFLICT,
                 "this state directory holds the demonstration of province %s; use another one "
                 "(--state-dir) for %s",
                 meeting->host_unit, options->province);
    return NULL;
  }
  if (meeting->state == MEETING_LIVE && meeting->ends_at_ms > options->now_ms)
    return g_steal_pointer (&meeting);
  MeetingState before = meeting->state;
  set_running (meeting, options->now_ms);
  if (!schedule_store_save_state (database, meeting, before, error))
    return NULL;
  return g_steal_pointer (&meeting);
}

static gboolean
list_logins (Database *database, DemoSeed *seed, GError **error)
{
  seed->logins = g_new0 (DemoLogin, G_N_ELEMENTS (demo_users));
  for (gsize i = 0; i < G_N_ELEMENTS (demo_users); i++) {
    g_autoptr (User) user = user_store_find (database, demo_users[i].login, error);
    if (!user)
      return FALSE;
    seed->logins[seed->n_logins++] =
        (DemoLogin){ g_strdup (user->login), g_strdup (user->name),
                     g_strdup (user_role_name (user->role)), g_strdup (user->endpoint) };
  }
  return TRUE;
}

DemoSeed *
storage_seed_demo (Database *database, const DemoOptions *options, GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction)
    return NULL;
  g_autoptr (MeetingRecord) meeting = demo_is_seeded (database)
                                          ? find_again (database, options, error)
                                          : make_all (database, options, error);
  if (!meeting)
    return NULL;
  g_autoptr (DemoSeed) seed = g_new0 (DemoSeed, 1);
  seed->meeting = g_strdup (meeting->id);
  seed->chair_endpoint = g_strdup (meeting->chair_endpoint);
  seed->endpoints = g_new0 (char *, meeting->endpoints->len + 1);
  for (guint i = 0; i < meeting->endpoints->len; i++)
    seed->endpoints[i] = g_strdup (meeting->endpoints->pdata[i]);
  if (!list_logins (database, seed, error) || !transaction_commit (transaction, error))
    return NULL;
  return g_steal_pointer (&seed);
}
