/* Text as people type it in a hurry: lower case, without diacritics, đ as d.
 *
 * Pure functions, any thread.  "Xã Thanh Hà" in NFC or in NFD gives "xa thanh ha"; runs of white
 * space and punctuation become one space, none at the ends.  Bytes that are not UTF-8 count as
 * punctuation. */
#pragma once
#include <glib.h>

/* transfer full, never NULL. */
char *fold_text (const char *text);

/* How well folded @name answers folded @query; both made by fold_text ().  Smaller is better,
 * -1 is no match.  Every word of the query must be found in the name, the words in order score
 * before the same words apart:
 *   0 the whole name, or the name behind its type word ("xa", "phuong", "tinh" ...)
 *   1 the name, behind its type word, starts with the query, which ends at a word's end
 *   2 it starts with the query
 *   3 the query starts at a later word of the name
 *   4 every word of the query starts a word of the name, in any order
 *   5 inside a word
 * In the query the type words may be abbreviated as they are written by hand: "x", "p", "tt",
 * "tp", "tx", "dk" before another word ("p. ba dinh"). */
int fold_match (const char *name, const char *query);
