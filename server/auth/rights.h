/* Who may do what: one table of role x right, and the subtree a user's role holds on.
 *
 * Every function answers FALSE when in doubt: unknown subject, disabled user, unreadable database.
 * Main thread, blocking for one or two indexed reads. */
#pragma once
#include "server/storage/user_store.h"

typedef enum {
  RIGHT_UNITS_VIEW,
  RIGHT_UNITS_EDIT,
  RIGHT_ENDPOINTS_VIEW,
  RIGHT_ENDPOINTS_EDIT,
  RIGHT_USERS_EDIT,
  RIGHT_MEETING_VIEW,    /* see it in the list; also every room it invites may */
  RIGHT_MEETING_EDIT,    /* book, change, postpone, cancel */
  RIGHT_MEETING_RUN,     /* open, start, end; mute, spotlight: the operator of the control room */
  RIGHT_MEETING_WATCH,   /* the control room without its controls; line quality */
  RIGHT_MEETING_JOIN,    /* sit in it as an endpoint */
  RIGHT_TOKEN_MAKE,      /* WHIP and WHEP tokens of a meeting */
  RIGHT_EVENTS_VIEW,     /* the log of a meeting */
  RIGHT_AUDIT_VIEW,      /* the log of everything */
  RIGHT_RELAY_VIEW,      /* statistics of the relay */
  RIGHT_CAPTURE_HEADERS, /* what goes over a room's line, without payloads */
  RIGHT_CAPTURE_PAYLOAD, /* and with them: what is said and shown */
} Right;
#define RIGHTS 16

/* The table alone: may this role ever. */
gboolean auth_role_has (UserRole role, Right right);
/* For rights that hang on no subject: RELAY_VIEW, AUDIT_VIEW. */
gboolean auth_can (const User *user, Right right);
gboolean auth_can_on_unit (Database *database, const User *user, Right right, const char *unit);
gboolean auth_can_on_endpoint (Database *database, const User *user, Right right,
                               const char *endpoint);
/* By the meeting's host unit; VIEW and WATCH also where a room of the user's subtree is invited;
 * JOIN for the user's own room (or a technician's and secretary's rooms), if invited.  A draft:
 * only who may EDIT it, and nobody may JOIN. */
gboolean auth_can_on_meeting (Database *database, const User *user, Right right,
                              const char *meeting);
/* The health of @endpoint in @meeting: the room is in the user's subtree, or the meeting's host is.
 */
gboolean auth_can_see_site (Database *database, const User *user, const char *meeting,
                            const char *endpoint);
/* JOIN of @endpoint in @meeting: invited, and the user's own or in the user's subtree. */
gboolean auth_can_join (Database *database, const User *user, const char *meeting,
                        const char *endpoint);
/* Whether @user may make or change an account to @role on @unit (NULL: everything): never a wider
 * one than its own. */
gboolean auth_can_manage_user (Database *database, const User *user, UserRole role,
                               const char *unit);
