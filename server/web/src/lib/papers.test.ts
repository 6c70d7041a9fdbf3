import { describe, expect, it } from 'vitest';
import { ACCEPT, extensionOf, faultOfPaper, fitName, formatBytes, PAPER_MAX_BYTES, PAPER_NAME_MAX } from './papers';

describe('papers', () => {
  it.each([
    ['Báo cáo.PDF', 1, null],
    ['Báo cáo.pdf', PAPER_MAX_BYTES, null],
    ['Báo cáo.pdf', PAPER_MAX_BYTES + 1, 'tooLarge'],
    ['Báo cáo.pdf', 0, 'empty'],
    ['chay.exe', 10, 'type'],
    ['pdf', 10, 'type'],
    ['.pdf', 10, 'type'],
    ['a.b.docx', 10, null],
  ])('%s of %i bytes: %s', (name, size, fault) => expect(faultOfPaper({ name, size })).toBe(fault));

  it('are offered by their endings', () => {
    expect(ACCEPT.split(',')).toContain('.pdf');
    expect(extensionOf('x.tar.GZ')).toBe('gz');
  });

  it.each([
    [0, 'vi', '0 B'],
    [999, 'vi', '999 B'],
    [1_400_000, 'vi', '1,4 MB'],
    [1_400_000, 'en', '1.4 MB'],
    [52_428_800, 'vi', '52 MB'],
  ])('%i reads %s %s', (bytes, language, text) => expect(formatBytes(bytes, language)).toBe(text));

  it('keep their ending when the name is too long, and are composed', () => {
    const long = fitName(`${'a'.repeat(300)}.pdf`);
    expect(long).toHaveLength(PAPER_NAME_MAX);
    expect(long.endsWith('….pdf')).toBe(true);
    expect(fitName('Ba\u0301o ca\u0301o.pdf')).toBe('Báo cáo.pdf');
  });
});
