import { ActionIcon, Button, Group, Menu } from '@mantine/core';
import { useCallback, useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { useStore } from 'zustand';
import { post } from '../api/client';
import { DotsIcon, LockIcon, SoundIcon } from '../components/icons';
import { LightMark } from '../components/light';
import { tellError } from '../components/notify';
import { useNow } from '../components/use-now';
import { formatSpan, formatTime } from '../lib/time';
import { census, toMs } from '../room/state';
import { endQuestion, muteAllQuestion } from './control-acts';
import { useDesk, useMay, usePending, useRoomState, useUi } from './control-desk';

const EXTENDS = [5, 15, 30, 60] as const;
/** The end comes into sight, then it is near and shown in colour. */
const SHOW_END_MS = 30 * 60_000;
const NEAR_END_MS = 10 * 60_000;

/** "1 847": thousands as offices write them, never broken over a line. */
export const formatCount = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, '\u00a0');

/** State, time and counts of the meeting; what ends it. */
export function Head(): ReactNode {
  const { t } = useTranslation();
  const title = useRoomState((s) => s.meeting?.title ?? '');
  return (
    <header className="control-head">
      <Link to="/" className="control-back" aria-label={t('control.backHome')}>
        ‹
      </Link>
      <h1 className="clip" title={title}>
        {title}
      </h1>
      <Clock />
      <Counts />
      <Lost />
      <Group gap="xs" ml="auto" wrap="nowrap">
        <Unblock />
        <StateButtons />
        <More />
      </Group>
    </header>
  );
}

function Clock(): ReactNode {
  const { t } = useTranslation();
  const state = useRoomState((s) => s.meeting?.state ?? 'open');
  const started = useRoomState((s) => toMs(s.meeting?.started_at));
  const ends = useRoomState((s) => toMs(s.meeting?.ends_at));
  const autoEnd = useRoomState((s) => s.meeting?.auto_end === true);
  const offset = useRoomState((s) => s.clockOffset);
  const now = useNow() + offset;
  const live = state === 'live';
  const left = ends === null ? null : ends - now;
  const near = left !== null && left < NEAR_END_MS;
  return (
    <>
      <span className={live ? 'control-live' : 'control-state'} data-meeting-state={state}>
        {live ? '● ' : ''}
        {t(`state.${state}`)}
        {live && started !== null && ` ${formatSpan(now - started)}`}
      </span>
      <span className="control-clock">{formatTime(new Date(now))}</span>
      {left !== null && left < SHOW_END_MS && live && (
        <span className={near ? 'control-near' : 'quiet control-left-time'}>
          {left >= 0
            ? t(autoEnd ? 'control.endsBySelf' : 'control.timeLeft', { n: Math.ceil(left / 60_000) })
            : t('control.timeOver', { n: Math.ceil(-left / 60_000) })}
        </span>
      )}
    </>
  );
}

function Counts(): ReactNode {
  const { t } = useTranslation();
  const told = useRoomState((s) => s.census);
  const seats = useRoomState((s) => (s.census ? null : s.seats));
  const sum = useMemo(() => told ?? census(seats?.values() ?? []), [told, seats]);
  return (
    <span className="control-census">
      <LightMark light="good">{t('control.present', { n: `${sum.present}/${sum.invited}` })}</LightMark>
      {sum.absent > 0 && <LightMark light="absent">{t('control.absent', { n: sum.absent })}</LightMark>}
      {sum.bad > 0 && <LightMark light="bad">{t('control.bad', { n: sum.bad })}</LightMark>}
      {sum.fair > 0 && <LightMark light="fair">{t('control.fair', { n: sum.fair })}</LightMark>}
      {sum.delegates > 0 && <span>{t('control.delegates', { n: formatCount(sum.delegates) })}</span>}
    </span>
  );
}

function Lost(): ReactNode {
  const { t } = useTranslation();
  const phase = useRoomState((s) => s.phase);
  const attempt = useRoomState((s) => s.attempt);
  const locked = useRoomState((s) => s.meeting?.locked === true);
  return (
    <>
      {locked && (
        <span className="control-locked">
          <LockIcon size={16} /> {t('control.isLocked')}
        </span>
      )}
      {phase === 'reconnecting' && (
        <strong className="control-lost" role="alert">
          {t('control.relayDown', { n: attempt })}
        </strong>
      )}
    </>
  );
}

function Unblock(): ReactNode {
  const { t } = useTranslation();
  const { client } = useDesk();
  const blocked = useStore(client.soundBlocked);
  if (!blocked) return null;
  return (
    <Button size="compact-lg" leftSection={<SoundIcon size={20} />} onClick={() => client.unblockSound()}>
      {t('room.soundBlocked')}
    </Button>
  );
}

function StateButtons(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const state = useRoomState((s) => s.meeting?.state ?? 'open');
  const ending = usePending('meeting.end');
  const tell = useCallback(
    (path: string) => void post(`/meetings/${desk.meeting}/${path}`).catch((error: unknown) => tellError(error, t)),
    [desk, t],
  );
  if (!may.run) return null;
  if (state === 'rehearsal') {
    return (
      <>
        <Button size="compact-md" onClick={() => tell('open')}>
          {t('meetings.open')}
        </Button>
        <Button size="compact-md" variant="outline" onClick={() => tell('rehearse/end')}>
          {t('control.endRehearsal')}
        </Button>
      </>
    );
  }
  return (
    <>
      {state !== 'live' && (
        <Button size="compact-md" onClick={() => tell('start')}>
          {t('control.start')}
        </Button>
      )}
      <Button size="compact-md" variant="outline" color="var(--bad)" loading={ending} onClick={() => desk.ask(endQuestion(desk, t))}>
        {t('control.end')}
      </Button>
    </>
  );
}

function More(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const locked = useRoomState((s) => s.meeting?.locked === true);
  const selected = useUi((ui) => ui.selected);
  return (
    <Menu withInitialFocusPlaceholder={false} position="bottom-end" width={300}>
      <Menu.Target>
        <ActionIcon variant="default" size="lg" aria-label={t('control.more')}>
          <DotsIcon size={20} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {may.run && (
          <>
            <Menu.Label>{t('control.extendLabel')}</Menu.Label>
            {EXTENDS.map((n) => (
              <Menu.Item key={n} onClick={() => void desk.run({ type: 'meeting.extend', minutes: n })}>
                {t('control.extendBy', { n })}
              </Menu.Item>
            ))}
            <Menu.Divider />
            <Menu.Item onClick={() => void desk.run({ type: 'meeting.lock', locked: !locked })}>
              {t(locked ? 'control.unlockMeeting' : 'control.lockMeeting')}
            </Menu.Item>
            <Menu.Item onClick={() => desk.ask(muteAllQuestion(desk, t, {}))}>{t('control.muteAll')}</Menu.Item>
            {selected && (
              <Menu.Item onClick={() => desk.ask(muteAllQuestion(desk, t, { except: [selected] }))}>{t('control.muteBut')}</Menu.Item>
            )}
            <Menu.Divider />
          </>
        )}
        <Menu.Item component={Link} to={`/meetings/${desk.meeting}/board`} target="_blank">
          {t('control.openBoard')}
        </Menu.Item>
        <Menu.Item component={Link} to={`/meetings/${desk.meeting}/chair`} target="_blank">
          {t('control.openChair')}
        </Menu.Item>
        <Menu.Item onClick={() => desk.set({ keys: true })}>{t('control.keysTitle')} (?)</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
