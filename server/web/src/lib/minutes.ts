/**
 * The minutes while they are written: what the server has, what stands in the editor, and what happens when somebody else
 * saved meanwhile. Whatever comes from the server, text that was typed is never dropped. Pure.
 */
import { NO_MINUTES, type Minutes } from '../api/report';

export interface Editor {
  /** The stored version that the text grew from. */
  base: Minutes;
  text: string;
  /** Newer than `base`, while `text` has changes of its own: the writer decides. */
  theirs: Minutes | null;
  /** What was replaced last, so that it can be taken back. */
  before: string | null;
  loaded: boolean;
}

export const emptyEditor: Editor = { base: NO_MINUTES, text: '', theirs: null, before: null, loaded: false };

export type EditorEvent =
  | { kind: 'loaded'; minutes: Minutes; kept?: KeptDraft | null }
  | { kind: 'typed'; text: string }
  | { kind: 'replaced'; text: string }
  | { kind: 'undone' }
  | { kind: 'saved'; minutes: Minutes }
  | { kind: 'approved'; minutes: Minutes }
  | { kind: 'keep-mine' }
  | { kind: 'take-theirs' };

/** Unsaved text as it is kept on this machine. */
export interface KeptDraft {
  version: number;
  text: string;
}

export const isDirty = (editor: Editor): boolean => editor.text !== editor.base.text;
export const isFrozen = (editor: Editor): boolean => editor.base.approved_at !== null;
export const hasConflict = (editor: Editor): boolean => editor.theirs !== null;
export const maySave = (editor: Editor): boolean =>
  editor.loaded && !isFrozen(editor) && !hasConflict(editor) && isDirty(editor) && editor.text.trim() !== '';
export const mayApprove = (editor: Editor): boolean =>
  editor.loaded && editor.base.version > 0 && !isFrozen(editor) && !isDirty(editor) && !hasConflict(editor);

export function reduceEditor(editor: Editor, event: EditorEvent): Editor {
  switch (event.kind) {
    case 'loaded':
      return onLoaded(editor, event.minutes, event.kept ?? null);
    case 'typed':
      return isFrozen(editor) ? editor : { ...editor, text: event.text };
    case 'replaced':
      return isFrozen(editor) ? editor : { ...editor, text: event.text, before: editor.text };
    case 'undone':
      return editor.before === null ? editor : { ...editor, text: editor.before, before: null };
    case 'saved':
      // What was typed while the answer was under way stays.
      return { ...editor, base: event.minutes, theirs: null };
    case 'approved':
      return { ...editor, base: event.minutes, text: event.minutes.text, theirs: null, before: null };
    case 'keep-mine':
      return editor.theirs ? { ...editor, base: editor.theirs, theirs: null } : editor;
    case 'take-theirs':
      return editor.theirs
        ? { ...editor, base: editor.theirs, before: editor.text, text: editor.theirs.text, theirs: null }
        : editor;
  }
}

function onLoaded(editor: Editor, minutes: Minutes, kept: KeptDraft | null): Editor {
  if (!editor.loaded) {
    const first: Editor = { ...editor, base: minutes, text: minutes.text, loaded: true };
    if (kept === null || kept.text === minutes.text || minutes.approved_at !== null) return first;
    if (kept.version === minutes.version) return { ...first, text: kept.text };
    return { ...first, text: kept.text, theirs: minutes };
  }
  if (minutes.version < editor.base.version) return editor;
  if (!isDirty(editor) || editor.text === minutes.text) {
    return { ...editor, base: minutes, text: minutes.text, theirs: null };
  }
  if (minutes.version === editor.base.version && minutes.approved_at === editor.base.approved_at) return editor;
  return { ...editor, theirs: minutes };
}

/** What to keep on this machine; null: nothing that the server does not have. */
export function draftToKeep(editor: Editor): KeptDraft | null {
  if (!editor.loaded || !isDirty(editor) || isFrozen(editor)) return null;
  return { version: editor.base.version, text: editor.text };
}

export interface DiffLine {
  mark: ' ' | '-' | '+';
  text: string;
}

/** Longer texts are compared as a whole: the table would grow with the square. */
const DIFF_LINES_MAX = 1500;

/** Lines only in `from` (-), only in `to` (+), in both. */
export function diffLines(from: string, to: string): DiffLine[] {
  const a = from.split('\n');
  const b = to.split('\n');
  if (a.length > DIFF_LINES_MAX || b.length > DIFF_LINES_MAX) {
    return [...a.map((text) => ({ mark: '-' as const, text })), ...b.map((text) => ({ mark: '+' as const, text }))];
  }
  const common = longestCommon(a, b);
  const lines: DiffLine[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ mark: ' ', text: a[i]! });
      i += 1;
      j += 1;
    } else if (j >= b.length || (i < a.length && common[i + 1]![j]! >= common[i]![j + 1]!)) {
      lines.push({ mark: '-', text: a[i++]! });
    } else {
      lines.push({ mark: '+', text: b[j++]! });
    }
  }
  return lines;
}

/** [i][j]: length of what the tails a[i..] and b[j..] have in common, in order. */
function longestCommon(a: string[], b: string[]): Uint16Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      table[i]![j] = a[i] === b[j] ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!);
    }
  }
  return table;
}

/** Puts a line of the sources on a line of its own, after the line of the cursor. */
export function insertLine(text: string, cursor: number, line: string): { text: string; cursor: number } {
  const end = text.indexOf('\n', cursor);
  const at = end < 0 ? text.length : end;
  const head = text.slice(0, at);
  const added = head === '' || head.endsWith('\n') ? line : `\n${line}`;
  return { text: head + added + text.slice(at), cursor: at + added.length };
}
