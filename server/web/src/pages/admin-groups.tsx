import { Button, Group, Text, TextInput } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { del, patch, post } from '../api/client';
import { useSession } from '../api/session';
import type { Endpoint, EndpointGroup, Unit } from '../api/types';
import { useQuery } from '../api/use-query';
import { Confirm, type Question } from '../components/confirm';
import { DataTable } from '../components/data-table';
import { FormModal } from '../components/form-modal';
import { PlusIcon } from '../components/icons';
import { tell, tellError } from '../components/notify';
import { Pick, PickMany, useEndpointOptions, useUnitOptions } from '../components/picks';
import { Loading } from '../components/states';
import { UnitTree } from '../components/unit-tree';
import { buildTree } from '../lib/tree';
import { CsvImport } from './csv-import';

const groupText = (g: EndpointGroup): string => g.name;

/** Rooms that are invited together. */
export default function AdminGroups(): ReactNode {
  const { t } = useTranslation();
  const role = useSession((s) => s.user?.role);
  const mayEdit = role === 'administrator' || role === 'secretary';
  const query = useQuery<{ groups: EndpointGroup[] }>('/groups');
  const units = useUnitOptions();
  const unitNames = useMemo(() => new Map(units.map((u) => [u.value, u.label])), [units]);
  const [editing, setEditing] = useState<EndpointGroup | 'new' | null>(null);
  const [importing, setImporting] = useState(false);
  const [question, setQuestion] = useState<Question | null>(null);
  const remove = (g: EndpointGroup): void =>
    setQuestion({
      ask: t('admin.removeGroupAsk', { name: g.name }),
      yes: t('app.delete'),
      danger: true,
      act: async () => {
        try {
          await del(`/groups/${g.id}`);
          tell(t('admin.removed'));
        } catch (error) {
          tellError(error, t);
        }
        query.reload();
      },
    });
  const done = (changed: boolean): void => {
    setEditing(null);
    setImporting(false);
    if (changed) query.reload();
  };
  return (
    <>
      <DataTable
        query={query}
        rows={query.data?.groups ?? null}
        label={t('admin.groups')}
        keyOf={(g) => g.id}
        textOf={groupText}
        none={t('admin.noGroups')}
        columns={[
          { head: t('admin.name'), width: 'minmax(0, 2fr)', cell: (g) => g.name },
          { head: t('admin.unit'), width: 'minmax(0, 1.5fr)', cell: (g) => unitNames.get(g.unit) ?? g.unit },
          { head: t('admin.rooms'), width: '120px', cell: (g) => g.endpoints.length },
          ...(mayEdit
            ? [
                {
                  head: '',
                  width: '160px',
                  cell: (g: EndpointGroup) => (
                    <Group gap={6} wrap="nowrap" justify="flex-end">
                      <Button size="compact-md" variant="default" onClick={() => setEditing(g)} aria-label={t('admin.editOf', { name: g.name })}>
                        {t('admin.edit')}
                      </Button>
                      <Button size="compact-md" variant="default" onClick={() => remove(g)} aria-label={t('admin.removeOf', { name: g.name })}>
                        {t('app.delete')}
                      </Button>
                    </Group>
                  ),
                },
              ]
            : []),
        ]}
        action={
          mayEdit && (
            <Group gap="sm">
              <Button leftSection={<PlusIcon size={18} />} onClick={() => setEditing('new')}>
                {t('admin.addGroup')}
              </Button>
              <Button variant="default" onClick={() => setImporting(true)}>
                {t('admin.import')}
              </Button>
              <Button variant="default" component="a" href="/api/v1/groups/export" download>
                {t('admin.export')}
              </Button>
            </Group>
          )
        }
      />
      {editing && <GroupForm group={editing === 'new' ? null : editing} onClose={done} />}
      {importing && <CsvImport path="/groups" title={t('admin.importGroups')} help={t('admin.importGroupsHelp')} onClose={done} />}
      <Confirm question={question} onClose={() => setQuestion(null)} />
    </>
  );
}

function GroupForm({ group, onClose }: { group: EndpointGroup | null; onClose: (saved: boolean) => void }): ReactNode {
  const { t } = useTranslation();
  const home = useSession((s) => s.user?.unit ?? null);
  const units = useQuery<{ units: Unit[] }>('/units');
  const rooms = useQuery<{ endpoints: Endpoint[] }>('/endpoints');
  const tree = useMemo(() => (units.data ? buildTree(units.data.units) : null), [units.data]);
  const endpoints = useMemo(() => rooms.data?.endpoints ?? [], [rooms.data]);
  const options = useEndpointOptions(endpoints);
  const [name, setName] = useState(group?.name ?? '');
  const [unit, setUnit] = useState<string | null>(group?.unit ?? home);
  const [members, setMembers] = useState<ReadonlySet<string>>(new Set(group?.endpoints));
  const [tried, setTried] = useState(false);
  // A unit is ticked when all of its rooms are members.
  const selection = useMemo(() => {
    const out = new Set(endpoints.filter((e) => !members.has(e.id)).map((e) => e.unit));
    return new Set(endpoints.map((e) => e.unit).filter((u) => !out.has(u)));
  }, [endpoints, members]);
  if (!tree || !rooms.data) return <Loading />;
  const tick = (next: Set<string>): void => {
    const changed = new Set(members);
    for (const e of endpoints) {
      if (next.has(e.unit) && !selection.has(e.unit)) changed.add(e.id);
      else if (!next.has(e.unit) && selection.has(e.unit)) changed.delete(e.id);
    }
    setMembers(changed);
  };
  const save = async (): Promise<void> => {
    setTried(true);
    if (name.trim() === '' || !unit) return;
    const body = { name: name.trim(), endpoints: [...members] };
    try {
      if (group) await patch(`/groups/${group.id}`, body);
      else await post('/groups', { ...body, unit });
      tell(t('admin.saved'));
      onClose(true);
    } catch (error) {
      tellError(error, t);
    }
  };
  return (
    <FormModal title={group ? t('admin.editOf', { name: group.name }) : t('admin.addGroup')} onClose={() => onClose(false)} onSubmit={save} size="lg">
      <TextInput label={t('admin.groupName')} value={name} onChange={(e) => setName(e.currentTarget.value)} error={tried && name.trim() === '' ? t('admin.needed') : undefined} maxLength={200} data-autofocus />
      {!group && (
        <Pick
          label={t('admin.unit')}
          description={t('admin.groupUnitHelp')}
          data={(units.data?.units ?? []).map((u) => ({ value: u.code, label: u.name }))}
          value={unit}
          onChange={setUnit}
          error={tried && !unit ? t('admin.needed') : undefined}
        />
      )}
      <UnitTree tree={tree} selection={selection} onChange={tick} compact />
      <PickMany
        label={t('booking.singleRooms')}
        data={options}
        value={[...members].filter((id) => !selection.has(endpoints.find((e) => e.id === id)?.unit ?? ''))}
        onChange={(ids) => {
          const whole = endpoints.filter((e) => selection.has(e.unit)).map((e) => e.id);
          setMembers(new Set([...whole, ...ids]));
        }}
      />
      <Text fw={600} role="status">
        {t('meetings.rooms', { count: members.size })}
      </Text>
    </FormModal>
  );
}
