#include "pipelines/control/link.h"

G_DEFINE_QUARK (diemcau - control - link - error - quark, control_link_error)

void
control_link_init (ControlLink *link, const ControlLinkClass *klass)
{
  link->klass = klass;
  link->ref_count = 1;
}

void
control_link_set_events (ControlLink *link, const ControlLinkEvents *events, gpointer user_data)
{
  link->events = events;
  link->user_data = user_data;
}

gboolean
control_link_send (ControlLink *link, GBytes *message, GError **error)
{
  if (link->closed) {
    g_set_error (error, CONTROL_LINK_ERROR, CONTROL_LINK_ERROR_CLOSED, "the link is closed");
    return FALSE;
  }
  return link->klass->send (link, message, error);
}

gboolean
control_link_has_unread (ControlLink *link)
{
  return !link->closed && link->klass->has_unread (link);
}

void
control_link_close (ControlLink *link)
{
  link->events = NULL;
  if (link->closed)
    return;
  link->closed = TRUE;
  link->klass->close (link);
}

ControlLink *
control_link_ref (ControlLink *link)
{
  link->ref_count++;
  return link;
}

void
control_link_unref (ControlLink *link)
{
  g_assert (link->ref_count > 0);
  if (--link->ref_count > 0)
    return;
  control_link_close (link);
  link->klass->free (link);
}

void
control_link_emit_message (ControlLink *link, const char *data, gsize len)
{
  if (!link->closed && link->events && link->events->on_message)
    link->events->on_message (link, data, len, link->user_data);
}

void
control_link_emit_closed (ControlLink *link, const GError *reason)
{
  if (link->closed)
    return;
  link->closed = TRUE;
  link->klass->close (link);
  if (link->events && link->events->on_closed)
    link->events->on_closed (link, reason, link->user_data);
}
