/* The hash chain of a meeting's events: each row's hash is the SHA-256 of the hash before it and of
 * the row itself, so that a row changed, removed, put in or moved is found.
 *
 * Canonical form of a row: the 64 hex digits of the hash before (the anchor for the first), then
 * at_ms in decimal, meeting, actor, source, action, subject, detail: each as its length in bytes in
 * decimal, ':', its bytes, ','. The id is not part of it: the order is.
 *
 * A chain begins at the first event of a meeting after this was brought in; rows before have no
 * hash. Its head (the last hash) stands in event_chains, so that the loss of the last rows is found
 * too; when old rows are removed, the hash of the last of them stays there as the anchor.
 * What it cannot show: that somebody with write access to the file wrote the whole chain anew. Who
 * must rule that out writes the head (as verify-log prints it) into the signed minutes.
 * Main thread, blocking; see database.h. */
#pragma once
#include "server/storage/event_store.h"

#define EVENT_HASH_CHARS 64
/* Before the first event of all. */
#define EVENT_CHAIN_START "0000000000000000000000000000000000000000000000000000000000000000"

/* 64 hex digits (transfer full). NULL strings of @event are "". */
char *event_chain_hash (const char *before, const Event *event);

/* For event_store: the head of the chain of @meeting, EVENT_CHAIN_START of a new one (transfer
 * full); NULL on error. */
char *event_chain_get_head (Database *database, const char *meeting, GError **error);
gboolean event_chain_set_head (Database *database, const char *meeting, const char *head,
                               GError **error);
/* Removes the oldest events of each chain up to the first that is not before @before_ms. */
gboolean event_chain_remove_before (Database *database, gint64 before_ms, gint64 *ret_removed,
                                    GError **error);

typedef struct {
  guint chains;
  guint rows;      /* with a hash */
  guint unchained; /* from before the chains' time */
  char *head;      /* of the one meeting asked for, or of the last; NULL = none */
  char *meeting;   /* of the break, or NULL: all is well */
  gint64 row;      /* id where it breaks; 0 = at the end: rows are missing there */
  const char *why; /* English */
} EventChainReport;

void event_chain_report_clear (EventChainReport *report);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (EventChainReport, event_chain_report_clear)

/* Checks the chain of @meeting, or all (NULL), as of one moment, and stops at the first break:
 * TRUE with report->meeting set. FALSE only when storage fails. */
gboolean event_chain_verify (Database *database, const char *meeting, EventChainReport *ret_report,
                             GError **error);
