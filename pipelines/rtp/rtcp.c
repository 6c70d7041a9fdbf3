#include "pipelines/rtp/rtcp.h"

#include "pipelines/rtp/bytes.h"
#include <string.h>

#define RTCP_HEADER 4
#define SENDER_INFO_SIZE 24 /* SSRC included */
#define REPORT_BLOCK_SIZE 24
#define FEEDBACK_HEADER 12 /* header, sender, media */
#define FIR_ENTRY_SIZE 8
#define SDES_CNAME 1
#define REMB_NAME 0x52454d42 /* "REMB" */
#define REMB_FIXED 8         /* name, count + bitrate */

/* --- reading --- */

void
rtcp_iter_init (RtcpIter *iter, const guint8 *data, gsize size)
{
  *iter = (RtcpIter){ .next = data, .end = data + size, .left = RTCP_PACKETS_MAX };
}

gboolean
rtcp_iter_next (RtcpIter *iter, RtcpPacket *ret_packet)
{
  const guint8 *p = iter->next;
  gsize rest = iter->end - p;
  if (iter->left == 0 || rest < RTCP_HEADER || (p[0] & 0xc0) != 0x80)
    return FALSE;
  gsize whole = ((gsize) bytes_get_u16 (p + 2) + 1) * 4;
  if (whole > rest)
    return FALSE;
  /* RFC 3550 wants whole words of padding; transport-wide feedback of browsers pads by 1-3. */
  gsize padding = p[0] & 0x20 ? p[whole - 1] : 0;
  if (padding + RTCP_HEADER > whole || ((p[0] & 0x20) && padding == 0))
    return FALSE;
  *ret_packet = (RtcpPacket){
    .type = p[1],
    .count = p[0] & 0x1f,
    .size = MIN (whole - padding, G_MAXUINT16),
    .data = p,
  };
  iter->next += whole;
  iter->left--;
  return TRUE;
}

gboolean
rtcp_read_sender_info (const RtcpPacket *packet, RtcpSenderInfo *ret_info)
{
  const guint8 *p = packet->data + RTCP_HEADER;
  if (packet->type != RTCP_SR || packet->size < RTCP_HEADER + SENDER_INFO_SIZE)
    return FALSE;
  *ret_info = (RtcpSenderInfo){
    .ssrc = bytes_get_u32 (p),
    .ntp = bytes_get_u64 (p + 4),
    .rtp_timestamp = bytes_get_u32 (p + 12),
    .packets = bytes_get_u32 (p + 16),
    .octets = bytes_get_u32 (p + 20),
  };
  return TRUE;
}

gboolean
rtcp_read_report_block (const RtcpPacket *packet, guint index, RtcpReportBlock *ret_block)
{
  gsize at = RTCP_HEADER;
  if (packet->type == RTCP_SR)
    at += SENDER_INFO_SIZE;
  else if (packet->type == RTCP_RR)
    at += 4;
  else
    return FALSE;
  at += (gsize) index * REPORT_BLOCK_SIZE;
  if (index >= packet->count || at + REPORT_BLOCK_SIZE > packet->size)
    return FALSE;
  const guint8 *p = packet->data + at;
  gint32 lost = (gint32) bytes_get_u24 (p + 5);
  *ret_block = (RtcpReportBlock){
    .ssrc = bytes_get_u32 (p),
    .fraction_lost = p[4],
    .cumulative_lost = lost & 0x800000 ? lost - 0x1000000 : lost,
    .highest_seq = bytes_get_u32 (p + 8),
    .jitter = bytes_get_u32 (p + 12),
    .last_sr = bytes_get_u32 (p + 16),
    .delay_since_last_sr = bytes_get_u32 (p + 20),
  };
  return TRUE;
}

gboolean
rtcp_read_sender_ssrc (const RtcpPacket *packet, guint32 *ret_ssrc)
{
  gboolean has_sender = packet->type == RTCP_SR || packet->type == RTCP_RR ||
                        packet->type == RTCP_RTPFB || packet->type == RTCP_PSFB;
  if (!has_sender || packet->size < RTCP_HEADER + 4)
    return FALSE;
  *ret_ssrc = bytes_get_u32 (packet->data + RTCP_HEADER);
  return TRUE;
}

gboolean
rtcp_read_bye (const RtcpPacket *packet, guint index, guint32 *ret_ssrc)
{
  gsize at = RTCP_HEADER + (gsize) index * 4;
  if (packet->type != RTCP_BYE || index >= packet->count || at + 4 > packet->size)
    return FALSE;
  *ret_ssrc = bytes_get_u32 (packet->data + at);
  return TRUE;
}

/* Looks for a CNAME in the chunk at *at; leaves *at behind the chunk. */
static gboolean
sdes_chunk_cname (const RtcpPacket *packet, gsize *at, const char **ret_cname, gsize *ret_size)
{
  gboolean found = FALSE;
  gsize i = *at + 4;
  while (i + 2 <= packet->size && packet->data[i] != 0) {
    gsize item_size = packet->data[i + 1];
    if (i + 2 + item_size > packet->size)
      break;
    if (packet->data[i] == SDES_CNAME && !found) {
      *ret_cname = (const char *) packet->data + i + 2;
      *ret_size = item_size;
      found = TRUE;
    }
    i += 2 + item_size;
  }
  *at = (i + 4) & ~(gsize) 3; /* at least one null, up to a word */
  return found;
}

gboolean
rtcp_read_sdes_cname (const RtcpPacket *packet, guint32 *ret_ssrc, const char **ret_cname,
                      gsize *ret_size)
{
  gsize at = RTCP_HEADER;
  if (packet->type != RTCP_SDES)
    return FALSE;
  for (guint i = 0; i < packet->count && at + 4 <= packet->size; i++) {
    guint32 ssrc = bytes_get_u32 (packet->data + at);
    if (sdes_chunk_cname (packet, &at, ret_cname, ret_size)) {
      *ret_ssrc = ssrc;
      return TRUE;
    }
  }
  return FALSE;
}

static gboolean
is_feedback (const RtcpPacket *packet, RtcpType type, guint format)
{
  return packet->type == type && packet->count == format && packet->size >= FEEDBACK_HEADER;
}

gboolean
rtcp_read_nack (const RtcpPacket *packet, RtcpNack *ret_nack)
{
  if (!is_feedback (packet, RTCP_RTPFB, RTCP_RTPFB_NACK))
    return FALSE;
  ret_nack->sender_ssrc = bytes_get_u32 (packet->data + 4);
  ret_nack->media_ssrc = bytes_get_u32 (packet->data + 8);
  ret_nack->count = 0;
  for (gsize at = FEEDBACK_HEADER; at + 4 <= packet->size; at += 4) {
    guint16 first = bytes_get_u16 (packet->data + at);
    guint32 bits = (guint32) bytes_get_u16 (packet->data + at + 2) << 1 | 1;
    for (guint i = 0; bits != 0 && ret_nack->count < RTCP_NACK_SEQS_MAX; i++, bits >>= 1) {
      if (bits & 1)
        ret_nack->seqs[ret_nack->count++] = first + i;
    }
  }
  return ret_nack->count > 0;
}

gboolean
rtcp_read_pli (const RtcpPacket *packet, guint32 *ret_media_ssrc)
{
  if (!is_feedback (packet, RTCP_PSFB, RTCP_PSFB_PLI))
    return FALSE;
  *ret_media_ssrc = bytes_get_u32 (packet->data + 8);
  return TRUE;
}

gboolean
rtcp_read_fir (const RtcpPacket *packet, RtcpFir *ret_fir)
{
  if (!is_feedback (packet, RTCP_PSFB, RTCP_PSFB_FIR))
    return FALSE;
  ret_fir->sender_ssrc = bytes_get_u32 (packet->data + 4);
  ret_fir->count = 0;
  gsize at = FEEDBACK_HEADER;
  while (at + FIR_ENTRY_SIZE <= packet->size && ret_fir->count < RTCP_SSRCS_MAX) {
    ret_fir->entries[ret_fir->count].ssrc = bytes_get_u32 (packet->data + at);
    ret_fir->entries[ret_fir->count].seq = packet->data[at + 4];
    ret_fir->count++;
    at += FIR_ENTRY_SIZE;
  }
  return ret_fir->count > 0;
}

gboolean
rtcp_read_remb (const RtcpPacket *packet, RtcpRemb *ret_remb)
{
  const guint8 *p = packet->data + FEEDBACK_HEADER;
  if (!is_feedback (packet, RTCP_PSFB, RTCP_PSFB_AFB) ||
      packet->size < FEEDBACK_HEADER + REMB_FIXED || bytes_get_u32 (p) != REMB_NAME)
    return FALSE;
  guint count = p[4];
  if (packet->size < FEEDBACK_HEADER + REMB_FIXED + count * 4)
    return FALSE;
  guint exponent = p[5] >> 2;
  guint64 mantissa = bytes_get_u24 (p + 5) & 0x3ffff;
  /* 18 bits shifted by up to 63: what does not fit is "no limit". */
  ret_remb->bitrate_bps = exponent > 64 - 18 ? G_MAXUINT64 : mantissa << exponent;
  ret_remb->count = MIN (count, RTCP_SSRCS_MAX);
  for (guint i = 0; i < ret_remb->count; i++)
    ret_remb->ssrcs[i] = bytes_get_u32 (p + REMB_FIXED + i * 4);
  return TRUE;
}

/* --- writing --- */

void
rtcp_writer_init (RtcpWriter *writer, guint8 *data, gsize capacity)
{
  *writer = (RtcpWriter){ .data = data, .capacity = capacity };
}

/* Reserves a packet of @size bytes (a multiple of 4), its header written; NULL: no room. */
static guint8 *
writer_append (RtcpWriter *writer, RtcpType type, guint count, gsize size)
{
  if (writer->size + size > writer->capacity) {
    writer->overflowed = TRUE;
    return NULL;
  }
  guint8 *p = writer->data + writer->size;
  memset (p, 0, size);
  p[0] = 0x80 | count;
  p[1] = type;
  bytes_put_u16 (p + 2, size / 4 - 1);
  writer->size += size;
  return p;
}

static void
put_report_block (guint8 *p, const RtcpReportBlock *block)
{
  gint32 lost = CLAMP (block->cumulative_lost, -0x800000, 0x7fffff);
  bytes_put_u32 (p, block->ssrc);
  p[4] = block->fraction_lost;
  bytes_put_u24 (p + 5, (guint32) lost & 0xffffff);
  bytes_put_u32 (p + 8, block->highest_seq);
  bytes_put_u32 (p + 12, block->jitter);
  bytes_put_u32 (p + 16, block->last_sr);
  bytes_put_u32 (p + 20, block->delay_since_last_sr);
}

gboolean
rtcp_write_sr (RtcpWriter *writer, const RtcpSenderInfo *info, const RtcpReportBlock *blocks,
               guint n_blocks)
{
  g_return_val_if_fail (n_blocks <= RTCP_SSRCS_MAX, FALSE);
  gsize fixed = RTCP_HEADER + SENDER_INFO_SIZE;
  guint8 *p = writer_append (writer, RTCP_SR, n_blocks, fixed + n_blocks * REPORT_BLOCK_SIZE);
  if (!p)
    return FALSE;
  bytes_put_u32 (p + 4, info->ssrc);
  bytes_put_u64 (p + 8, info->ntp);
  bytes_put_u32 (p + 16, info->rtp_timestamp);
  bytes_put_u32 (p + 20, info->packets);
  bytes_put_u32 (p + 24, info->octets);
  for (guint i = 0; i < n_blocks; i++)
    put_report_block (p + fixed + i * REPORT_BLOCK_SIZE, &blocks[i]);
  return TRUE;
}

gboolean
rtcp_write_rr (RtcpWriter *writer, guint32 ssrc, const RtcpReportBlock *blocks, guint n_blocks)
{
  g_return_val_if_fail (n_blocks <= RTCP_SSRCS_MAX, FALSE);
  gsize fixed = RTCP_HEADER + 4;
  guint8 *p = writer_append (writer, RTCP_RR, n_blocks, fixed + n_blocks * REPORT_BLOCK_SIZE);
  if (!p)
    return FALSE;
  bytes_put_u32 (p + 4, ssrc);
  for (guint i = 0; i < n_blocks; i++)
    put_report_block (p + fixed + i * REPORT_BLOCK_SIZE, &blocks[i]);
  return TRUE;
}

gboolean
rtcp_write_sdes_cname (RtcpWriter *writer, guint32 ssrc, const char *cname)
{
  gsize cname_size = strnlen (cname, RTCP_CNAME_MAX);
  /* SSRC, item header, text, at least one null, up to a word. */
  gsize size = RTCP_HEADER + ((4 + 2 + cname_size + 1 + 3) & ~(gsize) 3);
  guint8 *p = writer_append (writer, RTCP_SDES, 1, size);
  if (!p)
    return FALSE;
  bytes_put_u32 (p + 4, ssrc);
  p[8] = SDES_CNAME;
  p[9] = cname_size;
  memcpy (p + 10, cname, cname_size);
  return TRUE;
}

gboolean
rtcp_write_bye (RtcpWriter *writer, guint32 ssrc)
{
  guint8 *p = writer_append (writer, RTCP_BYE, 1, RTCP_HEADER + 4);
  if (!p)
    return FALSE;
  bytes_put_u32 (p + 4, ssrc);
  return TRUE;
}

static guint8 *
append_feedback (RtcpWriter *writer, RtcpType type, guint format, guint32 sender_ssrc,
                 guint32 media_ssrc, gsize body)
{
  guint8 *p = writer_append (writer, type, format, FEEDBACK_HEADER + body);
  if (!p)
    return NULL;
  bytes_put_u32 (p + 4, sender_ssrc);
  bytes_put_u32 (p + 8, media_ssrc);
  return p + FEEDBACK_HEADER;
}

gboolean
rtcp_write_pli (RtcpWriter *writer, guint32 sender_ssrc, guint32 media_ssrc)
{
  return append_feedback (writer, RTCP_PSFB, RTCP_PSFB_PLI, sender_ssrc, media_ssrc, 0) != NULL;
}

gboolean
rtcp_write_fir (RtcpWriter *writer, guint32 sender_ssrc, guint32 media_ssrc, guint8 command_seq)
{
  /* The media SSRC of the header is unused (RFC 5104 4.3.1.1). */
  guint8 *p = append_feedback (writer, RTCP_PSFB, RTCP_PSFB_FIR, sender_ssrc, 0, FIR_ENTRY_SIZE);
  if (!p)
    return FALSE;
  bytes_put_u32 (p, media_ssrc);
  p[4] = command_seq;
  return TRUE;
}

/* Packs @seqs into PID/BLP words; returns how many. @words NULL: only counts. */
static guint
pack_nack (const guint16 *seqs, guint n_seqs, guint8 *words)
{
  guint n_words = 0;
  for (guint i = 0; i < n_seqs; n_words++) {
    guint16 first = seqs[i++];
    guint16 bits = 0;
    for (; i < n_seqs; i++) {
      guint16 distance = seqs[i] - first;
      if (distance == 0 || distance > 16)
        break;
      bits |= 1u << (distance - 1);
    }
    if (words) {
      bytes_put_u16 (words + n_words * 4, first);
      bytes_put_u16 (words + n_words * 4 + 2, bits);
    }
  }
  return n_words;
}

gboolean
rtcp_write_nack (RtcpWriter *writer, guint32 sender_ssrc, guint32 media_ssrc, const guint16 *seqs,
                 guint n_seqs)
{
  g_return_val_if_fail (n_seqs > 0 && n_seqs <= RTCP_NACK_SEQS_MAX, FALSE);
  gsize body = pack_nack (seqs, n_seqs, NULL) * 4;
  guint8 *p = append_feedback (writer, RTCP_RTPFB, RTCP_RTPFB_NACK, sender_ssrc, media_ssrc, body);
  if (!p)
    return FALSE;
  pack_nack (seqs, n_seqs, p);
  return TRUE;
}

gboolean
rtcp_write_remb (RtcpWriter *writer, guint32 sender_ssrc, guint64 bitrate_bps, const guint32 *ssrcs,
                 guint n_ssrcs)
{
  g_return_val_if_fail (n_ssrcs <= RTCP_SSRCS_MAX, FALSE);
  guint8 *p =
      append_feedback (writer, RTCP_PSFB, RTCP_PSFB_AFB, sender_ssrc, 0, REMB_FIXED + n_ssrcs * 4);
  if (!p)
    return FALSE;
  guint exponent = 0;
  while (bitrate_bps >> exponent > 0x3ffff)
    exponent++;
  bytes_put_u32 (p, REMB_NAME);
  bytes_put_u24 (p + 5, exponent << 18 | (guint32) (bitrate_bps >> exponent));
  p[4] = n_ssrcs;
  for (guint i = 0; i < n_ssrcs; i++)
    bytes_put_u32 (p + REMB_FIXED + i * 4, ssrcs[i]);
  return TRUE;
}

/* --- time --- */

guint64
rtcp_ntp_from_us (gint64 us)
{
  guint64 seconds = (guint64) us / G_USEC_PER_SEC;
  guint64 fraction = (((guint64) us % G_USEC_PER_SEC) << 32) / G_USEC_PER_SEC;
  return seconds << 32 | fraction;
}

gint64
rtcp_ntp_to_us (guint64 ntp)
{
  guint64 fraction = ntp & G_MAXUINT32;
  return (gint64) ((ntp >> 32) * G_USEC_PER_SEC + ((fraction * G_USEC_PER_SEC + (1u << 31)) >> 32));
}

gint64
rtcp_round_trip_us (const RtcpReportBlock *block, gint64 now_us)
{
  if (block->last_sr == 0)
    return -1;
  guint32 now = rtcp_ntp_middle (rtcp_ntp_from_us (now_us));
  gint32 units = (gint32) (now - block->delay_since_last_sr - block->last_sr);
  /* Clock granularity can make it a little negative. */
  return MAX (0, units) * (gint64) G_USEC_PER_SEC >> 16;
}
