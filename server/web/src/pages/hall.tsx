import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Confirm, type Question } from '../components/confirm';
import { useNow, useTitle, useWakeLock } from '../components/use-now';
import { useRemote } from '../components/use-remote';
import { formatSpan, formatTime } from '../lib/time';
import type { RoomClient } from '../room/client';
import type { LocalDevices } from '../room/local-devices';
import { isRed } from '../room/moment';
import { stageOf } from '../room/stage';
import { toMs, type RoomState } from '../room/state';
import { RoomButtons } from './room-buttons';
import { FloorAsk, FloorBar, HandStrip } from './room-floor';
import { AgendaStrip, RoomBanners } from './room-parts';
import { Stage } from './room-stage';
import { LineWords } from './room-view';
import { VoteCard } from './room-vote';
import { usePapersAhead, useScreen, useView } from './use-screen';
import './hall.css';

interface HallProps {
  client: RoomClient;
  devices: LocalDevices;
  onLeaveHall: () => void;
}

/** The buttons go away by themselves. */
const MENU_MS = 12_000;

/** The meeting on a TV in the hall: no controls, large words. OK on a remote control brings the buttons for a while. */
export function Hall({ client, devices, onLeaveHall }: HallProps): ReactNode {
  const { t } = useTranslation();
  const state = useStore(client.store);
  const now = useNow() + state.clockOffset;
  const [question, setQuestion] = useState<Question | null>(null);
  const menu = useMenu(question === null);
  const screen = useScreen(true);
  useWakeLock();
  useTitle(state.meeting?.title ?? t('app.name'));
  useView(client);
  usePapersAhead(state);
  const view = useMemo(() => stageOf(state, screen), [state, screen]);
  const voting = state.vote?.state === 'open';
  return (
    <main
      className={`room hall${isRed(state) ? ' room-on-air' : ''}${menu.open ? '' : ' hall-still'}`}
      data-phase={state.phase}
      data-media={state.media}
      data-hall
    >
      <HallHead state={state} now={now} />
      <AgendaStrip state={state} now={now} />
      <RoomBanners client={client} state={state} now={now} />
      <FloorBar client={client} state={state} now={now} bare />
      <div className="room-stage">
        <Stage client={client} state={state} devices={devices} view={view} now={now} hall />
        <div className="room-over" {...(voting ? { 'data-remote': '' } : {})}>
          <VoteCard client={client} state={state} now={now} bare />
        </div>
      </div>
      <HandStrip client={client} state={state} bare />
      {menu.open && (
        <div className="hall-menu" data-remote data-hall-menu aria-label={t('hall.menu')} role="group">
          <RoomButtons client={client} onAsk={setQuestion} />
          <button type="button" className="room-button hall-exit" data-button="exit-hall" onClick={onLeaveHall}>
            {t('hall.exit')}
          </button>
        </div>
      )}
      <FloorAsk client={client} state={state} />
      <Confirm question={question} onClose={() => setQuestion(null)} />
    </main>
  );
}

function HallHead({ state, now }: { state: RoomState; now: number }): ReactNode {
  const { t } = useTranslation();
  const started = toMs(state.meeting?.started_at);
  const ill = state.phase !== 'in' || (state.line !== null && state.line.state !== 'good');
  return (
    <header className="hall-head">
      <h1 className="clip">{state.meeting?.title ?? t('room.connecting')}</h1>
      {state.meeting?.state === 'rehearsal' && <strong className="room-rehearsal">{t('room.rehearsal')}</strong>}
      {ill && <LineWords state={state} />}
      <span className="hall-clock">
        <strong>{formatTime(new Date(now))}</strong>
        {state.meeting?.state === 'live' && started !== null && <span>{formatSpan(now - started)}</span>}
      </span>
    </header>
  );
}

/** The buttons: shown by a key or a move of the mouse, gone after a while. */
function useMenu(mayHide: boolean): { open: boolean } {
  const [open, setOpen] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null);
  const hide = useCallback(() => setOpen(false), []);
  const stay = useCallback(() => {
    if (timer.current !== null) clearTimeout(timer.current);
    timer.current = setTimeout(hide, MENU_MS);
  }, [hide]);
  const wake = useCallback(() => {
    setOpen(true);
    stay();
  }, [stay]);
  useRemote(wake, stay, hide);
  useEffect(() => {
    if (mayHide || timer.current === null) return;
    clearTimeout(timer.current);
    return stay;
  }, [mayHide, stay]);
  useEffect(() => {
    // A mouse that lies on a table trembles: only a real way counts.
    const from = { x: 0, y: 0, at: 0 };
    const onMove = (event: PointerEvent): void => {
      if (event.timeStamp - from.at > 1000) Object.assign(from, { x: event.clientX, y: event.clientY, at: event.timeStamp });
      if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > 40) wake();
    };
    window.addEventListener('pointermove', onMove);
    window.addEventListener('pointerdown', wake);
    return () => {
      window.removeEventListener('pointermove', onMove);
      window.removeEventListener('pointerdown', wake);
      if (timer.current !== null) clearTimeout(timer.current);
    };
  }, [wake]);
  // The first button has the focus, so that OK and arrows work at once.
  useEffect(() => {
    if (open) document.querySelector<HTMLElement>('[data-hall-menu] button:not(:disabled)')?.focus();
  }, [open]);
  return { open };
}
