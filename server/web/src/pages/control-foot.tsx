import { Button, CloseButton } from '@mantine/core';
import { useEffect, useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { useNow } from '../components/use-now';
import { agendaNow, minutesLeft } from '../lib/agenda';
import { countRoll } from '../lib/roll';
import { formatTime } from '../lib/time';
import { UNDO_MS } from '../room/undo';
import { AgendaPanel } from './control-agenda';
import { PANELS, useDesk, useRoomState, useUi, type Panel } from './control-desk';
import { LobbyPanel } from './control-lobby';
import { LogPanel } from './control-log';
import { RollPanel } from './control-roll';
import { TalkPanel } from './control-talk';
import { VotePanel } from './control-vote';

const BODIES: Record<Panel, () => ReactNode> = {
  lobby: LobbyPanel,
  agenda: AgendaPanel,
  roll: RollPanel,
  vote: VotePanel,
  talk: TalkPanel,
  log: LogPanel,
};

/** The foot: each panel in a word and a figure, and the last act with its undo. */
export function Foot(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const panel = useUi((ui) => ui.panel);
  return (
    <footer className="control-foot">
      <nav className="control-tabs" aria-label={t('control.panels')}>
        {PANELS.map((p) => (
          <button
            key={p}
            type="button"
            className="control-tab"
            aria-expanded={panel === p}
            aria-controls="control-dock"
            data-panel={p}
            onClick={() => desk.togglePanel(p)}
          >
            <span className="control-tab-name">{t(`control.panel.${p}`)}</span>
            <Figure panel={p} />
          </button>
        ))}
      </nav>
      <Last />
    </footer>
  );
}

function Figure({ panel }: { panel: Panel }): ReactNode {
  switch (panel) {
    case 'lobby':
      return <LobbyFigure />;
    case 'agenda':
      return <AgendaFigure />;
    case 'roll':
      return <RollFigure />;
    case 'vote':
      return <VoteFigure />;
    case 'talk':
      return <TalkFigure />;
    case 'log':
      return null;
  }
}

function LobbyFigure(): ReactNode {
  const waiting = useRoomState((s) => s.census?.waiting ?? 0);
  const counted = useRoomState((s) => (s.census ? 0 : [...s.seats.values()].filter((seat) => seat.state === 'waiting').length));
  const n = waiting || counted;
  return n > 0 ? <strong className="control-badge">{n}</strong> : null;
}

function AgendaFigure(): ReactNode {
  const { t } = useTranslation();
  const agenda = useRoomState((s) => s.agenda);
  const meeting = useRoomState((s) => s.meeting);
  const offset = useRoomState((s) => s.clockOffset);
  const now = useNow(5000) + offset;
  const { index, item, leftMs } = agendaNow(agenda, meeting, now);
  if (!item) return null;
  return (
    <span className="clip control-tab-figure">
      {index + 1}. {item.title}
      {leftMs !== null && ` (${t('control.agendaLeft', { time: minutesLeft(leftMs) })})`}
    </span>
  );
}

function RollFigure(): ReactNode {
  const { t } = useTranslation();
  const started = useRoomState((s) => s.meeting?.roll ?? null);
  const seats = useRoomState((s) => s.seats);
  const sum = useMemo(() => (started ? countRoll(seats.values()) : null), [started, seats]);
  return sum ? <span className="control-tab-figure">{t('control.rollFigure', { auto: sum.automatic, marked: sum.confirmed })}</span> : null;
}

function VoteFigure(): ReactNode {
  const vote = useRoomState((s) => s.vote);
  const voted = useRoomState((s) => s.census?.voted);
  return vote?.state === 'open' ? (
    <strong className="control-badge">
      {voted ?? vote.cast}/{vote.eligible}
    </strong>
  ) : null;
}

/** Chat lines that came since the panel was last open. */
function TalkFigure(): ReactNode {
  const total = useRoomState((s) => s.chat.length);
  const open = useUi((ui) => ui.panel === 'talk');
  const seen = useUi((ui) => ui.chatSeen);
  const desk = useDesk();
  useEffect(() => {
    if (open) desk.set({ chatSeen: total });
  }, [open, total, desk]);
  const fresh = open ? 0 : Math.max(0, total - seen);
  return fresh > 0 ? <strong className="control-badge">{fresh}</strong> : null;
}

/** The newest act: what was done, and for ten seconds how to undo it. */
function Last(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const last = useStore(desk.done, (done) => done[0]);
  // The words change when it is answered: a press would fall to another act than the one read.
  const changing = useStore(desk.underWay, (n) => n > 0);
  const now = useNow(500);
  if (!last) return <span className="control-last" role="status" />;
  const left = Math.min(UNDO_MS / 1000, Math.ceil((last.until - now) / 1000));
  const offers = last.undo !== null && !last.undone && left > 0;
  return (
    <div className="control-last" data-done={last.words.key}>
      <span className="clip" role="status">
        {formatTime(new Date(last.at))} {t(last.words.key, last.words.values)}
        {last.undone && ` – ${t('control.undone')}`}
      </span>
      {offers && (
        <Button size="compact-md" variant="filled" disabled={changing} onClick={() => void desk.undo(last.id)} aria-keyshortcuts="Control+Z">
          {t('control.undo')} <span className="control-undo-left">{left}</span>
        </Button>
      )}
    </div>
  );
}

/** The panel that is open, over the pictures; the queue's buttons and the list stay in sight. */
export function Dock({ panel }: { panel: Panel }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const Body = BODIES[panel];
  return (
    <section
      id="control-dock"
      className="panel control-dock"
      aria-label={t(`control.panel.${panel}`)}
      data-dock={panel}
    >
      <div className="control-dock-head">
        <h2>{t(`control.panel.${panel}`)}</h2>
        <CloseButton aria-label={t('app.close')} onClick={() => desk.set({ panel: null })} />
      </div>
      <div className="control-dock-body">
        <Body />
      </div>
    </section>
  );
}
