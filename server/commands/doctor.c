/* diemcau doctor: whether this machine is fit for meetings, and what to do where it is not. */
#include "server/commands/command.h"
#include "server/doctor/checkup.h"

#include <jansson.h>
#include <stdio.h>

static gboolean as_json;

static const GOptionEntry entries[] = {
  { "json", 0, 0, G_OPTION_ARG_NONE, &as_json, "Print the findings as JSON", NULL },
  G_OPTION_ENTRY_NULL,
};

static const CommandSyntax syntax = {
  .name = "doctor",
  .summary = "Looks whether this machine is fit for meetings, and says what to do where it is not.",
  .description = "Run it as the user and with the settings of the service; the controller may run "
                 "meanwhile.\nExit status 1 if something is bad (■); what is only fair (▲) does "
                 "not count.",
  .entries = entries,
};

static const char *const marks[] = { "●", "▲", "■" };

static void
print_text (const GPtrArray *findings)
{
  for (guint i = 0; i < findings->len; i++) {
    const Finding *finding = g_ptr_array_index (findings, i);
    printf ("%s %s\n  %s\n", marks[finding->light], finding->vi, finding->en);
    if (finding->advice_vi)
      printf ("  → %s\n  → %s\n", finding->advice_vi, finding->advice_en);
  }
}

static json_t *
words_of (const char *vi, const char *en)
{
  return vi ? json_pack ("{s:s, s:s}", "vi", vi, "en", en) : json_null ();
}

static void
print_json (const GPtrArray *findings)
{
  json_t *list = json_array ();
  for (guint i = 0; i < findings->len; i++) {
    const Finding *finding = g_ptr_array_index (findings, i);
    json_array_append_new (list, json_pack ("{s:s, s:s, s:o, s:o}", "id", finding->id, "light",
                                            finding_light_names[finding->light], "found",
                                            words_of (finding->vi, finding->en), "advice",
                                            words_of (finding->advice_vi, finding->advice_en)));
  }
  json_dumpf (list, stdout, JSON_INDENT (1));
  putchar ('\n');
  json_decref (list);
}

static guint
count (const GPtrArray *findings, FindingLight light)
{
  guint n = 0;
  for (guint i = 0; i < findings->len; i++)
    n += ((const Finding *) g_ptr_array_index (findings, i))->light == light;
  return n;
}

int
command_doctor (int argc, char **argv)
{
  g_autoptr (Settings) settings = NULL;
  if (!command_parse (&syntax, &argc, &argv, &settings))
    return EXIT_USAGE;
  g_auto (MachineFacts) facts = { 0 };
  command_raise_file_limit ();
  facts_gather (settings, &facts);
  g_autoptr (GPtrArray) findings = checkup (&facts);
  guint bad = count (findings, FINDING_BAD), fair = count (findings, FINDING_FAIR);
  if (as_json)
    print_json (findings);
  else {
    print_text (findings);
    printf ("\n■ %u, ▲ %u, ● %u\n", bad, fair, findings->len - bad - fair);
  }
  return bad > 0 ? EXIT_FAILED : EXIT_DONE;
}
