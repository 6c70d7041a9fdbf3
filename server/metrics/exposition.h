/* Exposition: the text format of Prometheus, version 0.0.4: families of samples.
 * Pure; any thread. */
#pragma once

#include <glib.h>

/* Of the reply that carries it. */
#define EXPOSITION_CONTENT_TYPE "text/plain; version=0.0.4; charset=utf-8"

typedef enum { METRIC_GAUGE, METRIC_COUNTER } MetricType;

/* Begins the family @name; its samples follow. */
void exposition_begin (GString *text, const char *name, MetricType type, const char *help);

/* A sample of the family @name. @label NULL: none. */
void exposition_add (GString *text, const char *name, const char *label, const char *label_value,
                     double value);

/* A family of one sample without a label. */
void exposition_single (GString *text, const char *name, MetricType type, const char *help,
                        double value);
