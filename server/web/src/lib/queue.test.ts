import { describe, expect, it } from 'vitest';
import { ofLevel, orderAfterMove, withPendingOrder } from './queue';

const all = ['a', 'b', 'c', 'd', 'e'];

describe('queue', () => {
  it.each([
    ['b', 'd', ['a', 'c', 'd', 'b', 'e']],
    ['d', 'b', ['a', 'd', 'b', 'c', 'e']],
    ['a', 'e', ['b', 'c', 'd', 'e', 'a']],
    ['c', 'c', all],
    ['x', 'a', all],
    ['a', 'x', all],
  ])('%s put where %s stands', (moved, over, want) => expect(orderAfterMove(all, moved, over)).toEqual(want));

  it('moves within the whole queue though a filter hides some', () => {
    // Only a, c, e are seen; e is dragged onto c.
    expect(orderAfterMove(all, 'e', 'c')).toEqual(['a', 'b', 'e', 'c', 'd']);
  });

  it('filters by the level of a site', () => {
    const items = all.map((endpoint) => ({ endpoint }));
    const level = (e: string): string => (e < 'c' ? 'xa' : 'so');
    expect(ofLevel(items, 'so', level).map((i) => i.endpoint)).toEqual(['c', 'd', 'e']);
    expect(ofLevel(items, '', level)).toHaveLength(5);
  });

  it('shows an order that is under way, and newcomers behind it', () => {
    const items = ['a', 'b', 'new', 'c'].map((endpoint) => ({ endpoint }));
    expect(withPendingOrder(items, ['c', 'a', 'b']).map((i) => i.endpoint)).toEqual(['c', 'a', 'b', 'new']);
    expect(withPendingOrder(items, null)).toBe(items);
  });
});
