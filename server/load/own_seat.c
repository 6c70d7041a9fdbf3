#include "server/load/own_seat.h"

#include <string.h>

#define SEATS "\"seats\":"

/* Behind the string that begins at @at; @end if it does not end. */
static const char *
skip_string (const char *at, const char *end)
{
  for (at++; at < end && *at != '"'; at++)
    if (*at == '\\' && at + 1 < end)
      at++;
  return at < end ? at + 1 : end;
}

/* Behind the object or array that begins at @at. */
static const char *
skip_nested (const char *at, const char *end)
{
  guint depth = 0;

  while (at < end) {
    if (*at == '"') {
      at = skip_string (at, end);
      continue;
    }
    if (*at == '{' || *at == '[')
      depth++;
    else if ((*at == '}' || *at == ']') && --depth == 0)
      return at + 1;
    at++;
  }
  return end;
}

static const char *
skip_blanks (const char *at, const char *end)
{
  while (at < end && g_ascii_isspace (*at))
    at++;
  return at;
}

/* The "[" of the outermost object's seats; NULL: it has none. */
static const char *
find_seats (const char *at, const char *end)
{
  gsize name_size = strlen (SEATS);

  at = skip_blanks (at, end);
  for (at += at < end; at < end;) {
    if (*at == '"') {
      gboolean is_it = (gsize) (end - at) > name_size && memcmp (at, SEATS, name_size) == 0;
      const char *value = skip_blanks (at + name_size, end);
      if (is_it && value < end && *value == '[')
        return value;
      at = skip_string (at, end);
    } else if (*at == '{' || *at == '[') {
      at = skip_nested (at, end);
    } else {
      at++;
    }
  }
  return NULL;
}

static json_t *
load (const char *text, gsize size)
{
  return json_loadb (text, size, 0, NULL);
}

json_t *
own_seat_parse (const char *text, gsize size, const char *endpoint)
{
  const char *end = text + size, *array = find_seats (text, end);
  g_autofree char *own = g_strdup_printf ("\"%s\"", endpoint);
  guint n_seats = 0;

  if (!array)
    return load (text, size);
  g_autoptr (GString) cut = g_string_new_len (text, array + 1 - text);
  const char *at = skip_blanks (array + 1, end);
  for (gboolean is_first = TRUE; at < end && *at == '{'; n_seats++) {
    const char *behind = skip_nested (at, end);
    if (memmem (at, (gsize) (behind - at), own, strlen (own))) {
      g_string_append (cut, is_first ? "" : ",");
      g_string_append_len (cut, at, behind - at);
      is_first = FALSE;
    }
    at = skip_blanks (behind, end);
    at = skip_blanks (at + (at < end && *at == ','), end);
  }
  g_string_append_len (cut, at, end - at);
  json_t *message = load (cut->str, cut->len);
  if (json_is_object (message))
    json_object_set_new (message, "n_seats", json_integer (n_seats));
  return message;
}
