import { describe, expect, it } from 'vitest';
import {
  applyHealth,
  byBranch,
  byGravity,
  duration,
  emptyHealth,
  filterSites,
  HEAT_STEPS,
  HEAT_STEP_MS,
  mergeAlarms,
  ringing,
  sentenceOf,
  seriesColumns,
  type Alarm,
  type HealthSite,
  type Snapshot,
} from './health';

const site = (endpoint: string, more: Partial<HealthSite> = {}): HealthSite => ({
  endpoint,
  name: `Xã ${endpoint}`,
  unit: 'Thanh Hóa',
  branch: null,
  phone: null,
  meeting: 'm1',
  role: 'site',
  light: 'good',
  state: 'ok',
  since: 1000,
  score: { up: 90, down: 90 },
  reason: { up: 'none', down: 'none' },
  cause: null,
  speaking: false,
  mic: false,
  level: 0,
  loss: { up: 0, down: 0 },
  rtt: 20,
  kbps: { up: 1000, down: 1000 },
  tcp: false,
  network: 'ethernet',
  stale: false,
  ...more,
});

const alarm = (id: string, more: Partial<Alarm> = {}): Alarm => ({
  id,
  meeting: 'm1',
  endpoint: 'a',
  name: 'Xã a',
  severity: 'critical',
  kind: 'cable',
  confidence: 85,
  peer: null,
  text: { vi: 'Đứt', en: 'Cut' },
  raised: Number(id),
  cleared: null,
  acked_by: null,
  acked: null,
  silenced_until: null,
  note: null,
  silent: false,
  ...more,
});

const snapshot = (sites: HealthSite[]): Snapshot => ({
  type: 'snapshot',
  at: 100_000,
  words: {
    states: { ok: { vi: 'Tốt', en: 'Good' }, silent: { vi: 'Không có tiếng', en: 'Silent' } },
    reasons: {},
    causes: { wifi: { vi: 'Wi-Fi yếu', en: 'Weak Wi-Fi' } },
  },
  counts: { sites: sites.length, good: sites.length, fair: 0, poor: 0, absent: 0 },
  meetings: [],
  sites,
  alarms: [alarm('1')],
});

describe('what the socket tells', () => {
  it('takes a snapshot, then only what changed', () => {
    const before = applyHealth(emptyHealth, snapshot([site('a'), site('b')]));
    const after = applyHealth(before, {
      type: 'update',
      at: 101_000,
      sites: [{ endpoint: 'a', light: 'poor', loss: { up: 60, down: 0 } }],
    });
    expect(after.sites.get('a')).toMatchObject({ light: 'poor', name: 'Xã a', loss: { up: 60 } });
    expect(after.sites.get('b')).toBe(before.sites.get('b'));
    expect(before.sites.get('a')?.light).toBe('good');
  });

  it('changes nothing when a quiet second says nothing', () => {
    const before = applyHealth(emptyHealth, snapshot([site('a')]));
    const after = applyHealth(before, { type: 'update', at: 100_500 });
    expect(after.sites).toBe(before.sites);
    expect(after.alarms).toBe(before.alarms);
  });

  it('lets sites go, and takes new ones whole', () => {
    const before = applyHealth(emptyHealth, snapshot([site('a')]));
    const after = applyHealth(before, { type: 'update', at: 101_000, gone: [{ endpoint: 'a', meeting: 'm1' }], sites: [site('c')] });
    expect([...after.sites.keys()]).toEqual(['c']);
  });

  it('keeps a band of lights, bounded', () => {
    let health = applyHealth(emptyHealth, snapshot([site('a')]));
    for (let i = 1; i <= HEAT_STEPS + 5; i += 1) {
      health = applyHealth(health, {
        type: 'update',
        at: 100_000 + i * HEAT_STEP_MS,
        sites: [{ endpoint: 'a', light: i % 2 ? 'fair' : 'good' }],
      });
    }
    expect(health.heat.get('a')).toHaveLength(HEAT_STEPS);
    expect(health.heat.get('a')?.slice(-2)).toBe('gf');
  });
});

describe('alarms', () => {
  it('are replaced, and go when they are over', () => {
    const some = mergeAlarms([alarm('1'), alarm('2')], [alarm('1', { acked_by: 'x' }), alarm('2', { cleared: 9 })]);
    expect(some).toEqual([alarm('1', { acked_by: 'x' })]);
  });

  it('ring once, unless silenced or taken up', () => {
    expect(ringing([], [alarm('1'), alarm('2', { silent: true }), alarm('3', { acked_by: 'x' })])).toEqual([alarm('1')]);
    expect(ringing([alarm('1')], [alarm('1', { note: 'x' })])).toEqual([]);
    expect(ringing([alarm('1', { severity: 'warning' })], [alarm('1')])).toHaveLength(1);
  });
});

describe('lists', () => {
  const sites = [
    site('a', { light: 'good' }),
    site('b', { light: 'fair', since: 5 }),
    site('c', { light: 'lost', branch: 'x', tcp: true }),
    site('d', { light: 'fair', since: 3, name: 'Xã Trung Lý', network: 'wifi' }),
    site('e', { light: 'absent', branch: 'x' }),
  ];

  it('puts the gravest first, then those that are ill longest', () => {
    expect(byGravity(sites).map((s) => s.endpoint)).toEqual(['c', 'd', 'b', 'e', 'a']);
  });

  it('groups by branch', () => {
    expect(byBranch(sites, (b) => `nhánh ${b}`).map((b) => [b.name, b.sites.length])).toEqual([
      ['', 3],
      ['nhánh x', 2],
    ]);
  });

  it('filters, and finds without diacritics', () => {
    expect(filterSites(sites, 'ill', '').map((s) => s.endpoint)).toEqual(['b', 'c', 'd']);
    expect(filterSites(sites, 'tcp', '').map((s) => s.endpoint)).toEqual(['c']);
    expect(filterSites(sites, 'wifi', '').map((s) => s.endpoint)).toEqual(['d']);
    expect(filterSites(sites, 'all', 'trung ly').map((s) => s.endpoint)).toEqual(['d']);
  });
});

describe('words', () => {
  const { words } = snapshot([]);
  it('says the cause where there is one, else the state', () => {
    expect(sentenceOf(site('a', { state: 'silent' }), words, 'vi')).toBe('Không có tiếng');
    const cause = { id: 'wifi', confidence: 80, since: 1, peer: null };
    expect(sentenceOf(site('a', { state: 'silent', cause }), words, 'en')).toBe('Weak Wi-Fi');
    expect(sentenceOf(site('a', { state: 'of_tomorrow' }), words, 'en')).toBe('of_tomorrow');
  });

  it('says how long', () => {
    expect([0, 40_000, 725_000, 3_720_000].map(duration)).toEqual(['0:00', '0:40', '12:05', '1:02:00']);
  });
});

describe('series', () => {
  it('leaves a gap where nothing was measured', () => {
    const columns = seriesColumns(
      { endpoint: 'a', step: 1, columns: ['t', 'loss_up', 'jitter_100us'], rows: [[1000, 5, 20], [2000, 6, 21], [9000, 7, null]] },
      [['loss_up'], ['jitter_100us', 10], ['unknown']],
    );
    expect(columns).toEqual([
      [1, 2, 3, 9],
      [5, 6, null, 7],
      [2, 2.1, null, null],
      [null, null, null, null],
    ]);
  });
});
