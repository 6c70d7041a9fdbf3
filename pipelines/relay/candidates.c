#include "pipelines/relay/candidates.h"

#include <gio/gio.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <string.h>
#include <sys/socket.h>

#define TYPE_PREFERENCE_HOST 126 /* RFC 8445, section 5.1.2.2 */
/* Below all that go by UDP, TURN's excepted (RFC 6544 4.2), as browsers have it. */
#define TYPE_PREFERENCE_HOST_TCP 90
#define DIRECTION_PREFERENCE_PASSIVE 4

static gboolean
address_is_usable (const char *address, gboolean want_loopback)
{
  g_autoptr (GInetAddress) parsed = g_inet_address_new_from_string (address);

  if (parsed == NULL || g_inet_address_get_is_link_local (parsed) ||
      g_inet_address_get_is_multicast (parsed) || g_inet_address_get_is_any (parsed))
    return FALSE;
  return g_inet_address_get_is_loopback (parsed) == want_loopback;
}

static void
add_once (GPtrArray *list, const char *address)
{
  if (list->len < LIMIT_CANDIDATES &&
      !g_ptr_array_find_with_equal_func (list, address, g_str_equal, NULL))
    g_ptr_array_add (list, g_strdup (address));
}

static void
add_interfaces (GPtrArray *list, const InterfaceAddress *interfaces, guint n, gboolean loopback)
{
  for (guint i = 0; i < n; i++) {
    if (interfaces[i].up && address_is_usable (interfaces[i].address, loopback))
      add_once (list, interfaces[i].address);
  }
}

static gboolean
is_any (const char *address)
{
  g_autoptr (GInetAddress) parsed = g_inet_address_new_from_string (address);

  return parsed != NULL && g_inet_address_get_is_any (parsed);
}

GStrv
candidates_choose (const Settings *settings, const InterfaceAddress *interfaces, guint n_interfaces)
{
  GPtrArray *list = g_ptr_array_new ();
  gchar **advertised = settings->relay.advertised_addresses;
  gchar **bound = settings->relay.addresses;

  for (guint i = 0; advertised != NULL && advertised[i] != NULL; i++)
    add_once (list, advertised[i]);
  for (guint i = 0; bound != NULL && bound[i] != NULL; i++) {
    if (!is_any (bound[i]))
      add_once (list, bound[i]);
  }
  if (bound == NULL || bound[0] == NULL || is_any (bound[0])) {
    add_interfaces (list, interfaces, n_interfaces, FALSE);
    if (settings->relay.loopback_candidate || list->len == 0)
      add_interfaces (list, interfaces, n_interfaces, TRUE);
  }
  g_ptr_array_add (list, NULL);
  return (GStrv) g_ptr_array_free (list, FALSE);
}

GStrv
candidates_gather (const Settings *settings)
{
  g_autoptr (GArray) found = g_array_new (FALSE, TRUE, sizeof (InterfaceAddress));
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  struct ifaddrs *interfaces = NULL;

  if (getifaddrs (&interfaces) != 0)
    interfaces = NULL;
  for (struct ifaddrs *i = interfaces; i != NULL; i = i->ifa_next) {
    gchar text[NI_MAXHOST];
    InterfaceAddress address = { .up = (i->ifa_flags & IFF_UP) != 0 };
    gint family = i->ifa_addr != NULL ? i->ifa_addr->sa_family : AF_UNSPEC;
    socklen_t len = family == AF_INET ? sizeof (struct sockaddr_in) : sizeof (struct sockaddr_in6);

    if ((family != AF_INET && family != AF_INET6) ||
        getnameinfo (i->ifa_addr, len, text, sizeof text, NULL, 0, NI_NUMERICHOST) != 0)
      continue;
    g_ptr_array_add (texts, g_strdup (text));
    address.address = g_ptr_array_index (texts, texts->len - 1);
    g_array_append_val (found, address);
  }
  if (interfaces != NULL)
    freeifaddrs (interfaces);
  return candidates_choose (settings, (const InterfaceAddress *) found->data, found->len);
}

static guint32
candidate_priority (guint index, gboolean tcp)
{
  guint32 type = tcp ? TYPE_PREFERENCE_HOST_TCP : TYPE_PREFERENCE_HOST;
  guint32 local = tcp ? DIRECTION_PREFERENCE_PASSIVE << 13 | (8191 - index) : 65535 - index;

  return type << 24 | local << 8 | (256 - 1);
}

static void
describe_all (GPtrArray *list, const char *const *addresses, guint port, gboolean tcp)
{
  for (guint i = 0; addresses[i] != NULL; i++) {
    CandidateSpec *candidate = candidate_spec_new ();

    candidate->foundation = g_strdup_printf ("%u", list->len + 1);
    candidate->priority = candidate_priority (i, tcp);
    candidate->address = g_strdup (addresses[i]);
    candidate->port = port;
    candidate->family = strchr (addresses[i], ':') != NULL ? CONTROL_IPV6 : CONTROL_IPV4;
    candidate->tcp = tcp;
    g_ptr_array_add (list, candidate);
  }
}

GPtrArray *
candidates_describe (const char *const *addresses, guint port, gboolean tcp)
{
  GPtrArray *list = record_list_new (&candidate_spec_type);

  describe_all (list, addresses, port, FALSE);
  if (tcp)
    describe_all (list, addresses, port, TRUE);
  return list;
}
