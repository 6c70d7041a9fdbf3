#include "server/card/card_desk.h"

#include "config/log.h"

#include <gio/gio.h>
#include <string.h>

#define TAG "card"

struct CardDesk {
  MeetingHub *hub;
  char *program;
  GHashTable *children; /* meeting -> Child, which the table has one reference of */
};

/* Outlives its desk while something of it is under way. */
typedef struct {
  gint refs;
  CardDesk *desk; /* NULL: nobody wants it any more */
  char *meeting;
  GSubprocess *process;
  GDataInputStream *out;
  GCancellable *cancellable;
} Child;

static void
child_unref (Child *child)
{
  if (--child->refs > 0)
    return;
  g_clear_object (&child->out);
  g_clear_object (&child->process);
  g_object_unref (child->cancellable);
  g_free (child->meeting);
  g_free (child);
}

/* Its standard input is closed: it ends by itself. */
static void
child_dismiss (gpointer data)
{
  Child *child = data;

  child->desk = NULL;
  g_cancellable_cancel (child->cancellable);
  if (child->process != NULL)
    g_output_stream_close (g_subprocess_get_stdin_pipe (child->process), NULL, NULL);
  child_unref (child);
}

static void
answer_child (Child *child, const char *sdp)
{
  json_t *json = json_pack ("{s:s}", "sdp", sdp);
  char *text = json_dumps (json, JSON_COMPACT);
  g_autofree char *line = g_strconcat (text, "\n", NULL);
  g_autoptr (GError) error = NULL;

  /* a few kB into an empty pipe: does not block */
  if (!g_output_stream_write_all (g_subprocess_get_stdin_pipe (child->process), line, strlen (line),
                                  NULL, NULL, &error))
    log_warning (TAG, child->meeting, "the test card is not answered: %s", error->message);
  free (text);
  json_decref (json);
}

static void
on_answer (gpointer user_data, const SessionAnswer *answer, const GError *error)
{
  Child *child = user_data;

  if (child->desk != NULL && answer != NULL)
    answer_child (child, answer->sdp);
  else if (error != NULL)
    log_info (TAG, child->meeting, "no test card: %s", error->message);
  child_unref (child);
}

static void
offer (Child *child, const char *line)
{
  json_t *json = json_loads (line, JSON_REJECT_DUPLICATES, NULL);
  const char *sdp = json_string_value (json_object_get (json, "sdp"));

  if (sdp != NULL) {
    CardOffer made = { sdp, strlen (sdp), g_get_monotonic_time () };
    child->refs++;
    meeting_hub_offer_card (child->desk->hub, child->meeting, &made, on_answer, child);
  }
  json_decref (json);
}

static void
on_line (GObject *out, GAsyncResult *result, gpointer user_data)
{
  Child *child = user_data;
  g_autofree char *line =
      g_data_input_stream_read_line_finish (G_DATA_INPUT_STREAM (out), result, NULL, NULL);

  if (child->desk != NULL && line != NULL)
    offer (child, line);
  else if (child->desk != NULL)
    log_warning (TAG, child->meeting, "whoever makes the test card ended without one");
  child_unref (child);
}

static gboolean
start_process (Child *child, GError **error)
{
  const GSubprocessFlags flags = G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE;

  child->process = g_subprocess_new (flags, error, child->desk->program, "card", NULL);
  if (child->process == NULL)
    return FALSE;
  child->out = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child->process));
  child->refs++;
  g_data_input_stream_read_line_async (child->out, G_PRIORITY_DEFAULT, child->cancellable, on_line,
                                       child);
  return TRUE;
}

static void
start (gpointer card_data, const char *meeting)
{
  CardDesk *desk = card_data;
  g_autoptr (GError) error = NULL;
  Child *child = g_new0 (Child, 1);

  child->refs = 1;
  child->desk = desk;
  child->meeting = g_strdup (meeting);
  child->cancellable = g_cancellable_new ();
  g_hash_table_replace (desk->children, child->meeting, child);
  if (!start_process (child, &error))
    log_warning (TAG, meeting, "no test card: %s", error->message);
}

static void
stop (gpointer card_data, const char *meeting)
{
  g_hash_table_remove (((CardDesk *) card_data)->children, meeting);
}

CardDesk *
card_desk_new (MeetingHub *hub, const char *program)
{
  static const CardPort port = { start, stop };
  CardDesk *desk = g_new0 (CardDesk, 1);

  desk->hub = hub;
  desk->program = g_strdup (program);
  desk->children = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, child_dismiss);
  meeting_hub_set_card_port (hub, &port, desk);
  return desk;
}

void
card_desk_free (CardDesk *desk)
{
  meeting_hub_set_card_port (desk->hub, &(CardPort){ NULL, NULL }, NULL);
  g_hash_table_unref (desk->children);
  g_free (desk->program);
  g_free (desk);
}
