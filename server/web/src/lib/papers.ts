/** Papers of a meeting: what may be sent, and how their size reads. Pure. */

export const PAPER_MAX_BYTES = 50 * 1024 * 1024;
export const PAPER_TYPES = ['pdf', 'docx', 'xlsx', 'pptx', 'odt', 'ods', 'odp', 'png', 'jpg', 'jpeg', 'txt', 'zip'] as const;
export const ACCEPT = PAPER_TYPES.map((x) => `.${x}`).join(',');
export const PAPER_NAME_MAX = 200;

export type PaperFault = 'tooLarge' | 'empty' | 'type';

export function extensionOf(name: string): string {
  const at = name.lastIndexOf('.');
  return at > 0 ? name.slice(at + 1).toLowerCase() : '';
}

/** What the server would refuse is not even sent: on a line of a commune 50 MB take minutes. */
export function faultOfPaper(file: { name: string; size: number }): PaperFault | null {
  if (!(PAPER_TYPES as readonly string[]).includes(extensionOf(file.name))) return 'type';
  if (file.size === 0) return 'empty';
  return file.size > PAPER_MAX_BYTES ? 'tooLarge' : null;
}

/** "1,4 MB": a comma in Vietnamese, a point in English. */
export function formatBytes(bytes: number, language: string): string {
  const units = ['B', 'kB', 'MB', 'GB'];
  let n = bytes;
  let at = 0;
  while (n >= 1000 && at < units.length - 1) {
    n /= 1000;
    at += 1;
  }
  const text = n.toLocaleString(language === 'en' ? 'en-GB' : 'vi-VN', { maximumFractionDigits: n < 10 && at > 0 ? 1 : 0 });
  return `${text} ${units[at]}`;
}

/** Names longer than the server keeps lose their middle, not their ending. */
export function fitName(name: string): string {
  const clean = name.normalize('NFC');
  if (clean.length <= PAPER_NAME_MAX) return clean;
  const end = `.${extensionOf(clean)}`;
  return `${clean.slice(0, PAPER_NAME_MAX - end.length - 1)}…${end}`;
}
