import { describe, expect, it } from 'vitest';
import { AHEAD_BYTES, aheadOf, clampPage, PAGE_PIXELS, pageScale, paperKind, Recent } from './papers';
import type { AgendaItem, Paper } from './protocol';

const paper = (id: string, change: Partial<Paper> = {}): Paper => ({
  id,
  name: `${id}.pdf`,
  bytes: 1000,
  type: 'application/pdf',
  item: null,
  pages: 3,
  ...change,
});
const item = (id: string, papers: string[]): AgendaItem => ({ id, title: id, speaker: '', endpoint: null, minutes: 10, papers });

describe('paperKind', () => {
  it.each([
    ['application/pdf', 'a', 'pdf'],
    ['pdf', 'a', 'pdf'],
    ['', 'A.PDF', 'pdf'],
    ['application/octet-stream', 'a.docx', 'other'],
    ['image/jpeg', 'a', 'picture'],
    ['png', 'a', 'picture'],
    ['text/html', 'a.pdf', 'other'],
    ['image/svg+xml', 'a.svg', 'other'],
  ])('%j %s is %s', (type, name, kind) => expect(paperKind({ type, name })).toBe(kind));
});

describe('pages', () => {
  it.each([
    [1, 3, 1],
    [0, 3, 1],
    [4, 3, 3],
    [2.7, 3, 2],
    [NaN, 3, 1],
    [5, 0, 1],
  ])('page %f of %i is %i', (page, pages, expected) => expect(clampPage(page, pages)).toBe(expected));

  it.each([
    [{ width: 100, height: 100 }, { width: 200, height: 300 }, 1, 2],
    [{ width: 100, height: 200 }, { width: 200, height: 200 }, 1, 1],
    [{ width: 100, height: 100 }, { width: 100, height: 100 }, 1.5, 1.5],
    [{ width: 100, height: 100 }, { width: 100, height: 100 }, 4, 2],
    [{ width: 100, height: 100 }, { width: 100, height: 100 }, 0.5, 1],
    [{ width: 0, height: 100 }, { width: 100, height: 100 }, 1, 0],
  ])('%o in %o at %f', (page, box, density, scale) => expect(pageScale(page, box, density)).toBeCloseTo(scale));

  it('never draws more than an old machine can', () => {
    const scale = pageScale({ width: 600, height: 800 }, { width: 6000, height: 8000 }, 2);
    expect(scale * 600 * scale * 800).toBeCloseTo(PAGE_PIXELS);
  });
});

describe('aheadOf', () => {
  const papers = [paper('c', { item: '3' }), paper('a'), paper('b'), paper('d', { type: 'zip' }), paper('loose')];
  const agenda = [item('1', ['a']), item('2', ['b', 'd']), item('3', [])];

  it.each([
    [null, 'a,b,c'],
    ['2', 'b,c'],
    ['3', 'c'],
    ['gone', 'a,b,c'],
  ])('from item %s: %s', (current, expected) => expect(aheadOf(papers, agenda, current).join(',')).toBe(expected));

  it('leaves out what would be too much', () => {
    const heavy = [paper('a', { bytes: AHEAD_BYTES }), paper('b', { bytes: 1 })];
    expect(aheadOf(heavy, [item('1', ['a', 'b'])], null)).toEqual(['a']);
    expect(aheadOf([paper('a', { bytes: AHEAD_BYTES + 1 }), heavy[1]!], [item('1', ['a', 'b'])], null)).toEqual(['b']);
  });
});

describe('Recent', () => {
  it('drops what was not used longest', () => {
    const dropped: string[] = [];
    const recent = new Recent<string>(3, (value) => dropped.push(value));
    for (const key of ['a', 'b', 'c']) recent.put(key, key, 1);
    expect(recent.get('a')).toBe('a');
    recent.put('d', 'd', 1);
    expect(dropped).toEqual(['b']);
    recent.put('e', 'e', 3);
    expect([dropped.join(''), recent.size]).toEqual(['bcad', 1]);
    recent.put('f', 'f', 9);
    expect([recent.get('e'), recent.get('f')]).toEqual([undefined, 'f']);
  });
});
