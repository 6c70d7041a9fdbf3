/* Loads what a report is made of: the record, the names of its sites, its whole log.
 * Main thread, blocking (SQLite): 600 sites and their log cost some 20 ms. */
#pragma once

#include "server/reports/report.h"
#include "server/storage/database.h"

/* (transfer full); NULL: STORAGE_ERROR_NOT_FOUND, or the database cannot be read. */
MeetingReport *report_load (Database *database, const char *meeting, gint64 now_ms, GError **error);
