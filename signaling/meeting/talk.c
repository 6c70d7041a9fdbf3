#include "signaling/meeting/talk.h"

#include <string.h>

#include "signaling/meeting/hub_private.h"
#include "signaling/protocol/lobby_replies.h"

/* --- banners --- */

static gboolean
is_same_target (const BannerState *a, const BannerState *b)
{
  return g_strcmp0 (a->endpoint, b->endpoint) == 0 && g_strcmp0 (a->branch, b->branch) == 0;
}

static gboolean
is_for_all (const BannerState *banner)
{
  return banner->endpoint == NULL && banner->branch == NULL;
}

static gboolean
is_over (const Meeting *meeting, const BannerState *banner)
{
  return banner->until_ms != 0 && banner->until_ms <= hub_wall_ms (meeting->hub);
}

gboolean
talk_put_banner (MeetingAct *act, BannerState *banner)
{
  GPtrArray *banners = meeting_act_live (act)->lobby->banners;

  for (guint i = banners->len; i > 0; i--) {
    const BannerState *old = g_ptr_array_index (banners, i - 1);
    if (is_for_all (banner) || is_same_target (old, banner) || is_over (act->meeting, old))
      g_ptr_array_remove_index (banners, i - 1);
  }
  if (banners->len >= BANNERS_MAX) {
    banner_state_free (banner);
    return FALSE;
  }
  g_ptr_array_add (banners, banner);
  return TRUE;
}

gboolean
talk_banner_is_for (const BannerState *banner, const Seat *seat)
{
  if (banner->endpoint != NULL)
    return strcmp (banner->endpoint, seat->info->endpoint) == 0;
  return banner->branch == NULL || invited_endpoint_is_below (seat->info, banner->branch);
}

const BannerState *
talk_find_banner (const Meeting *meeting, const Seat *seat)
{
  const GPtrArray *banners = meeting->live->lobby->banners;

  for (guint i = banners->len; i > 0; i--) {
    const BannerState *banner = g_ptr_array_index (banners, i - 1);
    if (talk_banner_is_for (banner, seat))
      return is_over (meeting, banner) ? NULL : banner;
  }
  return NULL;
}

char *
talk_banner_json (const RoomConnection *connection)
{
  const BannerState *banner =
      connection->seat != NULL ? talk_find_banner (connection->meeting, connection->seat) : NULL;

  return banner != NULL ? room_banner_json (banner->text, banner->from, banner->until_ms) : NULL;
}

/* --- chat --- */

static gboolean
may_read (const RoomConnection *connection)
{
  return connection->seat == NULL || !seat_is_outside (connection->seat);
}

void
talk_add_line (Meeting *meeting, ChatLine *line)
{
  g_ptr_array_add (meeting->chat, line);
  meeting->n_chat_untold++;
  /* what is told is never more than what is kept */
  if (meeting->chat->len > CHAT_LINES_TOLD && meeting->n_chat_untold < meeting->chat->len)
    g_ptr_array_remove_index (meeting->chat, 0);
}

static char *
lines_json (const Meeting *meeting, guint n_last)
{
  guint n = MIN (n_last, meeting->chat->len), first = meeting->chat->len - n;
  g_autofree RoomChatLine *lines = g_new0 (RoomChatLine, n);

  for (guint i = 0; i < n; i++) {
    const ChatLine *line = g_ptr_array_index (meeting->chat, first + i);
    lines[i] = (RoomChatLine){ line->id, line->at_ms, line->endpoint, line->name, line->text };
  }
  return room_chat_json (lines, n);
}

char *
talk_chat_json (const RoomConnection *connection)
{
  return may_read (connection) ? lines_json (connection->meeting, CHAT_LINES_TOLD)
                               : g_strdup ("[]");
}

void
talk_tell_chat (RoomConnection *connection)
{
  g_autofree char *lines = talk_chat_json (connection);

  if (connection->meeting->chat->len > 0)
    room_connection_send (connection, room_message_chat (lines));
}

void
talk_tick (Meeting *meeting)
{
  if (meeting->n_chat_untold == 0)
    return;
  g_autofree char *lines = lines_json (meeting, meeting->n_chat_untold);
  g_autofree char *text = room_message_chat (lines);
  meeting->n_chat_untold = 0;
  for (guint i = 0; i < meeting->connections->len; i++) {
    RoomConnection *connection = g_ptr_array_index (meeting->connections, i);
    if (may_read (connection))
      connection->peer.send_text (connection->peer_data, text, strlen (text));
  }
}
