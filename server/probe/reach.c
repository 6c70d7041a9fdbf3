#include "server/probe/reach.h"

#include <gio/gio.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <sys/socket.h>
#include <unistd.h>

struct _ReachCheck {
  GCancellable *cancellable;
  Reach reach;
};

static void
on_connected (GObject *client, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketConnection) connection =
      g_socket_client_connect_finish (G_SOCKET_CLIENT (client), result, &error);
  ReachCheck *check = user_data;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return; /* freed */
  check->reach = connection ? REACH_YES : REACH_NO;
}

ReachCheck *
reach_check_new (const NetAddress *remote)
{
  ReachCheck *check = g_new0 (ReachCheck, 1);
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address =
      g_socket_address_new_from_native ((gpointer) &remote->any, net_address_get_len (remote));

  check->cancellable = g_cancellable_new ();
  check->reach = REACH_NO; /* until it answers */
  g_socket_client_set_timeout (client, REACH_CHECK_S);
  g_socket_client_set_enable_proxy (client, FALSE);
  g_socket_client_connect_async (client, G_SOCKET_CONNECTABLE (address), check->cancellable,
                                 on_connected, check);
  return check;
}

void
reach_check_free (ReachCheck *check)
{
  g_cancellable_cancel (check->cancellable);
  g_object_unref (check->cancellable);
  g_free (check);
}

Reach
reach_check_get (const ReachCheck *check)
{
  return check->reach;
}

/* --- the network --- */

/* Our address towards @remote; nothing is sent. */
static gboolean
find_local (const NetAddress *remote, NetAddress *ret_local)
{
  struct sockaddr_storage local;
  socklen_t size = sizeof local;
  int fd = socket (remote->any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  gboolean is_known = fd >= 0 && connect (fd, &remote->any, net_address_get_len (remote)) == 0 &&
                      getsockname (fd, (struct sockaddr *) &local, &size) == 0 &&
                      net_address_from_sockaddr ((struct sockaddr *) &local, size, ret_local);

  if (fd >= 0)
    close (fd);
  return is_known;
}

static gboolean
is_at (const struct ifaddrs *entry, const NetAddress *local)
{
  socklen_t size =
      local->any.sa_family == AF_INET6 ? sizeof (struct sockaddr_in6) : sizeof (struct sockaddr_in);
  NetAddress address;

  if (!entry->ifa_addr || entry->ifa_addr->sa_family != local->any.sa_family ||
      !net_address_from_sockaddr (entry->ifa_addr, size, &address))
    return FALSE;
  net_address_set_port (&address, net_address_get_port (local));
  return net_address_equal (&address, local);
}

static const char *
kind_of (const struct ifaddrs *entry)
{
  g_autofree char *wireless = g_strdup_printf ("/sys/class/net/%s/wireless", entry->ifa_name);

  if (entry->ifa_flags & IFF_LOOPBACK)
    return "unknown";
  return g_file_test (wireless, G_FILE_TEST_IS_DIR) ? "wifi" : "ethernet";
}

const char *
reach_find_network (const NetAddress *remote)
{
  struct ifaddrs *list = NULL;
  const char *kind = "unknown";
  NetAddress local;

  if (!find_local (remote, &local) || getifaddrs (&list) != 0)
    return kind;
  for (const struct ifaddrs *entry = list; entry; entry = entry->ifa_next)
    if (is_at (entry, &local))
      kind = kind_of (entry);
  freeifaddrs (list);
  return kind;
}
