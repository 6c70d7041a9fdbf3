#include "server/auth/rights.h"
#include "tests/unit/storage/meeting_support.h"

/* Who asks: of the tree in storage_support.h. */
static User
user_of (UserRole role, const char *unit, const char *endpoint)
{
  return (User){
    .login = (char *) "u", .role = role, .unit = (char *) unit, .endpoint = (char *) endpoint
  };
}

#define ROOT user_of (USER_ROLE_ADMINISTRATOR, NULL, NULL)
#define ADMIN_38 user_of (USER_ROLE_ADMINISTRATOR, "38", NULL)
#define SECRETARY_38 user_of (USER_ROLE_SECRETARY, "38", NULL)
#define SECRETARY_01 user_of (USER_ROLE_SECRETARY, "01", NULL)
#define TECHNICIAN_38 user_of (USER_ROLE_TECHNICIAN, "38", NULL)
#define TECHNICIAN_100 user_of (USER_ROLE_TECHNICIAN, "100", NULL)
#define HALL user_of (USER_ROLE_ENDPOINT, "38", "38-1")
#define ROOM_100 user_of (USER_ROLE_ENDPOINT, "100", "100-1")
#define ROOM_101 user_of (USER_ROLE_ENDPOINT, "101", "101-1")

static void
test_table (void)
{
  g_assert_true (auth_role_has (USER_ROLE_ADMINISTRATOR, RIGHT_USERS_EDIT));
  g_assert_false (auth_role_has (USER_ROLE_ADMINISTRATOR, RIGHT_MEETING_JOIN));
  g_assert_false (auth_role_has (USER_ROLE_TECHNICIAN, RIGHT_MEETING_EDIT));
  for (int right = 0; right < RIGHTS; right++) {
    gboolean anybody = FALSE;
    for (int role = 0; role < USER_ROLES; role++)
      anybody |= auth_role_has ((UserRole) role, (Right) right);
    g_assert_true (anybody);
  }
  User user = TECHNICIAN_38;
  g_assert_true (auth_can (&user, RIGHT_RELAY_VIEW));
  user.disabled = TRUE;
  g_assert_false (auth_can (&user, RIGHT_RELAY_VIEW));
  g_assert_false (auth_can (NULL, RIGHT_RELAY_VIEW));
}

static void
test_units_and_endpoints (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  const struct {
    User user;
    Right right;
    const char *unit;
    const char *endpoint;
    gboolean can;
  } rows[] = {
    { ROOT, RIGHT_UNITS_EDIT, "200", NULL, TRUE },
    { ROOT, RIGHT_UNITS_EDIT, "99", NULL, FALSE },
    { ADMIN_38, RIGHT_UNITS_EDIT, "100", NULL, TRUE },
    { ADMIN_38, RIGHT_UNITS_EDIT, "200", NULL, FALSE },
    { ADMIN_38, RIGHT_UNITS_EDIT, "VN", NULL, FALSE },
    { SECRETARY_38, RIGHT_UNITS_EDIT, "100", NULL, FALSE },
    { SECRETARY_38, RIGHT_UNITS_VIEW, "100", NULL, TRUE },
    { HALL, RIGHT_UNITS_VIEW, "38", NULL, TRUE },
    { HALL, RIGHT_UNITS_VIEW, "100", NULL, FALSE }, /* its room, not the province */
    { ADMIN_38, RIGHT_ENDPOINTS_EDIT, NULL, "100-1", TRUE },
    { ADMIN_38, RIGHT_ENDPOINTS_EDIT, NULL, "200-1", FALSE },
    { TECHNICIAN_100, RIGHT_ENDPOINTS_EDIT, NULL, "100-1", TRUE },
    { TECHNICIAN_100, RIGHT_ENDPOINTS_EDIT, NULL, "101-1", FALSE },
    { ROOM_100, RIGHT_ENDPOINTS_VIEW, NULL, "100-1", TRUE },
    { ROOM_100, RIGHT_ENDPOINTS_VIEW, NULL, "38-1", FALSE },
    { ROOT, RIGHT_ENDPOINTS_EDIT, NULL, "9-9", FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    gboolean can =
        rows[i].unit
            ? auth_can_on_unit (store.database, &rows[i].user, rows[i].right, rows[i].unit)
            : auth_can_on_endpoint (store.database, &rows[i].user, rows[i].right, rows[i].endpoint);
    g_test_message ("row %d", (int) i);
    g_assert_cmpint (can, ==, rows[i].can);
  }
}

static void
test_meetings (void)
{
  const char *const rooms[] = { "38-1", "100-1", "200-1", NULL };
  g_auto (TestStore) store = test_store_with_rooms ();
  add_meeting (store.database, "m1", rooms);
  const struct {
    User user;
    Right right;
    gboolean can;
  } rows[] = {
    { ROOT, RIGHT_MEETING_EDIT, TRUE },
    { SECRETARY_38, RIGHT_MEETING_EDIT, TRUE },
    { SECRETARY_38, RIGHT_MEETING_RUN, TRUE },
    { SECRETARY_01, RIGHT_MEETING_EDIT, FALSE },
    { SECRETARY_01, RIGHT_MEETING_VIEW, TRUE }, /* a room of its is invited */
    { SECRETARY_01, RIGHT_MEETING_WATCH, TRUE },
    { SECRETARY_01, RIGHT_MEETING_RUN, FALSE },
    { TECHNICIAN_38, RIGHT_MEETING_EDIT, FALSE },
    { TECHNICIAN_38, RIGHT_MEETING_RUN, TRUE },
    { TECHNICIAN_100, RIGHT_MEETING_WATCH, TRUE },
    { TECHNICIAN_100, RIGHT_TOKEN_MAKE, FALSE },
    { ROOM_100, RIGHT_MEETING_VIEW, TRUE },
    { ROOM_100, RIGHT_MEETING_JOIN, TRUE },
    { ROOM_100, RIGHT_MEETING_WATCH, FALSE },
    { ROOM_101, RIGHT_MEETING_VIEW, FALSE },
    { ROOM_101, RIGHT_MEETING_JOIN, FALSE },
    { HALL, RIGHT_MEETING_VIEW, TRUE },
    { HALL, RIGHT_MEETING_RUN, FALSE },
    { ROOT, RIGHT_MEETING_JOIN, FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("row %d", (int) i);
    g_assert_cmpint (auth_can_on_meeting (store.database, &rows[i].user, rows[i].right, "m1"), ==,
                     rows[i].can);
    g_assert_false (auth_can_on_meeting (store.database, &rows[i].user, rows[i].right, "m2"));
    g_assert_false (auth_can_on_meeting (store.database, &rows[i].user, rows[i].right, NULL));
  }
}

static void
test_join (void)
{
  const char *const rooms[] = { "38-1", "100-1", "200-1", NULL };
  g_auto (TestStore) store = test_store_with_rooms ();
  add_meeting (store.database, "m1", rooms);
  const struct {
    User user;
    const char *endpoint;
    gboolean can;
  } rows[] = {
    { ROOM_100, "100-1", TRUE },
    { ROOM_100, "38-1", FALSE },
    { HALL, "38-1", TRUE },
    { HALL, "100-1", FALSE },
    { ROOM_101, "101-1", FALSE },
    { TECHNICIAN_38, "100-1", TRUE },
    { TECHNICIAN_38, "101-1", FALSE },
    { TECHNICIAN_38, "200-1", FALSE },
    { SECRETARY_01, "200-1", TRUE },
    { ROOT, "38-1", FALSE },
    { ROOM_100, NULL, FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++) {
    g_test_message ("row %d", (int) i);
    g_assert_cmpint (auth_can_join (store.database, &rows[i].user, "m1", rows[i].endpoint), ==,
                     rows[i].can);
    g_assert_false (auth_can_join (store.database, &rows[i].user, "m2", rows[i].endpoint));
  }
}

static void
test_manage_users (void)
{
  g_auto (TestStore) store = test_store_with_rooms ();
  const struct {
    User user;
    UserRole role;
    const char *unit;
    gboolean can;
  } rows[] = {
    { ROOT, USER_ROLE_ADMINISTRATOR, NULL, TRUE },
    { ROOT, USER_ROLE_SECRETARY, "99", FALSE },
    { ADMIN_38, USER_ROLE_ADMINISTRATOR, NULL, FALSE },
    { ADMIN_38, USER_ROLE_ADMINISTRATOR, "38", FALSE },
    { ADMIN_38, USER_ROLE_ADMINISTRATOR, "100", TRUE },
    { ADMIN_38, USER_ROLE_SECRETARY, "38", TRUE },
    { ADMIN_38, USER_ROLE_SECRETARY, "VN", FALSE },
    { ADMIN_38, USER_ROLE_ENDPOINT, "200", FALSE },
    { SECRETARY_38, USER_ROLE_ENDPOINT, "100", FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (
        auth_can_manage_user (store.database, &rows[i].user, rows[i].role, rows[i].unit), ==,
        rows[i].can);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rights/table", test_table);
  g_test_add_func ("/rights/units-and-endpoints", test_units_and_endpoints);
  g_test_add_func ("/rights/meetings", test_meetings);
  g_test_add_func ("/rights/join", test_join);
  g_test_add_func ("/rights/manage-users", test_manage_users);
  return g_test_run ();
}
