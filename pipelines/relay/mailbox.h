/* Mailbox: how a thread hands work to the thread that owns an object. Any thread posts, the owner
 * of the GMainContext runs what was posted, in order of posting per poster. Posting takes no lock;
 * a batch of posts costs one wake of the owner (an eventfd, written only when the box was empty).
 *
 * Owner: the thread of @context creates and closes it; a closed box runs nothing more but still
 * calls every destroy, also of what is posted later. Reference counted, any thread may hold one.
 */
#pragma once

#include <glib.h>

typedef struct _Mailbox Mailbox;
typedef struct _MailboxItem MailboxItem;

/* An item embeds this first. run() is called in the owner's thread unless the box was closed
 * before; destroy() always, after run(), and frees the item. */
struct _MailboxItem {
  MailboxItem *next; /* mailbox */
  void (*run) (MailboxItem *item);
  void (*destroy) (MailboxItem *item);
};

Mailbox *mailbox_new (GMainContext *context);
Mailbox *mailbox_ref (Mailbox *mailbox);
void mailbox_unref (Mailbox *mailbox);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Mailbox, mailbox_unref)

/* @item: (transfer full). Any thread. */
void mailbox_post_item (Mailbox *mailbox, MailboxItem *item);

/* Runs @func (@data) in the owner's thread, then @destroy (@data). Any thread. */
void mailbox_post (Mailbox *mailbox, void (*func) (gpointer data), gpointer data,
                   GDestroyNotify destroy);

/* Owner thread: how often it was woken for what was posted. */
guint64 mailbox_get_wakes (const Mailbox *mailbox);

/* Owner thread. Destroys what waits and refuses what comes. */
void mailbox_close (Mailbox *mailbox);
