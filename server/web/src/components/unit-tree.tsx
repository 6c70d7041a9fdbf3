import { ActionIcon, Checkbox, CloseButton, TextInput } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { search } from '../lib/fold';
import { allTicks, pathOf, toggle, visibleRows, type Selection, type Tree, type TreeNode } from '../lib/tree';
import { ChevronIcon, SearchIcon } from './icons';
import { VirtualList } from './virtual-list';
import './unit-tree.css';

interface UnitTreeProps {
  tree: Tree;
  selection: Selection;
  onChange: (selection: Set<string>) => void;
  /** Fewer rows at once: in a dialogue. */
  compact?: boolean;
}

const ROW = 44;

/** The administrative tree with ticks: a branch ticked is all its rooms; the search looks through all levels. */
export function UnitTree({ tree, selection, onChange, compact = false }: UnitTreeProps): ReactNode {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(() => firstUnfolded(tree));
  const all = useMemo(() => [...tree.byCode.values()], [tree]);
  const ticks = useMemo(() => allTicks(tree, selection), [tree, selection]);
  const searching = query.trim() !== '';
  const rows = useMemo(
    () => (searching ? search(all, query) : visibleRows(tree, unfolded)),
    [searching, all, query, tree, unfolded],
  );
  const fold = (code: string): void => {
    const next = new Set(unfolded);
    if (!next.delete(code)) next.add(code);
    setUnfolded(next);
  };
  return (
    <div className="tree">
      <TextInput
        aria-label={t('booking.find')}
        placeholder={t('booking.find')}
        leftSection={<SearchIcon size={18} />}
        value={query}
        onChange={(e) => setQuery(e.currentTarget.value)}
        rightSection={searching && <CloseButton aria-label={t('app.clearSearch')} onClick={() => setQuery('')} />}
      />
      {rows.length === 0 && <p className="tree-none">{t('booking.noneFound', { query })}</p>}
      <VirtualList
        className={compact ? 'tree-rows tree-rows-compact' : 'tree-rows'}
        label={t('booking.who')}
        role={searching ? 'list' : 'tree'}
        itemRole={searching ? 'listitem' : 'none'}
        items={rows}
        rowHeight={ROW}
        keyOf={(node) => node.code}
        render={(node) => (
          <TreeRow
            node={node}
            tick={ticks.get(node.code) ?? 'off'}
            searching={searching}
            open={unfolded.has(node.code)}
            onFold={() => fold(node.code)}
            onTick={() => onChange(toggle(node, selection))}
          />
        )}
      />
    </div>
  );
}

function firstUnfolded(tree: Tree): Set<string> {
  const open = new Set<string>();
  let level = tree.roots;
  // Unfold from the top while there is only one branch to choose from.
  while (level.length === 1) {
    open.add(level[0]!.code);
    level = level[0]!.children;
  }
  return open;
}

interface TreeRowProps {
  node: TreeNode;
  tick: 'on' | 'off' | 'part';
  searching: boolean;
  open: boolean;
  onFold: () => void;
  onTick: () => void;
}

function TreeRow({ node, tick, searching, open, onFold, onTick }: TreeRowProps): ReactNode {
  const { t } = useTranslation();
  const onKey = (key: string): void => {
    if (node.children.length === 0 || searching) return;
    if ((key === 'ArrowRight' && !open) || (key === 'ArrowLeft' && open)) onFold();
  };
  const treeItem = searching
    ? {}
    : {
        role: 'treeitem',
        'aria-level': node.depth + 1,
        'aria-checked': tick === 'part' ? ('mixed' as const) : tick === 'on',
        ...(node.children.length > 0 ? { 'aria-expanded': open } : {}),
      };
  return (
    <div
      className="tree-row"
      {...treeItem}
      style={{ paddingLeft: searching ? 8 : 8 + node.depth * 26 }}
      onKeyDown={(e) => onKey(e.key)}
    >
      {!searching && node.children.length > 0 && (
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t(open ? 'booking.fold' : 'booking.unfold', { name: node.name })}
          onClick={onFold}
        >
          <ChevronIcon size={20} open={open} />
        </ActionIcon>
      )}
      {!searching && node.children.length === 0 && <span className="tree-gap" />}
      <Checkbox
        checked={tick === 'on'}
        indeterminate={tick === 'part'}
        disabled={node.total === 0}
        onChange={onTick}
        aria-label={t('booking.tick', { name: node.name })}
        label={
          <span className="tree-name">
            {node.name}
            {searching && node.parentNode && <span className="quiet"> · {pathOf(node)}</span>}
          </span>
        }
        classNames={{ root: 'tree-check' }}
      />
      <span className="tree-count quiet">
        {node.total === 0 ? t('booking.noRooms') : t('booking.count', { count: node.total })}
      </span>
    </div>
  );
}
