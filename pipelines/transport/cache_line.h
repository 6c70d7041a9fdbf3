/* Of hundreds of peers the state of each has left the processor's cache when its turn comes: what
 * each packet reads lies together, begins with a line, and is fetched ahead. Any thread. */
#pragma once

#include <glib.h>

#define CACHE_LINE_BYTES 64

/* Into the second level: the first one fetches fewer lines at a time than a receiver has, and the
 * processor would wait. Inlined in any case: GCC 12 takes a function that only prefetches for one
 * without effect, and leaves out the call. */
G_ALWAYS_INLINE static inline void
cache_line_prefetch (gconstpointer at, gsize bytes)
{
  guintptr end = (guintptr) at + bytes;

  for (guintptr line = (guintptr) at & ~(CACHE_LINE_BYTES - 1ul); line < end;
       line += CACHE_LINE_BYTES)
    __builtin_prefetch ((gconstpointer) line, 0 /* to read */, 2);
}
