#include "server/storage/mail_store.h"

#include "server/storage/field.h"
#include "server/storage/statement.h"

#define MAIL_COLUMNS "m.id, m.address, l.subject, m.state, m.attempts, m.error, l.at_ms, m.next_ms"
#define MAIL_N_COLUMNS 8
#define ERROR_MAX_CHARS 300
#define OCCURRENCES_MAX 400 /* a year of working days and some */

static const char *const state_names[MAIL_STATES] = { "waiting", "sent", "failed" };

const char *
mail_state_to_string (MailState state)
{
  return state_names[state];
}

gboolean
mail_state_from_string (const char *text, MailState *ret_state)
{
  for (int i = 0; i < MAIL_STATES; i++)
    if (g_strcmp0 (text, state_names[i]) == 0) {
      *ret_state = (MailState) i;
      return TRUE;
    }
  return FALSE;
}

void
mail_free (Mail *mail)
{
  if (!mail)
    return;
  g_free (mail->to);
  g_free (mail->subject);
  g_free (mail->error);
  g_free (mail->text);
  g_free (mail->calendar);
  g_free (mail->calendar_method);
  g_free (mail);
}

static Mail *
mail_from_row (Statement *row)
{
  Mail *mail = g_new0 (Mail, 1);
  mail->id = statement_int (row, 0);
  mail->to = statement_dup_text (row, 1);
  mail->subject = statement_dup_text (row, 2);
  if (!mail_state_from_string (statement_text (row, 3), &mail->state))
    g_error ("mails: a state the schema forbids");
  mail->attempts = (guint) statement_int (row, 4);
  mail->error = statement_dup_text (row, 5);
  mail->at_ms = statement_int (row, 6);
  mail->next_ms = statement_int (row, 7);
  return mail;
}

/* First column of all @rows (transfer full, consumed). */
static char **
take_texts (Statement *rows, GError **error)
{
  g_autoptr (Statement) owned = rows;
  if (!owned)
    return NULL;
  g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();
  while (statement_next (owned, error))
    g_strv_builder_add (texts, statement_text (owned, 0));
  return statement_ok (owned) ? g_strv_builder_end (texts) : NULL;
}

char **
mail_store_addresses (Database *database, const char *meeting, GError **error)
{
  return take_texts (
      statement_query (
          database, error,
          "SELECT lower (e.email) AS address FROM invites i"
          " JOIN endpoints e ON e.id = i.endpoint WHERE i.meeting = ?1 AND e.email <> ''"
          " UNION SELECT lower (s.email) FROM invites i JOIN users s"
          " ON s.endpoint = i.endpoint WHERE i.meeting = ?1 AND s.email <> ''"
          " AND NOT s.disabled"
          " UNION SELECT lower (s.email) FROM meetings m JOIN users s"
          " ON s.unit = m.host_unit WHERE m.id = ?1 AND s.role = 'secretary'"
          " AND s.email <> '' AND NOT s.disabled ORDER BY 1",
          "t", meeting),
      error);
}

char **
mail_store_written_to (Database *database, const char *meeting, GError **error)
{
  return take_texts (statement_query (database, error,
                                      "SELECT address FROM (SELECT m.address AS address,"
                                      " l.calendar_method AS method, max (l.id) FROM letters l"
                                      " JOIN mails m ON m.letter = l.id WHERE l.meeting = ?"
                                      " GROUP BY m.address) WHERE method IS NOT 'CANCEL'",
                                      "t", meeting),
                     error);
}

char **
mail_store_occurrences (Database *database, const char *meeting, GError **error)
{
  return take_texts (
      statement_query (database, error,
                       "SELECT o.id FROM meetings m JOIN meetings o ON o.id = m.id"
                       " OR (o.series = m.series AND o.occurrence_ms > m.occurrence_ms)"
                       " WHERE m.id = ? AND o.state NOT IN ('draft', 'ended')"
                       " ORDER BY o.starts_ms LIMIT ?",
                       "ti", meeting, (gint64) OCCURRENCES_MAX),
      error);
}

/* --- The queue --- */

gboolean
mail_store_drop_waiting (Database *database, const char *meeting, GError **error)
{
  return statement_run (database, error, NULL,
                        "DELETE FROM mails WHERE state = 'waiting' AND attempts = 0"
                        " AND letter IN (SELECT id FROM letters WHERE meeting = ?)",
                        "t", meeting);
}

gboolean
mail_store_queue (Database *database, const Letter *letter, const char *const *addresses,
                  gint64 *ret_id, GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (database, error);
  if (!transaction ||
      !statement_run (database, error, NULL,
                      "INSERT INTO letters (meeting, subject, text, calendar, calendar_method,"
                      " at_ms) VALUES (?, ?, ?, ?, ?, ?)",
                      "ttttti", letter->meeting, letter->subject, letter->text, letter->calendar,
                      letter->calendar_method, letter->at_ms))
    return FALSE;
  gint64 id = statement_last_id (database), first = 0;
  for (; *addresses; addresses++) {
    if (!field_check_email (*addresses, error) ||
        !statement_run (database, error, NULL,
                        "INSERT INTO mails (letter, address, state, attempts, error, since_ms,"
                        " next_ms) VALUES (?, ?, 'waiting', 0, '', ?, ?)",
                        "itii", id, *addresses, letter->at_ms, letter->at_ms))
      return FALSE;
    if (first == 0)
      first = statement_last_id (database);
  }
  if (!transaction_commit (transaction, error))
    return FALSE;
  if (ret_id)
    *ret_id = first;
  return TRUE;
}

Mail *
mail_store_take_due (Database *database, gint64 now_ms, GError **error)
{
  g_autoptr (Statement) row = statement_query (
      database, error,
      "SELECT " MAIL_COLUMNS ", l.text, l.calendar, l.calendar_method, m.since_ms FROM mails m"
      " JOIN letters l ON l.id = m.letter WHERE m.state = 'waiting' AND m.next_ms <= ?"
      " ORDER BY m.next_ms, m.id LIMIT 1",
      "i", now_ms);
  if (!row || !statement_next (row, error))
    return NULL;
  Mail *mail = mail_from_row (row);
  mail->text = statement_dup_text (row, MAIL_N_COLUMNS);
  mail->calendar = statement_dup_text (row, MAIL_N_COLUMNS + 1);
  mail->calendar_method = statement_dup_text (row, MAIL_N_COLUMNS + 2);
  mail->at_ms = statement_int (row, MAIL_N_COLUMNS + 3); /* a retry by hand counts anew */
  return mail;
}

gint64
mail_store_next_ms (Database *database)
{
  gint64 next_ms = 0;
  statement_number (database, NULL, &next_ms,
                    "SELECT next_ms FROM mails WHERE state = 'waiting' ORDER BY next_ms LIMIT 1",
                    "");
  return next_ms;
}

gboolean
mail_store_set_sent (Database *database, gint64 id, GError **error)
{
  return statement_run (database, error, NULL,
                        "UPDATE mails SET state = 'sent', attempts = attempts + 1, error = ''"
                        " WHERE id = ?",
                        "i", id);
}

gboolean
mail_store_set_failed (Database *database, gint64 id, const char *reason, gint64 next_ms,
                       GError **error)
{
  g_autofree char *text = g_utf8_make_valid (reason, -1);
  if (g_utf8_strlen (text, -1) > ERROR_MAX_CHARS)
    *g_utf8_offset_to_pointer (text, ERROR_MAX_CHARS) = '\0';
  return statement_run (database, error, NULL,
                        "UPDATE mails SET state = ?, attempts = attempts + 1, error = ?,"
                        " next_ms = ? WHERE id = ?",
                        "ttii", state_names[next_ms ? MAIL_WAITING : MAIL_FAILED], text, next_ms,
                        id);
}

gboolean
mail_store_retry (Database *database, gint64 id, gint64 now_ms, GError **error)
{
  gint64 changes = 0, known = 0;
  if (!statement_run (database, error, &changes,
                      "UPDATE mails SET state = 'waiting', next_ms = ?, since_ms = ?"
                      " WHERE id = ? AND state <> 'sent'",
                      "iii", now_ms, now_ms, id))
    return FALSE;
  if (changes > 0)
    return TRUE;
  if (!statement_number (database, error, &known, "SELECT 1 FROM mails WHERE id = ?", "i", id))
    return FALSE;
  if (known)
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_CONFLICT, "the letter was sent already");
  else
    g_set_error (error, STORAGE_ERROR, STORAGE_ERROR_NOT_FOUND, "there is no such letter");
  return FALSE;
}

GPtrArray *
mail_store_list (Database *database, const MailState *state, guint limit, GError **error)
{
  g_autoptr (Statement) rows =
      statement_query (database, error,
                       "SELECT " MAIL_COLUMNS " FROM mails m JOIN letters l ON l.id = m.letter"
                       " WHERE ?1 IS NULL OR m.state = ?1 ORDER BY m.id DESC LIMIT ?2",
                       "ti", state ? state_names[*state] : NULL, (gint64) limit);
  if (!rows)
    return NULL;
  g_autoptr (GPtrArray) mails = g_ptr_array_new_with_free_func ((GDestroyNotify) mail_free);
  while (statement_next (rows, error))
    g_ptr_array_add (mails, mail_from_row (rows));
  return statement_ok (rows) ? g_steal_pointer (&mails) : NULL;
}

gboolean
mail_store_remove_before (Database *database, gint64 before_ms, GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (database, error);
  return transaction &&
         statement_run (database, error, NULL,
                        "DELETE FROM mails WHERE state <> 'waiting' AND since_ms < ?", "i",
                        before_ms) &&
         statement_run (database, error, NULL,
                        "DELETE FROM letters WHERE at_ms < ?"
                        " AND NOT EXISTS (SELECT 1 FROM mails m WHERE m.letter = letters.id)",
                        "i", before_ms) &&
         transaction_commit (transaction, error);
}

/* --- Invitations --- */

gboolean
mail_store_take_sequence (Database *database, const char *meeting, guint *ret_sequence,
                          GError **error)
{
  if (!statement_run (database, error, NULL,
                      "INSERT INTO invitations (meeting, sequence) VALUES (?, 0)"
                      " ON CONFLICT DO UPDATE SET sequence = sequence + 1",
                      "t", meeting))
    return FALSE;
  *ret_sequence = mail_store_get_sequence (database, meeting);
  return TRUE;
}

guint
mail_store_get_sequence (Database *database, const char *meeting)
{
  gint64 sequence = 0;
  statement_number (database, NULL, &sequence, "SELECT sequence FROM invitations WHERE meeting = ?",
                    "t", meeting);
  return (guint) sequence;
}

/* --- Feeds --- */

void
feed_free (Feed *feed)
{
  if (!feed)
    return;
  g_free (feed->unit);
  g_free (feed);
}

gboolean
mail_store_remove_feed (Database *database, const Feed *feed, GError **error)
{
  return statement_run (database, error, NULL, "DELETE FROM feeds WHERE user = ? AND unit IS ?",
                        "it", feed->user, feed->unit);
}

gboolean
mail_store_put_feed (Database *database, const Feed *feed, const char *token_hash, gint64 now_ms,
                     GError **error)
{
  g_autoptr (Transaction) transaction = database_begin (database, error);
  return transaction && mail_store_remove_feed (database, feed, error) &&
         statement_run (database, error, NULL,
                        "INSERT INTO feeds (token_hash, user, unit, at_ms) VALUES (?, ?, ?, ?)",
                        "titi", token_hash, feed->user, feed->unit, now_ms) &&
         transaction_commit (transaction, error);
}

Feed *
mail_store_find_feed (Database *database, const char *token_hash)
{
  g_autoptr (Statement) row = statement_query (
      database, NULL, "SELECT user, unit FROM feeds WHERE token_hash = ?", "t", token_hash);
  if (!row || !statement_next (row, NULL))
    return NULL;
  Feed *feed = g_new0 (Feed, 1);
  feed->user = statement_int (row, 0);
  feed->unit = statement_dup_text (row, 1);
  return feed;
}
