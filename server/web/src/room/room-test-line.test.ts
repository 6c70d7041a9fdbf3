import { describe, expect, it } from 'vitest';
import type { Entry, Moment } from './health';
import { lineOf, loopOf, micLevelOf, provenLine, reachOf } from './room-test-line';

const pair = (s: number, change: Entry = {}): Entry => ({
  type: 'candidate-pair', id: 'p', state: 'succeeded', nominated: true, localCandidateId: 'l', bytesSent: s * 150_000, bytesReceived: s * 100_000,
  currentRoundTripTime: 0.02, availableOutgoingBitrate: 1_000_000, responsesReceived: s, ...change,
});
const local = (protocol: string): Entry => ({ type: 'local-candidate', id: 'l', protocol, networkType: 'ethernet', candidateType: 'host' });

/** The counters after `s` seconds. */
const moment = (s: number, change: { pair?: Entry; more?: Entry[]; protocol?: string } = {}): Moment => ({
  atMs: 1000 * s,
  mainMid: '4',
  playing: [],
  entries: [
    { type: 'transport', id: 't', selectedCandidatePairId: 'p' },
    pair(s, change.pair),
    local(change.protocol ?? 'udp'),
    { type: 'outbound-rtp', kind: 'video', id: 'ov', packetsSent: 100 * s },
    { type: 'outbound-rtp', kind: 'audio', id: 'oa', packetsSent: 50 * s },
    { type: 'remote-inbound-rtp', kind: 'video', id: 'rv', localId: 'ov', packetsLost: 3 * s, jitter: 0.09 },
    { type: 'remote-inbound-rtp', kind: 'audio', id: 'ra', localId: 'oa', packetsLost: 0, jitter: 0.004 },
    { type: 'inbound-rtp', kind: 'video', id: 'iv', mid: '4', packetsReceived: 98 * s, packetsLost: 2 * s, framesDecoded: 25 * s, jitter: 0.05 },
    { type: 'inbound-rtp', kind: 'audio', id: 'ia', mid: '3', packetsReceived: 50 * s, packetsLost: 0, jitter: 0.006 },
    { type: 'inbound-rtp', kind: 'audio', id: 'idle', mid: '2', packetsReceived: 0, packetsLost: 0, jitter: 0.9 },
    ...(change.more ?? []),
  ],
});

const moments = (n: number, change?: Parameters<typeof moment>[1]): Moment[] => Array.from({ length: n + 1 }, (_, s) => moment(s, change));

describe('lineOf', () => {
  it('rates of the second half, loss and jitter both ways, the round trip', () => {
    expect(lineOf(moments(15))).toEqual({
      network: 'ethernet', up_kbps: 1200, down_kbps: 800, up_loss: 20, down_loss: 13, up_jitter_ms: 4, down_jitter_ms: 6, rtt_ms: 20, seconds: 15,
    });
  });

  it('what the browser finds the line to carry counts where its picture wants less', () => {
    expect(lineOf(moments(15, { pair: { availableOutgoingBitrate: 3_000_000 } }))?.up_kbps).toBe(3000);
  });

  it('a slow beginning is not the line', () => {
    const ramp = moments(10).map((m, s) => ({ ...m, entries: m.entries.map((e) => (e.id === 'p' ? { ...e, bytesSent: s < 5 ? s * 1000 : 4000 + (s - 4) * 150_000 } : e)) }));
    expect(lineOf(ramp)?.up_kbps).toBe(1200);
  });

  it('says nothing of nothing', () => {
    expect(lineOf([])).toBeNull();
    expect(lineOf([moment(3)])).toBeNull();
    const bare = [0, 1, 2].map((s) => ({ atMs: 1000 * s, mainMid: null, playing: [], entries: [] }));
    expect(lineOf(bare)).toEqual({ network: 'unknown', seconds: 2 });
  });

  it('a connection that was made anew counts from there', () => {
    const anew = moments(6).map((m, s) => (s < 3 ? m : { ...m, entries: m.entries.map((e) => ({ ...e, id: `${String(e.id)}2`, ...(e.localId ? { localId: `${String(e.localId)}2` } : {}), ...(e.type === 'transport' ? { selectedCandidatePairId: 'p2' } : {}) })) }));
    const line = lineOf(anew);
    expect([line?.up_kbps, line?.seconds]).toEqual([1200, 6]);
  });
});

describe('provenLine', () => {
  const line = { network: 'ethernet', up_kbps: 1200, down_kbps: 800, seconds: 15 } as const;
  /** The largest picture sends so many kbit/s. */
  const sending = (kbps: number): Moment[] => moments(15).map((m, s) => ({ ...m, entries: m.entries.map((e) => (e.id === 'ov' ? { ...e, bytesSent: s * kbps * 125 } : e)) }));

  it('what came back for want of a larger picture says nothing of the line', () => {
    expect(provenLine(line, sending(850), 1200)).toEqual({ network: 'ethernet', up_kbps: 1200, seconds: 15 });
  });

  it('what was sent and did not come back does; so does enough', () => {
    expect(provenLine(line, sending(1200), 1200)).toBe(line);
    expect(provenLine(line, sending(500), 850)).toBe(line);
    expect(provenLine(line, [], 1200)).toBe(line);
  });
});

describe('reachOf', () => {
  it('the pair in use, and others that answered', () => {
    expect(reachOf([moment(3)])).toEqual({ udp: true });
    expect(reachOf([moment(3, { protocol: 'tcp' })])).toEqual({ tcp: true });
    const tcp: Entry[] = [
      { type: 'local-candidate', id: 'lt', protocol: 'tcp' },
      { type: 'candidate-pair', id: 'pt', state: 'succeeded', localCandidateId: 'lt' },
    ];
    expect(reachOf([moment(1, { more: tcp }), moment(3)])).toEqual({ udp: true, tcp: true });
  });

  it('UDP that was tried in vain is shut; what was never tried is not known', () => {
    const shut: Entry[] = [
      { type: 'local-candidate', id: 'lu', protocol: 'udp' },
      { type: 'candidate-pair', id: 'pu', state: 'failed', localCandidateId: 'lu', requestsSent: 9, responsesReceived: 0 },
    ];
    expect(reachOf([moment(3, { protocol: 'tcp', more: shut })])).toEqual({ tcp: true, udp: false });
    const waiting: Entry[] = [
      { type: 'local-candidate', id: 'lu', protocol: 'tcp' },
      { type: 'candidate-pair', id: 'pu', state: 'waiting', localCandidateId: 'lu', requestsSent: 0 },
    ];
    expect(reachOf([moment(3, { more: waiting })])).toEqual({ udp: true });
  });

  it('a relay of the network is reached by its own protocol', () => {
    const relayed = { ...moment(3), entries: moment(3).entries.map((e) => (e.id === 'l' ? { ...e, relayProtocol: 'tls' } : e)) };
    expect(reachOf([relayed])).toEqual({ tcp: true });
  });
});

describe('micLevelOf', () => {
  it('the loudest second', () => {
    // Energy of a second: 0.001 is 30 dB below full scale.
    const energies = [0, 0.000001, 0.001001, 0.001002];
    const heard = energies.map((totalAudioEnergy, s) => moment(s, { more: [{ type: 'media-source', kind: 'audio', id: 'ms', totalAudioEnergy, totalSamplesDuration: s }] }));
    expect(micLevelOf(heard)).toBe(30);
    expect(micLevelOf(moments(3))).toBeNull();
    expect(micLevelOf([])).toBeNull();
  });
});

describe('loopOf', () => {
  const mids = { main: '4', audio: '3' };
  it('frames and packets of the lines that show the room itself', () => {
    expect(loopOf(moment(0), moment(3), mids)).toEqual({ seen: true, heard: true });
    expect(loopOf(moment(0), moment(3), { main: '4', audio: '2' })).toEqual({ seen: true, heard: false });
    expect(loopOf({ ...moment(0), entries: [] }, moment(3), mids)).toEqual({ seen: true, heard: true });
    expect(loopOf(moment(3), moment(3), mids)).toEqual({ seen: false, heard: false });
    expect(loopOf(moment(0), moment(3), { main: null, audio: null })).toEqual({ seen: false, heard: false });
  });
});
