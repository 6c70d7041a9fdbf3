import { Button, CloseButton, Group, Modal, PasswordInput, Select, Tabs, Text, TextInput, Title } from '@mantine/core';
import { useMemo, useState, type FormEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router-dom';
import { patch, post } from '../api/client';
import type { Endpoint, Role, Unit, User } from '../api/types';
import { useQuery, type Query } from '../api/use-query';
import { PlusIcon, SearchIcon } from '../components/icons';
import { tell, tellError } from '../components/notify';
import { Failed, Loading } from '../components/states';
import { VirtualList } from '../components/virtual-list';
import { fold, search } from '../lib/fold';
import './admin.css';

const TABS = ['units', 'endpoints', 'users'] as const;

/** Units, rooms and users as plain tables that search without diacritics. */
export default function Admin(): ReactNode {
  const { t } = useTranslation();
  const { tab } = useParams();
  const navigate = useNavigate();
  const current = TABS.find((x) => x === tab) ?? 'units';
  return (
    <>
      <Title order={1} size="h2" mb="sm">
        {t('admin.title')}
      </Title>
      <Tabs value={current} onChange={(value) => void navigate(`/admin/${value ?? 'units'}`)} keepMounted={false}>
        <Tabs.List mb="md">
          {TABS.map((x) => (
            <Tabs.Tab key={x} value={x}>
              {t(`admin.${x}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="units">
          <Units />
        </Tabs.Panel>
        <Tabs.Panel value="endpoints">
          <Endpoints />
        </Tabs.Panel>
        <Tabs.Panel value="users">
          <Users />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

interface Column<T> {
  head: string;
  cell: (row: T) => ReactNode;
  width: string;
}

interface TableProps<T> {
  query: Query<unknown>;
  rows: readonly T[] | null;
  columns: Column<T>[];
  keyOf: (row: T) => string;
  textOf: (row: T) => string;
  label: string;
  action?: ReactNode;
}

function Table<T>({ query, rows, columns, keyOf, textOf, label, action }: TableProps<T>): ReactNode {
  const { t } = useTranslation();
  const [find, setFind] = useState('');
  const folded = useMemo(() => (rows ?? []).map((row) => ({ row, folded: fold(textOf(row)) })), [rows, textOf]);
  const found = useMemo(() => search(folded, find), [folded, find]);
  if (!rows) return query.error ? <Failed error={query.error} onRetry={query.reload} /> : <Loading />;
  const grid = { gridTemplateColumns: columns.map((c) => c.width).join(' ') };
  return (
    <>
      <Group mb="sm" gap="sm">
        <TextInput
          flex={1}
          maw={420}
          aria-label={t('admin.find')}
          placeholder={t('admin.find')}
          leftSection={<SearchIcon size={18} />}
          value={find}
          onChange={(e) => setFind(e.currentTarget.value)}
          rightSection={find !== '' && <CloseButton aria-label={t('app.clearSearch')} onClick={() => setFind('')} />}
        />
        <Text className="quiet">{t('admin.total', { n: found.length })}</Text>
        {action}
      </Group>
      <div className="panel admin-table" role="table" aria-label={label} aria-rowcount={found.length}>
        <div className="admin-row admin-head" role="row" style={grid}>
          {columns.map((c) => (
            <span key={c.head} role="columnheader">
              {c.head}
            </span>
          ))}
        </div>
        {found.length === 0 && <p className="quiet admin-none">{t('admin.none')}</p>}
        <VirtualList
          className="admin-rows"
          label={label}
          role="rowgroup"
          itemRole="presentation"
          items={found}
          rowHeight={52}
          keyOf={({ row }) => keyOf(row)}
          render={({ row }) => (
            <div className="admin-row" role="row" style={grid}>
              {columns.map((c) => (
                <span key={c.head} role="cell" className="clip">
                  {c.cell(row)}
                </span>
              ))}
            </div>
          )}
        />
      </div>
    </>
  );
}

const unitText = (u: Unit): string => `${u.name} ${u.code}`;
const endpointText = (e: Endpoint): string => `${e.name} ${e.unit_name} ${e.id}`;
const userText = (u: User): string => `${u.login} ${u.name}`;

function Units(): ReactNode {
  const { t } = useTranslation();
  const query = useQuery<{ units: Unit[] }>('/units');
  return (
    <Table
      query={query}
      rows={query.data?.units ?? null}
      label={t('admin.units')}
      keyOf={(u) => u.code}
      textOf={unitText}
      columns={[
        { head: t('admin.code'), width: '100px', cell: (u) => u.code },
        { head: t('admin.name'), width: 'minmax(0, 2fr)', cell: (u) => u.name },
        { head: t('admin.level'), width: 'minmax(0, 1fr)', cell: (u) => u.level },
        { head: t('admin.rooms'), width: '100px', cell: (u) => u.endpoints },
      ]}
    />
  );
}

function Endpoints(): ReactNode {
  const { t } = useTranslation();
  const query = useQuery<{ endpoints: Endpoint[] }>('/endpoints');
  const [adding, setAdding] = useState(false);
  return (
    <>
      <Table
        query={query}
        rows={query.data?.endpoints ?? null}
        label={t('admin.endpoints')}
        keyOf={(e) => e.id}
        textOf={endpointText}
        columns={[
          { head: t('admin.code'), width: '130px', cell: (e) => e.id },
          { head: t('admin.name'), width: 'minmax(0, 2fr)', cell: (e) => e.name },
          { head: t('admin.unit'), width: 'minmax(0, 2fr)', cell: (e) => e.unit_name },
          { head: t('admin.phone'), width: '160px', cell: (e) => e.phone },
        ]}
        action={
          <Button leftSection={<PlusIcon size={18} />} onClick={() => setAdding(true)}>
            {t('admin.addEndpoint')}
          </Button>
        }
      />
      {adding && (
        <EndpointForm
          onClose={(saved) => {
            setAdding(false);
            if (saved) query.reload();
          }}
        />
      )}
    </>
  );
}

function Users(): ReactNode {
  const { t } = useTranslation();
  const query = useQuery<{ users: User[] }>('/users');
  const [adding, setAdding] = useState(false);
  const [rekeying, setRekeying] = useState<User | null>(null);
  const change = async (user: User, part: object): Promise<void> => {
    try {
      await patch(`/users/${user.id}`, part);
      tell(t('admin.saved'));
    } catch (error) {
      tellError(error, t);
    }
    query.reload();
  };
  return (
    <>
      <Table
        query={query}
        rows={query.data?.users ?? null}
        label={t('admin.users')}
        keyOf={(u) => String(u.id)}
        textOf={userText}
        columns={[
          { head: t('admin.login'), width: 'minmax(0, 1fr)', cell: (u) => u.login },
          { head: t('admin.name'), width: 'minmax(0, 1.5fr)', cell: (u) => u.name },
          { head: t('admin.role'), width: '120px', cell: (u) => t(`role.${u.role}`) },
          { head: t('admin.endpoint'), width: '100px', cell: (u) => u.endpoint ?? '–' },
          {
            head: t('admin.status'),
            width: '120px',
            cell: (u) => t(u.disabled ? 'admin.disabled' : u.locked ? 'admin.locked' : 'admin.active'),
          },
          {
            head: '',
            width: '260px',
            cell: (u) => (
              <Group gap={6} wrap="nowrap" justify="flex-end">
                <Button size="compact-md" variant="default" onClick={() => setRekeying(u)}>
                  {t('admin.newPassword')}
                </Button>
                <Button size="compact-md" variant="default" onClick={() => void change(u, { disabled: !u.disabled })}>
                  {t(u.disabled ? 'admin.enable' : 'admin.disable')}
                </Button>
              </Group>
            ),
          },
        ]}
        action={
          <Button leftSection={<PlusIcon size={18} />} onClick={() => setAdding(true)}>
            {t('admin.addUser')}
          </Button>
        }
      />
      {adding && (
        <UserForm
          onClose={(saved) => {
            setAdding(false);
            if (saved) query.reload();
          }}
        />
      )}
      {rekeying && (
        <PasswordForm
          user={rekeying}
          onClose={() => setRekeying(null)}
          onSave={(password) => void change(rekeying, { password })}
        />
      )}
    </>
  );
}

interface FormModalProps {
  title: string;
  onClose: () => void;
  onSubmit: () => Promise<void>;
  children: ReactNode;
}

function FormModal({ title, onClose, onSubmit, children }: FormModalProps): ReactNode {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    await onSubmit().finally(() => setBusy(false));
  };
  return (
    <Modal opened onClose={onClose} title={title} centered>
      <form className="admin-form" noValidate onSubmit={(e) => void submit(e)}>
        {children}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {t('app.close')}
          </Button>
          <Button type="submit" loading={busy}>
            {t('app.save')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

function useUnitOptions(): { value: string; label: string }[] {
  const { data } = useQuery<{ units: Unit[] }>('/units');
  return useMemo(() => (data?.units ?? []).map((u) => ({ value: u.code, label: `${u.name} (${u.code})` })), [data]);
}

interface PickerProps {
  label: string;
  data: { value: string; label: string }[];
  value: string | null;
  onChange: (value: string | null) => void;
  error: string | undefined;
}

function Picker(props: PickerProps): ReactNode {
  const { t } = useTranslation();
  return (
    <Select
      {...props}
      searchable
      limit={50}
      nothingFoundMessage={t('app.none')}
      filter={({ options, search: query, limit }) =>
        search(
          (options as { value: string; label: string }[]).map((o) => ({ ...o, folded: fold(o.label) })),
          query,
        ).slice(0, limit)
      }
    />
  );
}

function EndpointForm({ onClose }: { onClose: (saved: boolean) => void }): ReactNode {
  const { t } = useTranslation();
  const units = useUnitOptions();
  const [unit, setUnit] = useState<string | null>(null);
  const [name, setName] = useState('');
  const [phone, setPhone] = useState('');
  const [tried, setTried] = useState(false);
  const save = async (): Promise<void> => {
    setTried(true);
    if (!unit) return;
    try {
      await post('/endpoints', { unit, ...(name.trim() ? { name: name.trim() } : {}), ...(phone.trim() ? { phone: phone.trim() } : {}) });
      tell(t('admin.saved'));
      onClose(true);
    } catch (error) {
      tellError(error, t);
    }
  };
  return (
    <FormModal title={t('admin.addEndpoint')} onClose={() => onClose(false)} onSubmit={save}>
      <Picker
        label={t('admin.unit')}
        data={units}
        value={unit}
        onChange={setUnit}
        error={tried && !unit ? t('admin.needed') : undefined}
      />
      <TextInput label={t('admin.name')} value={name} onChange={(e) => setName(e.currentTarget.value)} maxLength={200} />
      <TextInput label={t('admin.phone')} value={phone} onChange={(e) => setPhone(e.currentTarget.value)} maxLength={32} />
    </FormModal>
  );
}

const ROLES: Role[] = ['secretary', 'technician', 'endpoint', 'administrator'];
const MIN_PASSWORD = 10;

function UserForm({ onClose }: { onClose: (saved: boolean) => void }): ReactNode {
  const { t } = useTranslation();
  const units = useUnitOptions();
  const rooms = useQuery<{ endpoints: Endpoint[] }>('/endpoints');
  const [login, setLogin] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('secretary');
  const [unit, setUnit] = useState<string | null>(null);
  const [endpoint, setEndpoint] = useState<string | null>(null);
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const roomOptions = useMemo(
    () => (rooms.data?.endpoints ?? []).map((e) => ({ value: e.id, label: `${e.name} (${e.id})` })),
    [rooms.data],
  );
  const isRoom = role === 'endpoint';
  const home = isRoom ? (rooms.data?.endpoints.find((e) => e.id === endpoint)?.unit ?? null) : unit;
  const need = (bad: boolean, text: string): string | undefined => (tried && bad ? text : undefined);
  const save = async (): Promise<void> => {
    setTried(true);
    if (login.trim() === '' || name.trim() === '' || !home || password.length < MIN_PASSWORD) return;
    try {
      const body = { login: login.trim(), name: name.trim(), role, unit: home, password };
      await post('/users', isRoom ? { ...body, endpoint } : body);
      tell(t('admin.saved'));
      onClose(true);
    } catch (error) {
      tellError(error, t);
    }
  };
  return (
    <FormModal title={t('admin.addUser')} onClose={() => onClose(false)} onSubmit={save}>
      <TextInput
        label={t('admin.login')}
        value={login}
        onChange={(e) => setLogin(e.currentTarget.value)}
        error={need(login.trim() === '', t('admin.needed'))}
        maxLength={64}
        autoComplete="off"
      />
      <TextInput
        label={t('admin.name')}
        value={name}
        onChange={(e) => setName(e.currentTarget.value)}
        error={need(name.trim() === '', t('admin.needed'))}
        maxLength={200}
      />
      <Select
        label={t('admin.role')}
        data={ROLES.map((r) => ({ value: r, label: t(`role.${r}`) }))}
        value={role}
        allowDeselect={false}
        onChange={(value) => setRole((value ?? 'secretary') as Role)}
      />
      {isRoom ? (
        <Picker
          label={t('admin.endpoint')}
          data={roomOptions}
          value={endpoint}
          onChange={setEndpoint}
          error={need(!endpoint, t('admin.endpointNeeded'))}
        />
      ) : (
        <Picker
          label={t('admin.unit')}
          data={units}
          value={unit}
          onChange={setUnit}
          error={need(!unit, t('admin.needed'))}
        />
      )}
      <PasswordInput
        label={t('admin.password')}
        value={password}
        onChange={(e) => setPassword(e.currentTarget.value)}
        error={need(password.length < MIN_PASSWORD, t('admin.passwordShort'))}
        autoComplete="new-password"
      />
    </FormModal>
  );
}

interface PasswordFormProps {
  user: User;
  onClose: () => void;
  onSave: (password: string) => void;
}

function PasswordForm({ user, onClose, onSave }: PasswordFormProps): ReactNode {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const short = password.length < MIN_PASSWORD;
  const save = async (): Promise<void> => {
    setTried(true);
    if (short) return;
    onSave(password);
    onClose();
  };
  return (
    <FormModal title={`${t('admin.newPassword')}: ${user.login}`} onClose={onClose} onSubmit={save}>
      <PasswordInput
        label={t('admin.password')}
        value={password}
        onChange={(e) => setPassword(e.currentTarget.value)}
        error={tried && short ? t('admin.passwordShort') : undefined}
        autoComplete="new-password"
      />
    </FormModal>
  );
}
