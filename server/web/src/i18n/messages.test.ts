import { describe, expect, it } from 'vitest';
import { adminVi } from './admin';
import { afterVi } from './after';
import { controlVi } from './control';
import { deskVi } from './desk';
import { en } from './en';
import { lineReportVi } from './line-report';
import { rehearsalVi } from './rehearsal';
import { roomVi } from './room';
import { vi } from './vi';

function flatten(value: unknown, path = ''): [string, string][] {
  if (typeof value === 'string') return [[path, value]];
  return Object.entries(value as Record<string, unknown>).flatMap(([k, v]) => flatten(v, path ? `${path}.${k}` : k));
}

const slots = (text: string): string[] => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((m) => m[1]!).sort();

describe('messages', () => {
  const english = new Map(flatten(en));

  it.each(flatten(vi))('%s has an English text with the same slots', (key, text) => {
    expect(english.get(key)).toBeTruthy();
    expect(slots(english.get(key)!)).toEqual(slots(text));
  });

  it('writes Vietnamese in composed form', () => {
    for (const [, text] of flatten(vi)) expect(text).toBe(text.normalize('NFC'));
  });

  it('has no area that hides the texts of another', () => {
    const names = [adminVi, afterVi, controlVi, deskVi, lineReportVi, rehearsalVi, roomVi].flatMap((area) => Object.keys(area));
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
  });
});
