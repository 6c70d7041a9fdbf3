#include "pipelines/transport/udp_apart.h"

#include <linux/filter.h>
#include <sys/socket.h>

/* Which of the group gets it: in the order in which they came in. */
enum { MEDIA, CONTROL };

/* As datagram_kind (). */
static struct sock_filter filter[] = {
  BPF_STMT (BPF_LD | BPF_B | BPF_ABS, 0),
  BPF_JUMP (BPF_JMP | BPF_JGE | BPF_K, 128, 0, 5),
  BPF_JUMP (BPF_JMP | BPF_JGT | BPF_K, 191, 4, 0),
  BPF_STMT (BPF_LD | BPF_B | BPF_ABS, 1),
  BPF_JUMP (BPF_JMP | BPF_JGE | BPF_K, 192, 0, 1),
  BPF_JUMP (BPF_JMP | BPF_JGT | BPF_K, 223, 0, 1),
  BPF_STMT (BPF_RET | BPF_K, MEDIA),
  BPF_STMT (BPF_RET | BPF_K, CONTROL),
};

static gboolean
set_shared (gint fd, gint value)
{
  return setsockopt (fd, SOL_SOCKET, SO_REUSEPORT, &value, sizeof value) == 0;
}

gboolean
udp_apart_join (gint media_fd, gint control_fd, const NetAddress *bound)
{
  struct sock_fprog program = { .len = G_N_ELEMENTS (filter), .filter = filter };

  if (!set_shared (media_fd, 1) || !set_shared (control_fd, 1))
    return FALSE;
  if (bind (control_fd, &bound->any, net_address_get_len (bound)) == 0 &&
      setsockopt (media_fd, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program) == 0)
    return TRUE;
  set_shared (media_fd, 0);
  return FALSE;
}
