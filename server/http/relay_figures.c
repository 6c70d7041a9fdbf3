#include "server/http/relay_figures.h"

#include <string.h>

struct RelayFigures {
  gint64 taken_us; /* 0: never */
  json_t *now;     /* the relay's last reply, NULL: it did not answer */
  json_t *json;    /* as told */
};

/* Counters of a shard that are told as rates, and under which name. */
static const struct {
  const char *counter, *rate;
} rates[] = {
  { "rx_packets", "rx_pps" },
  { "tx_packets", "tx_pps" },
  { "rx_bytes", "rx_bytes_s" },
  { "tx_bytes", "tx_bytes_s" },
  { "rx_dropped", "rx_dropped_s" },
  { "tx_dropped", "tx_dropped_s" },
  { "rounds", "rounds_s" },
  { "stun_checks", "stun_checks_s" },
  { "nacks_in", "nacks_in_s" },
  { "nacks_out", "nacks_out_s" },
  { "retransmitted", "resent_s" },
  { "keyframes_asked", "keyframes_asked_s" },
  { "keyframes_in", "keyframes_in_s" },
};

RelayFigures *
relay_figures_new (void)
{
  return g_new0 (RelayFigures, 1);
}

void
relay_figures_free (RelayFigures *figures)
{
  if (figures == NULL)
    return;
  json_decref (figures->now);
  json_decref (figures->json);
  g_free (figures);
}

gboolean
relay_figures_is_fresh (const RelayFigures *figures, gint64 now_us)
{
  return figures->taken_us != 0 && now_us - figures->taken_us < RELAY_FIGURES_FRESH_US;
}

static double
rate_of (const json_t *before, const json_t *now, const char *counter, double span_s)
{
  json_int_t difference = json_integer_value (json_object_get (now, counter)) -
                          json_integer_value (json_object_get (before, counter));

  return difference < 0 ? 0 : (double) difference / span_s;
}

/* Of one shard: what it counts, and rates; its share of a core in percent. */
static json_t *
shard_to_json (const json_t *before, json_t *now, double span_s)
{
  json_t *json = json_deep_copy (now);
  double packets = rate_of (before, now, "rx_packets", span_s);
  double rounds = rate_of (before, now, "rounds", span_s);

  for (gsize i = 0; i < G_N_ELEMENTS (rates); i++)
    json_object_set_new (json, rates[i].rate,
                         json_real (rate_of (before, now, rates[i].counter, span_s)));
  json_object_set_new (json, "cpu_percent",
                       json_real (rate_of (before, now, "cpu_us", span_s) / 10000));
  json_object_set_new (json, "packets_per_round", json_real (rounds > 0 ? packets / rounds : 0));
  return json;
}

static void
add_up (json_t *total, const json_t *shard, const char *name)
{
  double sum = json_number_value (json_object_get (total, name)) +
               json_number_value (json_object_get (shard, name));

  json_object_set_new (total, name, json_real (sum));
}

static json_t *
shards_to_json (const json_t *before, json_t *now, double span_s, json_t *total)
{
  json_t *list = json_array (), *shard;
  size_t i;

  json_array_foreach (now, i, shard)
  {
    json_t *json = shard_to_json (json_array_get (before, i), shard, span_s);

    for (gsize k = 0; k < G_N_ELEMENTS (rates); k++)
      add_up (total, json, rates[k].rate);
    add_up (total, json, "cpu_percent");
    json_array_append_new (list, json);
  }
  return list;
}

/* Another run of the relay counts from zero. */
static gboolean
is_same_run (const json_t *before, const json_t *now)
{
  return before != NULL && json_integer_value (json_object_get (now, "uptime_s")) >=
                               json_integer_value (json_object_get (before, "uptime_s"));
}

static json_t *
make_json (const json_t *before, json_t *now, double span_s)
{
  json_t *json = json_pack ("{s:b}", "connected", now != NULL);

  if (now == NULL)
    return json;
  json_object_set (json, "uptime_s", json_object_get (now, "uptime_s"));
  json_object_set (json, "rss_bytes", json_object_get (now, "rss_bytes"));
  if (!is_same_run (before, now)) {
    json_object_set (json, "shards", json_object_get (now, "shards"));
    return json;
  }
  json_t *total = json_object ();
  json_object_set_new (json, "shards",
                       shards_to_json (json_object_get (before, "shards"),
                                       json_object_get (now, "shards"), span_s, total));
  json_object_set_new (json, "total", total);
  return json;
}

void
relay_figures_take (RelayFigures *figures, json_t *stats, gint64 now_us)
{
  double span_s = (double) MAX (now_us - figures->taken_us, 1) / G_USEC_PER_SEC;

  json_decref (figures->json);
  figures->json = make_json (figures->taken_us != 0 ? figures->now : NULL, stats, span_s);
  json_decref (figures->now);
  figures->now = json_incref (stats);
  figures->taken_us = now_us;
}

json_t *
relay_figures_to_json (const RelayFigures *figures)
{
  return figures->json != NULL ? json_incref (figures->json)
                               : json_pack ("{s:b}", "connected", FALSE);
}
