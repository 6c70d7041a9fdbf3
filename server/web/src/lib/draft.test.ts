import { describe, expect, it } from 'vitest';
import { faultsOf, newDraft, timesOf, type Draft } from './draft';

const now = new Date(2026, 10, 22, 9, 7);
const good: Draft = { title: 'Giao ban', host: '38', chair: '38-1', date: '23/11/2026', from: '8h', to: '9:30', units: ['1'] };

describe('booking draft', () => {
  it('proposes the next quarter, or the next morning', () => {
    expect(newDraft(now, '38')).toMatchObject({ date: '22/11/2026', from: '09:45', to: '11:15' });
    expect(newDraft(new Date(2026, 10, 22, 20, 0), '38')).toMatchObject({ date: '23/11/2026', from: '08:00', to: '09:30' });
  });

  it.each([
    [{}, 1, {}],
    [{ title: ' ' }, 1, { title: 'nameNeeded' }],
    [{ host: null, chair: null }, 1, { host: 'hostNeeded', chair: 'chairNeeded' }],
    [{ date: '31/2' }, 1, { date: 'dateBad' }],
    [{ from: '25:00', to: 'x' }, 1, { from: 'timeBad', to: 'timeBad' }],
    [{ to: '8:00' }, 1, { to: 'order' }],
    [{ date: '21/11/2026' }, 1, { from: 'past' }],
    [{}, 0, { who: 'whoNeeded' }],
  ])('%j with %i rooms: %j', (change, rooms, faults) => {
    expect(faultsOf({ ...good, ...change }, rooms, now)).toEqual(faults);
  });

  it('reads its times', () => {
    expect(timesOf(good, now)?.from).toEqual(new Date(2026, 10, 23, 8, 0));
    expect(timesOf({ ...good, from: '' }, now)).toBeNull();
  });
});
