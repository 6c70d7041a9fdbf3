#include "server/auth/rights.h"

#include "server/storage/statement.h"
#include "server/storage/unit_store.h"

#define ADM (1u << USER_ROLE_ADMINISTRATOR)
#define SEC (1u << USER_ROLE_SECRETARY)
#define TEC (1u << USER_ROLE_TECHNICIAN)
#define END (1u << USER_ROLE_ENDPOINT)

/* clang-format off */
static const guint allowed[RIGHTS] = {
  [RIGHT_UNITS_VIEW]     = ADM | SEC | TEC | END,
  [RIGHT_UNITS_EDIT]     = ADM,
  [RIGHT_ENDPOINTS_VIEW] = ADM | SEC | TEC | END,
  [RIGHT_ENDPOINTS_EDIT] = ADM       | TEC,
  [RIGHT_USERS_EDIT]     = ADM,
  [RIGHT_MEETING_VIEW]   = ADM | SEC | TEC | END,
  [RIGHT_MEETING_EDIT]   = ADM | SEC,
  [RIGHT_MEETING_RUN]    = ADM | SEC | TEC,
  [RIGHT_MEETING_WATCH]  = ADM | SEC | TEC,
  [RIGHT_MEETING_JOIN]   =       SEC | TEC | END,
  [RIGHT_TOKEN_MAKE]     = ADM | SEC | TEC,
  [RIGHT_EVENTS_VIEW]    = ADM | SEC | TEC,
  [RIGHT_AUDIT_VIEW]     = ADM,
  [RIGHT_RELAY_VIEW]     = ADM       | TEC,
  [RIGHT_CAPTURE_HEADERS] = ADM      | TEC,
  [RIGHT_CAPTURE_PAYLOAD] = ADM,
};
/* clang-format on */

/* Rights that being invited is enough for. */
static gboolean
comes_with_an_invitation (Right right)
{
  return right == RIGHT_MEETING_VIEW || right == RIGHT_MEETING_WATCH;
}

gboolean
auth_role_has (UserRole role, Right right)
{
  return (allowed[right] & (1u << role)) != 0;
}

gboolean
auth_can (const User *user, Right right)
{
  return user && !user->disabled && auth_role_has (user->role, right);
}

/* An endpoint user's role holds on its room, not on all that lies below the room's unit. */
static gboolean
unit_in_scope (Database *database, const User *user, const char *unit)
{
  if (user->role == USER_ROLE_ENDPOINT)
    return g_strcmp0 (user->unit, unit) == 0;
  return unit_store_is_within (database, unit, user->unit);
}

/* The unit that an endpoint or a meeting belongs to; NULL if it is not known. */
static char *
unit_of (Database *database, const char *sql, const char *id)
{
  g_autoptr (Statement) row = statement_query (database, NULL, sql, "t", id);
  return row && statement_next (row, NULL) ? statement_dup_text (row, 0) : NULL;
}

static gboolean
endpoint_in_scope (Database *database, const User *user, const char *endpoint)
{
  if (user->role == USER_ROLE_ENDPOINT)
    return g_strcmp0 (user->endpoint, endpoint) == 0;
  g_autofree char *unit =
      unit_of (database, "SELECT unit FROM endpoints WHERE id = ? AND NOT removed", endpoint);
  return unit && unit_in_scope (database, user, unit);
}

/* A draft invites nobody yet. */
static gboolean
is_invited (Database *database, const char *meeting, const char *endpoint)
{
  gint64 invited = 0;
  return statement_number (database, NULL, &invited,
                           "SELECT 1 FROM invites i JOIN meetings m ON m.id = i.meeting"
                           " WHERE i.meeting = ? AND i.endpoint = ? AND m.state <> 'draft'",
                           "tt", meeting, endpoint) &&
         invited == 1;
}

/* Whether the meeting invites the user's room, or any room of its subtree. */
static gboolean
scope_is_invited (Database *database, const User *user, const char *meeting)
{
  if (user->role == USER_ROLE_ENDPOINT)
    return user->endpoint && is_invited (database, meeting, user->endpoint);
  gint64 invited = 0;
  return statement_number (database, NULL, &invited,
                           "SELECT 1 FROM invites i JOIN endpoints e ON e.id = i.endpoint"
                           " JOIN meetings m ON m.id = i.meeting"
                           " JOIN units u ON u.code = e.unit LEFT JOIN units r ON r.code = ?2"
                           " WHERE i.meeting = ?1 AND m.state <> 'draft' AND"
                           " (?2 IS NULL OR substr (u.path, 1, length (r.path)) = r.path) LIMIT 1",
                           "tt", meeting, user->unit) &&
         invited == 1;
}

static gboolean
is_draft (Database *database, const char *meeting)
{
  gint64 draft = 0;
  return !statement_number (database, NULL, &draft,
                            "SELECT state = 'draft' FROM meetings WHERE id = ?", "t", meeting) ||
         draft;
}

gboolean
auth_can_on_unit (Database *database, const User *user, Right right, const char *unit)
{
  return auth_can (user, right) && unit && unit_in_scope (database, user, unit);
}

gboolean
auth_can_on_endpoint (Database *database, const User *user, Right right, const char *endpoint)
{
  return auth_can (user, right) && endpoint && endpoint_in_scope (database, user, endpoint);
}

gboolean
auth_can_on_meeting (Database *database, const User *user, Right right, const char *meeting)
{
  if (!auth_can (user, right) || !meeting)
    return FALSE;
  if (right == RIGHT_MEETING_JOIN)
    return scope_is_invited (database, user, meeting);
  g_autofree char *host =
      unit_of (database, "SELECT host_unit FROM meetings WHERE id = ?", meeting);
  if (!host)
    return FALSE;
  if (is_draft (database, meeting) && !auth_role_has (user->role, RIGHT_MEETING_EDIT))
    return FALSE;
  if (user->role != USER_ROLE_ENDPOINT && unit_in_scope (database, user, host))
    return TRUE;
  return comes_with_an_invitation (right) && scope_is_invited (database, user, meeting);
}

/* Being invited is not enough to see how the others are. */
gboolean
auth_can_see_site (Database *database, const User *user, const char *meeting, const char *endpoint)
{
  if (!auth_can (user, RIGHT_MEETING_WATCH))
    return FALSE;
  return !user->unit || auth_can_on_endpoint (database, user, RIGHT_MEETING_WATCH, endpoint) ||
         auth_can_on_meeting (database, user, RIGHT_MEETING_RUN, meeting);
}

gboolean
auth_can_join (Database *database, const User *user, const char *meeting, const char *endpoint)
{
  return auth_can_on_endpoint (database, user, RIGHT_MEETING_JOIN, endpoint) &&
         is_invited (database, meeting, endpoint);
}

gboolean
auth_can_manage_user (Database *database, const User *user, UserRole role, const char *unit)
{
  if (!auth_can (user, RIGHT_USERS_EDIT))
    return FALSE;
  if (!user->unit)
    return !unit || unit_store_is_within (database, unit, NULL);
  /* Below one's own unit any role; at it no second administrator beside oneself. */
  if (!unit || !unit_store_is_within (database, unit, user->unit))
    return FALSE;
  return role != USER_ROLE_ADMINISTRATOR || g_strcmp0 (unit, user->unit) != 0;
}
