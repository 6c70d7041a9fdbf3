import { describe, expect, it } from 'vitest';
import { KEYS, keyAct, ROW_KEYS, rowAct, startsSearch, type Pressed } from './control-keys';

const press = (key: string, change: Partial<Pressed> = {}): Pressed => ({
  key,
  ctrlKey: false,
  altKey: false,
  shiftKey: false,
  metaKey: false,
  ...change,
});

describe('keys of the control room', () => {
  it('has each key once', () => expect(new Set(KEYS.map(([key]) => key)).size).toBe(KEYS.length));

  it('never acts by a letter or a figure that is typed to search', () => {
    for (const key of 'abcdefghijklmnopqrstuvwxyzđ0123456789') {
      expect(keyAct(press(key), false)).toBeNull();
      expect(startsSearch(press(key))).toBe(true);
    }
  });

  it.each([
    [press('F2'), false, 'next'],
    [press('F2'), true, 'next'],
    [press('?', { shiftKey: true }), false, 'help'],
    [press('?', { shiftKey: true }), true, null],
    [press('z', { ctrlKey: true }), false, 'undo'],
    [press('z', { ctrlKey: true }), true, null],
    [press('3', { altKey: true }), true, 'panel3'],
    [press('Enter'), false, null],
  ] as const)('%# acts', (pressed, typing, act) => expect(keyAct(pressed, typing)).toBe(act));

  it('acts by letters on a row that has the focus', () => {
    expect(ROW_KEYS.map(([key]) => rowAct(press(key)))).toEqual(ROW_KEYS.map(([, act]) => act));
    expect(rowAct(press('M', { shiftKey: true }))).toBe('mic');
    expect(rowAct(press('m', { ctrlKey: true }))).toBeNull();
  });

  it.each([
    ['Enter', false],
    [' ', false],
    ['F2', false],
    ['ă', true],
    ['/', true],
  ])('%s starts a search: %s', (key, does) => expect(startsSearch(press(key))).toBe(does));
});
