/* A page that listens to its desk: what it was sent, each message ended by a line break. */
#pragma once

#include <string.h>

#include "server/inbox/desk_hub.h"

typedef struct {
  GString *heard;
  DeskConnection *connection;
  guint16 close_code;
} FakeDesk;

static inline void
fake_desk_send_text (gpointer peer_data, const char *text, gsize length)
{
  FakeDesk *desk = peer_data;
  g_assert_cmpuint (strlen (text), ==, length);
  g_string_append (desk->heard, text);
  g_string_append_c (desk->heard, '\n');
}

static inline void
fake_desk_close (gpointer peer_data, guint16 code, const char *reason)
{
  ((FakeDesk *) peer_data)->close_code = code;
}

static const DeskPeer fake_desk_peer = { fake_desk_send_text, fake_desk_close };

static inline FakeDesk *
fake_desk_new (void)
{
  FakeDesk *desk = g_new0 (FakeDesk, 1);
  desk->heard = g_string_new (NULL);
  return desk;
}

static inline void
fake_desk_free (FakeDesk *desk)
{
  g_string_free (desk->heard, TRUE);
  g_free (desk);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeDesk, fake_desk_free)

static inline guint
fake_desk_count (const FakeDesk *desk, const char *part)
{
  guint n = 0;
  for (const char *at = desk->heard->str; (at = strstr (at, part)); at++)
    n++;
  return n;
}
