import { ActionIcon, Button, Menu, SegmentedControl, Tooltip, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, NavLink, Outlet } from 'react-router-dom';
import { useDeskConnection } from '../api/desk-socket';
import { useSession } from '../api/session';
import { currentLanguage, setLanguage, type Language } from '../i18n';
import { DeskBell, DeskReminders } from './desk-bell';
import { BrandIcon, SunMoonIcon } from './icons';

export function LanguageSwitch(): ReactNode {
  const { t } = useTranslation();
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('app.language')}
      value={currentLanguage()}
      onChange={(value) => setLanguage(value as Language)}
      data={[
        { value: 'vi', label: 'VI' },
        { value: 'en', label: 'EN' },
      ]}
    />
  );
}

export function ThemeSwitch(): ReactNode {
  const { t } = useTranslation();
  const scheme = useComputedColorScheme('light');
  const { setColorScheme } = useMantineColorScheme();
  return (
    <Tooltip label={t('app.theme')}>
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={t('app.theme')}
        onClick={() => setColorScheme(scheme === 'dark' ? 'light' : 'dark')}
      >
        <SunMoonIcon size={20} />
      </ActionIcon>
    </Tooltip>
  );
}

function UserMenu(): ReactNode {
  const { t } = useTranslation();
  const user = useSession((s) => s.user);
  const signOut = useSession((s) => s.signOut);
  if (!user) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" maw={280} aria-label={`${user.name}, ${t(`role.${user.role}`)}`}>
          <span className="clip">{user.name || user.login}</span>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t(`role.${user.role}`)}</Menu.Label>
        <Menu.Item component={Link} to="/check">
          {t('nav.check')}
        </Menu.Item>
        <Menu.Item onClick={() => void signOut()}>{t('app.signOut')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Frame of every page but the room and the control room. */
export function Shell({ children }: { children?: ReactNode }): ReactNode {
  const { t } = useTranslation();
  const user = useSession((s) => s.user);
  const desk = user !== null && user.role !== 'endpoint';
  useDeskConnection(user !== null);
  return (
    <div className="shell">
      <a className="skip" href="#main">
        {t('app.skip')}
      </a>
      <header className="shell-head">
        <Link className="shell-brand" to="/">
          <BrandIcon />
          <span>{t('app.name')}</span>
        </Link>
        <nav className="shell-nav" aria-label={t('app.menu')}>
          {desk && (
            <>
              <NavLink to="/" end>
                {t('nav.meetings')}
              </NavLink>
              <NavLink to="/board">{t('nav.board')}</NavLink>
              <NavLink to="/statistics">{t('nav.statistics')}</NavLink>
              <NavLink to="/admin">{t(user.role === 'administrator' ? 'nav.admin' : 'nav.lists')}</NavLink>
            </>
          )}
        </nav>
        {desk && <DeskBell />}
        <LanguageSwitch />
        <ThemeSwitch />
        <UserMenu />
      </header>
      {desk && <DeskReminders />}
      <main className="shell-main" id="main">
        {children ?? <Outlet />}
      </main>
    </div>
  );
}
