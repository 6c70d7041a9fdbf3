import { describe, expect, it } from 'vitest';
import type { Setting } from '../api/types';
import { groupSettings, isNumber, isSwitch, readValue, shownValue } from './settings';

const setting = (key: string, type: string, part: Partial<Setting> = {}): Setting => ({
  key,
  group: key.split('.')[0]!,
  type,
  value: null,
  default: null,
  from: 'default',
  help: { vi: 'Cổng của các trang', en: 'Port of the pages' },
  secret: false,
  restart: false,
  ...part,
});

const all = [setting('http.port', 'int'), setting('mail.server', 'string', { from: 'file', help: { vi: 'Máy chủ thư', en: 'Mail server' } }), setting('http.name', 'string')];
const keys = (find: string, changed = false): string[] => groupSettings(all, find, changed).flatMap((g) => g.settings.map((s) => s.key));

describe('settings', () => {
  it('stand in groups, in their order', () => {
    expect(groupSettings(all, '', false).map((g) => [g.name, g.settings.length])).toEqual([
      ['http', 2],
      ['mail', 1],
    ]);
  });

  it('are found by key and help without diacritics, and by being changed', () => {
    expect(keys('may chu')).toEqual(['mail.server']);
    expect(keys('http.na')).toEqual(['http.name']);
    expect(keys('', true)).toEqual(['mail.server']);
  });

  it.each<[string, string, unknown]>([
    ['int', '8080', 8080],
    ['int', ' 12 ', 12],
    ['int', '', undefined],
    ['int', '1.5', undefined],
    ['double', '1,5', 1.5],
    ['double', 'x', undefined],
    ['bool', 'true', true],
    ['bool', 'false', false],
    ['string', '', ''],
    ['string', '007', '007'],
  ])('%s "%s" is %s', (type, text, value) => expect(readValue(setting('a.b', type), text)).toBe(value));

  it.each<[number, number, string, unknown]>([
    [1, 65535, '1', 1],
    [1, 65535, '65535', 65535],
    [1, 65535, '0', undefined],
    [1, 65535, '65536', undefined],
    [0, 0, '7', 7],
  ])('from %i to %i: "%s" is %s', (min, max, text, value) => expect(readValue(setting('a.b', 'int', { min, max }), text)).toBe(value));

  it('know their kind', () => {
    expect([isSwitch(setting('a.b', 'bool')), isNumber(setting('a.b', 'int')), isNumber(setting('a.b', 'string'))]).toEqual([true, true, false]);
    expect([shownValue(null), shownValue(false), shownValue(3)]).toEqual(['', 'false', '3']);
  });
});
