/* Overrides: the settings that administrators changed on the pages: "settings.conf" in the state
 * folder, an INI file like the configured one, read behind it and before what the command line
 * says.
 *
 * Reading is part of the start (main); writing is the main thread's. */
#pragma once

#include "config/settings.h"

G_BEGIN_DECLS

/* Keys that one request may change. */
#define LIMIT_OVERRIDES_AT_ONCE 64

/* The file of @settings, which are finished.  (transfer full) */
char *settings_overrides_path (const Settings *settings);
/* Whether a key may be changed on the pages: not where the state lies, nor the demonstration. */
gboolean settings_overrides_allow (const SettingKey *key);

/* Applies @path if it is there, and notes in `before_overrides` what the keys were. */
gboolean settings_load_overrides (Settings *settings, const char *path, GError **error);

/* What stands in the file: "group.key" -> text; empty without one.  NULL if it cannot be read.
 * (transfer full) */
GHashTable *settings_overrides_read (const Settings *settings, GError **error);
/* Changes the file: @changes is "group.key" -> text, or NULL to take the key out.  All are checked
 * before, also together with the present values; the file is written whole or not at all.
 * @ret_settings (transfer full): as the settings would be with it. */
gboolean settings_overrides_write (const Settings *settings, GHashTable *changes,
                                   Settings **ret_settings, GError **error);

G_END_DECLS
