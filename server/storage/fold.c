#include "server/storage/fold.h"

#include <string.h>

char *
fold_text (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *apart = g_utf8_normalize (valid, -1, G_NORMALIZE_ALL);
  GString *folded = g_string_sized_new (strlen (text));
  gboolean gap = FALSE;
  for (const char *p = apart; *p; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    if (g_unichar_ismark (c))
      continue;
    if (c == 0x0110 || c == 0x0111) /* Đ, đ: a letter of its own, not a d with a mark */
      c = 'd';
    if (!g_unichar_isalnum (c)) {
      gap = folded->len > 0;
      continue;
    }
    if (gap)
      g_string_append_c (folded, ' ');
    gap = FALSE;
    g_string_append_unichar (folded, g_unichar_tolower (c));
  }
  return g_string_free (folded, FALSE);
}

/* Words that say what kind of unit a name is, as folded, and how they are written by hand. */
static const struct {
  const char *word;
  const char *abbreviation;
} type_words[] = {
  { "xa", "x" },        { "phuong", "p" },     { "dac khu", "dk" },
  { "thi tran", "tt" }, { "thanh pho", "tp" }, { "thi xa", "tx" },
  { "tinh", "t" },      { "quan", "q" },       { "huyen", "h" },
};

/* Length of @prefix and the space behind it if @text starts with both and goes on, else 0. */
static gsize
leading_word (const char *text, const char *prefix)
{
  gsize length = strlen (prefix);
  gboolean leads = strncmp (text, prefix, length) == 0 && text[length] == ' ' && text[length + 1];
  return leads ? length + 1 : 0;
}

static gsize
type_word_length (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (type_words); i++) {
    gsize length = leading_word (name, type_words[i].word);
    if (length > 0)
      return length;
  }
  return 0;
}

/* The query with its abbreviated type word written out; NULL if it has none. */
static char *
expand_type_word (const char *query)
{
  for (gsize i = 0; i < G_N_ELEMENTS (type_words); i++) {
    gsize length = leading_word (query, type_words[i].abbreviation);
    if (length > 0)
      return g_strconcat (type_words[i].word, " ", query + length, NULL);
  }
  return NULL;
}

/* Whether @word (of @length) starts a word of @name. */
static gboolean
starts_a_word (const char *name, const char *word, gsize length)
{
  while (name) {
    if (strncmp (name, word, length) == 0)
      return TRUE;
    name = strchr (name, ' ');
    if (name)
      name++;
  }
  return FALSE;
}

static gboolean
all_words_start (const char *name, const char *query)
{
  for (const char *word = query; *word;) {
    gsize length = strcspn (word, " ");
    if (!starts_a_word (name, word, length))
      return FALSE;
    word += length;
    word += *word == ' ';
  }
  return TRUE;
}

static int
match_plain (const char *name, const char *query)
{
  gsize length = strlen (query);
  if (strncmp (name, query, length) == 0)
    return name[length] == 0 ? 0 : name[length] == ' ' ? 1 : 2;
  if (starts_a_word (name, query, length))
    return 3;
  if (all_words_start (name, query))
    return 4;
  return strstr (name, query) ? 5 : -1;
}

static int
better (int a, int b)
{
  if (a < 0 || b < 0)
    return MAX (a, b);
  return MIN (a, b);
}

static int
match_with_type (const char *name, const char *query)
{
  gsize type = type_word_length (name);
  int whole = match_plain (name, query);
  /* "phu" shall find Phú Lệ, not each of the thousand phường; only the last rank is left to it. */
  if (whole >= 0 && strlen (query) < type && strncmp (name, query, strlen (query)) == 0)
    whole = 5;
  return type > 0 ? better (whole, match_plain (name + type, query)) : whole;
}

int
fold_match (const char *name, const char *query)
{
  if (!*query)
    return -1;
  int rank = match_with_type (name, query);
  g_autofree char *expanded = expand_type_word (query);
  return expanded ? better (rank, match_with_type (name, expanded)) : rank;
}
