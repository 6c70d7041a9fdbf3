/* ControlLink: carries whole messages between a controller and a relay, in order, both ways.
 *
 * An interface: the Unix socket (unix_link.h) is the first, NATS can be the second.  A link belongs
 * to the GMainContext it was made in: all calls and callbacks happen on that thread, and never from
 * within control_link_send ().  Life cycle: open -> closed (once, for good).  After on_closed
 * nothing more is called; the owner then drops its reference. */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct ControlLink ControlLink;

typedef struct {
  /* One whole message; @data is valid during the call only. */
  void (*on_message) (ControlLink *link, const char *data, gsize len, gpointer user_data);
  /* The peer went away, or the link broke; @reason says why.  Not called after
   * control_link_close (). */
  void (*on_closed) (ControlLink *link, const GError *reason, gpointer user_data);
} ControlLinkEvents;

/* What a kind of link implements.  `close` must be idempotent; `free` is called after it. */
typedef struct {
  const char *name;
  gboolean (*send) (ControlLink *link, GBytes *message, GError **error);
  gboolean (*has_unread) (ControlLink *link);
  void (*close) (ControlLink *link);
  void (*free) (ControlLink *link);
} ControlLinkClass;

/* The part that every kind of link begins with. */
struct ControlLink {
  const ControlLinkClass *klass;
  int ref_count;
  gboolean closed;
  const ControlLinkEvents *events;
  gpointer user_data;
};

#define CONTROL_LINK_ERROR (control_link_error_quark ())
typedef enum {
  CONTROL_LINK_ERROR_CONNECT, /* nobody listens */
  CONTROL_LINK_ERROR_CLOSED,  /* the peer is gone, or the link was closed before */
  CONTROL_LINK_ERROR_FULL,    /* the peer does not read: the link is given up */
  CONTROL_LINK_ERROR_SIZE,    /* longer than LIMIT_CONTROL_MESSAGE_BYTES */
  CONTROL_LINK_ERROR_REFUSED, /* another user's process */
  CONTROL_LINK_ERROR_TIMEOUT, /* no reply in time */
  CONTROL_LINK_ERROR_REMOTE,  /* the peer answered with an error; its code stands first */
} ControlLinkError;
GQuark control_link_error_quark (void);

/* For implementations: fills in the common part with one reference. */
void control_link_init (ControlLink *link, const ControlLinkClass *klass);

/* @events and @user_data live as long as the link is open.  Set before the context runs again. */
void control_link_set_events (ControlLink *link, const ControlLinkEvents *events,
                              gpointer user_data);
/* Queues or sends; never blocks.  On CONTROL_LINK_ERROR_FULL the link is broken: on_closed follows
 * from the main context. */
gboolean control_link_send (ControlLink *link, GBytes *message, GError **error);
/* TRUE: messages of the peer wait to be read by us. */
gboolean control_link_has_unread (ControlLink *link);
/* Ends the link; no callback follows. */
void control_link_close (ControlLink *link);
ControlLink *control_link_ref (ControlLink *link);
/* The last reference closes. */
void control_link_unref (ControlLink *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ControlLink, control_link_unref)

/* --- for implementations -------------------------------------------------------------------- */

void control_link_emit_message (ControlLink *link, const char *data, gsize len);
/* Marks the link closed and tells the owner, once. */
void control_link_emit_closed (ControlLink *link, const GError *reason);

G_END_DECLS
