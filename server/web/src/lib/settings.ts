import type { Setting } from '../api/types';
import { fold } from './fold';

/** The settings as a form: groups, what was typed, what is wrong with it. Pure. */

export type Value = Setting['value'];

export interface SettingGroup {
  name: string;
  settings: Setting[];
}

export function groupSettings(settings: readonly Setting[], find: string, changedOnly: boolean): SettingGroup[] {
  const query = fold(find);
  const groups = new Map<string, Setting[]>();
  for (const s of settings) {
    if (changedOnly && s.from === 'default') continue;
    if (query !== '' && !fold(`${s.key} ${s.help.vi} ${s.help.en}`).includes(query)) continue;
    groups.set(s.group, [...(groups.get(s.group) ?? []), s]);
  }
  return [...groups].map(([name, list]) => ({ name, settings: list }));
}

const isInteger = (type: string): boolean => /^(u?int|integer|bytes|port|ms|seconds|count)/.test(type);
export const isSwitch = (s: Setting): boolean => s.type === 'bool' || s.type === 'boolean';
export const isNumber = (s: Setting): boolean => isInteger(s.type) || s.type === 'number' || s.type === 'double';

/** The text of a field. */
export function shownValue(value: Value): string {
  return value === null ? '' : String(value);
}

/** What was typed as the value to send; undefined when it cannot be one. */
export function readValue(setting: Setting, text: string): Value | undefined {
  if (isSwitch(setting)) return text === 'true';
  if (!isNumber(setting)) return text;
  const n = Number(text.trim().replace(',', '.'));
  if (text.trim() === '' || !Number.isFinite(n)) return undefined;
  if (isInteger(setting.type) && !Number.isInteger(n)) return undefined;
  return inBounds(setting, n) ? n : undefined;
}

/** Bounds that are the same say that there are none. */
function inBounds({ min = 0, max = 0 }: Setting, n: number): boolean {
  return min === max || (n >= min && n <= max);
}
