import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useCallback, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router-dom';
import { useStore } from 'zustand';
import { post } from '../api/client';
import { Confirm, type Question } from '../components/confirm';
import { SoundIcon } from '../components/icons';
import { LightMark } from '../components/light';
import { tellError } from '../components/notify';
import { Loading, NoRight } from '../components/states';
import { useNow, useTitle } from '../components/use-now';
import { useRoom, useRoomNotices } from '../components/use-room';
import { currentLanguage } from '../i18n';
import { formatSpan, formatTime } from '../lib/time';
import { PER_PAGE, sortSites } from '../lib/wall';
import type { RoomClient } from '../room/client';
import { census, toMs, type RoomState } from '../room/state';
import { HandQueue } from './control-hands';
import { OnAir, Wall } from './control-pictures';
import { SiteList } from './control-sites';
import './control.css';

/** The operator's instrument: one page, 1366x768 without scrolling. */
export default function Control(): ReactNode {
  const { id = '' } = useParams();
  const client = useRoom({ meeting: id, endpoint: null, operator: true, tileSlots: PER_PAGE, devices: null });
  useRoomNotices(client);
  return client ? <ControlRoom client={client} meeting={id} /> : <Loading />;
}

export interface Acts {
  onScreen: (endpoint: string | null) => void;
  giveFloor: (endpoint: string) => void;
  lock: (endpoint: string, locked: boolean) => void;
  lowerHand: (endpoint: string) => void;
}

const nothing = (): void => {};
/** Those who only watch: the buttons are not shown, the keys do nothing. */
const NO_ACTS: Acts = { onScreen: nothing, giveFloor: nothing, lock: nothing, lowerHand: nothing };

/** Acts that can be undone are done at once and offer to be undone for ten seconds. */
function useActs(client: RoomClient, mayAct: boolean): Acts {
  const { t } = useTranslation();
  return useMemo(() => {
    if (!mayAct) return NO_ACTS;
    const nameOf = (endpoint: string): string => client.store.getState().seats.get(endpoint)?.name ?? endpoint;
    const onScreen = async (endpoint: string | null): Promise<void> => {
      const before = client.store.getState().meeting?.spotlight ?? null;
      if (before === endpoint || !(await client.spotlight(endpoint))) return;
      const undo = (): void => {
        notifications.hide('spotlight');
        void client.spotlight(before);
      };
      notifications.hide('spotlight');
      notifications.show({
        id: 'spotlight',
        autoClose: 10_000,
        message: (
          <Group justify="space-between" wrap="nowrap">
            {endpoint === null ? t('control.spotlightOff') : t('control.spotlightDone', { name: nameOf(endpoint) })}
            <Button variant="light" size="compact-md" onClick={undo}>
              {t('control.undo')}
            </Button>
          </Group>
        ),
      });
    };
    return {
      onScreen: (endpoint) => void onScreen(endpoint),
      giveFloor: (endpoint) => {
        void onScreen(endpoint);
        void client.lock(endpoint, false);
        if (client.store.getState().seats.get(endpoint)?.hand_at) void client.lowerHand(endpoint);
      },
      lock: (endpoint, locked) => void client.lock(endpoint, locked),
      lowerHand: (endpoint) => void client.lowerHand(endpoint),
    };
  }, [client, mayAct, t]);
}

function ControlRoom({ client, meeting }: { client: RoomClient; meeting: string }): ReactNode {
  const { t } = useTranslation();
  const state = useStore(client.store);
  const mayAct = state.role === 'operator';
  const acts = useActs(client, mayAct);
  const [selected, setSelected] = useState<string | null>(null);
  const [question, setQuestion] = useState<Question | null>(null);
  const sites = useMemo(() => sortSites(state.seats.values()), [state.seats]);
  useTitle(state.meeting ? `${t('control.title')} – ${state.meeting.title}` : t('control.title'));

  if (state.phase === 'out' && state.bye) return <Over state={state} />;
  if (!state.meeting) return <Loading />;
  return (
    <main className={mayAct ? 'control' : 'control control-watch'} data-phase={state.phase} data-media={state.media}>
      <ControlHead client={client} state={state} meeting={meeting} onAsk={setQuestion} />
      <div className="control-body">
        <div className="control-left">
          <OnAir client={client} state={state} acts={acts} />
          <Wall client={client} state={state} sites={sites} selected={selected} onSelect={setSelected} acts={acts} />
        </div>
        <HandQueue client={client} state={state} acts={acts} selected={selected} />
        <SiteList
          client={client}
          state={state}
          sites={sites}
          selected={selected}
          onSelect={setSelected}
          acts={acts}
          onAsk={setQuestion}
        />
      </div>
      <Confirm question={question} onClose={() => setQuestion(null)} />
    </main>
  );
}

function Over({ state }: { state: RoomState }): ReactNode {
  const { t } = useTranslation();
  if (state.bye?.code === 'forbidden') return <NoRight />;
  return (
    <main className="centered" data-bye={state.bye?.code}>
      <h1>{state.bye?.text[currentLanguage()] || t('control.over')}</h1>
      <Button component={Link} to="/">
        {t('control.backHome')}
      </Button>
    </main>
  );
}

interface HeadProps {
  client: RoomClient;
  state: RoomState;
  meeting: string;
  onAsk: (question: Question) => void;
}

function ControlHead({ client, state, meeting, onAsk }: HeadProps): ReactNode {
  const { t } = useTranslation();
  const now = useNow() + state.clockOffset;
  const blocked = useStore(client.soundBlocked);
  const sum = useMemo(() => census(state.seats.values()), [state.seats]);
  const started = toMs(state.meeting?.started_at);
  const live = state.meeting?.state === 'live';
  const start = useCallback(() => {
    post(`/meetings/${meeting}/start`).catch((error: unknown) => tellError(error, t));
  }, [meeting, t]);
  const end: Question = {
    ask: t('control.endAsk'),
    yes: t('control.endYes'),
    danger: true,
    act: async () => void (await client.endMeeting()),
  };
  return (
    <header className="control-head">
      <Link to="/" className="control-back" aria-label={t('control.backHome')}>
        ‹
      </Link>
      <h1 className="clip">{state.meeting?.title}</h1>
      <span className={live ? 'control-live' : 'control-state'}>
        {live ? '● ' : ''}
        {t(`state.${state.meeting?.state ?? 'open'}`)}
        {live && started !== null && ` ${formatSpan(now - started)}`}
      </span>
      <span className="control-census">
        <LightMark light="good">{t('control.present', { n: `${sum.present}/${sum.invited}` })}</LightMark>
        {sum.fair > 0 && <LightMark light="fair">{t('control.fair', { n: sum.fair })}</LightMark>}
        {sum.bad > 0 && <LightMark light="bad">{t('control.bad', { n: sum.bad })}</LightMark>}
        {sum.absent > 0 && <LightMark light="absent">{t('control.absent', { n: sum.absent })}</LightMark>}
      </span>
      <span className="control-clock">{formatTime(new Date(now))}</span>
      {state.phase === 'reconnecting' && (
        <strong className="control-lost" role="alert">
          {t('control.relayDown', { n: state.attempt })}
        </strong>
      )}
      <Group gap="xs" ml="auto" wrap="nowrap">
        {blocked && (
          <Button size="compact-lg" leftSection={<SoundIcon size={20} />} onClick={() => client.unblockSound()}>
            {t('room.soundBlocked')}
          </Button>
        )}
        {!live && (
          <Button className="control-act" size="compact-lg" onClick={start}>
            {t('control.start')}
          </Button>
        )}
        <Button className="control-act" size="compact-lg" variant="outline" color="var(--bad)" onClick={() => onAsk(end)}>
          {t('control.end')}
        </Button>
      </Group>
    </header>
  );
}
