/* The GStreamer elements of the relay, registered in the program (there is no plug-in file). */
#pragma once

#include <glib.h>

/* Registers "trackingress" and "trackfanout"; call once after gst_init(). */
gboolean elements_register (void);
