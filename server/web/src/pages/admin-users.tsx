import { Button, Group, PasswordInput, Select, TextInput } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { patch, post } from '../api/client';
import type { Endpoint, Role, User } from '../api/types';
import { useQuery } from '../api/use-query';
import { DataTable } from '../components/data-table';
import { FormModal } from '../components/form-modal';
import { PlusIcon } from '../components/icons';
import { tell, tellError } from '../components/notify';
import { Pick, useEndpointOptions, useUnitOptions } from '../components/picks';

const userText = (u: User): string => `${u.login} ${u.name} ${u.email ?? ''}`;
const ROLES: Role[] = ['secretary', 'technician', 'endpoint', 'administrator'];
const MIN_PASSWORD = 10;

/** Who may sign in, as what, where. */
export default function AdminUsers(): ReactNode {
  const { t } = useTranslation();
  const query = useQuery<{ users: User[] }>('/users');
  const units = useUnitOptions();
  const unitNames = useMemo(() => new Map(units.map((u) => [u.value, u.label])), [units]);
  const [editing, setEditing] = useState<User | 'new' | null>(null);
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
  const where = (u: User): string => (u.endpoint ?? (u.unit === null ? t('admin.everywhere') : (unitNames.get(u.unit) ?? u.unit)));
  return (
    <>
      <DataTable
        query={query}
        rows={query.data?.users ?? null}
        label={t('admin.users')}
        keyOf={(u) => String(u.id)}
        textOf={userText}
        columns={[
          { head: t('admin.login'), width: 'minmax(0, 1fr)', cell: (u) => u.login },
          { head: t('admin.name'), width: 'minmax(0, 1.5fr)', cell: (u) => u.name },
          { head: t('admin.role'), width: '120px', cell: (u) => t(`role.${u.role}`) },
          { head: t('admin.where'), width: 'minmax(0, 1fr)', cell: where },
          { head: t('admin.email'), width: 'minmax(0, 1.2fr)', cell: (u) => u.email ?? '' },
          { head: t('admin.status'), width: '110px', cell: (u) => <Status user={u} /> },
          {
            head: '',
            width: '290px',
            cell: (u) => (
              <Group gap={6} wrap="nowrap" justify="flex-end">
                <Button size="compact-md" variant="default" onClick={() => setEditing(u)} aria-label={t('admin.editOf', { name: u.name })}>
                  {t('admin.edit')}
                </Button>
                <Button size="compact-md" variant="default" onClick={() => setRekeying(u)} aria-label={`${t('admin.newPassword')}: ${u.name}`}>
                  {t('admin.newPassword')}
                </Button>
                <Button
                  size="compact-md"
                  variant="default"
                  onClick={() => void change(u, { disabled: !u.disabled })}
                  aria-label={`${t(u.disabled ? 'admin.enable' : 'admin.disable')}: ${u.name}`}
                >
                  {t(u.disabled ? 'admin.enable' : 'admin.disable')}
                </Button>
              </Group>
            ),
          },
        ]}
        action={
          <Button leftSection={<PlusIcon size={18} />} onClick={() => setEditing('new')}>
            {t('admin.addUser')}
          </Button>
        }
      />
      {editing && (
        <UserForm
          user={editing === 'new' ? null : editing}
          onClose={(saved) => {
            setEditing(null);
            if (saved) query.reload();
          }}
        />
      )}
      {rekeying && <PasswordForm user={rekeying} onClose={() => setRekeying(null)} onSave={(password) => void change(rekeying, { password })} />}
    </>
  );
}

function Status({ user }: { user: User }): ReactNode {
  const { t } = useTranslation();
  if (user.disabled) return t('admin.disabled');
  return user.locked ? <span title={t('admin.lockedWhy')}>{t('admin.locked')}</span> : t('admin.active');
}

function UserForm({ user, onClose }: { user: User | null; onClose: (saved: boolean) => void }): ReactNode {
  const { t } = useTranslation();
  const units = useUnitOptions();
  const rooms = useQuery<{ endpoints: Endpoint[] }>('/endpoints');
  const endpoints = useMemo(() => rooms.data?.endpoints ?? [], [rooms.data]);
  const roomOptions = useEndpointOptions(endpoints);
  const [login, setLogin] = useState(user?.login ?? '');
  const [name, setName] = useState(user?.name ?? '');
  const [email, setEmail] = useState(user?.email ?? '');
  const [role, setRole] = useState<Role>(user?.role ?? 'secretary');
  const [unit, setUnit] = useState<string | null>(user?.unit ?? null);
  const [endpoint, setEndpoint] = useState<string | null>(user?.endpoint ?? null);
  const [password, setPassword] = useState('');
  const [tried, setTried] = useState(false);
  const isRoom = role === 'endpoint';
  const home = isRoom ? (endpoints.find((e) => e.id === endpoint)?.unit ?? null) : unit;
  const nowhere = isRoom ? !home : !home && user?.unit !== null;
  const need = (bad: boolean, text: string): string | undefined => (tried && bad ? text : undefined);
  const save = async (): Promise<void> => {
    setTried(true);
    if (login.trim() === '' || name.trim() === '' || nowhere || (!user && password.length < MIN_PASSWORD)) return;
    const body = { name: name.trim(), role, ...(home ? { unit: home } : {}), ...(isRoom ? { endpoint } : {}), email: email.trim() };
    try {
      if (user) await patch(`/users/${user.id}`, body);
      else await post('/users', { ...body, login: login.trim(), password });
      tell(t('admin.saved'));
      onClose(true);
    } catch (error) {
      tellError(error, t);
    }
  };
  return (
    <FormModal title={user ? t('admin.editOf', { name: user.name }) : t('admin.addUser')} onClose={() => onClose(false)} onSubmit={save}>
      <TextInput
        label={t('admin.login')}
        value={login}
        onChange={(e) => setLogin(e.currentTarget.value)}
        error={need(login.trim() === '', t('admin.needed'))}
        maxLength={64}
        autoComplete="off"
        disabled={user !== null}
      />
      <TextInput label={t('admin.name')} value={name} onChange={(e) => setName(e.currentTarget.value)} error={need(name.trim() === '', t('admin.needed'))} maxLength={200} data-autofocus />
      <TextInput label={t('admin.email')} description={t('admin.emailHelp')} type="email" value={email} onChange={(e) => setEmail(e.currentTarget.value)} maxLength={200} />
      <Select
        label={t('admin.role')}
        description={t(`admin.roleHelp.${role}`)}
        data={ROLES.map((r) => ({ value: r, label: t(`role.${r}`) }))}
        value={role}
        allowDeselect={false}
        onChange={(value) => setRole((value ?? 'secretary') as Role)}
      />
      {isRoom ? (
        <Pick label={t('admin.endpoint')} data={roomOptions} value={endpoint} onChange={setEndpoint} error={need(!endpoint, t('admin.endpointNeeded'))} />
      ) : (
        <Pick label={t('admin.unit')} description={t('admin.unitHelp')} data={units} value={unit} onChange={setUnit} error={need(nowhere, t('admin.needed'))} />
      )}
      {!user && (
        <PasswordInput
          label={t('admin.password')}
          value={password}
          onChange={(e) => setPassword(e.currentTarget.value)}
          error={need(password.length < MIN_PASSWORD, t('admin.passwordShort'))}
          autoComplete="new-password"
        />
      )}
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
        data-autofocus
      />
    </FormModal>
  );
}
