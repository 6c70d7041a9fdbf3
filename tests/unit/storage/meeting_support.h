/* Meetings for the tests of schedule, live store and rights: hosted by 38, chaired from 38-1. */
#pragma once
#include "server/storage/schedule_store.h"
#include "tests/unit/storage/storage_support.h"

static inline MeetingRecord *
test_meeting (const char *id, const char *const *endpoints)
{
  MeetingRecord *meeting = meeting_record_new (id);
  g_free (meeting->title);
  meeting->title = g_strdup ("Giao ban");
  g_free (meeting->host_unit);
  meeting->host_unit = g_strdup ("38");
  g_free (meeting->chair_endpoint);
  meeting->chair_endpoint = g_strdup ("38-1");
  g_free (meeting->created_by);
  meeting->created_by = g_strdup ("7");
  meeting->starts_at_ms = 1000;
  meeting->ends_at_ms = 2000;
  meeting->created_at_ms = 500;
  meeting_record_set_endpoints (meeting, endpoints, g_strv_length ((char **) endpoints));
  return meeting;
}

static inline void
add_meeting (Database *database, const char *id, const char *const *endpoints)
{
  g_autoptr (MeetingRecord) meeting = test_meeting (id, endpoints);
  assert_works (schedule_store_add (database, meeting, error));
}
