/* Settings: every value that an administrator may set, from one table of keys.
 *
 * Life cycle: settings_new () has the defaults; settings_load_file () and settings_set () change
 * values, each checked against the table; settings_finish () fills in what depends on other values
 * (the state folder).  After that it is read-only and may be read by every thread.
 * A file is an INI file (GKeyFile): see config/diemcau.conf, where each key stands with its
 * default. An unknown group or key is an error, so that a typing error never passes in silence. */
#pragma once

#include "config/log.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
  struct {
    char **https_addresses; /* listening addresses of HTTPS; default "::" (IPv4 too) */
    int https_port;
    gboolean http;      /* plain HTTP on 127.0.0.1 and ::1, for a proxy or a local tool */
    int http_port;      /* loopback only */
    char *certificate;  /* PEM file; "" = made at first start in the state folder */
    char *private_key;  /* PEM file; "" = made at first start in the state folder */
    char *web_root;     /* folder of the built pages; "" = none were found */
    char *public_url;   /* how users reach this server, e.g. https://hop.tinh.gov.vn; "" = told
                           from the request's Host */
    char *help_phone;   /* the centre's, shown to rooms; "" = none is shown */
    int max_rooms;      /* WebSockets at once */
    int max_per_source; /* connections of one client address */
  } http;
  struct {
    gboolean start;              /* the controller starts a relay when it finds none */
    int media_port;              /* UDP; shard n listens on media_port + n */
    int shards;                  /* 0 = one per core, at most LIMIT_SHARDS */
    char **addresses;            /* local addresses; empty = all that are not loopback */
    char **advertised_addresses; /* what candidates say instead of the local ones (1:1 NAT) */
    gboolean loopback_candidate; /* offer 127.0.0.1 too: demonstration and tests */
    gboolean tcp;                /* the same ports by TCP too, for lines that block UDP */
    int max_transports;
    char *dtls_certificate; /* PEM with key, made when missing; after finish never "" */
    int crypto;             /* auto, openssl, ipsec-mb: SealerChoice */
    gboolean keep_awake;    /* the cores do not sleep while much is sent */
  } relay;
  struct {
    char **urls;  /* turn: and turns: URLs handed to rooms, with credentials */
    char *secret; /* shared with the TURN server; "" = none are handed out */
    int ttl_minutes;
  } turn;
  struct {
    char *state_dir; /* after finish an absolute path */
    char *run_dir;   /* sockets; after finish an absolute path, default <state_dir>/run */
  } storage;
  struct {
    int max_connections;      /* rooms, encoders, viewers and operators of all meetings */
    char **video_codecs;      /* order of preference in answers */
    char **ice_servers;       /* stun: URLs handed to rooms; none needed with a public relay */
    int line_fair_permille;   /* loss from which a line is yellow */
    int line_poor_permille;   /* loss above which it is red */
    int server_capacity_mbps; /* what the server's line carries out, all meetings together */
    int lead_minutes;         /* a booking on shorter notice is warned of */
    int papers_lead_days;     /* working days that invitation and papers go out before */
    int papers_quota_mb;      /* papers of one meeting, together */
    int line_calm_s;          /* calm after which a light goes back */
    int camera_pause;         /* of cameras that nobody watches: CameraPause */
    int room_down_kbps;       /* of rooms that nothing else is said of; 0 = no limit */
    int room_up_kbps;
    gboolean audio_red; /* redundant audio is agreed on */
    gboolean audio_dtx; /* microphones may be discontinuous */
    int loudest_voices; /* open microphones heard at once beside the lead's */
  } meetings;
  struct {
    int minutes_before; /* the meeting its rehearsal opens by itself; 0 = never */
  } rehearsal;
  struct {
    char *time_zone;     /* of the times in reports: "+07:00", or a name as Asia/Ho_Chi_Minh */
    int on_time_minutes; /* after the start that still count as on time in reports on lines */
  } reports;
  struct {
    int lockout_attempts;
    int lockout_minutes;
    int session_hours;
  } auth;
  struct {
    char *server;          /* smtp://host:port or smtps://...; "" = no letters are written */
    char *user, *password; /* "" = the server asks for none */
    char *from, *from_name;
    gboolean require_tls; /* smtp: STARTTLS or nothing */
    char *ca_file;        /* PEM of who signs the server's certificate; "" = the system's */
  } mail;
  struct {
    char *webhook; /* https://...; "" = nobody is told */
    char *webhook_secret, *webhook_ca_file;
    char **mail_to; /* addresses; empty = no letter */
  } alarms;
  struct {
    gboolean enabled;
    int seconds; /* between two pictures of a site */
  } snapshots;
  struct {
    char **address; /* of the administration port */
    int port;       /* plain HTTP; 0 = off */
  } admin;
  struct {
    int level;  /* LogLevel */
    int format; /* LogFormat */
  } log;
  struct {
    char *unit; /* code of the province that the demonstration loads */
    int rooms;  /* virtual rooms in its meeting */
  } demo;
  char *path;                   /* the file that was loaded, or NULL */
  GHashTable *before_overrides; /* "group.key" -> its text before overrides.h changed it */
} Settings;

typedef enum {
  SETTING_STRING,
  SETTING_PATH,
  SETTING_INT,
  SETTING_BOOL,
  SETTING_ENUM,
  SETTING_LIST,      /* comma separated */
  SETTING_ENUM_LIST, /* comma separated, each of the names, none twice */
  SETTING_ADDRESSES, /* comma separated IPv4 or IPv6 addresses */
} SettingType;

/* A row of the table of keys. */
typedef struct {
  const char *group;
  const char *key;
  SettingType type;
  gsize offset;             /* in Settings */
  const char *fallback;     /* the default, written as in a file */
  gint64 min, max;          /* SETTING_INT */
  const char *const *names; /* SETTING_ENUM and SETTING_ENUM_LIST, NULL-terminated */
  gboolean secret;          /* never shown, logged or given to another process */
  gboolean live;            /* a change on the pages holds at once; others at the next start */
  const char *help_vi;
  const char *help_en;
} SettingKey;

#define SETTINGS_ERROR (settings_error_quark ())
typedef enum {
  SETTINGS_ERROR_FILE,    /* cannot be read, or is no INI file */
  SETTINGS_ERROR_UNKNOWN, /* group or key that the table does not have */
  SETTINGS_ERROR_VALUE,   /* the value is not one of those allowed */
} SettingsError;
GQuark settings_error_quark (void);

/* The table, @ret_n rows, grouped, in the order of the sample file. */
const SettingKey *settings_keys (gsize *ret_n);

/* The defaults.  (transfer full) */
Settings *settings_new (void);
void settings_free (Settings *settings);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Settings, settings_free)

/* Reads @path.  Errors name file, group, key, the bad value and what is allowed, in one line. */
gboolean settings_load_file (Settings *settings, const char *path, GError **error);
/* The same for text already read; @name stands for the file in errors. */
gboolean settings_load_data (Settings *settings, const char *name, const char *data, gsize len,
                             GError **error);

/* One override as given on the command line: "group.key=value". */
gboolean settings_set (Settings *settings, const char *assignment, GError **error);

/* The value of one key; @where stands in the error. */
gboolean settings_set_key (Settings *settings, const char *where, const SettingKey *key,
                           const char *text, GError **error);
/* The row of "group.key", or NULL. */
const SettingKey *settings_find_key (const char *name);
/* With the secrets.  (transfer full) */
Settings *settings_copy (const Settings *settings);

/* Fills in the folders that were left open and makes them absolute; checks what one key alone
 * cannot tell.  Creates nothing. */
gboolean settings_finish (Settings *settings, GError **error);

/* The value of @key as it would be written in a file.  (transfer full) */
char *settings_get_text (const Settings *settings, const SettingKey *key);

/* "group.key=value" of every key that differs from its default, secrets left out: what a child
 * process needs to see the same settings.  (transfer full) */
char **settings_to_assignments (const Settings *settings);

/* Paths inside the state and run folders.  (transfer full) */
char *settings_state_path (const Settings *settings, const char *name);
char *settings_relay_socket (const Settings *settings);

/* The text of a file with every key, its help above it.  With @settings NULL this is the sample:
 * every key stands with its default, commented out.  Else the effective
 * values, secrets covered.  (transfer full) */
char *settings_format (const Settings *settings);

/* A file or folder that came with the program (web pages, sample data): beside the executable in a
 * build tree, in share/diemcau once installed.  NULL if it is not there.  (transfer full) */
char *settings_find_data (const char *name);

/* Creates the state and run folders with mode 0700 when missing. */
gboolean settings_make_dirs (const Settings *settings, GError **error);

G_END_DECLS
