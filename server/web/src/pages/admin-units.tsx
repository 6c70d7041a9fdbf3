import { ActionIcon, Alert, Button, Checkbox, Group, Modal, Progress, Text, TextInput } from '@mantine/core';
import { useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { del, patch, post } from '../api/client';
import type { Unit } from '../api/types';
import { useQuery } from '../api/use-query';
import { Confirm, type Question } from '../components/confirm';
import { DataTable } from '../components/data-table';
import { FormModal } from '../components/form-modal';
import { lineBody, LineFields, lineOf } from '../components/line-fields';
import { ChevronIcon, PlusIcon } from '../components/icons';
import { tell, tellError } from '../components/notify';
import { Pick, useUnitOptions } from '../components/picks';
import { VirtualList } from '../components/virtual-list';
import { writeCsv } from '../lib/csv';
import { errorText } from '../lib/error-text';
import { buildTree, pathOf, visibleRows, type Tree, type TreeNode } from '../lib/tree';
import { planImport, unitRows, type UnitPlan, type UnitStep } from '../lib/unit-import';
import './admin.css';

const unitText = (u: TreeNode): string => `${u.name} ${u.code}`;

/** The tree of units: fold, search, add below, rename, remove, import with a preview. */
export default function AdminUnits(): ReactNode {
  const { t } = useTranslation();
  const query = useQuery<{ units: Unit[] }>('/units');
  const units = useMemo(() => query.data?.units ?? [], [query.data]);
  const tree = useMemo(() => (query.data ? buildTree(query.data.units) : null), [query.data]);
  const [asTree, setAsTree] = useState(true);
  const [editing, setEditing] = useState<{ node: TreeNode | null; parent: string | null } | null>(null);
  const [importing, setImporting] = useState(false);
  const [question, setQuestion] = useState<Question | null>(null);
  const remove = (node: TreeNode): void =>
    setQuestion({
      ask: t('admin.removeUnitAsk', { name: node.name }),
      yes: t('app.delete'),
      danger: true,
      act: async () => {
        try {
          await del(`/units/${encodeURIComponent(node.code)}`);
          tell(t('admin.removed'));
        } catch (error) {
          tellError(error, t);
        }
        query.reload();
      },
    });
  const acts = { onEdit: (node: TreeNode) => setEditing({ node, parent: node.parent }), onAdd: (node: TreeNode) => setEditing({ node: null, parent: node.code }), onRemove: remove };
  const action = (
    <Group gap="sm">
      <Button leftSection={<PlusIcon size={18} />} onClick={() => setEditing({ node: null, parent: null })}>
        {t('admin.addUnit')}
      </Button>
      <Button variant="default" onClick={() => setImporting(true)}>
        {t('admin.import')}
      </Button>
      <Button variant="default" onClick={() => saveFile('don-vi.csv', writeCsv(unitRows(units)))}>
        {t('admin.export')}
      </Button>
      <Button variant="subtle" onClick={() => setAsTree(!asTree)} aria-pressed={asTree}>
        {t(asTree ? 'admin.asTable' : 'admin.asTree')}
      </Button>
    </Group>
  );
  return (
    <>
      {tree && asTree && units.length > 0 ? (
        <>
          <Group mb="sm">{action}</Group>
          <UnitBranches tree={tree} {...acts} />
        </>
      ) : (
        <DataTable
          query={query}
          rows={tree ? [...tree.byCode.values()] : null}
          label={t('admin.units')}
          keyOf={(u) => u.code}
          textOf={unitText}
          none={t('admin.noUnits')}
          action={action}
          columns={[
            { head: t('admin.code'), width: '100px', cell: (u) => u.code },
            { head: t('admin.name'), width: 'minmax(0, 2fr)', cell: (u) => u.name },
            { head: t('admin.above'), width: 'minmax(0, 1.5fr)', cell: (u) => pathOf(u) },
            { head: t('admin.level'), width: '120px', cell: (u) => u.level },
            { head: t('admin.rooms'), width: '90px', cell: (u) => u.endpoints },
            { head: '', width: '290px', cell: (u) => <UnitActs node={u} {...acts} /> },
          ]}
        />
      )}
      {editing && (
        <UnitForm
          node={editing.node}
          parent={editing.parent}
          onClose={(saved) => {
            setEditing(null);
            if (saved) query.reload();
          }}
        />
      )}
      {importing && (
        <UnitImport
          units={units}
          onClose={(changed) => {
            setImporting(false);
            if (changed) query.reload();
          }}
        />
      )}
      <Confirm question={question} onClose={() => setQuestion(null)} />
    </>
  );
}

export function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

interface Acts {
  onEdit: (node: TreeNode) => void;
  onAdd: (node: TreeNode) => void;
  onRemove: (node: TreeNode) => void;
}

function UnitActs({ node, onEdit, onAdd, onRemove }: Acts & { node: TreeNode }): ReactNode {
  const { t } = useTranslation();
  return (
    <Group gap={6} wrap="nowrap" justify="flex-end">
      <Button size="compact-md" variant="default" onClick={() => onAdd(node)} aria-label={t('admin.addBelow', { name: node.name })}>
        {t('admin.below')}
      </Button>
      <Button size="compact-md" variant="default" onClick={() => onEdit(node)} aria-label={t('admin.editOf', { name: node.name })}>
        {t('admin.edit')}
      </Button>
      <Button size="compact-md" variant="default" onClick={() => onRemove(node)} aria-label={t('admin.removeOf', { name: node.name })} disabled={node.children.length > 0 || node.endpoints > 0}>
        {t('app.delete')}
      </Button>
    </Group>
  );
}

function UnitBranches({ tree, ...acts }: Acts & { tree: Tree }): ReactNode {
  const { t } = useTranslation();
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(() => new Set(tree.roots.length === 1 ? [tree.roots[0]!.code] : []));
  const rows = useMemo(() => visibleRows(tree, unfolded), [tree, unfolded]);
  const fold = (code: string): void => {
    const next = new Set(unfolded);
    if (!next.delete(code)) next.add(code);
    setUnfolded(next);
  };
  return (
    <div className="panel data-table">
      <VirtualList
        className="admin-tree"
        label={t('admin.units')}
        items={rows}
        rowHeight={48}
        keyOf={(n) => n.code}
        render={(node) => (
          <div className="admin-tree-row" style={{ paddingLeft: 10 + node.depth * 28 }} data-row={node.code}>
            {node.children.length > 0 ? (
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-expanded={unfolded.has(node.code)}
                aria-label={t(unfolded.has(node.code) ? 'booking.fold' : 'booking.unfold', { name: node.name })}
                onClick={() => fold(node.code)}
              >
                <ChevronIcon size={20} open={unfolded.has(node.code)} />
              </ActionIcon>
            ) : (
              <span className="tree-gap" />
            )}
            <span className="admin-tree-name clip">
              {node.name} <span className="quiet">{node.code}</span>
            </span>
            <span className="quiet">{t('booking.count', { count: node.total })}</span>
            <UnitActs node={node} {...acts} />
          </div>
        )}
      />
    </div>
  );
}

function UnitForm({ node, parent: above, onClose }: { node: TreeNode | null; parent: string | null; onClose: (saved: boolean) => void }): ReactNode {
  const { t } = useTranslation();
  const options = useUnitOptions();
  const [code, setCode] = useState(node?.code ?? '');
  const [name, setName] = useState(node?.name ?? '');
  const [level, setLevel] = useState(node?.level ?? 'commune');
  const [parent, setParent] = useState<string | null>(above);
  const [line, setLine] = useState(lineOf(node));
  const [tried, setTried] = useState(false);
  const need = (text: string): string | undefined => (tried && text.trim() === '' ? t('admin.needed') : undefined);
  const save = async (): Promise<void> => {
    setTried(true);
    if (name.trim() === '' || code.trim() === '' || level.trim() === '') return;
    try {
      if (node) await patch(`/units/${encodeURIComponent(node.code)}`, { name: name.trim(), ...lineBody(line), ...(parent && parent !== node.parent ? { parent } : {}) });
      else await post('/units', { code: code.trim(), name: name.trim(), level: level.trim(), ...lineBody(line), ...(parent ? { parent } : {}) });
      tell(t('admin.saved'));
      onClose(true);
    } catch (error) {
      tellError(error, t);
    }
  };
  return (
    <FormModal title={t(node ? 'admin.editUnit' : 'admin.addUnit')} onClose={() => onClose(false)} onSubmit={save}>
      <TextInput label={t('admin.code')} value={code} onChange={(e) => setCode(e.currentTarget.value)} error={need(code)} maxLength={32} disabled={node !== null} />
      <TextInput label={t('admin.name')} value={name} onChange={(e) => setName(e.currentTarget.value)} error={need(name)} maxLength={200} data-autofocus />
      <TextInput label={t('admin.level')} description={t('admin.levelHelp')} value={level} onChange={(e) => setLevel(e.currentTarget.value)} error={need(level)} maxLength={32} disabled={node !== null} />
      <Pick label={t('admin.above')} data={options.filter((o) => o.value !== node?.code)} value={parent} onChange={setParent} clearable={node === null} />
      <LineFields line={line} onChange={setLine} help={t('admin.lineOfUnit')} />
    </FormModal>
  );
}

const PREVIEW_ROWS = 200;

/** Reads a file of units: first shows what would change, then does it step by step. */
function UnitImport({ units, onClose }: { units: Unit[]; onClose: (changed: boolean) => void }): ReactNode {
  const { t } = useTranslation();
  const file = useRef<HTMLInputElement>(null);
  const [text, setText] = useState<string | null>(null);
  const [remove, setRemove] = useState(false);
  const [done, setDone] = useState<number | null>(null);
  const [failures, setFailures] = useState<{ step: UnitStep; why: string }[]>([]);
  const plan = useMemo<UnitPlan | null>(() => (text === null ? null : planImport(text, units, remove)), [text, units, remove]);
  const counts = (kind: UnitStep['kind']): number => plan?.steps.filter((s) => s.kind === kind).length ?? 0;
  const run = async (): Promise<void> => {
    const failed: { step: UnitStep; why: string }[] = [];
    setDone(0);
    for (const [i, step] of plan!.steps.entries()) {
      try {
        await sendStep(step);
      } catch (error) {
        failed.push({ step, why: errorText(error, t) });
      }
      if (i % 10 === 0) setDone(i);
    }
    setDone(plan!.steps.length);
    setFailures(failed);
    if (failed.length === 0) {
      tell(t('admin.imported', { count: plan!.steps.length }));
      onClose(true);
    }
  };
  const running = done !== null && failures.length === 0;
  return (
    <Modal opened onClose={() => onClose(done !== null)} title={<strong>{t('admin.importUnits')}</strong>} size="lg" closeButtonProps={{ 'aria-label': t('app.close') }}>
      <div className="form-modal">
        <Text>{t('admin.importUnitsHelp')}</Text>
        <Group>
          <Button variant="default" onClick={() => file.current?.click()}>
            {t('admin.chooseFile')}
          </Button>
          <input
            ref={file}
            type="file"
            hidden
            accept=".csv,text/csv"
            data-import
            onChange={(e) => {
              void e.currentTarget.files?.[0]?.text().then(setText);
              e.currentTarget.value = '';
            }}
          />
          {plan && plan.missing > 0 && (
            <Checkbox label={t('admin.removeMissing', { count: plan.missing })} checked={remove} onChange={(e) => setRemove(e.currentTarget.checked)} />
          )}
        </Group>
        {plan && (
          <>
            <Text fw={600} role="status" data-plan>
              {t('admin.plan', { added: counts('add'), changed: counts('change'), removed: counts('remove'), unchanged: plan.unchanged })}
            </Text>
            {plan.faults.length > 0 && (
              <Alert color="red" variant="light" title={t('admin.faults', { count: plan.faults.length })}>
                <ul className="admin-faults">
                  {plan.faults.slice(0, PREVIEW_ROWS).map((f) => (
                    <li key={`${f.line}-${f.fault}`}>{t('admin.faultLine', { line: f.line, text: t(`admin.unitFault.${f.fault}`, { text: f.text }) })}</li>
                  ))}
                </ul>
              </Alert>
            )}
            <ul className="admin-steps" tabIndex={0} aria-label={t('admin.preview')}>
              {plan.steps.slice(0, PREVIEW_ROWS).map((s) => (
                <li key={`${s.kind}-${s.code}`}>
                  <b>{t(`admin.step.${s.kind}`)}</b> {s.name} <span className="quiet">{s.code}</span>
                  {s.before && s.before.name !== s.name && <span className="quiet"> ← {s.before.name}</span>}
                </li>
              ))}
              {plan.steps.length > PREVIEW_ROWS && <li className="quiet">{t('repeat.moreDates', { count: plan.steps.length - PREVIEW_ROWS })}</li>}
            </ul>
          </>
        )}
        {done !== null && <Progress value={plan!.steps.length === 0 ? 100 : (done / plan!.steps.length) * 100} aria-label={t('admin.importing')} />}
        {failures.length > 0 && (
          <Alert color="red" variant="light" role="alert" title={t('admin.failed', { count: failures.length })}>
            <ul className="admin-faults">
              {failures.slice(0, PREVIEW_ROWS).map((f) => (
                <li key={f.step.code}>
                  {f.step.name}: {f.why}
                </li>
              ))}
            </ul>
          </Alert>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={() => onClose(done !== null)}>
            {t(done === null ? 'app.cancel' : 'app.close')}
          </Button>
          <Button disabled={!plan || plan.steps.length === 0 || done !== null} loading={running} onClick={() => void run()}>
            {t('admin.importNow', { count: plan?.steps.length ?? 0 })}
          </Button>
        </Group>
      </div>
    </Modal>
  );
}

function sendStep(step: UnitStep): Promise<unknown> {
  const at = `/units/${encodeURIComponent(step.code)}`;
  const { code, name, parent, level } = step;
  switch (step.kind) {
    case 'add':
      return post('/units', { code, name, level, ...(parent ? { parent } : {}) });
    case 'change':
      return patch(at, { name, ...(parent && parent !== step.before?.parent ? { parent } : {}) });
    case 'remove':
      return del(at);
  }
}
