#include "pipelines/relay/wakefulness.h"

#define SECOND G_USEC_PER_SEC
#define START (1000 * SECOND)

/* A relay that sends so much, on a host that takes so much; each look is a second later. */
typedef struct {
  Wakefulness wakefulness;
  WakefulnessInput input;
} Machine;

static gboolean
look (Machine *machine, guint packets_per_s, guint stolen_permille)
{
  machine->input.now_us += SECOND;
  machine->input.packets += packets_per_s;
  machine->input.times.all += 1000;
  machine->input.times.stolen += stolen_permille;
  return wakefulness_look (&machine->wakefulness, &machine->input);
}

static Machine
new_machine (guint32 packets)
{
  Machine machine = { .input = { START, packets, { 5000, 100 } } };

  g_assert_false (wakefulness_look (&machine.wakefulness, &machine.input));
  return machine;
}

static void
test_awake_from_so_many (void)
{
  Machine machine = new_machine (0);

  for (guint i = 0; i < 100; i++)
    g_assert_false (look (&machine, WAKEFULNESS_PACKETS_PER_S - 1, 0));
  g_assert_true (look (&machine, WAKEFULNESS_PACKETS_PER_S, 0));
  g_assert_true (machine.wakefulness.is_awake);
  g_assert_false (look (&machine, WAKEFULNESS_PACKETS_PER_S, 0));
}

/* What was sent before the first look is no rate, and the counter may wrap. */
static void
test_counter (void)
{
  Machine machine = new_machine (G_MAXUINT32 - 5);

  g_assert_false (machine.wakefulness.is_awake);
  g_assert_false (look (&machine, 10, 0));
  g_assert_cmpuint (machine.wakefulness.packets_per_s, ==, 10);
}

/* A rate, not what came between two looks: one that is late sees no more. */
static void
test_late_look (void)
{
  Machine machine = new_machine (0);

  machine.input.now_us += SECOND;
  g_assert_false (look (&machine, WAKEFULNESS_PACKETS_PER_S, 0));
  g_assert_cmpuint (machine.wakefulness.packets_per_s, ==, WAKEFULNESS_PACKETS_PER_S / 2);
}

static void
test_lingers (void)
{
  Machine machine = new_machine (0);

  look (&machine, WAKEFULNESS_PACKETS_PER_S, 0);
  for (guint i = 1; i < WAKEFULNESS_LINGER_US / SECOND; i++)
    g_assert_false (look (&machine, 0, 0));
  g_assert_true (look (&machine, 0, 0));
  g_assert_false (machine.wakefulness.is_awake);
  g_assert_true (look (&machine, WAKEFULNESS_PACKETS_PER_S, 0));
}

/* One look less than it takes, or a little less of it, bars nothing. */
static void
test_host_takes_little (void)
{
  Machine machine = new_machine (0);

  look (&machine, 50000, 0);
  for (guint i = 0; i < 100; i++) {
    guint stolen = i % WAKEFULNESS_STOLEN_LOOKS == 0 ? 0 : 400;
    g_assert_false (look (&machine, 50000, stolen));
  }
  for (guint i = 0; i < 100; i++)
    g_assert_false (look (&machine, 50000, WAKEFULNESS_STOLEN_PERMILLE - 1));
  g_assert_true (machine.wakefulness.is_awake);
}

static void
test_host_takes_much (void)
{
  Machine machine = new_machine (0);
  guint looks = 1;

  look (&machine, 50000, 0);
  look (&machine, 50000, 0); /* what was stolen before it was awake does not count */
  while (!look (&machine, 50000, WAKEFULNESS_STOLEN_PERMILLE))
    looks++;
  g_assert_cmpuint (looks, ==, WAKEFULNESS_STOLEN_LOOKS);
  g_assert_false (machine.wakefulness.is_awake);
  for (looks = 1; !look (&machine, 50000, 0); looks++)
    ;
  g_assert_cmpuint (looks, ==, WAKEFULNESS_BARRED_US / SECOND);
  g_assert_true (machine.wakefulness.is_awake);
}

/* A machine that does not say what is stolen is not barred. */
static void
test_times_not_known (void)
{
  Machine machine = { .input = { START, 0, { 0, 0 } } };

  for (guint i = 0; i < 100; i++) {
    machine.input.now_us += SECOND;
    machine.input.packets += 50000;
    wakefulness_look (&machine.wakefulness, &machine.input);
  }
  g_assert_true (machine.wakefulness.is_awake);
}

static void
test_times (void)
{
  static const gchar *const wrong[] = {
    "", "cpu", "cpu0 1 2 3 4 5 6 7 8", "cpu ", "cpu  1 2 3 4 5 6 7", "cpu  1 2 x 4 5 6 7 8 9"
  };
  CoreTimes times;

  g_assert_true (core_times_parse ("cpu  1 2 3 4 5 6 7 8 100 100\ncpu0 9", &times));
  g_assert_cmpuint (times.all, ==, 36);
  g_assert_cmpuint (times.stolen, ==, 8);
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_assert_false (core_times_parse (wrong[i], &times));
    g_assert_cmpuint (times.all + times.stolen, ==, 0);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/relay/wakefulness/from-so-many", test_awake_from_so_many);
  g_test_add_func ("/relay/wakefulness/counter", test_counter);
  g_test_add_func ("/relay/wakefulness/late-look", test_late_look);
  g_test_add_func ("/relay/wakefulness/lingers", test_lingers);
  g_test_add_func ("/relay/wakefulness/host-takes-little", test_host_takes_little);
  g_test_add_func ("/relay/wakefulness/host-takes-much", test_host_takes_much);
  g_test_add_func ("/relay/wakefulness/times-not-known", test_times_not_known);
  g_test_add_func ("/relay/wakefulness/times", test_times);
  return g_test_run ();
}
