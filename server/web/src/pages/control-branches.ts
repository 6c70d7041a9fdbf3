import { useMemo } from 'react';
import { allGroups, groupSites, type SiteGroup } from '../lib/site-tree';
import { useSites, useUnits } from './control-desk';

/** The tree of the invited sites; built anew only when the list of sites changes, not with their states. */
export function useSiteTree(): SiteGroup[] {
  const sites = useSites();
  const units = useUnits();
  const key = sites.map((s) => s.seat.endpoint).join(' ');
  // Only which sites there are counts, not how they are.
  return useMemo(() => groupSites(sites, units), [key, units]);
}

/** Branches below the top, to choose one of. */
export function useBranches(): SiteGroup[] {
  const roots = useSiteTree();
  return useMemo(() => allGroups(roots).filter((g) => g.depth > 0), [roots]);
}
