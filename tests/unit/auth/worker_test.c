/* PasswordWorker: the answers, the bound on what waits, and an end in the middle. */
#include "server/auth/password.h"

#include <sodium.h>
#include <string.h>

typedef struct {
  guint waiting;
  guint right;
  guint wrong;
  guint busy;
  char *hash;
} Answers;

static void
on_verified (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answers *answers = user_data;
  g_autoptr (GError) error = NULL;
  gboolean right = FALSE;
  answers->waiting--;
  if (password_worker_verify_finish (result, &right, &error)) {
    answers->right += right;
    answers->wrong += !right;
    return;
  }
  g_assert_error (error, AUTH_ERROR, AUTH_ERROR_BUSY);
  answers->busy++;
}

static void
on_hashed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Answers *answers = user_data;
  answers->hash = password_worker_hash_finish (result, NULL);
  answers->waiting--;
}

static void
wait_for (Answers *answers)
{
  while (answers->waiting > 0)
    g_main_context_iteration (NULL, TRUE);
}

/* Of the least cost, so that the suite is quick. */
static char *
cheap_hash (const char *password)
{
  char hash[crypto_pwhash_STRBYTES];
  g_assert_cmpint (sodium_init (), >=, 0);
  g_assert_cmpint (crypto_pwhash_str (hash, password, strlen (password), crypto_pwhash_OPSLIMIT_MIN,
                                      crypto_pwhash_MEMLIMIT_MIN),
                   ==, 0);
  return g_strdup (hash);
}

static void
test_verify (void)
{
  g_autofree char *hash = cheap_hash ("right");
  g_autoptr (PasswordWorker) worker = password_worker_new ();
  Answers answers = { .waiting = 3 };
  password_worker_verify_async (worker, hash, "right", on_verified, &answers);
  password_worker_verify_async (worker, hash, "wrong", on_verified, &answers);
  password_worker_verify_async (worker, NULL, "right", on_verified, &answers);
  wait_for (&answers);
  g_assert_cmpuint (answers.right, ==, 1);
  g_assert_cmpuint (answers.wrong, ==, 2);
}

static void
test_hash (void)
{
  g_autoptr (PasswordWorker) worker = password_worker_new ();
  Answers answers = { .waiting = 1 };
  password_worker_hash_async (worker, "right", on_hashed, &answers);
  wait_for (&answers);
  g_assert_true (password_verify (answers.hash, "right"));
  g_free (answers.hash);
}

/* Nobody is left without an answer, and none but the surplus is turned away. */
static void
test_bound (void)
{
  g_autofree char *hash = cheap_hash ("right");
  g_autoptr (PasswordWorker) worker = password_worker_new ();
  const guint asked = 2 * (PASSWORD_QUEUE_MAX + PASSWORD_WORKERS);
  Answers answers = { .waiting = asked };
  for (guint i = 0; i < asked; i++)
    password_worker_verify_async (worker, hash, "right", on_verified, &answers);
  wait_for (&answers);
  g_assert_cmpuint (answers.right + answers.busy, ==, asked);
  g_assert_cmpuint (answers.right, >=, PASSWORD_QUEUE_MAX);
}

static void
test_free_while_busy (void)
{
  PasswordWorker *worker = password_worker_new ();
  Answers answers = { .waiting = 8 };
  for (int i = 0; i < 8; i++)
    password_worker_verify_async (worker, NULL, "x", on_verified, &answers);
  password_worker_free (worker);
  wait_for (&answers);
  g_assert_cmpuint (answers.wrong + answers.busy, ==, 8);
  g_assert_cmpuint (answers.busy, >=, 8 - 2 * PASSWORD_WORKERS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/worker/verify", test_verify);
  g_test_add_func ("/worker/hash", test_hash);
  g_test_add_func ("/worker/bound", test_bound);
  g_test_add_func ("/worker/free-while-busy", test_free_while_busy);
  return g_test_run ();
}
