import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Confirm, type Question } from '../components/confirm';
import { LevelBar } from '../components/level-meter';
import { useNow, useTitle, useWakeLock } from '../components/use-now';
import { formatTime } from '../lib/time';
import type { RoomClient } from '../room/client';
import type { LocalDevices } from '../room/local-devices';
import { asksHeadCount } from '../room/moment';
import type { RoomTest } from '../room/room-test-run';
import { toMs } from '../room/state';
import { DarkHint, HeadCount, headsText, Message, useAskedOnce } from './room-parts';
import { OwnPicture } from './room-stage';
import { RoomTestStart } from './room-test-start';
import { LineWords } from './room-view';

/** Connected, not yet let in: what the secretary says, one's own picture, nothing to press. */
export function WaitingRoom({ client, devices, test }: { client: RoomClient; devices: LocalDevices; test: RoomTest }): ReactNode {
  const { t } = useTranslation();
  const state = useStore(client.store);
  const microphone = useStore(devices.store, (s) => s.microphone);
  // The track that is sent is silenced by the seat; the level is that of the room.
  const heard = useClone(microphone);
  const [question, setQuestion] = useState<Question | null>(null);
  const [editing, setEditing] = useState(false);
  const [put, setPut] = useAskedOnce(state.meeting?.id ?? '');
  const now = useNow() + state.clockOffset;
  useWakeLock();
  useTitle(state.meeting?.title ?? t('app.name'));
  const starts = toMs(state.meeting?.starts_at);
  const heads = headsText(state, t);
  return (
    <main className="room wait" data-phase={state.phase} data-waiting>
      <header className="room-head">
        <h1 className="clip">{state.meeting?.title}</h1>
        <span className="room-clock">{formatTime(new Date(now))}</span>
        <LineWords state={state} />
      </header>
      {state.phase === 'reconnecting' && (
        <p className="room-banner room-banner-warn" role="alert">
          {t('room.reconnecting', { n: state.attempt })}
        </p>
      )}
      <DarkHint state={state} />
      <Message state={state} now={now} />
      <div className="wait-body">
        <section className="wait-words">
          <h2>{t('room.wait.title')}</h2>
          <p>{t('room.wait.text')}</p>
          {starts !== null && <p>{t('room.wait.starts', { time: formatTime(new Date(starts)) })}</p>}
          {state.meeting?.lobby_message && (
            <div className="wait-message" role="status" data-lobby-message>
              <span>{t('room.wait.message')}</span>
              <strong>{state.meeting.lobby_message}</strong>
            </div>
          )}
          {editing || asksHeadCount(state, put) ? (
            <HeadCount
              client={client}
              state={state}
              onDone={() => {
                setPut();
                setEditing(false);
              }}
            />
          ) : (
            <button type="button" className="wait-button" data-tool="heads" onClick={() => setEditing(true)}>
              {heads ? t('room.heads.change', { text: heads }) : t('room.heads.none')}
            </button>
          )}
        </section>
        <section className="wait-test">
          <OwnPicture devices={devices} on size="large" />
          <p>{t('room.wait.test')}</p>
          <p>{t('room.wait.mic')}</p>
          <LevelBar track={heard} label={t('check.level')} />
          <RoomTestStart client={client} test={test} />
        </section>
      </div>
      <footer className="wait-foot">
        <button
          type="button"
          className="wait-button wait-leave"
          data-button="leave"
          onClick={() => setQuestion({ ask: t('room.leaveAsk'), yes: t('room.leaveYes'), act: () => client.leave() })}
        >
          {t('room.wait.leave')}
        </button>
      </footer>
      <Confirm question={question} onClose={() => setQuestion(null)} />
    </main>
  );
}

/** A track of its own, open whatever happens to the one that is sent. */
export function useClone(track: MediaStreamTrack | null): MediaStreamTrack | null {
  const [clone, setClone] = useState<MediaStreamTrack | null>(null);
  useEffect(() => {
    const made = track?.clone() ?? null;
    if (made) made.enabled = true;
    setClone(made);
    return () => made?.stop();
  }, [track]);
  return clone;
}
