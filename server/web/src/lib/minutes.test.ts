import { describe, expect, it } from 'vitest';
import { NO_MINUTES, type Minutes } from '../api/report';
import {
  diffLines,
  draftToKeep,
  emptyEditor,
  hasConflict,
  insertLine,
  isDirty,
  isFrozen,
  mayApprove,
  maySave,
  reduceEditor,
  type Editor,
  type EditorEvent,
} from './minutes';

const stored = (version: number, text: string, approved = false): Minutes => ({
  ...NO_MINUTES,
  version,
  text,
  author: 'thuky',
  approved_at: approved ? 1 : null,
});
const after = (...events: EditorEvent[]): Editor => events.reduce(reduceEditor, emptyEditor);
const loaded = (version: number, text: string): EditorEvent => ({ kind: 'loaded', minutes: stored(version, text) });
const typed = (text: string): EditorEvent => ({ kind: 'typed', text });

describe('the minutes editor', () => {
  it('opens what is stored', () => {
    const editor = after(loaded(3, 'A'));
    expect(editor.text).toBe('A');
    expect([isDirty(editor), maySave(editor), mayApprove(editor)]).toEqual([false, false, true]);
  });

  it('saves what was typed, and keeps what was typed while saving', () => {
    const writing = after(loaded(1, 'A'), typed('AB'));
    expect([maySave(writing), mayApprove(writing)]).toEqual([true, false]);
    const later = reduceEditor(reduceEditor(writing, typed('ABC')), { kind: 'saved', minutes: stored(2, 'AB') });
    expect([later.text, later.base.version, isDirty(later)]).toEqual(['ABC', 2, true]);
  });

  it('follows others while nothing was typed here', () => {
    const editor = after(loaded(1, 'A'), loaded(2, 'B'));
    expect([editor.text, hasConflict(editor)]).toEqual(['B', false]);
  });

  it('keeps both when somebody else saved first', () => {
    const editor = after(loaded(1, 'A'), typed('mine'), loaded(2, 'theirs'));
    expect([editor.text, editor.theirs?.text, maySave(editor)]).toEqual(['mine', 'theirs', false]);
    const mine = reduceEditor(editor, { kind: 'keep-mine' });
    expect([mine.text, mine.base.version, maySave(mine)]).toEqual(['mine', 2, true]);
    const theirs = reduceEditor(editor, { kind: 'take-theirs' });
    expect([theirs.text, theirs.before, isDirty(theirs)]).toEqual(['theirs', 'mine', false]);
    expect(reduceEditor(theirs, { kind: 'undone' }).text).toBe('mine');
  });

  it('is no conflict when both wrote the same', () => {
    expect(hasConflict(after(loaded(1, 'A'), typed('B'), loaded(2, 'B')))).toBe(false);
  });

  it('ignores an older answer that comes late', () => {
    expect(after(loaded(2, 'B'), loaded(1, 'A')).text).toBe('B');
  });

  it('is frozen once approved; text typed meanwhile is not lost', () => {
    const frozen = after(loaded(1, 'A'), { kind: 'approved', minutes: stored(1, 'A', true) });
    expect([isFrozen(frozen), maySave(frozen), mayApprove(frozen)]).toEqual([true, false, false]);
    expect(reduceEditor(frozen, typed('B')).text).toBe('A');
    const late = after(loaded(1, 'A'), typed('mine'), { kind: 'loaded', minutes: stored(1, 'A', true) });
    expect([late.text, hasConflict(late), maySave(late)]).toEqual(['mine', true, false]);
  });

  it('a draft replaces the text and can be taken back', () => {
    const editor = after(loaded(1, 'A'), { kind: 'replaced', text: 'draft' });
    expect([editor.text, editor.before]).toEqual(['draft', 'A']);
    expect(reduceEditor(editor, { kind: 'undone' }).text).toBe('A');
  });

  it.each([
    ['nothing kept', 2, null, 'B', false],
    ['kept from the same version', 2, { version: 2, text: 'mine' }, 'mine', false],
    ['kept from an older version', 2, { version: 1, text: 'mine' }, 'mine', true],
    ['kept, but stored since', 2, { version: 1, text: 'B' }, 'B', false],
  ] as const)('a reload: %s', (_, version, kept, text, conflict) => {
    const editor = after({ kind: 'loaded', minutes: stored(version, 'B'), kept });
    expect([editor.text, hasConflict(editor)]).toEqual([text, conflict]);
  });

  it('keeps only what the server does not have', () => {
    expect(draftToKeep(emptyEditor)).toBeNull();
    expect(draftToKeep(after(loaded(1, 'A')))).toBeNull();
    expect(draftToKeep(after(loaded(1, 'A'), typed('B')))).toEqual({ version: 1, text: 'B' });
  });
});

describe('diffLines', () => {
  it.each([
    ['', '', ' '],
    ['a', 'a', ' a'],
    ['a\nb\nc', 'a\nc', ' a,-b, c'],
    ['a\nc', 'a\nb\nc', ' a,+b, c'],
    ['a', 'b', '-a,+b'],
  ])('%j to %j', (from, to, expected) => {
    expect(diffLines(from, to).map((l) => l.mark + l.text).join(',')).toBe(expected);
  });

  it('takes very long texts as a whole', () => {
    const long = Array.from({ length: 1501 }, (_, i) => String(i)).join('\n');
    expect(diffLines(long, long)).toHaveLength(3002);
  });
});

describe('insertLine', () => {
  it.each([
    ['', 0, 'x', 'x', 1],
    ['a', 0, 'x', 'a\nx', 3],
    ['a\nb', 1, 'x', 'a\nx\nb', 3],
    ['a\n', 2, 'x', 'a\nx', 3],
  ])('%j at %i', (text, cursor, line, expected, next) => {
    expect(insertLine(text, cursor, line)).toEqual({ text: expected, cursor: next });
  });
});
