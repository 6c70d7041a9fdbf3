import { describe, expect, it } from 'vitest';
import type { Notice } from '../api/types';
import { addNotices, applyDesk, emptyDesk, expireDesk, markRead, NOTICES_KEPT, unreadCount, type DeskMessage } from './desk';
import { CAP_MS, deskRetryMs } from './retry';

const notice = (id: string, minute: number, read = false): Notice => ({
  id,
  at: new Date(Date.UTC(2026, 10, 22, 1, minute)).toISOString(),
  kind: 'invitation',
  meeting: 'm1',
  title: { vi: 'Giấy mời', en: 'Invitation' },
  text: { vi: '', en: '' },
  read,
});

const after = (...messages: DeskMessage[]) => messages.reduce(applyDesk, emptyDesk);
const ring = (meeting: string, until: number): DeskMessage => ({ type: 'ring', meeting, title: 'Họp khẩn', host: 'Tỉnh', from: 0, until });

describe('notices', () => {
  it('stand newest first, each once', () => {
    const desk = after({ type: 'notice', notice: notice('1', 1) }, { type: 'notice', notice: notice('2', 5) }, { type: 'notice', notice: notice('1', 1, true) });
    expect(desk.notices.map((n) => n.id)).toEqual(['2', '1']);
    expect(unreadCount(desk)).toBe(1);
  });

  it('of one instant stand by number, not by letter', () => {
    expect(addNotices([], [notice('9', 1), notice('10', 1)]).map((n) => n.id)).toEqual(['10', '9']);
  });

  it('are kept up to a bound', () => {
    const many = Array.from({ length: NOTICES_KEPT + 5 }, (_, i) => notice(String(i), i % 60));
    expect(addNotices([], many)).toHaveLength(NOTICES_KEPT);
  });

  it('are read when they were opened', () => {
    expect(markRead([notice('1', 1), notice('2', 2)], new Set(['2'])).map((n) => n.read)).toEqual([false, true]);
  });
});

describe('calls and reminders', () => {
  it('rings once per meeting, until it is over', () => {
    const desk = after(ring('a', 100), ring('b', 200), ring('a', 300));
    expect(desk.rings.map((r) => [r.meeting, r.until])).toEqual([
      ['b', 200],
      ['a', 300],
    ]);
    expect(applyDesk(desk, { type: 'ring.over', meeting: 'a' }).rings.map((r) => r.meeting)).toEqual(['b']);
  });

  it('a nearer reminder takes the place of the first', () => {
    const at = Date.UTC(2026, 10, 22, 2);
    const desk = after(
      { type: 'reminder', meeting: 'a', minutes: 60, title: 'x', starts_at: at },
      { type: 'reminder', meeting: 'a', minutes: 15, title: 'x', starts_at: new Date(at).toISOString() },
    );
    expect(desk.reminders).toEqual([{ meeting: 'a', minutes: 15, title: 'x', starts_at: at }]);
  });

  it('expire by themselves, and nothing changes before', () => {
    const desk = after(ring('a', 100), { type: 'reminder', meeting: 'b', minutes: 15, title: 'x', starts_at: 200 });
    expect(expireDesk(desk, 50)).toBe(desk);
    expect(expireDesk(desk, 150)).toMatchObject({ rings: [], reminders: [{ meeting: 'b' }] });
    expect(expireDesk(desk, 200).reminders).toEqual([]);
  });

  it('counts changes of the list of meetings, passes over what it does not know', () => {
    expect(after({ type: 'meetings' }, { type: 'pong' }, { type: 'meetings' }).meetings).toBe(2);
    expect(applyDesk(emptyDesk, { type: 'new' } as unknown as DeskMessage)).toBe(emptyDesk);
  });
});

describe('retries', () => {
  it.each([
    [1, 0, 500],
    [1, 1, 1000],
    [3, 0, 2000],
    [5, 1, CAP_MS],
    [500, 1, CAP_MS],
  ])('number %i waits', (attempt, random, ms) => expect(deskRetryMs(attempt, random)).toBe(ms));
});
