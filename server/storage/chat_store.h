/* What was written in the chat of meetings, for live_store (folder-private). Main thread, blocking;
 * see database.h. */
#pragma once
#include "server/storage/database.h"
#include "signaling/meeting/meeting_store.h"

/* Sets the line's id. */
gboolean chat_store_add (Database *database, const char *meeting, ChatLine *line, GError **error);
/* Appends the last CHAT_LINES_TOLD lines of @meeting to @lines (ChatLine), oldest first. */
gboolean chat_store_load (Database *database, const char *meeting, GPtrArray *lines,
                          GError **error);
