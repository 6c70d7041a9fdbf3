/* Notices (thông báo): what happened to a meeting, in two languages, for each user whom it concerns
 * until he read it; and which reminders were given.  Main thread, blocking; see database.h. */
#pragma once
#include "server/storage/database.h"

#define NOTICES_KEPT_MS (G_GINT64_CONSTANT (90) * 24 * 3600 * 1000)
/* Of "changed" and "papers" about one meeting within this the newer one takes the older one's
 * place, so that ten papers make one notice. */
#define NOTICES_JOINED_MS (G_GINT64_CONSTANT (5) * 60 * 1000)

typedef struct {
  gint64 id; /* filled on storing */
  gint64 at_ms;
  char *kind; /* "invitation", "changed", "postponed", "cancelled", "reminder", "call", "papers" */
  char *meeting; /* NULL: about none */
  char *title_vi, *title_en;
  char *text_vi, *text_en;
  gboolean read; /* by the user of the list */
} Notice;

void notice_free (Notice *notice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Notice, notice_free)

/* Whom a meeting concerns: enabled users of the invited rooms, secretaries of the host unit, and
 * the one of @also_login (NULL: nobody).  Without @but_login.  GArray of gint64, transfer full. */
GArray *notice_store_audience (Database *database, const char *meeting, const char *also_login,
                               const char *but_login, GError **error);
/* Users who were told of @meeting before.  transfer full. */
GArray *notice_store_told (Database *database, const char *meeting, GError **error);

/* Stores @notice for @users; a notice that it joins (above) goes. */
gboolean notice_store_add (Database *database, Notice *notice, const GArray *users, GError **error);
/* Those of @user with an id above @after, newest first.  transfer full, of Notice. */
GPtrArray *notice_store_list (Database *database, gint64 user, gint64 after, guint limit,
                              GError **error);
/* The newest about @meeting, and in @ret_users (transfer full) for whom; NULL and no error if there
 * is none. */
Notice *notice_store_newest (Database *database, const char *meeting, GArray **ret_users,
                             GError **error);
/* Others' and unknown ids are passed over. */
gboolean notice_store_mark_read (Database *database, gint64 user, const gint64 *ids, guint n_ids,
                                 GError **error);
gboolean notice_store_remove_before (Database *database, gint64 before_ms, GError **error);

/* States of the meetings that are under way: id (char *) -> state (char *).  transfer full. */
GHashTable *notice_store_running (Database *database, GError **error);

/* --- Reminders --- */

/* A meeting that begins soon, and what was said of this beginning already. */
typedef struct {
  char *meeting;
  gint64 starts_ms;
  gint64 booked_ms; /* when it was published */
  guint said;       /* least minutes that were said, 0: none */
} UpcomingMeeting;

void upcoming_meeting_free (UpcomingMeeting *upcoming);
/* Published or open and beginning in @from_ms <= start < @to_ms.  transfer full. */
GPtrArray *notice_store_upcoming (Database *database, gint64 from_ms, gint64 to_ms, GError **error);
gboolean notice_store_note_reminder (Database *database, const UpcomingMeeting *upcoming,
                                     guint minutes, GError **error);
