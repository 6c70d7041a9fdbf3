/** Keys of the control room: letters and figures always search, so acts lie on other keys. Pure. */

export type KeyAct =
  | 'help'
  | 'next'
  | 'release'
  | 'mic'
  | 'camera'
  | 'scan'
  | 'view'
  | 'muteAll'
  | 'message'
  | 'undo'
  | 'extendFloor'
  | 'pageBack'
  | 'pageOn'
  | 'panel1'
  | 'panel2'
  | 'panel3'
  | 'panel4'
  | 'panel5'
  | 'panel6';

export const KEYS: readonly (readonly [string, KeyAct])[] = [
  ['F2', 'next'],
  ['F3', 'release'],
  ['+', 'extendFloor'],
  ['F4', 'mic'],
  ['F6', 'camera'],
  ['F7', 'scan'],
  ['F8', 'view'],
  ['PageUp', 'pageBack'],
  ['PageDown', 'pageOn'],
  ['F9', 'muteAll'],
  ['F10', 'message'],
  ['Alt+1', 'panel1'],
  ['Alt+2', 'panel2'],
  ['Alt+3', 'panel3'],
  ['Alt+4', 'panel4'],
  ['Alt+5', 'panel5'],
  ['Alt+6', 'panel6'],
  ['Ctrl+Z', 'undo'],
  ['?', 'help'],
];

/** What a row of the list does with a letter while the list itself has the focus (Tab). */
export type RowAct = 'mic' | 'camera' | 'message' | 'floor' | 'remark';
export const ROW_KEYS: readonly (readonly [string, RowAct])[] = [
  ['m', 'mic'],
  ['c', 'camera'],
  ['n', 'message'],
  ['x', 'floor'],
  ['g', 'remark'],
];

const byKey = new Map<string, KeyAct>(KEYS);
const byRowKey = new Map<string, RowAct>(ROW_KEYS);

export interface Pressed {
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
  metaKey: boolean;
}

function nameOfKey({ key, ctrlKey, altKey, metaKey }: Pressed): string {
  const letter = key.length === 1 ? key.toUpperCase() : key;
  return `${ctrlKey || metaKey ? 'Ctrl+' : ''}${altKey ? 'Alt+' : ''}${letter}`;
}

/** `typing`: in a field other than the search box, where only function keys and Alt act. */
export function keyAct(pressed: Pressed, typing: boolean): KeyAct | null {
  const name = nameOfKey(pressed);
  if (typing && !/^(F\d+|Alt\+.*)$/.test(name)) return null;
  return byKey.get(name) ?? null;
}

export function rowAct(pressed: Pressed): RowAct | null {
  if (pressed.ctrlKey || pressed.altKey || pressed.metaKey) return null;
  return byRowKey.get(pressed.key.toLowerCase()) ?? null;
}

/** Does this key start a search: a letter or a figure, without Ctrl and Alt. */
export function startsSearch(pressed: Pressed): boolean {
  return pressed.key === '/' || (!pressed.ctrlKey && !pressed.altKey && !pressed.metaKey && /^[\p{L}\p{N}]$/u.test(pressed.key));
}
