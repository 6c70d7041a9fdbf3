import type { TFunction } from 'i18next';
import { CloseButton, SegmentedControl, Select, TextInput } from '@mantine/core';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent as ReactKey, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { SearchIcon } from '../components/icons';
import { VirtualList } from '../components/virtual-list';
import { rowAct, startsSearch } from '../lib/control-keys';
import { foldedAtFirst, treeRows, type SiteRow } from '../lib/site-tree';
import { FILTERS, listSites, type Site, type SiteFilter } from '../lib/wall';
import { writeTo } from './control-acts';
import { useSiteTree } from './control-branches';
import { useDesk, useMay, useSites, useUi, type Desk } from './control-desk';
import { GroupRow, SiteLine } from './control-rows';
import { Wall } from './control-wall';

const ROW = 52;

/** Every invited site, as a tree or as pictures. Typing anywhere searches; Enter puts the first on screen. */
export function Sites(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const view = useUi((ui) => ui.view);
  const query = useUi((ui) => ui.query);
  return (
    <section className="panel control-sites" aria-label={t('control.sites')}>
      <div className="control-sites-head">
        <Find />
        <Filter />
        {!desk.isWide && <SegmentedControl
          className="control-view"
          aria-label={t('control.view')}
          size="xs"
          value={view}
          onChange={(v) => desk.set({ view: v as 'tree' | 'wall' })}
          data={[
            { value: 'tree', label: t('control.tree') },
            { value: 'wall', label: t('control.grid') },
          ]}
        />}
      </div>
      {view === 'wall' && query === '' && !desk.isWide ? <Wall /> : <List />}
      <p className="quiet control-keys">{t('control.keys')}</p>
    </section>
  );
}

function Filter(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const filter = useUi((ui) => ui.filter);
  return (
    <Select
      className="control-filter"
      aria-label={t('control.filterBy')}
      data={FILTERS.map((f) => ({ value: f, label: t(`control.filter.${f}`) }))}
      value={filter}
      onChange={(v) => desk.set({ filter: (v ?? 'all') as SiteFilter })}
      allowDeselect={false}
    />
  );
}

/** A letter typed anywhere outside a field starts a search. */
function useTypeAnywhere(box: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if (event.defaultPrevented || !startsSearch(event)) return;
      if (/INPUT|TEXTAREA|SELECT/.test(target.tagName) || target.closest('[role=dialog], [role=listbox], [role=menu]')) return;
      box.current?.focus();
      if (event.key === '/') event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [box]);
}

/** Puts a site on screen, gives it the floor (Shift), or lets it remark without picture (Ctrl). */
function enter(desk: Desk, endpoint: string, event: { shiftKey: boolean; ctrlKey: boolean }): void {
  if (event.ctrlKey) desk.giveFloor(endpoint, false);
  else if (event.shiftKey) desk.giveFloor(endpoint);
  else desk.onScreen(endpoint);
}

function Find(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const query = useUi((ui) => ui.query);
  const box = useRef<HTMLInputElement>(null);
  useTypeAnywhere(box);
  const search = (text: string): void => {
    const best = text.trim() === '' ? null : listSites(desk.sites.getState(), text, desk.ui.getState().filter)[0];
    desk.set({ query: text, selected: best?.seat.endpoint ?? null });
  };
  const onKey = (event: ReactKey): void => {
    const { selected, filter } = desk.ui.getState();
    const move = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (move !== 0) {
      event.preventDefault();
      const listed = listSites(desk.sites.getState(), query, filter);
      const at = listed.findIndex((s) => s.seat.endpoint === selected);
      desk.select(listed[Math.min(Math.max(at + move, 0), listed.length - 1)]?.seat.endpoint ?? null);
    } else if (event.key === 'Enter' && selected !== null && may.run) {
      event.preventDefault();
      enter(desk, selected, event);
    } else if (event.key === 'Escape' && query !== '') {
      event.preventDefault();
      search('');
    }
  };
  return (
    <TextInput
      ref={box}
      className="control-find"
      aria-label={t('control.find')}
      aria-keyshortcuts="/"
      title={t('control.keys')}
      placeholder={t('control.findShort')}
      leftSection={<SearchIcon size={18} />}
      value={query}
      onChange={(e) => search(e.currentTarget.value)}
      onKeyDown={onKey}
      rightSection={query !== '' && <CloseButton aria-label={t('app.clearSearch')} onClick={() => search('')} />}
    />
  );
}

/** The tree; a flat list as soon as somebody searches or filters. */
function useRows(sites: readonly Site[], closed: ReadonlySet<string>, roots: ReturnType<typeof useSiteTree>): readonly SiteRow[] {
  const query = useUi((ui) => ui.query);
  const filter = useUi((ui) => ui.filter);
  return useMemo(() => {
    if (query.trim() === '' && filter === 'all') return treeRows(roots, sites, closed);
    return listSites(sites, query, filter).map((site): SiteRow => ({ kind: 'site', site, depth: 0 }));
  }, [sites, closed, roots, query, filter]);
}

const keyOf = (row: SiteRow): string => (row.kind === 'group' ? `group ${row.group.code}` : row.site.seat.endpoint);

function List(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const sites = useSites();
  const roots = useSiteTree();
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => setClosed(foldedAtFirst(roots)), [roots]);
  const rows = useRows(sites, closed, roots);
  const selected = useUi((ui) => ui.selected);
  const query = useUi((ui) => ui.query);
  const at = useMemo(() => rows.findIndex((r) => r.kind === 'site' && r.site.seat.endpoint === selected), [rows, selected]);
  const toggle = (code: string): void =>
    setClosed((old) => {
      const next = new Set(old);
      if (!next.delete(code)) next.add(code);
      return next;
    });
  return (
    <div className="control-list" onKeyDown={(event) => onRowKey(event, desk, t, may.run)}>
      {rows.length === 0 && (
        <p className="quiet control-none">{query ? t('control.noneFound', { query }) : t('control.noneHere')}</p>
      )}
      <VirtualList
        className="control-rows"
        label={t('control.sites')}
        items={rows}
        rowHeight={ROW}
        keyOf={keyOf}
        shown={at}
        render={(row) =>
          row.kind === 'group' ? (
            <GroupRow group={row.group} count={row.count} open={row.open} onToggle={() => toggle(row.group.code)} />
          ) : (
            <SiteLine site={row.site} depth={row.depth} chosen={row.site.seat.endpoint === selected} />
          )
        }
      />
    </div>
  );
}

/** Keys on a row that has the focus (Tab brings it there): arrows go on, Enter as in the search, letters act on it. */
function onRowKey(event: ReactKey, desk: Desk, t: TFunction, mayRun: boolean): void {
  const row = (event.target as HTMLElement).closest<HTMLElement>('.control-row');
  const button = (event.target as HTMLElement).closest('.control-row-name');
  if (!row || !button) return;
  const move = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
  if (move !== 0) {
    event.preventDefault();
    const all = [...event.currentTarget.querySelectorAll<HTMLElement>('.control-row-name')];
    const next = all[all.indexOf(button as HTMLElement) + move];
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
    const endpoint = next?.closest<HTMLElement>('[data-site]')?.dataset.site;
    if (endpoint) desk.select(endpoint);
    return;
  }
  const endpoint = row.dataset.site;
  if (!endpoint || !mayRun) return;
  if (event.key === 'Enter') {
    event.preventDefault();
    return enter(desk, endpoint, event);
  }
  const act = rowAct(event);
  if (!act) return;
  event.preventDefault();
  desk.select(endpoint);
  if (act === 'mic') desk.toggleMic(endpoint);
  if (act === 'camera') desk.toggleCamera(endpoint);
  if (act === 'floor') desk.giveFloor(endpoint);
  if (act === 'remark') desk.giveFloor(endpoint, false);
  if (act === 'message') desk.askText(writeTo(desk, t, { endpoint }));
}
