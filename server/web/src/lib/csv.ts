/** Reads CSV as Excel writes it: BOM, `,` or `;`, quotes, line breaks within quotes. Pure. */

export const ROWS_MAX = 20_000;

export function separatorOf(text: string): ',' | ';' | '\t' {
  const head = text.split(/\r?\n/, 1)[0] ?? '';
  const count = (c: string): number => head.split(c).length;
  if (count(';') > count(',')) return ';';
  return count('\t') > count(',') ? '\t' : ',';
}

export function parseCsv(input: string): string[][] {
  const text = input.replace(/^\ufeff/, '').normalize('NFC');
  const separator = separatorOf(text);
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let quoted = false;
  const endRow = (): void => {
    row.push(field);
    field = '';
    if (row.length > 1 || row[0]!.trim() !== '') rows.push(row);
    row = [];
  };
  for (let i = 0; i < text.length && rows.length <= ROWS_MAX + 1; i++) {
    const c = text[i]!;
    if (quoted) {
      if (c !== '"') field += c;
      else if (text[i + 1] === '"') {
        field += '"';
        i += 1;
      } else quoted = false;
    } else if (c === '"' && field === '') quoted = true;
    else if (c === separator) {
      row.push(field);
      field = '';
    } else if (c === '\n') endRow();
    else if (c !== '\r') field += c;
  }
  if (field !== '' || row.length > 0) endRow();
  return rows;
}

/** A cell that Excel would run as a formula is only text, whatever it begins with. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",;\r\n]/.test(safe) ? `"${safe.replace(/"/g, '""')}"` : safe;
}

/** With a BOM, so that Excel reads the diacritics. */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  return `\ufeff${rows.map((r) => r.map(cell).join(';')).join('\r\n')}\r\n`;
}
