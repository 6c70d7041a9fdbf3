import { fold } from './fold';

/** Engine of the unit tree: which branches are ticked, how many rooms that makes. Pure, without React. */

export interface UnitRow {
  code: string;
  parent: string | null;
  level: string;
  name: string;
  /** Rooms of this unit itself. */
  endpoints: number;
  down_kbps?: number;
  up_kbps?: number;
}

export interface TreeNode extends UnitRow {
  folded: string;
  depth: number;
  children: TreeNode[];
  parentNode: TreeNode | null;
  /** Rooms of this unit and everything below it. */
  total: number;
}

export interface Tree {
  roots: TreeNode[];
  byCode: Map<string, TreeNode>;
}

export type Tick = 'on' | 'off' | 'part';

/** Builds the tree from the flat list; a unit whose parent is not in the list is a root. */
export function buildTree(rows: readonly UnitRow[]): Tree {
  const byCode = new Map<string, TreeNode>();
  for (const row of rows) {
    byCode.set(row.code, {
      ...row,
      folded: fold(row.name),
      depth: 0,
      children: [],
      parentNode: null,
      total: row.endpoints,
    });
  }
  const roots: TreeNode[] = [];
  for (const node of byCode.values()) {
    const parent = node.parent === null ? undefined : byCode.get(node.parent);
    if (parent && parent !== node) {
      node.parentNode = parent;
      parent.children.push(node);
    } else {
      roots.push(node);
    }
  }
  roots.forEach((root) => sumUp(root, 0));
  return { roots, byCode };
}

function sumUp(node: TreeNode, depth: number): number {
  node.depth = depth;
  node.total = node.endpoints;
  for (const child of node.children) node.total += sumUp(child, depth + 1);
  return node.total;
}

/**
 * The selection is the set of ticked units (only those that have rooms of their own count). A branch is ticked by
 * ticking every unit with rooms in it.
 */
export type Selection = ReadonlySet<string>;

function* withRooms(node: TreeNode): Generator<TreeNode> {
  if (node.endpoints > 0) yield node;
  for (const child of node.children) yield* withRooms(child);
}

export function tickOf(node: TreeNode, selection: Selection): Tick {
  let on = 0;
  let all = 0;
  for (const unit of withRooms(node)) {
    all += 1;
    if (selection.has(unit.code)) on += 1;
    if (on > 0 && on < all) return 'part';
  }
  return all > 0 && on === all ? 'on' : on > 0 ? 'part' : 'off';
}

/** Ticks of every node at once: one pass over the tree instead of one per row. */
export function allTicks(tree: Tree, selection: Selection): Map<string, Tick> {
  const ticks = new Map<string, Tick>();
  const visit = (node: TreeNode): { on: number; all: number } => {
    const sum = { on: node.endpoints > 0 && selection.has(node.code) ? 1 : 0, all: node.endpoints > 0 ? 1 : 0 };
    for (const child of node.children) {
      const below = visit(child);
      sum.on += below.on;
      sum.all += below.all;
    }
    ticks.set(node.code, sum.on === 0 ? 'off' : sum.on === sum.all ? 'on' : 'part');
    return sum;
  };
  tree.roots.forEach(visit);
  return ticks;
}

/** Ticks the whole branch, or unticks it when it was wholly ticked. */
export function toggle(node: TreeNode, selection: Selection): Set<string> {
  const next = new Set(selection);
  const on = tickOf(node, selection) === 'on';
  for (const unit of withRooms(node)) {
    if (on) next.delete(unit.code);
    else next.add(unit.code);
  }
  return next;
}

/** Rooms that the selection makes. */
export function countRooms(tree: Tree, selection: Selection): number {
  let count = 0;
  for (const code of selection) count += tree.byCode.get(code)?.endpoints ?? 0;
  return count;
}

/**
 * What to send: whole branches as one code each (all rooms below), and the single units that stand alone. A unit
 * above a part-ticked branch must not be sent as a branch, so it goes to `single`.
 */
export function toBranches(tree: Tree, selection: Selection): { branches: string[]; single: string[] } {
  const ticks = allTicks(tree, selection);
  const branches: string[] = [];
  const single: string[] = [];
  const visit = (node: TreeNode): void => {
    const tick = ticks.get(node.code);
    if (tick === 'on') {
      branches.push(node.code);
      return;
    }
    if (tick === 'off') return;
    if (selection.has(node.code)) single.push(node.code);
    node.children.forEach(visit);
  };
  tree.roots.forEach(visit);
  return { branches, single };
}

/** Rows to show, top to bottom: those whose ancestors are all unfolded. */
export function visibleRows(tree: Tree, unfolded: ReadonlySet<string>): TreeNode[] {
  const rows: TreeNode[] = [];
  const visit = (node: TreeNode): void => {
    rows.push(node);
    if (unfolded.has(node.code)) node.children.forEach(visit);
  };
  tree.roots.forEach(visit);
  return rows;
}

/** "Tỉnh Thanh Hóa › Trung ương": where a unit found by searching stands. */
export function pathOf(node: TreeNode): string {
  const names: string[] = [];
  for (let at = node.parentNode; at; at = at.parentNode) names.push(at.name);
  return names.join(' › ');
}
