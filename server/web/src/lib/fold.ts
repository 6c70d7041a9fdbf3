/** Folds a name for searching: no diacritics, lower case, single blanks ("Xã Thanh Hà" -> "xa thanh ha"). */
export function fold(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[đĐ]/g, 'd')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, ' ')
    .trim();
}

/** Rank of a folded name for a folded query: lower is better, -1 is no match. */
export function matchRank(name: string, query: string): number {
  if (query === '') return 0;
  if (name === query) return 0;
  if (name.startsWith(query)) return 1;
  const at = name.indexOf(` ${query}`);
  if (at >= 0) return name.length === at + 1 + query.length ? 2 : 3;
  if (name.includes(query)) return 4;
  return query.split(' ').every((word) => wordStarts(name, word)) ? 5 : -1;
}

function wordStarts(name: string, word: string): boolean {
  return name.startsWith(word) || name.includes(` ${word}`);
}

export interface Searchable {
  folded: string;
}

/** The items that match, best first; the order of equals is kept. */
export function search<T extends Searchable>(items: readonly T[], query: string): T[] {
  const q = fold(query);
  if (q === '') return [...items];
  const found: { item: T; rank: number; order: number }[] = [];
  items.forEach((item, order) => {
    const rank = matchRank(item.folded, q);
    if (rank >= 0) found.push({ item, rank, order });
  });
  found.sort((a, b) => a.rank - b.rank || a.order - b.order);
  return found.map((f) => f.item);
}
