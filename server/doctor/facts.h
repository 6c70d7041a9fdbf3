/* MachineFacts: what `diemcau doctor` found on this machine, before anything is judged.
 * Plain data, made by facts_gather (); main thread, blocking. */
#pragma once

#include "config/settings.h"

/* of a fact that could not be read */
#define FACT_UNKNOWN (-1)

typedef enum {
  PORT_FREE,
  PORT_OURS,      /* the running controller or its relay has it */
  PORT_TAKEN,     /* another program has it */
  PORT_FORBIDDEN, /* below 1024, without the right to it */
  PORT_NO_ADDRESS /* the address is none of this machine's */
} PortState;

typedef struct {
  const char *setting; /* "http.https_port" */
  gboolean is_udp;
  guint16 port;
  PortState state;
} PortFact;

#define FACT_PORTS_MAX 32

typedef struct {
  int cores;
  gint64 memory_bytes;
  gint64 memory_free_bytes;                   /* that programs may have */
  gint64 receive_buffer_max, send_buffer_max; /* net.core.rmem_max and wmem_max */
  gboolean may_force_buffers;                 /* CAP_NET_ADMIN: the limits do not bind */
  gint64 files_max;                           /* hard limit of open files */
  gint64 udp_buffer_errors;                   /* datagrams lost to full buffers since boot */
  int has_gso, has_gro;                       /* UDP_SEGMENT, UDP_GRO */
  int clock_is_set;                           /* by NTP or another source */
  gint64 clock_error_us;                      /* what the kernel thinks it may be wrong */
  char *time_zone;
  char *state_dir;
  gboolean state_is_writable;
  char *state_error;
  gint64 disk_free_bytes, disk_bytes;
  gint64 inodes_free;
  int certificate_days; /* until it ends; FACT_UNKNOWN: there is none yet */
  gboolean certificate_is_own;
  char *certificate_error;
  char *sealers[2]; /* names of what seals GCM and SHA1 */
  gboolean has_aes; /* in the processor */
  int has_ipv6;
  gboolean keep_awake; /* the settings want it */
  int may_keep_awake;  /* this user may ask for it; FACT_UNKNOWN: the machine has no such device */
  gint64 conntrack_max, conntrack_count; /* FACT_UNKNOWN: no connection tracking */
  gboolean controller_runs;
  PortFact ports[FACT_PORTS_MAX];
  guint n_ports;
  char *missing_elements; /* of GStreamer, comma separated; NULL: none */
} MachineFacts;

void facts_gather (const Settings *settings, MachineFacts *ret_facts);
void facts_clear (MachineFacts *facts);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (MachineFacts, facts_clear)
