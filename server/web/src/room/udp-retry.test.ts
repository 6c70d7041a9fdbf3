import { expect, test } from 'vitest';
import { UdpRetry } from './udp-retry';

/** When it was due, in seconds, while `tcpAt` says so; asked every two seconds as the page does. */
function dueTimes(tcpAt: (s: number) => boolean, seconds: number): number[] {
  const retry = new UdpRetry();
  const due: number[] = [];
  for (let s = 0; s <= seconds; s += 2) if (retry.isDue(tcpAt(s), s * 1000)) due.push(s);
  return due;
}

test('on UDP there is nothing to do', () => {
  expect(dueTimes(() => false, 2000)).toEqual([]);
});

test('on TCP it looks after a minute, then ever more rarely, at last every ten minutes', () => {
  expect(dueTimes(() => true, 2400)).toEqual([60, 180, 420, 900, 1500, 2100]);
});

test('a path of UDP begins it anew', () => {
  expect(dueTimes((s) => s < 50 || s >= 100, 170)).toEqual([160]);
  expect(dueTimes((s) => s !== 70, 140)).toEqual([60, 132]);
});
