/** What the server wants of the camera, as parameters of its sender. */
import type { Demand } from './protocol';

export interface Layer {
  rid?: string;
  active?: boolean;
}

/** Which of `layers` are to be sent; null: as they are. */
export function wantedLayers<T extends Layer>(layers: readonly T[], demand: Demand): T[] | null {
  const single = demand.rids.length === 0;
  const wanted = layers.map((l) => demand.send && (single || l.rid === undefined || demand.rids.includes(l.rid)));
  if (layers.every((l, i) => (l.active ?? true) === wanted[i])) return null;
  return layers.map((l, i) => ({ ...l, active: wanted[i]! }));
}

const latest = new WeakMap<RTCRtpSender, Demand>();
const busy = new WeakSet<RTCRtpSender>();

/** One change at a time: the browser refuses parameters that were read before another change. The last demand holds. */
export async function applyDemand(sender: RTCRtpSender, demand: Demand): Promise<void> {
  latest.set(sender, demand);
  if (busy.has(sender)) return;
  busy.add(sender);
  try {
    for (let next = latest.get(sender); next; next = latest.get(sender)) {
      latest.delete(sender);
      const parameters = sender.getParameters();
      const encodings = wantedLayers(parameters.encodings, next);
      if (encodings) await sender.setParameters({ ...parameters, encodings }).catch(() => {});
    }
  } finally {
    busy.delete(sender);
  }
}
