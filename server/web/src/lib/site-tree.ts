/** The invited sites as the tree of their units: branches that fold, with what is well and ill in each. Pure. */
import { lightOf } from '../room/state';
import type { Site } from './wall';
import { buildTree, type TreeNode, type UnitRow } from './tree';

export interface SiteGroup {
  code: string;
  name: string;
  depth: number;
  groups: SiteGroup[];
  /** Endpoints that stand here, in the order of the sites. */
  endpoints: string[];
  /** Sites here and below. */
  total: number;
}

export interface GroupCount {
  invited: number;
  present: number;
  fair: number;
  bad: number;
  hands: number;
  waiting: number;
}

export type SiteRow =
  | { kind: 'group'; group: SiteGroup; count: GroupCount; open: boolean }
  | { kind: 'site'; site: Site; depth: number };

const newGroup = (code: string, name: string): SiteGroup => ({ code, name, depth: 0, groups: [], endpoints: [], total: 0 });

/** Units with more than themselves to show: a unit with one room and nothing below is that room. */
function isBranch(node: TreeNode, own: ReadonlyMap<string, string[]>): boolean {
  const rooms = own.get(node.code)?.length ?? 0;
  return rooms > 1 || node.children.some((child) => hasSites(child, own));
}

function hasSites(node: TreeNode, own: ReadonlyMap<string, string[]>): boolean {
  return own.has(node.code) || node.children.some((child) => hasSites(child, own));
}

function groupOf(node: TreeNode, own: ReadonlyMap<string, string[]>): SiteGroup {
  const group = newGroup(node.code, node.name);
  group.endpoints.push(...(own.get(node.code) ?? []));
  for (const child of node.children) {
    if (!hasSites(child, own)) continue;
    if (isBranch(child, own)) group.groups.push(groupOf(child, own));
    else group.endpoints.push(...(own.get(child.code) ?? []));
  }
  return group;
}

/** A branch that holds nothing but one branch is passed over. */
function withoutChains(group: SiteGroup): SiteGroup {
  if (group.endpoints.length === 0 && group.groups.length === 1) return withoutChains(group.groups[0]!);
  return { ...group, groups: group.groups.map(withoutChains) };
}

function measure(group: SiteGroup, depth: number, place: ReadonlyMap<string, number>): number {
  group.depth = depth;
  group.endpoints.sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
  group.total = group.endpoints.length;
  for (const child of group.groups) group.total += measure(child, depth + 1, place);
  return group.total;
}

/** The branches of these sites; those whose unit is not known stand at the end of the top. Changes only with the list of sites. */
export function groupSites(sites: readonly Site[], units: readonly UnitRow[]): SiteGroup[] {
  const tree = buildTree(units);
  const own = new Map<string, string[]>();
  const strangers: string[] = [];
  for (const { seat } of sites) {
    if (!tree.byCode.has(seat.code)) strangers.push(seat.endpoint);
    else if (own.has(seat.code)) own.get(seat.code)!.push(seat.endpoint);
    else own.set(seat.code, [seat.endpoint]);
  }
  const top = newGroup('', '');
  for (const root of tree.roots) {
    if (hasSites(root, own)) top.groups.push(groupOf(root, own));
  }
  top.endpoints.push(...strangers);
  const whole = withoutChains(top);
  const roots = whole.code === '' && whole.endpoints.length === 0 ? whole.groups : [whole];
  const place = new Map(sites.map((s, i) => [s.seat.endpoint, i]));
  roots.forEach((root) => measure(root, 0, place));
  return roots;
}

function addSite(sum: GroupCount, site: Site): void {
  const light = lightOf(site.seat);
  sum.invited += 1;
  if (site.seat.state === 'connected') sum.present += 1;
  if (light === 'fair') sum.fair += 1;
  if (light === 'bad') sum.bad += 1;
  if (site.seat.hand_at) sum.hands += 1;
  if (site.seat.state === 'waiting') sum.waiting += 1;
}

/** Counts of every branch at once. */
export function countGroups(roots: readonly SiteGroup[], byEndpoint: ReadonlyMap<string, Site>): Map<string, GroupCount> {
  const counts = new Map<string, GroupCount>();
  const visit = (group: SiteGroup): GroupCount => {
    const sum: GroupCount = { invited: 0, present: 0, fair: 0, bad: 0, hands: 0, waiting: 0 };
    for (const endpoint of group.endpoints) {
      const site = byEndpoint.get(endpoint);
      if (site) addSite(sum, site);
    }
    for (const child of group.groups) {
      const below = visit(child);
      for (const key of Object.keys(sum) as (keyof GroupCount)[]) sum[key] += below[key];
    }
    counts.set(group.code, sum);
    return sum;
  };
  roots.forEach(visit);
  return counts;
}

/** Rows to show, top to bottom. Sites stand before the branches below them. */
export function treeRows(roots: readonly SiteGroup[], sites: readonly Site[], closed: ReadonlySet<string>): SiteRow[] {
  const byEndpoint = new Map(sites.map((s) => [s.seat.endpoint, s]));
  const counts = countGroups(roots, byEndpoint);
  const rows: SiteRow[] = [];
  const visit = (group: SiteGroup): void => {
    const open = !closed.has(group.code);
    rows.push({ kind: 'group', group, count: counts.get(group.code)!, open });
    if (!open) return;
    for (const endpoint of group.endpoints) {
      const site = byEndpoint.get(endpoint);
      if (site) rows.push({ kind: 'site', site, depth: group.depth + 1 });
    }
    group.groups.forEach(visit);
  };
  roots.forEach(visit);
  return rows;
}

/** Branches that start folded: all below the top, when there are more sites than a screen shows. */
export function foldedAtFirst(roots: readonly SiteGroup[]): Set<string> {
  const folded = new Set<string>();
  const visit = (group: SiteGroup): void => {
    if (group.depth > 0) folded.add(group.code);
    group.groups.forEach(visit);
  };
  roots.forEach(visit);
  return folded;
}

/** All branches, top to bottom, for a choice of one. */
export function allGroups(roots: readonly SiteGroup[]): SiteGroup[] {
  return roots.flatMap((group) => [group, ...allGroups(group.groups)]);
}
