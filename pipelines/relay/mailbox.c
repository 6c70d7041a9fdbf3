#include "pipelines/relay/mailbox.h"

#include <errno.h>
#include <glib-unix.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct _Mailbox {
  gint refs;        /* atomic */
  int event_fd;     /* read-only after new */
  GSource *source;  /* owner thread */
  guint64 wakes;    /* owner thread */
  MailboxItem *top; /* atomic: newest first */
  gint closed;      /* atomic */
};

typedef struct {
  MailboxItem item;
  void (*func) (gpointer data);
  gpointer data;
  GDestroyNotify destroy;
} Closure;

/* Everything posted so far, oldest first. */
static MailboxItem *
mailbox_take (Mailbox *mailbox)
{
  MailboxItem *item = __atomic_exchange_n (&mailbox->top, NULL, __ATOMIC_ACQUIRE);
  MailboxItem *oldest = NULL;

  while (item != NULL) {
    MailboxItem *next = item->next;

    item->next = oldest;
    oldest = item;
    item = next;
  }
  return oldest;
}

static void
mailbox_drain (Mailbox *mailbox)
{
  MailboxItem *item = mailbox_take (mailbox);

  while (item != NULL) {
    MailboxItem *next = item->next;

    if (!g_atomic_int_get (&mailbox->closed))
      item->run (item);
    item->destroy (item);
    item = next;
  }
}

static gboolean
on_wake (gint fd, GIOCondition condition, gpointer user_data)
{
  g_autoptr (Mailbox) mailbox = mailbox_ref (user_data);
  guint64 count;

  if (read (fd, &count, sizeof count) != sizeof count)
    return G_SOURCE_CONTINUE;
  mailbox->wakes++;
  mailbox_drain (mailbox);
  return G_SOURCE_CONTINUE;
}

Mailbox *
mailbox_new (GMainContext *context)
{
  Mailbox *mailbox = g_new0 (Mailbox, 1);

  mailbox->refs = 1;
  mailbox->event_fd = eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC);
  if (mailbox->event_fd < 0)
    g_error ("mailbox: eventfd: %s", g_strerror (errno));
  mailbox->source = g_unix_fd_source_new (mailbox->event_fd, G_IO_IN);
  g_source_set_callback (mailbox->source, G_SOURCE_FUNC (on_wake), mailbox, NULL);
  /* else GLib takes it out of the poll around each call, and wakes itself twice for it */
  g_source_set_can_recurse (mailbox->source, TRUE);
  g_source_attach (mailbox->source, context);
  return mailbox;
}

Mailbox *
mailbox_ref (Mailbox *mailbox)
{
  g_atomic_int_inc (&mailbox->refs);
  return mailbox;
}

void
mailbox_unref (Mailbox *mailbox)
{
  if (!g_atomic_int_dec_and_test (&mailbox->refs))
    return;
  mailbox_close (mailbox);
  close (mailbox->event_fd);
  g_free (mailbox);
}

void
mailbox_post_item (Mailbox *mailbox, MailboxItem *item)
{
  const guint64 one = 1;
  MailboxItem *top = __atomic_load_n (&mailbox->top, __ATOMIC_RELAXED);

  do
    item->next = top;
  while (!__atomic_compare_exchange_n (&mailbox->top, &top, item, TRUE, __ATOMIC_RELEASE,
                                       __ATOMIC_RELAXED));
  if (g_atomic_int_get (&mailbox->closed))
    mailbox_drain (mailbox);
  else if (top == NULL && write (mailbox->event_fd, &one, sizeof one) < 0)
    g_warning_once ("mailbox: %s", g_strerror (errno));
}

static void
closure_run (MailboxItem *item)
{
  Closure *closure = (Closure *) item;

  closure->func (closure->data);
}

static void
closure_destroy (MailboxItem *item)
{
  Closure *closure = (Closure *) item;

  if (closure->destroy != NULL)
    closure->destroy (closure->data);
  g_free (closure);
}

void
mailbox_post (Mailbox *mailbox, void (*func) (gpointer data), gpointer data, GDestroyNotify destroy)
{
  Closure *closure = g_new0 (Closure, 1);

  closure->item.run = closure_run;
  closure->item.destroy = closure_destroy;
  closure->func = func;
  closure->data = data;
  closure->destroy = destroy;
  mailbox_post_item (mailbox, &closure->item);
}

guint64
mailbox_get_wakes (const Mailbox *mailbox)
{
  return mailbox->wakes;
}

void
mailbox_close (Mailbox *mailbox)
{
  g_atomic_int_set (&mailbox->closed, 1);
  if (mailbox->source != NULL)
    g_source_destroy (mailbox->source);
  g_clear_pointer (&mailbox->source, g_source_unref);
  mailbox_drain (mailbox);
}
