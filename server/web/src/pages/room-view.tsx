import { Checkbox, Modal } from '@mantine/core';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { Confirm, type Question } from '../components/confirm';
import { DevicePanel } from '../components/device-panel';
import { GearIcon } from '../components/icons';
import { LightMark } from '../components/light';
import { useNow, useTitle, useWakeLock } from '../components/use-now';
import { formatSpan, formatTime } from '../lib/time';
import type { RoomClient } from '../room/client';
import type { LocalDevices } from '../room/local-devices';
import { asksHeadCount, isRed, isRehearsal } from '../room/moment';
import type { RoomTest } from '../room/room-test-run';
import { stageOf } from '../room/stage';
import { censusOf, selfSeat, toMs, type Light, type RoomState } from '../room/state';
import { RoomButtons } from './room-buttons';
import { ChairPanel } from './room-chair';
import { ChatPanel, useUnread } from './room-chat';
import { FloorAsk, FloorBar, HandStrip } from './room-floor';
import { PaperReader } from './room-papers';
import { AgendaStrip, HeadCount, HeadCountLine, headsText, RoomBanners, useAskedOnce } from './room-parts';
import { Stage } from './room-stage';
import { RoomTestStart } from './room-test-start';
import { VoteCard } from './room-vote';
import { usePapersAhead, useScreen, useView } from './use-screen';

interface RoomViewProps {
  client: RoomClient;
  devices: LocalDevices;
  test: RoomTest;
  onHall: () => void;
}

type Panel = 'none' | 'chat' | 'papers' | 'devices' | 'heads';

/** Inside the meeting: the chair large, what is presented beside it, a strip of sites, five buttons. */
export function RoomView({ client, devices, test, onHall }: RoomViewProps): ReactNode {
  const { t } = useTranslation();
  const state = useStore(client.store);
  const [question, setQuestion] = useState<Question | null>(null);
  const [panel, setPanel] = useState<Panel>('none');
  const now = useNow() + state.clockOffset;
  const meeting = state.meeting?.id ?? '';
  const [put, setPut] = useAskedOnce(meeting);
  const screen = useScreen(false);
  useWakeLock();
  useTitle(state.meeting?.title ?? t('app.name'));
  useView(client);
  usePapersAhead(state);

  const red = isRed(state);
  const view = useMemo(() => stageOf(state, screen), [state, screen]);
  const presents = view.large.some((p) => p.kind === 'content' || p.kind === 'paper');
  const asks = panel === 'none' && asksHeadCount(state, put);
  // While a room tries itself its picture is what it looks at.
  const quietly = isRehearsal(state);
  const heads = panel === 'heads' || (asks && !quietly);
  const toggle = (which: Panel): void => setPanel(panel === which ? 'none' : which);
  const unread = useUnread(state, panel === 'chat');
  return (
    <main
      className={`room${red ? ' room-on-air' : ''}${presents ? ' room-with-content' : ''}`}
      data-phase={state.phase}
      data-media={state.media}
    >
      <RoomHead state={state} now={now} unread={unread} panel={panel} onPanel={toggle} onHall={onHall} />
      <RoomBanners client={client} state={state} now={now} />
      <FloorBar client={client} state={state} now={now} />
      <RoomTestStart client={client} test={test} />
      {asks && quietly && <HeadCountLine onAnswer={() => setPanel('heads')} onLater={setPut} />}
      <div className="room-stage" tabIndex={screen.width < 800 ? 0 : -1}>
        <Stage client={client} state={state} devices={devices} view={view} now={now} />
        {state.role === 'chair' && <ChairPanel client={client} state={state} onAsk={setQuestion} />}
        {panel === 'chat' && <ChatPanel client={client} state={state} onClose={() => setPanel('none')} />}
        <div className="room-over">
          <VoteCard client={client} state={state} now={now} />
          {heads && (
            <HeadCount
              client={client}
              state={state}
              onDone={() => {
                setPut();
                setPanel('none');
              }}
            />
          )}
        </div>
      </div>
      <HandStrip client={client} state={state} />
      <RoomButtons client={client} onAsk={setQuestion} />
      <FloorAsk client={client} state={state} />
      <Confirm question={question} onClose={() => setQuestion(null)} />
      <Modal
        opened={panel === 'devices'}
        onClose={() => setPanel('none')}
        title={t('room.devicesTitle')}
        size="xl"
        closeButtonProps={{ 'aria-label': t('app.close') }}
      >
        <Consent client={client} state={state} />
        <DevicePanel devices={devices} />
      </Modal>
      {panel === 'papers' && (
        <PaperReader meeting={meeting} papers={state.papers} showing={state.meeting?.paper?.paper ?? null} onClose={() => setPanel('none')} />
      )}
    </main>
  );
}

/** Standing consent to having the microphone opened from the centre. */
function Consent({ client, state }: { client: RoomClient; state: RoomState }): ReactNode {
  const { t } = useTranslation();
  const seat = selfSeat(state);
  if (!seat || seat.role === 'chair') return null;
  return (
    <Checkbox
      mb="md"
      size="md"
      label={t('room.consent')}
      description={t('room.consentHelp')}
      checked={seat.consent === true}
      disabled={state.pending.has('consent')}
      onChange={(e) => void client.setConsent(e.currentTarget.checked)}
    />
  );
}

const LINE_LIGHT: Record<string, Light> = { good: 'good', fair: 'fair', poor: 'bad', lost: 'bad' };

interface RoomHeadProps {
  state: RoomState;
  /** Server clock. */
  now: number;
  unread: number;
  panel: Panel;
  onPanel: (which: Panel) => void;
  onHall: () => void;
}

function RoomHead({ state, now, unread, panel, onPanel, onHall }: RoomHeadProps): ReactNode {
  const { t } = useTranslation();
  const sum = useMemo(() => censusOf(state), [state.census, state.seats]);
  const started = toMs(state.meeting?.started_at);
  const heads = headsText(state, t);
  const chat = unread > 0 ? t('room.chat.unread', { n: unread }) : t('room.chat.title');
  return (
    <header className="room-head">
      <h1 className="clip">{state.meeting?.title ?? t('room.connecting')}</h1>
      {isRehearsal(state) && <strong className="room-rehearsal">{t('room.rehearsal')}</strong>}
      <span className="room-clock">
        {formatTime(new Date(now))}
        {state.meeting?.state === 'live' && started !== null && ` · ${formatSpan(now - started)}`}
      </span>
      <span className="room-present">{t('room.present', { present: sum.present, invited: sum.invited })}</span>
      <LineWords state={state} />
      <span className="room-tools">
        {selfSeat(state)?.role !== 'chair' && (
          <button
            type="button"
            data-tool="heads"
            title={t('room.heads.ask')}
            onClick={() => onPanel('heads')}
          >
            {heads ?? t('room.heads.none')}
          </button>
        )}
        {state.papers.length > 0 && (
          <button type="button" data-tool="papers" aria-expanded={panel === 'papers'} onClick={() => onPanel('papers')}>
            {t('room.papers.title')} ({state.papers.length})
          </button>
        )}
        <button
          type="button"
          data-tool="chat"
          className={unread > 0 ? 'room-tool-new' : ''}
          aria-expanded={panel === 'chat'}
          onClick={() => onPanel('chat')}
        >
          {chat}
        </button>
        <button type="button" data-tool="hall" title={t('room.hallHint')} aria-keyshortcuts="F11" onClick={onHall}>
          {t('room.menuMore')}
        </button>
        <button type="button" data-tool="devices" onClick={() => onPanel('devices')}>
          <GearIcon size={22} />
          {t('room.devices')}
        </button>
      </span>
      <AgendaStrip state={state} now={now} />
    </header>
  );
}

/** The state of the line, in words. */
export function LineWords({ state }: { state: RoomState }): ReactNode {
  const { t } = useTranslation();
  const line = state.phase === 'in' ? state.line : null;
  const told = line?.state ?? 'unknown';
  // Nothing is lost on it, and yet it carries little.
  const weak = told === 'good' && selfSeat(state)?.survival === true;
  const word = state.phase === 'reconnecting' ? 'lost' : weak ? 'fair' : told;
  const figures = line
    ? t('room.lineFigures', { up: round(line.up_loss), down: round(line.down_loss), rtt: Math.round(line.rtt_ms ?? 0) })
    : '';
  return (
    <span className="room-line" title={figures} data-line={word}>
      <LightMark light={LINE_LIGHT[word] ?? 'absent'}>{t(`room.line.${word}`)}</LightMark>
    </span>
  );
}

const round = (n: number): string => (Math.round(n * 10) / 10).toString();

/** F11, before the browser takes it. */
export function useHallKey(onKey: () => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      if (event.key !== 'F11') return;
      event.preventDefault();
      onKey();
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, [onKey]);
}
