import { Button, Group, Select, TextInput } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { del, patch, post } from '../api/client';
import { useSession } from '../api/session';
import type { Resource, ResourceKind } from '../api/types';
import { useQuery } from '../api/use-query';
import { Confirm, type Question } from '../components/confirm';
import { DataTable } from '../components/data-table';
import { FormModal } from '../components/form-modal';
import { PlusIcon } from '../components/icons';
import { tell, tellError } from '../components/notify';
import { Pick, useUnitOptions } from '../components/picks';

const resourceText = (r: Resource): string => `${r.name} ${r.note}`;
const KINDS: ResourceKind[] = ['hall', 'equipment', 'other'];

/** Halls and equipment that a meeting takes: two meetings cannot have them at once. */
export default function AdminResources(): ReactNode {
  const { t } = useTranslation();
  const query = useQuery<{ resources: Resource[] }>('/resources');
  const units = useUnitOptions();
  const unitNames = useMemo(() => new Map(units.map((u) => [u.value, u.label])), [units]);
  const [editing, setEditing] = useState<Resource | 'new' | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const remove = (r: Resource): void =>
    setQuestion({
      ask: t('admin.removeResourceAsk', { name: r.name }),
      yes: t('app.delete'),
      danger: true,
      act: async () => {
        try {
          await del(`/resources/${r.id}`);
          tell(t('admin.removed'));
        } catch (error) {
          tellError(error, t);
        }
        query.reload();
      },
    });
  return (
    <>
      <DataTable
        query={query}
        rows={query.data?.resources ?? null}
        label={t('admin.resources')}
        keyOf={(r) => r.id}
        textOf={resourceText}
        none={t('admin.noResources')}
        columns={[
          { head: t('admin.name'), width: 'minmax(0, 1.6fr)', cell: (r) => r.name },
          { head: t('admin.kind'), width: '130px', cell: (r) => t(`resource.${r.kind}`) },
          { head: t('admin.unit'), width: 'minmax(0, 1.2fr)', cell: (r) => unitNames.get(r.unit) ?? r.unit },
          { head: t('admin.note'), width: 'minmax(0, 1.6fr)', cell: (r) => r.note },
          {
            head: '',
            width: '160px',
            cell: (r) => (
              <Group gap={6} wrap="nowrap" justify="flex-end">
                <Button size="compact-md" variant="default" onClick={() => setEditing(r)} aria-label={t('admin.editOf', { name: r.name })}>
                  {t('admin.edit')}
                </Button>
                <Button size="compact-md" variant="default" onClick={() => remove(r)} aria-label={t('admin.removeOf', { name: r.name })}>
                  {t('app.delete')}
                </Button>
              </Group>
            ),
          },
        ]}
        action={
          <Button leftSection={<PlusIcon size={18} />} onClick={() => setEditing('new')}>
            {t('admin.addResource')}
          </Button>
        }
      />
      {editing && (
        <ResourceForm
          resource={editing === 'new' ? null : editing}
          onClose={(saved) => {
            setEditing(null);
            if (saved) query.reload();
          }}
        />
      )}
      <Confirm question={question} onClose={() => setQuestion(null)} />
    </>
  );
}

function ResourceForm({ resource, onClose }: { resource: Resource | null; onClose: (saved: boolean) => void }): ReactNode {
  const { t } = useTranslation();
  const home = useSession((s) => s.user?.unit ?? null);
  const units = useUnitOptions();
  const [name, setName] = useState(resource?.name ?? '');
  const [kind, setKind] = useState<ResourceKind>(resource?.kind ?? 'hall');
  const [unit, setUnit] = useState<string | null>(resource?.unit ?? home);
  const [note, setNote] = useState(resource?.note ?? '');
  const [tried, setTried] = useState(false);
  const save = async (): Promise<void> => {
    setTried(true);
    if (name.trim() === '' || !unit) return;
    const body = { name: name.trim(), kind, note: note.trim() };
    try {
      if (resource) await patch(`/resources/${resource.id}`, body);
      else await post('/resources', { ...body, unit });
      tell(t('admin.saved'));
      onClose(true);
    } catch (error) {
      tellError(error, t);
    }
  };
  return (
    <FormModal title={resource ? t('admin.editOf', { name: resource.name }) : t('admin.addResource')} onClose={() => onClose(false)} onSubmit={save}>
      <TextInput label={t('admin.resourceName')} value={name} onChange={(e) => setName(e.currentTarget.value)} error={tried && name.trim() === '' ? t('admin.needed') : undefined} maxLength={200} data-autofocus />
      <Select label={t('admin.kind')} data={KINDS.map((k) => ({ value: k, label: t(`resource.${k}`) }))} value={kind} allowDeselect={false} onChange={(value) => setKind(value as ResourceKind)} />
      {!resource && <Pick label={t('admin.unit')} data={units} value={unit} onChange={setUnit} error={tried && !unit ? t('admin.needed') : undefined} />}
      <TextInput label={t('admin.note')} value={note} onChange={(e) => setNote(e.currentTarget.value)} maxLength={500} />
    </FormModal>
  );
}
