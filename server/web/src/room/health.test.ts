import { describe, expect, it } from 'vitest';
import { browserOf, cut, isSuspectOutput, Lateness, reportOf, type Entry, type Moment } from './health';

const moment = (atMs: number, entries: Entry[], more: Partial<Moment> = {}): Moment => ({
  atMs,
  entries,
  mainMid: '5',
  playing: [true],
  ...more,
});

const heard = (n: number): Entry => ({
  id: 'a',
  type: 'inbound-rtp',
  kind: 'audio',
  packetsReceived: 50 * n,
  totalSamplesReceived: 48_000 * n,
  concealedSamples: 4_800 * n,
  silentConcealedSamples: 0,
  totalAudioEnergy: 0.001 * n,
  totalSamplesDuration: n,
});

const shown = (n: number, more: Entry = {}): Entry => ({
  id: 'v',
  type: 'inbound-rtp',
  kind: 'video',
  mid: '5',
  framesDecoded: 25 * n,
  frameHeight: 720,
  freezeCount: 0,
  totalFreezesDuration: 0,
  framesDropped: 0,
  ...more,
});

describe('what is reported', () => {
  it('counts what happened between two moments', () => {
    const report = reportOf(moment(0, [heard(1), shown(1)]), moment(2000, [heard(3), shown(3)]));
    expect(report.span_ms).toBe(2000);
    expect(report.audio_packets).toBe(100);
    expect(report.concealed_permille).toBe(100);
    expect(report.out_level).toBe(30);
    expect(report.decoded_fps).toBe(25);
    expect(report.decoded_height).toBe(720);
    expect(report.played).toBe('yes');
    expect(report.frozen_ms).toBe(0);
  });

  it('counts nothing of the first moment', () => {
    const report = reportOf(null, moment(5000, [heard(100), shown(100)]));
    expect(report.audio_packets).toBe(0);
    expect(report.decoded_fps).toBe(0);
    expect(report.played).toBe('unknown');
  });

  it('a stream that begins anew is not counted backwards', () => {
    const report = reportOf(moment(0, [heard(100)]), moment(2000, [heard(1)]));
    expect(report.audio_packets).toBe(0);
  });

  it('says when sound arrives and is not played', () => {
    const before = moment(0, [heard(1)]);
    expect(reportOf(before, moment(2000, [heard(3)], { playing: [true, false] })).played).toBe('no');
    expect(reportOf(before, moment(2000, [{ ...heard(3), totalSamplesReceived: 48_000 }])).played).toBe('no');
    expect(reportOf(before, moment(2000, [heard(3)], { playing: [] })).played).toBe('unknown');
  });

  it('tells silence from sound', () => {
    const silent = (n: number): Entry => ({ ...heard(n), totalAudioEnergy: 0.001 });
    expect(reportOf(moment(0, [silent(1)]), moment(2000, [silent(3)])).out_level).toBe(127);
  });

  it('knows freezes of the large picture alone', () => {
    const tile = { ...shown(9, { totalFreezesDuration: 9 }), id: 't', mid: '7' };
    const report = reportOf(moment(0, [shown(1), tile]), moment(2000, [shown(2, { totalFreezesDuration: 0.8, freezeCount: 1 }), tile]));
    expect(report.frozen_ms).toBe(800);
    expect(report.freezes).toBe(1);
  });

  it('names the path by what was selected', () => {
    const entries: Entry[] = [
      { id: 'T', type: 'transport', selectedCandidatePairId: 'P' },
      { id: 'P', type: 'candidate-pair', localCandidateId: 'L', currentRoundTripTime: 0.0421 },
      { id: 'L', type: 'local-candidate', candidateType: 'srflx', networkType: 'wifi', protocol: 'udp' },
    ];
    expect(reportOf(null, moment(0, entries))).toMatchObject({ network: 'wifi', candidate: 'srflx', tcp: false, rtt_ms: 42 });
    const tcp: Entry = { id: 'L', type: 'local-candidate', candidateType: 'host', networkType: 'vpn', protocol: 'tcp' };
    expect(reportOf(null, moment(0, [entries[0]!, entries[1]!, tcp]))).toMatchObject({ network: 'unknown', tcp: true });
    expect(reportOf(null, moment(0, []))).toMatchObject({ network: 'unknown', candidate: 'unknown', tcp: false });
  });

  it('the worst limit of the layers that are sent counts', () => {
    const layer = (id: string, n: number, reason: string): Entry => ({
      id,
      type: 'outbound-rtp',
      kind: 'video',
      framesEncoded: 25 * n,
      frameHeight: id === 'f' ? 720 : 360,
      qualityLimitationReason: reason,
    });
    const before = moment(0, [layer('f', 1, 'none'), layer('h', 1, 'none')]);
    const report = reportOf(before, moment(2000, [layer('f', 3, 'cpu'), layer('h', 3, 'bandwidth')]));
    expect(report).toMatchObject({ limited: 'cpu', encode_fps: 25, encode_height: 720 });
    const resting = reportOf(before, moment(2000, [layer('f', 1, 'cpu'), layer('h', 3, 'none')]));
    expect(resting).toMatchObject({ limited: 'none', encode_height: 360 });
  });
});

describe('a computer that is too slow', () => {
  const spoken = (seconds: number, timestamp: number): Entry => ({ id: 'S', type: 'media-source', kind: 'audio', totalSamplesDuration: seconds, timestamp });

  it('misses sound before it is sent', () => {
    const report = (seconds: number) => reportOf(moment(0, [spoken(10, 5_000)]), moment(2_200, [spoken(seconds, 7_000)]));
    expect(report(12).captured_permille).toBe(1000);
    expect(report(11.3).captured_permille).toBe(650);
    expect(report(10).captured_permille).toBe(0);
    // Another microphone: it was not there all the time.
    expect(report(0.5).captured_permille).toBeUndefined();
    expect(reportOf(moment(0, []), moment(2_200, [spoken(12, 7_000)])).captured_permille).toBeUndefined();
    expect(reportOf(null, moment(2_200, [spoken(12, 7_000)])).captured_permille).toBeUndefined();
  });

  it('encodes all the time, and yet not all pictures', () => {
    const camera = (frames: number): Entry => ({ id: 'C', type: 'media-source', kind: 'video', frames });
    const layer = (id: string, framesEncoded: number, totalEncodeTime: number): Entry => ({
      ...{ id, type: 'outbound-rtp', kind: 'video', mediaSourceId: 'C', framesEncoded, totalEncodeTime },
    });
    const before = moment(0, [camera(100), layer('f', 100, 3), layer('h', 100, 1)]);
    const report = reportOf(before, moment(2000, [camera(150), layer('f', 124, 4.9), layer('h', 124, 1.5)]));
    expect(report).toMatchObject({ encode_fps: 12, capture_fps: 25, encode_permille: 950 });
  });

  it('is late with its clock', () => {
    const lateness = new Lateness();
    expect(lateness.take()).toBeNull();
    for (const ms of [0, 100, 260, 360, 580]) lateness.strike(ms);
    expect(lateness.take()).toBe(45);
    expect(lateness.take()).toBeNull();
    lateness.strike(700);
    lateness.strike(3_600_000);
    expect(lateness.take()).toBe(510);
    lateness.rest();
    lateness.strike(3_700_000);
    expect(lateness.take()).toBeNull();
  });
});

describe('devices', () => {
  const devices = { microphone: '', camera: '', speaker: 'Loa (Realtek)', speakerGone: false };

  it('suspects outputs that fill no room', () => {
    expect(isSuspectOutput(devices)).toBe(false);
    expect(isSuspectOutput({ ...devices, speakerGone: true })).toBe(true);
    expect(isSuspectOutput({ ...devices, speaker: 'CABLE Input (VB-Audio Virtual Cable)' })).toBe(true);
    expect(isSuspectOutput({ ...devices, speaker: 'Tai nghe (Plantronics)' })).toBe(true);
    expect(isSuspectOutput({ ...devices, speaker: 'HDMI (TV phòng họp)' })).toBe(false);
  });

  it('names browsers shortly', () => {
    const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36';
    expect(browserOf(chrome)).toBe('Chrome 131 Windows');
    expect(browserOf(`${chrome} Edg/131.0.0.0`)).toBe('Edge 131 Windows');
    expect(browserOf('Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0')).toBe('Firefox 128 Linux');
    expect(browserOf('')).toBe('unknown');
  });

  it('cuts names to bytes, never within a letter', () => {
    expect(cut('Loa hội trường', 8)).toBe('Loa hộ');
    expect(cut('Loa', 8)).toBe('Loa');
  });
});
