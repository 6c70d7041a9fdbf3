#include "pipelines/elements/elements.h"

#include "pipelines/elements/track_fanout.h"
#include "pipelines/elements/track_ingress.h"

gboolean
elements_register (void)
{
  return gst_element_register (NULL, "trackingress", GST_RANK_NONE, TYPE_TRACK_INGRESS) &&
         gst_element_register (NULL, "trackfanout", GST_RANK_NONE, TYPE_TRACK_FANOUT);
}
