import { Button } from '@mantine/core';
import { useEffect, useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router-dom';
import { useStore } from 'zustand';
import { Empty, Loading } from '../components/states';
import { useNow, useTitle, useWakeLock } from '../components/use-now';
import { useRoom, useRoomNotices } from '../components/use-room';
import { useSettled } from '../components/use-settled';
import { VideoView } from '../components/video-view';
import { currentLanguage } from '../i18n';
import { formatSpan, formatTime } from '../lib/time';
import type { RoomClient } from '../room/client';
import { isInviting } from '../room/moment';
import { cameraSlotOf, floorLeft, mayRun, nameOf, queueOf, shownSlots, toMs, type RoomState } from '../room/state';
import './chair.css';

/** Those in sight on a tablet; the others are counted. */
const WAITING_SHOWN = 5;

/** "Whom am I talking to?" For the chair's tablet: who is on screen, who waits, invite, thank, the time. */
export default function Chair(): ReactNode {
  const { id = '' } = useParams();
  useWakeLock();
  // As an operator: the chair's seat belongs to the hall's own computer.
  const client = useRoom({ meeting: id, endpoint: null, operator: true, tileSlots: 1, devices: null });
  useRoomNotices(client);
  return client ? <Tablet client={client} /> : <Loading />;
}

function Tablet({ client }: { client: RoomClient }): ReactNode {
  const { t } = useTranslation();
  const state = useStore(client.store);
  const queue = useMemo(() => queueOf(state).filter((q) => !q.held), [state]);
  const holder = state.meeting?.floor?.endpoint ?? null;
  const next = queue.find((q) => q.endpoint !== holder)?.endpoint ?? null;
  const calm = useSettled(queue.map((q) => q.endpoint)) && !isInviting(state);
  useTitle(state.meeting ? `${t('chair.title')} – ${state.meeting.title}` : t('chair.title'));
  useEffect(() => {
    client.setView({ main_height: 720, tile_height: 360, tiles: next ? [next] : [] });
  }, [client, next]);
  if (state.phase === 'out') return <Over state={state} />;
  if (!state.meeting) return <Loading />;
  if (!mayRun(state.role)) {
    return (
      <Empty title={t('chair.notChair')} text={t('chair.notChairText')}>
        <Button component={Link} to="/">
          {t('app.home')}
        </Button>
      </Empty>
    );
  }
  return (
    <main className="chair" data-phase={state.phase} data-media={state.media}>
      <Head state={state} />
      <Now client={client} state={state} next={next} calm={calm} />
      <Waits client={client} state={state} next={next} calm={calm} />
    </main>
  );
}

function Over({ state }: { state: RoomState }): ReactNode {
  const { t } = useTranslation();
  return (
    <main className="centered" data-bye={state.bye?.code}>
      <h1>{state.bye?.text[currentLanguage()] || t('control.over')}</h1>
      <Button component={Link} to="/">
        {t('app.home')}
      </Button>
    </main>
  );
}

function Head({ state }: { state: RoomState }): ReactNode {
  const { t } = useTranslation();
  const now = useNow() + state.clockOffset;
  const started = toMs(state.meeting?.started_at);
  const live = state.meeting?.state === 'live';
  return (
    <header className="chair-head">
      <h1 className="clip">{state.meeting?.title}</h1>
      {state.phase === 'reconnecting' && (
        <strong className="chair-lost" role="alert">
          {t('chair.lost', { n: state.attempt })}
        </strong>
      )}
      <span className={live ? 'chair-live' : 'quiet'}>
        {live && started !== null ? `● ${formatSpan(now - started)}` : t('chair.notLive')}
      </span>
      <span className="chair-clock">{formatTime(new Date(now))}</span>
    </header>
  );
}

interface PartProps {
  client: RoomClient;
  state: RoomState;
  next: string | null;
  /** Nobody is being invited, and the rows lie where they lay. */
  calm: boolean;
}

/** Who is on screen, large, with the time; thank, or thank and go on. */
function Now({ client, state, next, calm }: PartProps): ReactNode {
  const { t } = useTranslation();
  const now = useNow() + state.clockOffset;
  const floor = state.meeting?.floor ?? null;
  const main = shownSlots(state, 'main')[0] ?? null;
  const shown = floor?.endpoint ?? state.meeting?.spotlight ?? null;
  const left = floorLeft(state.meeting, now);
  const busy = state.pending.has('next') || state.pending.has('release');
  const what = floor ? (floor.state === 'asked' ? 'asked' : 'speaking') : 'now';
  return (
    <section className="chair-now" aria-label={t('chair.now')} data-floor={floor?.endpoint ?? ''}>
      <figure className="chair-picture" data-slot="main" data-endpoint={main?.endpoint ?? ''}>
        {main ? (
          <VideoView key={state.mediaEpoch} stream={client.stream(main.mid)} label={nameOf(state, main.endpoint)} />
        ) : (
          <span>{t(state.media === 'connected' ? 'room.noPicture' : 'room.mediaConnecting')}</span>
        )}
      </figure>
      <div className="chair-who">
        <span className={what === 'speaking' ? 'chair-live' : 'quiet'}>{t(`chair.${what}`)}</span>
        <strong className="chair-name">{shown === null ? t('chair.own') : nameOf(state, shown)}</strong>
        {floor?.state === 'speaking' && (
          <span className={left !== null && left <= 30 ? 'chair-time chair-time-near' : 'chair-time'}>
            {formatSpan(now - floor.since)}
            {left !== null && ` · ${t(left >= 0 ? 'chair.left' : 'chair.over', { time: formatSpan(Math.abs(left) * 1000) })}`}
          </span>
        )}
      </div>
      <div className="chair-acts">
        {floor && (
          <Button size="xl" variant="outline" loading={busy} onClick={() => void client.release()} data-act="thanks">
            {t('chair.thanks')}
          </Button>
        )}
        {floor && next && (
          <Button size="xl" loading={busy} disabled={!calm && !busy} onClick={() => void client.grantNext()} data-act="next">
            {t('chair.thanksNext')}
          </Button>
        )}
        {!floor && state.meeting?.spotlight && (
          <Button
            size="xl"
            variant="outline"
            loading={state.pending.has('spotlight:')}
            onClick={() => void client.spotlight(null)}
            data-act="thanks"
          >
            {t('room.thanks')}
          </Button>
        )}
      </div>
    </section>
  );
}

/** Who waits, first come first; the first with a picture. */
function Waits({ client, state, next, calm }: PartProps): ReactNode {
  const { t } = useTranslation();
  const now = useNow() + state.clockOffset;
  const holder = state.meeting?.floor?.endpoint ?? null;
  const queue = queueOf(state).filter((q) => !q.held && q.endpoint !== holder);
  const mid = next === null ? null : cameraSlotOf(state, next);
  const seat = next === null ? undefined : state.seats.get(next);
  return (
    <section className="chair-waits" aria-label={t('chair.waits', { n: queue.length })}>
      <h2>{t('chair.waits', { n: queue.length })}</h2>
      {queue.length === 0 && <p className="quiet">{t('chair.noneWaits')}</p>}
      {next !== null && (
        <figure className="chair-picture chair-next" data-slot="next" data-endpoint={next}>
          {mid !== null && seat?.camera_on !== false ? (
            <VideoView key={`${state.mediaEpoch}.${mid}`} stream={client.stream(mid)} label={nameOf(state, next)} />
          ) : (
            <span>{t('room.noPicture')}</span>
          )}
          <figcaption>{t('chair.nextUp')}</figcaption>
        </figure>
      )}
      <ol className="chair-queue">
        {queue.slice(0, WAITING_SHOWN).map((item) => (
          <li key={item.endpoint} data-hand={item.endpoint}>
            <span className="chair-queue-text">
              <strong>{nameOf(state, item.endpoint)}</strong>
              <span className="quiet">
                {t('chair.waited', { time: formatSpan(now - item.at) })}
                {item.topic && ` · ${item.topic}`}
              </span>
            </span>
            <Button
              size="lg"
              loading={state.pending.has(`grant:${item.endpoint}`)}
              disabled={!calm && !state.pending.has(`grant:${item.endpoint}`)}
              onClick={() => void client.grant(item.endpoint)}
            >
              {t('chair.invite')}
            </Button>
          </li>
        ))}
      </ol>
      {queue.length > WAITING_SHOWN && <p className="quiet">{t('chair.more', { n: queue.length - WAITING_SHOWN })}</p>}
    </section>
  );
}
