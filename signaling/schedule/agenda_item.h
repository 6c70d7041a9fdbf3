/* AgendaItem: one item of a meeting's agenda: what, who speaks, for how long.  A record
 * (pipelines/control/record.h).  Plain value, any thread. */
#pragma once

#include "pipelines/control/record.h"

#define AGENDA_ID_MAX 32       /* bytes; ours have ten */
#define AGENDA_TITLE_MAX 300   /* characters */
#define AGENDA_SPEAKER_MAX 200 /* characters */
#define AGENDA_MINUTES_MAX 600

typedef struct {
  char *id; /* unique in its meeting; kept when the agenda is changed, papers hang on it */
  char *title;
  char *speaker;  /* free text, or NULL */
  char *endpoint; /* where the speaker sits, or NULL */
  guint minutes;  /* time box; 0: none */
} AgendaItem;
RECORD_DECLARE (AgendaItem, agenda_item)

AgendaItem *agenda_item_copy (const AgendaItem *item); /* transfer full */
