#include "tests/unit/transport/fixtures.h"
#include <sys/socket.h>

static void
test_text (void)
{
  static const struct {
    const gchar *host, *text; /* NULL: refused */
  } rows[] = {
    { "192.0.2.1", "192.0.2.1:5000" },
    { "2001:db8::1", "[2001:db8::1]:5000" },
    { "::ffff:192.0.2.1", "192.0.2.1:5000" },
    { "::", "[::]:5000" },
    { "localhost", NULL },
    { "192.0.2", NULL },
    { "", NULL },
    { "fe80::1%nosuchinterface", NULL },
    { "[::1]", NULL },
  };
  gchar text[NET_ADDRESS_STRING_MAX];

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    NetAddress address;
    gboolean ok = net_address_parse (rows[i].host, 5000, &address);
    g_assert_cmpint (ok, ==, rows[i].text != NULL);
    if (ok)
      g_assert_cmpstr (net_address_to_string (&address, text, sizeof text), ==, rows[i].text);
  }
}

static void
test_normalised (void)
{
  struct sockaddr_in6 mapped = { .sin6_family = AF_INET6,
                                 .sin6_port = g_htons (5000),
                                 .sin6_flowinfo = 77 };
  NetPath plain = fixture_path ("192.0.2.1", 5000);
  NetPath other = fixture_path ("192.0.2.1", 5001);
  NetAddress address;

  mapped.sin6_addr.s6_addr[10] = mapped.sin6_addr.s6_addr[11] = 0xff;
  memcpy (&mapped.sin6_addr.s6_addr[12], &plain.remote.v4.sin_addr, 4);
  g_assert_true (net_address_from_sockaddr ((struct sockaddr *) &mapped, sizeof mapped, &address));
  g_assert_true (net_address_equal (&address, &plain.remote));
  g_assert_cmpuint (net_address_hash (&address), ==, net_address_hash (&plain.remote));
  g_assert_false (net_address_equal (&address, &other.remote));
  g_assert_cmpuint (net_address_get_len (&address), ==, sizeof (struct sockaddr_in));
}

static void
test_refused (void)
{
  struct sockaddr unix_address = { .sa_family = AF_UNIX };
  NetPath v6 = fixture_path ("2001:db8::1", 1);
  NetAddress address;

  g_assert_false (net_address_from_sockaddr (&unix_address, sizeof unix_address, &address));
  g_assert_false (
      net_address_from_sockaddr (&v6.remote.any, sizeof (struct sockaddr_in), &address));
  g_assert_false (net_address_from_sockaddr (&v6.remote.any, 1, &address));
}

static void
test_predicates (void)
{
  g_assert_true (net_address_is_loopback (fixture_address ("127.3.0.1", 1)));
  g_assert_true (net_address_is_loopback (fixture_address ("::1", 1)));
  g_assert_false (net_address_is_loopback (fixture_address ("192.0.2.1", 1)));
  g_assert_true (net_address_is_wildcard (fixture_address ("::", 1)));
  g_assert_true (net_address_is_wildcard (fixture_address ("0.0.0.0", 1)));
  g_assert_false (net_address_is_wildcard (fixture_address ("::1", 1)));
}

static void
test_own_addresses (void)
{
  g_autoptr (GArray) with = net_address_list_local (TRUE);
  g_autoptr (GArray) without = net_address_list_local (FALSE);

  g_assert_cmpuint (with->len, >=, without->len);
  for (guint i = 1; i < without->len; i++) /* one kind or the other, not both */
    g_assert_cmpint (net_address_is_loopback (&g_array_index (without, NetAddress, i)), ==,
                     net_address_is_loopback (&g_array_index (without, NetAddress, 0)));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transport/net-address/text", test_text);
  g_test_add_func ("/transport/net-address/normalised", test_normalised);
  g_test_add_func ("/transport/net-address/refused", test_refused);
  g_test_add_func ("/transport/net-address/predicates", test_predicates);
  g_test_add_func ("/transport/net-address/own", test_own_addresses);
  return g_test_run ();
}
