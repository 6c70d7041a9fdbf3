/* Evidence: the last ten minutes of a site, each second, as they are kept when an alarm rises: a
 * plain copy of its rings, made at once, deflated later on another thread. Pure. */
#pragma once

#include "signaling/health/board.h"

/* Larger ones are none of ours. */
#define EVIDENCE_MAX_BYTES (4 * 1024 * 1024)

/* On the thread of the board; transfer full. */
GBytes *evidence_copy_rings (const HealthSite *site);
/* Any thread; transfer full. */
GBytes *evidence_pack (GBytes *rings);
/* What evidence_pack () packed; NULL: malformed. transfer full. */
GBytes *evidence_unpack (GBytes *packed);

typedef struct {
  gpointer user_data;
  /* Each stream's name, then its points; for the site's own points the name is "". */
  void (*on_ring) (gpointer user_data, const char *name, StreamKind kind, guint layer);
  void (*on_stream_point) (gpointer user_data, gint64 at_s, const StreamPoint *point);
  void (*on_site_point) (gpointer user_data, gint64 at_s, const SitePoint *point);
} EvidenceReader;

/* FALSE: malformed, or written by a program whose points have another form. What was read before
 * was told. */
gboolean evidence_read (GBytes *packed, const EvidenceReader *reader);
