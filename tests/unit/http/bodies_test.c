#include "server/http/bodies.h"

#include "tests/unit/control/record_bounds.h"

static void
test_bounds (void)
{
  const RecordType *const types[] = {
    &credentials_type,   &password_change_type, &unit_new_type,         &unit_change_type,
    &endpoint_new_type,  &endpoint_change_type, &user_new_type,         &user_change_type,
    &meeting_new_type,   &meeting_change_type,  &group_new_type,        &group_change_type,
    &feed_new_type,      &mail_test_type,       &notices_read_type,     &alarm_note_type,
    &alarm_silence_type, &call_reply_type,      &resource_new_type,     &resource_change_type,
    &capture_ask_type,   &template_new_type,    &clash_request_type,    &call_new_type,
    &paper_change_type,  &series_patch_type,    &reason_type,           &extension_type,
    &token_request_type, &minutes_text_type,    &minutes_approval_type,
  };
  g_autoptr (GHashTable) checked = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    record_check_bounds (types[i], checked);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/http/bodies/bounds", test_bounds);
  return g_test_run ();
}
