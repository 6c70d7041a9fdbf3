/** Papers in a meeting: which to fetch ahead, which page to draw and how large. Pure. */
import type { AgendaItem, Paper } from './protocol';

/** A room's line is for the meeting: no more than this is fetched ahead. */
export const AHEAD_BYTES = 20 * 1024 * 1024;
/** A page drawn larger than this costs an old machine more than it shows. */
export const PAGE_PIXELS = 8_000_000;

export type PaperKind = 'pdf' | 'picture' | 'other';

/** What the page itself can show; the rest is opened by a program of the machine. */
export function paperKind(paper: Pick<Paper, 'type' | 'name'>): PaperKind {
  if (paper.type === 'application/pdf' || paper.type === 'pdf') return 'pdf';
  if (/^(image\/(png|jpe?g)|png|jpe?g)$/.test(paper.type)) return 'picture';
  if (paper.type === '' || paper.type === 'application/octet-stream') return /\.pdf$/i.test(paper.name) ? 'pdf' : 'other';
  return 'other';
}

export function clampPage(page: number, pages: number): number {
  if (!Number.isFinite(page) || pages < 1) return 1;
  return Math.min(Math.max(1, Math.trunc(page)), pages);
}

/** Scale that fits a page into a box of CSS pixels, in device pixels, within bounds. */
export function pageScale(page: { width: number; height: number }, box: { width: number; height: number }, density: number): number {
  if (page.width <= 0 || page.height <= 0 || box.width <= 0 || box.height <= 0) return 0;
  const fit = Math.min(box.width / page.width, box.height / page.height) * Math.min(Math.max(density, 1), 2);
  const most = Math.sqrt(PAGE_PIXELS / (page.width * page.height));
  return Math.min(fit, most);
}

/** PDF files to fetch ahead, in the order of the agenda from the present item on, within a limit of bytes. */
export function aheadOf(papers: readonly Paper[], agenda: readonly AgendaItem[], current: string | null): string[] {
  const from = Math.max(0, agenda.findIndex((item) => item.id === current));
  const place = new Map<string, number>();
  agenda.forEach((item, i) => item.papers.forEach((id) => place.set(id, i)));
  const rank = (paper: Paper): number => place.get(paper.id) ?? agenda.findIndex((item) => item.id === paper.item);
  let bytes = 0;
  return papers
    .map((paper) => ({ paper, rank: rank(paper) }))
    .filter(({ paper, rank: at }) => paperKind(paper) === 'pdf' && at >= from)
    .sort((a, b) => a.rank - b.rank)
    .flatMap(({ paper }) => {
      if (bytes + paper.bytes > AHEAD_BYTES) return [];
      bytes += paper.bytes;
      return [paper.id];
    });
}

/** The entries used last, up to a total weight; what is dropped is given to `onDrop`. */
export class Recent<T> {
  private readonly entries = new Map<string, { value: T; weight: number }>();
  private total = 0;

  constructor(
    private readonly most: number,
    private readonly onDrop: (value: T) => void = () => {},
  ) {}

  get(key: string): T | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.value;
  }

  /** The newest stays, even when it is heavier than all together may be. */
  put(key: string, value: T, weight: number): void {
    this.remove(key);
    this.entries.set(key, { value, weight });
    this.total += weight;
    for (const [old] of this.entries) {
      if (this.total <= this.most || old === key) break;
      this.remove(old);
    }
  }

  remove(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
    this.entries.delete(key);
    this.total -= entry.weight;
    this.onDrop(entry.value);
  }

  get size(): number {
    return this.entries.size;
  }
}
