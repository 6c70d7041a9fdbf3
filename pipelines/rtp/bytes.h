/* Big-endian reads and writes at any alignment. */
#pragma once

#include <glib.h>

static inline guint16
bytes_get_u16 (const guint8 *p)
{
  return (guint16) (p[0] << 8 | p[1]);
}

static inline guint32
bytes_get_u24 (const guint8 *p)
{
  return (guint32) p[0] << 16 | (guint32) p[1] << 8 | p[2];
}

static inline guint32
bytes_get_u32 (const guint8 *p)
{
  return (guint32) p[0] << 24 | bytes_get_u24 (p + 1);
}

static inline guint64
bytes_get_u64 (const guint8 *p)
{
  return (guint64) bytes_get_u32 (p) << 32 | bytes_get_u32 (p + 4);
}

static inline void
bytes_put_u16 (guint8 *p, guint16 v)
{
  p[0] = v >> 8;
  p[1] = v & 0xff;
}

static inline void
bytes_put_u24 (guint8 *p, guint32 v)
{
  p[0] = v >> 16 & 0xff;
  bytes_put_u16 (p + 1, v & 0xffff);
}

static inline void
bytes_put_u32 (guint8 *p, guint32 v)
{
  bytes_put_u16 (p, v >> 16);
  bytes_put_u16 (p + 2, v & 0xffff);
}

static inline void
bytes_put_u64 (guint8 *p, guint64 v)
{
  bytes_put_u32 (p, v >> 32);
  bytes_put_u32 (p + 4, (guint32) v);
}
