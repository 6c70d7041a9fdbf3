import { Button, Title } from '@mantine/core';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router-dom';
import { useStore } from 'zustand';
import { useSession } from '../api/session';
import type { Meeting } from '../api/types';
import { useQuery } from '../api/use-query';
import { DevicePanel } from '../components/device-panel';
import { Shell } from '../components/shell';
import { Empty, Loading } from '../components/states';
import { useDevices } from '../components/use-devices';
import { useRoom, useRoomNotices } from '../components/use-room';
import { currentLanguage } from '../i18n';
import type { RoomClient } from '../room/client';
import type { LocalDevices } from '../room/local-devices';
import { byeStep, mayRejoin } from '../room/moment';
import { tileSlotsFor } from '../room/stage';
import { Hall } from './hall';
import { RoomTestLayer } from './room-test';
import { useRoomTest } from './room-test-start';
import { RoomView, useHallKey } from './room-view';
import { WaitingRoom } from './room-waiting';
import { screenSize } from './use-screen';
import './room.css';
import './room-extra.css';

/** A reload of the tab comes straight back into the meeting. */
const inKey = (meeting: string): string => `diemcau.in.${meeting}`;

function wasIn(meeting: string): boolean {
  try {
    return sessionStorage.getItem(inKey(meeting)) === '1';
  } catch {
    return false;
  }
}

function rememberIn(meeting: string, inside: boolean): void {
  try {
    if (inside) sessionStorage.setItem(inKey(meeting), '1');
    else sessionStorage.removeItem(inKey(meeting));
  } catch {
    // Then a reload asks again.
  }
}

export default function Room(): ReactNode {
  const { t } = useTranslation();
  const { id = '' } = useParams();
  const [search] = useSearchParams();
  const own = useSession((s) => s.user?.endpoint ?? null);
  const endpoint = search.get('endpoint') ?? own;
  const devices = useDevices();
  const [inside, setInside] = useState(() => wasIn(id) || devices.store.getState().choice.checked);
  if (!endpoint) {
    return (
      <Shell>
        <Empty title={t('commune.noRoom')} />
      </Shell>
    );
  }
  if (!inside) {
    const enter = (): void => {
      void devices.choose({ checked: true });
      setInside(true);
    };
    return <Preview meeting={id} devices={devices} onEnter={enter} />;
  }
  return <Meeting meeting={id} endpoint={endpoint} devices={devices} />;
}

function Preview({ meeting, devices, onEnter }: { meeting: string; devices: LocalDevices; onEnter: () => void }): ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery<Meeting>(`/meetings/${encodeURIComponent(meeting)}`);
  return (
    <Shell>
      <Title order={1} size="h2" mb="md">
        {data ? data.title : t('check.title')}
      </Title>
      <DevicePanel devices={devices} />
      <Button className="room-enter" onClick={onEnter}>
        {t('check.join')}
      </Button>
    </Shell>
  );
}

function Meeting({ meeting, endpoint, devices }: { meeting: string; endpoint: string; devices: LocalDevices }): ReactNode {
  const [round, setRound] = useState(0);
  const [hall, setHall] = useHall();
  const [tileSlots] = useState(() => tileSlotsFor(screenSize(hall)));
  const client = useRoom({ meeting, endpoint, operator: false, tileSlots, devices }, round);
  useRoomNotices(client);
  if (!client) return <Loading />;
  return (
    <Inside
      key={round}
      client={client}
      meeting={meeting}
      devices={devices}
      hall={hall}
      onHall={setHall}
      onAgain={() => setRound((n) => n + 1)}
    />
  );
}

interface InsideProps {
  client: RoomClient;
  meeting: string;
  devices: LocalDevices;
  hall: boolean;
  onHall: (on: boolean) => void;
  onAgain: () => void;
}

/** Hall mode stands in the address; the whole screen goes with it where the browser lets a page do that. */
function useHall(): [boolean, (on: boolean) => void] {
  const [search, setSearch] = useSearchParams();
  const hall = search.get('hall') === '1';
  const setHall = useCallback(
    (on: boolean): void => {
      const next = new URLSearchParams(search);
      if (on) next.set('hall', '1');
      else next.delete('hall');
      setSearch(next, { replace: true });
      if (on) document.documentElement.requestFullscreen?.().catch(() => {});
      else if (document.fullscreenElement) void document.exitFullscreen().catch(() => {});
    },
    [search, setSearch],
  );
  const toggle = useCallback(() => setHall(!hall), [hall, setHall]);
  useHallKey(toggle);
  useEffect(() => {
    const onChange = (): void => {
      if (hall && !document.fullscreenElement) setHall(false);
    };
    document.addEventListener('fullscreenchange', onChange);
    return () => document.removeEventListener('fullscreenchange', onChange);
  }, [hall, setHall]);
  return [hall, setHall];
}

function Inside({ client, meeting, devices, hall, onHall, onAgain }: InsideProps): ReactNode {
  const phase = useStore(client.store, (s) => s.phase);
  const bye = useStore(client.store, (s) => s.bye);
  const waiting = useStore(client.store, (s) => s.waiting);
  useEffect(() => {
    if (phase === 'in') rememberIn(meeting, true);
    if (phase === 'out') rememberIn(meeting, false);
  }, [phase, meeting]);
  const test = useRoomTest(client, devices);
  if (phase === 'out' && bye) return <Bye code={bye.code} text={bye.text} meeting={meeting} onAgain={onAgain} />;
  const waits = waiting && phase !== 'connecting';
  return (
    <>
      {waits && <WaitingRoom client={client} devices={devices} test={test} />}
      {!waits && hall && <Hall client={client} devices={devices} onLeaveHall={() => onHall(false)} />}
      {!waits && !hall && <RoomView client={client} devices={devices} test={test} onHall={() => onHall(true)} />}
      <RoomTestLayer client={client} devices={devices} test={test} />
    </>
  );
}

const KNOWN = [
  'left',
  'ended',
  'replaced',
  'removed',
  'full',
  'postponed',
  'cancelled',
  'not_open',
  'forbidden',
  'locked',
  'barred',
  'rehearsal_over',
] as const;

interface ByeProps {
  code: string;
  text: { vi: string; en: string };
  meeting: string;
  onAgain: () => void;
}

/** The last page of a meeting: why it is over here, and what can be done. */
function Bye({ code, text, meeting, onAgain }: ByeProps): ReactNode {
  const { t } = useTranslation();
  const step = byeStep(code);
  const waits = step === 'waitOpen';
  const phone = useSession((s) => s.helpPhone);
  const { data } = useQuery<Meeting>(waits ? `/meetings/${encodeURIComponent(meeting)}` : null, 5_000);
  const opened = waits && data !== null && ['open', 'live', 'rehearsal'].includes(data.state);
  useEffect(() => {
    if (opened) onAgain();
  }, [opened, onAgain]);
  const known = KNOWN.find((k) => k === code);
  const title = t(`room.bye.${known ?? 'other'}`);
  const words = text[currentLanguage()];
  return (
    <main className="room-bye" data-bye={code}>
      <h1>{title}</h1>
      {words && words.replace(/\.$/, '') !== title && <p>{words}</p>}
      {waits && <p>{t(code === 'rehearsal_over' ? 'room.byeRehearsal' : 'room.waitOpen')}</p>}
      {step === 'call' && <p>{phone ? t('room.byeCallPhone', { phone }) : t('room.byeCall')}</p>}
      {step === 'home' && <p>{t('room.byeHome')}</p>}
      <div className="room-bye-acts">
        {mayRejoin(code) && (
          <Button className="room-enter" onClick={onAgain}>
            {t('room.rejoin')}
          </Button>
        )}
        <Button className="room-enter" variant="default" component={Link} to="/">
          {t('app.home')}
        </Button>
      </div>
    </main>
  );
}
