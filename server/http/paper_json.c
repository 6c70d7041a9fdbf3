#include "server/http/paper_json.h"

json_t *
paper_to_json (const Paper *paper)
{
  return json_pack (
      "{s:s, s:s, s:I, s:s, s:s?, s:o, s:s, s:o, s:s}", "id", paper->id, "name", paper->name,
      "bytes", (json_int_t) paper->bytes, "type", paper->type, "item", paper->item, "pages",
      paper->pages >= 0 ? json_integer (paper->pages) : json_null (), "sha256", paper->sha256,
      "added_at", http_time_to_json (paper->added_at_ms), "added_by", paper->added_by);
}

json_t *
papers_to_json (const GPtrArray *papers)
{
  json_t *list = json_array ();
  for (guint i = 0; papers && i < papers->len; i++)
    json_array_append_new (list, paper_to_json (papers->pdata[i]));
  return list;
}

json_t *
papers_of_item (const GPtrArray *papers, const char *item)
{
  json_t *list = json_array ();
  for (guint i = 0; papers && i < papers->len; i++) {
    const Paper *paper = papers->pdata[i];
    if (g_strcmp0 (paper->item, item) == 0)
      json_array_append_new (list, json_string (paper->id));
  }
  return list;
}
