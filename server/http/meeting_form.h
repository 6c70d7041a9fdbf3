/* MeetingForm: what a user entered for a meeting, checked and taken over into its record: whom it
 * invites, chair and co-chairs, agenda, entry settings, resources.  Used by booking, changing,
 * templates' and calls' routes.  Main thread, blocking (SQLite). */
#pragma once

#include "server/http/bodies.h"
#include "server/http/request.h"
#include "server/storage/schedule_store.h"

/* Takes over what @body names (@json: the same, parsed); what it leaves out stays.  Checks the
 * user's rights on every room and resource and the rules of signaling/schedule.  Replies and
 * returns FALSE on the first fault. */
gboolean meeting_form_apply (HttpRequest *request, MeetingRecord *record, MeetingNew *body,
                             const json_t *json);

/* The rooms of @who (transfer full, g_strfreev); replies and returns NULL when one is not known or
 * not the user's to invite. */
char **meeting_form_expand (HttpRequest *request, const Participants *who);

/* Whether all of @ids are resources of units below or above the user's; else replies, FALSE. */
gboolean meeting_form_may_use_resources (HttpRequest *request, const char *const *ids);

/* Whether the user may see all of @ids; replies 422 that names @field and returns FALSE. */
gboolean meeting_form_may_see_rooms (HttpRequest *request, const char *field,
                                     const char *const *ids);
