import { expect, test, vi } from 'vitest';
import { applyDemand, wantedLayers } from './demand';
import type { Demand } from './protocol';

const layers = (...active: boolean[]): { rid: string; active: boolean }[] =>
  ['f', 'h', 'q'].map((rid, i) => ({ rid, active: active[i]! }));
const demand = (send: boolean, ...rids: string[]): Demand => ({ mid: '1', rids, send });

test.each<[boolean[], Demand, boolean[] | null]>([
  [[true, true, true], demand(true, 'q'), [false, false, true]],
  [[false, false, true], demand(true, 'f', 'h', 'q'), [true, true, true]],
  [[true, true, true], demand(false), [false, false, false]],
  [[false, false, false], demand(true, 'h', 'q'), [false, true, true]],
  [[false, false, true], demand(true, 'q'), null],
  [[false, false, false], demand(false), null],
])('layers %j with %j', (before, wish, after) => {
  expect(wantedLayers(layers(...before), wish)?.map((l) => l.active) ?? null).toEqual(after);
});

test('a sender without simulcast sends all or nothing', () => {
  expect(wantedLayers([{}], demand(false))).toEqual([{ active: false }]);
  expect(wantedLayers([{ active: false }], demand(true))).toEqual([{ active: true }]);
  expect(wantedLayers([{}], demand(true))).toBeNull();
});

test('what is changing waits, and the last demand holds', async () => {
  let encodings = layers(true, true, true);
  let release = (): void => {};
  const setParameters = vi.fn(async (p: { encodings: typeof encodings }) => {
    await new Promise<void>((done) => (release = done));
    encodings = p.encodings;
  });
  const sender = { getParameters: () => ({ encodings }), setParameters } as unknown as RTCRtpSender;
  const first = applyDemand(sender, demand(true, 'q'));
  void applyDemand(sender, demand(false));
  void applyDemand(sender, demand(true, 'f', 'h', 'q'));
  release();
  await vi.waitFor(() => expect(setParameters).toHaveBeenCalledTimes(2));
  release();
  await first;
  expect(encodings.map((l) => l.active)).toEqual([true, true, true]);
});

test('a browser that refuses is not asked again for the same', async () => {
  const setParameters = vi.fn(() => Promise.reject(new Error('no')));
  const sender = { getParameters: () => ({ encodings: layers(true, true, true) }), setParameters } as unknown as RTCRtpSender;
  await applyDemand(sender, demand(false));
  expect(setParameters).toHaveBeenCalledTimes(1);
});
