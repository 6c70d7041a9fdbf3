/* diemcau token: an access token for an encoder (WHIP) or for viewers (WHEP). */
#include "server/auth/access_token.h"
#include "server/commands/command.h"
#include "server/commands/console.h"
#include "server/storage/schedule_store.h"

#include <stdio.h>

#define NAME "token"
#define HOURS_MAX (ACCESS_TOKEN_MAX_S / 3600)

static struct {
  char *meeting;
  char *endpoint;
  gboolean viewer;
  int hours;
} given = { .hours = ACCESS_TOKEN_DEFAULT_S / 3600 };

static const GOptionEntry entries[] = {
  { "meeting", 0, 0, G_OPTION_ARG_STRING, &given.meeting, "Id of the meeting", "MEETING" },
  { "endpoint", 0, 0, G_OPTION_ARG_STRING, &given.endpoint,
    "For the room or encoder of this endpoint", "ENDPOINT" },
  { "viewer", 0, 0, G_OPTION_ARG_NONE, &given.viewer, "For viewers, any number at once", NULL },
  { "hours", 0, 0, G_OPTION_ARG_INT, &given.hours, "How long it is good for (default 12)", "N" },
  G_OPTION_ENTRY_NULL,
};

static const CommandSyntax syntax = {
  .name = NAME,
  .summary = "Prints an access token of one meeting, for WHIP, WHEP and rooms.",
  .description = "Who has the token has the access: hand it on as you would a password.",
  .entries = entries,
};

static int
check_options (void)
{
  if (!given.meeting)
    return command_usage_error (NAME, "--meeting is missing");
  if (!given.endpoint == !given.viewer)
    return command_usage_error (NAME, "give either --endpoint or --viewer");
  if (given.hours < 1 || given.hours > HOURS_MAX)
    return command_usage_error (NAME, "--hours must be 1 to %d", HOURS_MAX);
  return EXIT_DONE;
}

static gboolean
check_meeting (Database *database, GError **error)
{
  g_autoptr (MeetingRecord) meeting = schedule_store_get (database, given.meeting, error);
  if (!meeting)
    return FALSE;
  if (given.viewer || meeting_record_is_invited (meeting, given.endpoint))
    return TRUE;
  g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND,
               "endpoint %s is not invited to meeting %s", given.endpoint, given.meeting);
  return FALSE;
}

static char *
make_token (const char *state_dir, GError **error)
{
  g_autoptr (Database) database = database_open_in (state_dir, error);
  if (!database || !check_meeting (database, error))
    return NULL;
  g_autoptr (GBytes) key = access_token_key_load (state_dir, error);
  if (!key || !console_audit (database, "token.made", given.endpoint, given.meeting, error))
    return NULL;
  AccessToken token = { given.meeting, given.viewer ? (char *) "" : given.endpoint,
                        given.viewer ? ACCESS_VIEWER : ACCESS_ROOM,
                        g_get_real_time () / G_USEC_PER_SEC + given.hours * 3600 };
  return access_token_sign (&token, key);
}

int
command_token (int argc, char **argv)
{
  g_autoptr (Settings) settings = NULL;
  if (!command_parse (&syntax, &argc, &argv, &settings))
    return EXIT_USAGE;
  if (check_options () != EXIT_DONE)
    return EXIT_USAGE;
  g_autoptr (GError) error = NULL;
  g_autofree char *token = make_token (settings->storage.state_dir, &error);
  if (!token)
    return command_failure (NAME, "%s", error->message);
  puts (token);
  return EXIT_DONE;
}
