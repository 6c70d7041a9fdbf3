import { Button, Group, TextInput } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { del, patch, post } from '../api/client';
import { useSession } from '../api/session';
import type { Endpoint } from '../api/types';
import { useQuery } from '../api/use-query';
import { Confirm, type Question } from '../components/confirm';
import { DataTable } from '../components/data-table';
import { FormModal } from '../components/form-modal';
import { lineBody, LineFields, lineOf } from '../components/line-fields';
import { PlusIcon } from '../components/icons';
import { tell, tellError } from '../components/notify';
import { Pick, useUnitOptions } from '../components/picks';
import { CsvImport } from './csv-import';

const endpointText = (e: Endpoint): string => `${e.name} ${e.unit_name} ${e.id} ${e.technician ?? ''} ${e.phone}`;

/** The rooms with who looks after them: a table that is edited, exported and read back from Excel. */
export default function AdminEndpoints(): ReactNode {
  const { t } = useTranslation();
  const role = useSession((s) => s.user?.role);
  const mayEdit = role === 'administrator' || role === 'technician';
  const query = useQuery<{ endpoints: Endpoint[] }>('/endpoints');
  const [editing, setEditing] = useState<Endpoint | 'new' | null>(null);
  const [importing, setImporting] = useState(false);
  const [question, setQuestion] = useState<Question | null>(null);
  const remove = (e: Endpoint): void =>
    setQuestion({
      ask: t('admin.removeEndpointAsk', { name: e.name }),
      yes: t('app.delete'),
      danger: true,
      act: async () => {
        try {
          await del(`/endpoints/${encodeURIComponent(e.id)}`);
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
        rows={query.data?.endpoints ?? null}
        label={t('admin.endpoints')}
        keyOf={(e) => e.id}
        textOf={endpointText}
        none={t('admin.noEndpoints')}
        columns={[
          { head: t('admin.code'), width: '100px', cell: (e) => e.id },
          { head: t('admin.name'), width: 'minmax(0, 1.6fr)', cell: (e) => e.name },
          { head: t('admin.unit'), width: 'minmax(0, 1.4fr)', cell: (e) => e.unit_name },
          { head: t('admin.technician'), width: 'minmax(0, 1.2fr)', cell: (e) => e.technician ?? '' },
          { head: t('admin.phone'), width: '140px', cell: (e) => e.phone },
          { head: t('admin.email'), width: 'minmax(0, 1.4fr)', cell: (e) => e.email ?? '' },
          ...(mayEdit
            ? [
                {
                  head: '',
                  width: '140px',
                  cell: (e: Endpoint) => (
                    <Group gap={6} wrap="nowrap" justify="flex-end">
                      <Button size="compact-md" variant="default" onClick={() => setEditing(e)} aria-label={t('admin.editOf', { name: e.name })}>
                        {t('admin.edit')}
                      </Button>
                      <Button size="compact-md" variant="default" onClick={() => remove(e)} aria-label={t('admin.removeOf', { name: e.name })}>
                        {t('app.delete')}
                      </Button>
                    </Group>
                  ),
                },
              ]
            : []),
        ]}
        action={
          <Group gap="sm">
            {mayEdit && (
              <>
                <Button leftSection={<PlusIcon size={18} />} onClick={() => setEditing('new')}>
                  {t('admin.addEndpoint')}
                </Button>
                <Button variant="default" onClick={() => setImporting(true)}>
                  {t('admin.import')}
                </Button>
              </>
            )}
            <Button variant="default" component="a" href="/api/v1/endpoints/export" download>
              {t('admin.export')}
            </Button>
          </Group>
        }
      />
      {editing && <EndpointForm endpoint={editing === 'new' ? null : editing} onClose={done} />}
      {importing && <CsvImport path="/endpoints" title={t('admin.importEndpoints')} help={t('admin.importEndpointsHelp')} onClose={done} />}
      <Confirm question={question} onClose={() => setQuestion(null)} />
    </>
  );
}

function EndpointForm({ endpoint, onClose }: { endpoint: Endpoint | null; onClose: (saved: boolean) => void }): ReactNode {
  const { t } = useTranslation();
  const units = useUnitOptions();
  const [unit, setUnit] = useState<string | null>(endpoint?.unit ?? null);
  const [name, setName] = useState(endpoint?.name ?? '');
  const [technician, setTechnician] = useState(endpoint?.technician ?? '');
  const [phone, setPhone] = useState(endpoint?.phone ?? '');
  const [email, setEmail] = useState(endpoint?.email ?? '');
  const [line, setLine] = useState(lineOf(endpoint));
  const [tried, setTried] = useState(false);
  const save = async (): Promise<void> => {
    setTried(true);
    if (!unit) return;
    const body = { ...(name.trim() ? { name: name.trim() } : {}), technician: technician.trim(), phone: phone.trim(), email: email.trim(), ...lineBody(line) };
    try {
      if (endpoint) await patch(`/endpoints/${encodeURIComponent(endpoint.id)}`, body);
      else await post('/endpoints', { unit, ...body });
      tell(t('admin.saved'));
      onClose(true);
    } catch (error) {
      tellError(error, t);
    }
  };
  return (
    <FormModal title={endpoint ? t('admin.editOf', { name: endpoint.name }) : t('admin.addEndpoint')} onClose={() => onClose(false)} onSubmit={save}>
      <Pick label={t('admin.unit')} data={units} value={unit} onChange={setUnit} disabled={endpoint !== null} error={tried && !unit ? t('admin.needed') : undefined} />
      <TextInput label={t('admin.name')} description={endpoint ? undefined : t('admin.nameOfUnit')} value={name} onChange={(e) => setName(e.currentTarget.value)} maxLength={200} data-autofocus />
      <TextInput label={t('admin.technician')} value={technician} onChange={(e) => setTechnician(e.currentTarget.value)} maxLength={200} />
      <TextInput label={t('admin.phone')} type="tel" value={phone} onChange={(e) => setPhone(e.currentTarget.value)} maxLength={32} />
      <TextInput label={t('admin.email')} type="email" value={email} onChange={(e) => setEmail(e.currentTarget.value)} maxLength={200} />
      <LineFields line={line} onChange={setLine} help={t('admin.lineOfRoom')} />
    </FormModal>
  );
}
