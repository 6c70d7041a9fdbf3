/** The queue of those who ask to speak: its order after a drag, and the view of one level. Pure. */

/** The whole order after `moved` was put where `over` stands, both seen in a list that may leave others out. */
export function orderAfterMove(all: readonly string[], moved: string, over: string): string[] {
  const from = all.indexOf(moved);
  const to = all.indexOf(over);
  if (from < 0 || to < 0 || from === to) return [...all];
  const rest = all.filter((e) => e !== moved);
  rest.splice(to, 0, moved);
  return rest;
}

/** Whom a filter by level lets through. '' is everybody. */
export function ofLevel<T extends { endpoint: string }>(
  items: readonly T[],
  level: string,
  levelOf: (endpoint: string) => string | undefined,
): T[] {
  return level === '' ? [...items] : items.filter((item) => levelOf(item.endpoint) === level);
}

/** An order that is on its way to the server, laid over what the server said last. Those who came since stand behind. */
export function withPendingOrder<T extends { endpoint: string }>(items: readonly T[], order: readonly string[] | null): readonly T[] {
  if (!order) return items;
  const place = new Map(order.map((e, i) => [e, i]));
  const rank = (item: T): number => place.get(item.endpoint) ?? order.length;
  return [...items].sort((a, b) => rank(a) - rank(b));
}
