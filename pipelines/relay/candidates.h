/* Candidates: the addresses at which a shard can be reached, as an answer tells them (RFC 8839).
 *
 * Gathered once at start from the machine's interfaces and the settings; read-only afterwards.
 */
#pragma once

#include "config/settings.h"
#include "pipelines/control/messages.h"

typedef struct {
  const char *address; /* textual IPv4 or IPv6 */
  gboolean up;
} InterfaceAddress;

/* Pure: which addresses to tell, best first, of the @n_interfaces that the machine has.
 * Link-local addresses never, loopback only by the setting, by name or when there is nothing else.
 * Returns: (transfer full). */
GStrv candidates_choose (const Settings *settings, const InterfaceAddress *interfaces,
                         guint n_interfaces);

/* candidates_choose() with the interfaces of this machine. */
GStrv candidates_gather (const Settings *settings);

/* @addresses as host candidates at @port, by UDP and, behind these, @tcp passive ones (RFC 6544).
 * Returns: (transfer full) (element-type CandidateSpec). */
GPtrArray *candidates_describe (const char *const *addresses, guint port, gboolean tcp);
