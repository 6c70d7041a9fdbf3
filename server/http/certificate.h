/* The certificate of HTTPS: the administrator's files, or one made at first start: P-256,
 * self-signed, for this machine's names and addresses, kept in the state folder (key 0600) and
 * renewed at a start when it is about to end.
 *
 * Main thread, blocking file I/O, at start only. */
#pragma once

#include <gio/gio.h>

#define CERTIFICATE_FILE "https.crt"
#define CERTIFICATE_KEY_FILE "https.key"
/* Browsers refuse longer ones from authorities; for ours it bounds a stolen key's use. */
#define CERTIFICATE_LIFE_DAYS 825
#define CERTIFICATE_RENEW_DAYS 30

/* @certificate and @private_key: the administrator's PEM files (both or neither "").
 * transfer full.  The error names the file at fault. */
GTlsCertificate *certificate_load (const char *certificate, const char *private_key,
                                   const char *state_dir, GError **error);
