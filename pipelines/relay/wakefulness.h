/* Wakefulness: whether the machine's cores may sleep between two frames. Pure engine, looked at
 * once a second.
 *
 *   asleep --so many packets a second--> awake
 *          <--fewer for a while, or the host takes cores--
 *
 * A core that sleeps for the milliseconds until the next frame wakes up late and with cold caches,
 * and in a virtual machine the host gives it away meanwhile: with 600 receivers a packet costs a
 * fifth more and the last of them gets it 2 ms later. So while much is sent the cores are asked to
 * wait awake. A host that has no core to spare shows it as stolen time: then they are not.
 */
#pragma once

#include <glib.h>

#define WAKEFULNESS_PACKETS_PER_S 10000 /* some 50 rooms with picture and sound */
#define WAKEFULNESS_LINGER_US (30 * G_USEC_PER_SEC)

/* Of all cores' time, so many looks in a row: the host lacks cores, and is left alone. */
#define WAKEFULNESS_STOLEN_PERMILLE 50
#define WAKEFULNESS_STOLEN_LOOKS 5
#define WAKEFULNESS_BARRED_US (10 * 60 * G_USEC_PER_SEC)

/* Time of all cores since the machine started, in ticks of /proc/stat. */
typedef struct {
  guint64 all;
  guint64 stolen; /* by the host, for others */
} CoreTimes;

typedef struct {
  gboolean is_awake;
  gint64 looked_us;       /* 0: never */
  guint32 packets;        /* of that look */
  guint packets_per_s;    /* at the latest look */
  gint64 busy_us;         /* when it last sent enough */
  CoreTimes times;        /* of the look before, while awake */
  guint stolen_permille;  /* since then */
  guint stolen_looks;     /* in a row */
  gint64 barred_until_us; /* 0: not barred */
} Wakefulness;

typedef struct {
  gint64 now_us;
  guint32 packets; /* sent since the start, modulo 2^32 */
  CoreTimes times; /* all 0: not known */
} WakefulnessInput;

/* TRUE: is_awake has changed. */
gboolean wakefulness_look (Wakefulness *wakefulness, const WakefulnessInput *input);

/* What the first line of /proc/stat says (proc(5)). FALSE, and nothing known: it is no such line.
 */
gboolean core_times_parse (const gchar *text, CoreTimes *ret_times);
