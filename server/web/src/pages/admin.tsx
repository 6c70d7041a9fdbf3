import { Loader, Tabs, Title } from '@mantine/core';
import { lazy, Suspense, type ComponentType, type LazyExoticComponent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router-dom';
import { useSession } from '../api/session';
import type { Role } from '../api/types';
import { NoRight, NotFound } from '../components/states';
import { useTitle } from '../components/use-now';

interface Tab {
  name: string;
  roles: Role[];
  /** Only for an administrator of everything, not of a branch. */
  everything?: boolean;
  page: LazyExoticComponent<ComponentType>;
}

const EVERYONE: Role[] = ['administrator', 'secretary', 'technician'];
const BOOKERS: Role[] = ['administrator', 'secretary'];
const ADMINISTRATOR: Role[] = ['administrator'];

const TABS: Tab[] = [
  { name: 'units', roles: ADMINISTRATOR, page: lazy(() => import('./admin-units')) },
  { name: 'endpoints', roles: EVERYONE, page: lazy(() => import('./admin-endpoints')) },
  { name: 'users', roles: ADMINISTRATOR, page: lazy(() => import('./admin-users')) },
  { name: 'groups', roles: EVERYONE, page: lazy(() => import('./admin-groups')) },
  { name: 'resources', roles: BOOKERS, page: lazy(() => import('./admin-resources')) },
  { name: 'templates', roles: BOOKERS, page: lazy(() => import('./admin-templates')) },
  { name: 'settings', roles: ADMINISTRATOR, everything: true, page: lazy(() => import('./admin-settings')) },
  { name: 'audit', roles: ADMINISTRATOR, everything: true, page: lazy(() => import('./admin-audit')) },
  { name: 'mail', roles: ADMINISTRATOR, everything: true, page: lazy(() => import('./admin-mail')) },
  { name: 'about', roles: EVERYONE, page: lazy(() => import('./admin-about')) },
];

/** What is administered, one tab each; a tab is an address. */
export default function Admin(): ReactNode {
  const { t } = useTranslation();
  const { tab } = useParams();
  const navigate = useNavigate();
  const role = useSession((s) => s.user?.role);
  const everything = useSession((s) => s.user?.unit === null);
  const mine = TABS.filter((x) => role && x.roles.includes(role) && (everything || !x.everything));
  const known = TABS.find((x) => x.name === tab);
  const current = mine.find((x) => x.name === tab) ?? (tab ? undefined : mine[0]);
  useTitle(`${current ? t(`admin.${current.name}`) : t('admin.title')} – ${t('app.name')}`);
  if (!current) return known ? <NoRight /> : <NotFound />;
  const Page = current.page;
  return (
    <>
      <Title order={1} size="h2" mb="sm">
        {t(role === 'administrator' ? 'admin.title' : 'nav.lists')}
      </Title>
      <Tabs value={current.name} onChange={(value) => void navigate(`/admin/${value ?? ''}`)} keepMounted={false} activateTabWithKeyboard={false}>
        <Tabs.List mb="md" aria-label={t('admin.title')}>
          {mine.map((x) => (
            <Tabs.Tab key={x.name} value={x.name}>
              {t(`admin.${x.name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={current.name}>
          <Suspense fallback={<Loader />}>
            <Page />
          </Suspense>
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
