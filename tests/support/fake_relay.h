/* FakeRelay: a relay without media for tests: answers the control messages from a script and keeps
 * what it was asked.  In the test's own main context, or as a process (fake_relay_main.c). */
#pragma once

#include "pipelines/control/server.h"

typedef struct {
  ControlServer *server;
  char *relay;             /* id told by hello */
  int version;             /* told by hello */
  gboolean owned;          /* told by hello */
  GPtrArray *transports;   /* TransportSummary: told by state.list, page by page */
  guint page;              /* transports in one page */
  GPtrArray *requests;     /* char *: "transport.create t.x", in the order they came */
  const char *refuse_code; /* every transport.* request is refused with this, if set */
  gboolean silent;         /* relay.stats is not answered */
  GPtrArray *unanswered;   /* ControlCall of those */
  gboolean was_shut_down;
} FakeRelay;

/* Listens at @path; aborts if it cannot. */
FakeRelay *fake_relay_new (const char *path);
void fake_relay_free (FakeRelay *relay);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeRelay, fake_relay_free)

void fake_relay_add_transport (FakeRelay *relay, const char *transport, TransportState state);
/* How often a request with this text came. */
guint fake_relay_count (const FakeRelay *relay, const char *request);
