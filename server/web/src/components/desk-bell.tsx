import { ActionIcon, Button, CloseButton, Group, Modal, Popover, Text } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { dismissReminder, readNoticesUpTo, useDesk } from '../api/desk-socket';
import { currentLanguage } from '../i18n';
import { minutesUntil } from '../lib/calendar';
import { inLanguage, unreadCount, type Reminder } from '../lib/desk';
import { formatDate, formatTime } from '../lib/time';
import { BellIcon } from './icons';
import { useNow } from './use-now';
import './desk-bell.css';

/** The notices of this person; opening the list reads them. */
export function DeskBell(): ReactNode {
  const { t } = useTranslation();
  const notices = useDesk((d) => d.notices);
  const unread = useDesk(unreadCount);
  const [open, setOpen] = useState(false);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const show = (opened: boolean): void => {
    setOpen(opened);
    if (!opened) return;
    const ids = notices.filter((n) => !n.read).map((n) => n.id);
    setFresh(new Set(ids));
    void readNoticesUpTo(ids).catch(() => {});
  };
  return (
    <Popover opened={open} onChange={show} position="bottom-end" width={420} trapFocus returnFocus transitionProps={{ duration: 100 }}>
      <Popover.Target>
        <ActionIcon
          variant="default"
          size="lg"
          className="bell"
          aria-label={unread > 0 ? t('notices.unread', { count: unread }) : t('notices.title')}
          aria-expanded={open}
          onClick={() => show(!open)}
        >
          <BellIcon size={20} />
          {unread > 0 && <span className="bell-count">{unread > 99 ? '99+' : unread}</span>}
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('notices.title')} className="bell-list">
        <Group justify="space-between">
          <strong>{t('notices.title')}</strong>
          <CloseButton aria-label={t('app.close')} onClick={() => show(false)} />
        </Group>
        {notices.length === 0 && <p className="quiet">{t('notices.none')}</p>}
        <ul>
          {notices.map((n) => (
            <li key={n.id} className={fresh.has(n.id) ? 'bell-fresh' : ''} data-notice={n.id}>
              <span className="quiet">
                {formatDate(new Date(n.at))} {formatTime(new Date(n.at))}
                {fresh.has(n.id) && ` · ${t('notices.fresh')}`}
              </span>
              {n.meeting ? (
                <Link to={`/meetings/${n.meeting}`} onClick={() => show(false)}>
                  {inLanguage(n.title, currentLanguage())}
                </Link>
              ) : (
                <strong>{inLanguage(n.title, currentLanguage())}</strong>
              )}
              <span>{inLanguage(n.text, currentLanguage())}</span>
            </li>
          ))}
        </ul>
      </Popover.Dropdown>
    </Popover>
  );
}

/** A line at the top an hour before a meeting, a window a quarter of an hour before. */
export function DeskReminders(): ReactNode {
  const reminders = useDesk((d) => d.reminders);
  const window_ = reminders.find((r) => r.minutes === 15) ?? null;
  return (
    <>
      {reminders
        .filter((r) => r.minutes === 60)
        .map((r) => (
          <ReminderLine key={r.meeting} reminder={r} />
        ))}
      {window_ && <ReminderWindow key={window_.meeting} reminder={window_} />}
    </>
  );
}

function useMinutes(reminder: Reminder): number {
  return Math.max(0, minutesUntil(reminder.starts_at, useNow(5_000)));
}

function ReminderLine({ reminder }: { reminder: Reminder }): ReactNode {
  const { t } = useTranslation();
  const minutes = useMinutes(reminder);
  return (
    <div className="reminder" role="status" data-reminder={reminder.meeting}>
      <span>
        {t('notices.startsIn', { title: reminder.title, count: minutes, time: formatTime(new Date(reminder.starts_at)) })}
      </span>
      <Link to={`/meetings/${reminder.meeting}`}>{t('notices.see')}</Link>
      <CloseButton aria-label={t('notices.dismiss')} onClick={() => dismissReminder(reminder.meeting)} />
    </div>
  );
}

function ReminderWindow({ reminder }: { reminder: Reminder }): ReactNode {
  const { t } = useTranslation();
  const minutes = useMinutes(reminder);
  const close = (): void => dismissReminder(reminder.meeting);
  return (
    <Modal opened onClose={close} withCloseButton={false} centered title={<strong>{reminder.title}</strong>}>
      <Text size="lg" mb="md">
        {t('notices.startsSoon', { count: minutes, time: formatTime(new Date(reminder.starts_at)) })}
      </Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {t('notices.dismiss')}
        </Button>
        <Button component={Link} to={`/meetings/${reminder.meeting}`} onClick={close} data-autofocus>
          {t('notices.see')}
        </Button>
      </Group>
    </Modal>
  );
}
