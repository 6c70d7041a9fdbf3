import { Button, NumberInput } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { SoundIcon } from '../components/icons';
import type { RoomClient } from '../room/client';
import { agendaNow, floorPart, HEADS_MAX, isRed, parseHeads } from '../room/moment';
import { selfSeat, showsBlack, toMs, type RoomState } from '../room/state';

interface PartProps {
  client: RoomClient;
  state: RoomState;
  /** Server clock. */
  now: number;
}

const END_WARNING_MIN = 5;

/** What the room must know now, most urgent first. */
export function RoomBanners({ client, state, now }: PartProps): ReactNode {
  const { t } = useTranslation();
  const blocked = useStore(client.soundBlocked);
  const self = selfSeat(state);
  const micOpen = self !== null && self.mic_open && !self.mic_locked;
  const red = isRed(state) && floorPart(state) === 'none';
  return (
    <div className="room-banners" aria-live="assertive">
      {state.phase === 'reconnecting' && <p className="room-banner room-banner-warn">{t('room.reconnecting', { n: state.attempt })}</p>}
      {state.phase === 'in' && state.media === 'broken' && <p className="room-banner room-banner-warn">{t('room.mediaBroken')}</p>}
      <DarkHint state={state} />
      <SurvivalHint state={state} />
      <Message state={state} now={now} />
      <EndWarning state={state} now={now} />
      {blocked && (
        <button type="button" className="room-banner room-banner-act" onClick={() => client.unblockSound()}>
          <SoundIcon /> {t('room.soundBlocked')}
        </button>
      )}
      {red && (
        <p className="room-banner room-banner-air">
          <strong>{t('room.onAir')}</strong> – {t('room.onAirText')}
        </p>
      )}
      {!isRed(state) && micOpen && <p className="room-banner">{t('room.micOpenAll')}</p>}
    </div>
  );
}

/** The room does not look at its own picture: what is wrong, and what helps. */
export function DarkHint({ state }: { state: RoomState }): ReactNode {
  const { t } = useTranslation();
  if (!showsBlack(selfSeat(state))) return null;
  return (
    <p className="room-banner room-banner-warn" data-dark>
      {t('room.darkPicture')}
    </p>
  );
}

/** The line carries little: what is left out, and what helps. */
export function SurvivalHint({ state }: { state: RoomState }): ReactNode {
  const { t } = useTranslation();
  if (state.phase !== 'in' || selfSeat(state)?.survival !== true) return null;
  return (
    <p className="room-banner room-banner-warn" data-survival>
      <span>
        <strong>{t('room.survival')}</strong> – {t('room.survivalHelp')}
      </span>
    </p>
  );
}

/** What the secretary has written to this room. */
export function Message({ state, now }: { state: RoomState; now: number }): ReactNode {
  const { t } = useTranslation();
  const { banner } = state;
  if (!banner || (banner.until !== null && banner.until <= now)) return null;
  return (
    <p className="room-banner room-banner-message" data-banner>
      {banner.from && <span>{t('room.bannerFrom', { from: banner.from })}</span>} <strong>{banner.text}</strong>
    </p>
  );
}

function EndWarning({ state, now }: { state: RoomState; now: number }): ReactNode {
  const { t } = useTranslation();
  const end = toMs(state.meeting?.ends_at);
  if (!state.meeting?.auto_end || state.meeting.state !== 'live' || end === null) return null;
  const left = Math.ceil((end - now) / 60_000);
  if (left < 0 || left > END_WARNING_MIN) return null;
  return <p className="room-banner room-banner-warn">{t('room.endsSoon', { n: left })}</p>;
}

/** Which item, and how long yet. */
export function AgendaStrip({ state, now }: { state: RoomState; now: number }): ReactNode {
  const { t } = useTranslation();
  const agenda = agendaNow(state, now);
  if (!agenda) return null;
  const { minutesLeft: left } = agenda;
  return (
    <div className="room-agenda" aria-label={t('room.agenda.label')} role="group" data-agenda={agenda.item.id}>
      <strong className="clip">{t('room.agenda.item', { n: agenda.place, of: agenda.of, title: agenda.item.title })}</strong>
      {left !== null && (
        <span className={left < 0 ? 'room-agenda-over' : ''}>
          {left >= 0 ? t('room.agenda.left', { n: left }) : t('room.agenda.over', { n: -left })}
        </span>
      )}
      {agenda.next && <span className="room-agenda-next clip">{t('room.agenda.next', { title: agenda.next.title })}</span>}
    </div>
  );
}

/** The head count in words; null while it is not told. */
export function headsText(state: RoomState, t: ReturnType<typeof useTranslation>['t']): string | null {
  const seat = selfSeat(state);
  if (!seat || (seat.head_count ?? null) === null) return null;
  const expected = seat.head_expected ?? null;
  return expected === null ? t('room.heads.shown', { n: seat.head_count }) : t('room.heads.shownOf', { n: seat.head_count, expected });
}

/** The same question as a line that covers nothing. */
export function HeadCountLine({ onAnswer, onLater }: { onAnswer: () => void; onLater: () => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <p className="room-heads-line" data-heads-line>
      <span>{t('room.heads.ask')}</span>
      <button type="button" data-act="answer" onClick={onAnswer}>
        {t('room.heads.answer')}
      </button>
      <button type="button" data-act="later" onClick={onLater}>
        {t('room.heads.later')}
      </button>
    </p>
  );
}

/** "Có mặt bao nhiêu đại biểu?": a number, and out of how many. */
export function HeadCount({ client, state, onDone }: { client: RoomClient; state: RoomState; onDone: () => void }): ReactNode {
  const { t } = useTranslation();
  const seat = selfSeat(state);
  const [present, setPresent] = useState<string>(String(seat?.head_count ?? ''));
  const [expected, setExpected] = useState<string>(String(seat?.head_expected ?? ''));
  const [tried, setTried] = useState(false);
  const heads = parseHeads(present);
  const invited = expected.trim() === '' ? undefined : parseHeads(expected);
  const save = async (): Promise<void> => {
    setTried(true);
    if (heads === null || invited === null) return;
    // The button in the head shows the number that the server has taken.
    if (await client.setHeadCount(heads, invited)) onDone();
  };
  return (
    <form
      className="room-heads"
      data-heads
      aria-label={t('room.heads.ask')}
      onSubmit={(e) => {
        e.preventDefault();
        void save();
      }}
    >
      <h2>{t('room.heads.ask')}</h2>
      <div className="room-heads-fields">
        <NumberInput
          label={t('room.heads.present')}
          size="lg"
          name="present"
          min={0}
          max={HEADS_MAX}
          allowDecimal={false}
          allowNegative={false}
          hideControls
          inputMode="numeric"
          value={present}
          onChange={(value) => setPresent(String(value))}
          error={tried && heads === null ? t('room.heads.bad') : undefined}
        />
        <NumberInput
          label={t('room.heads.expected')}
          size="lg"
          name="expected"
          min={0}
          max={HEADS_MAX}
          allowDecimal={false}
          allowNegative={false}
          hideControls
          inputMode="numeric"
          value={expected}
          onChange={(value) => setExpected(String(value))}
          error={tried && invited === null ? t('room.heads.bad') : undefined}
        />
      </div>
      <div className="room-heads-acts">
        <Button type="submit" size="lg" loading={state.pending.has('head_count')}>
          {t('room.heads.save')}
        </Button>
        <Button size="lg" variant="default" onClick={onDone}>
          {t('room.heads.later')}
        </Button>
      </div>
    </form>
  );
}

/** Asked once per meeting on this machine; afterwards only on a press. */
export function useAskedOnce(key: string): [boolean, () => void] {
  const name = `diemcau.heads.${key}`;
  const [put, setPut] = useState(() => {
    try {
      return sessionStorage.getItem(name) === '1';
    } catch {
      return false;
    }
  });
  const done = (): void => {
    setPut(true);
    try {
      sessionStorage.setItem(name, '1');
    } catch {
      // Then a reload asks again.
    }
  };
  return [put, done];
}

/** Escape shuts what is open. */
export function useEscape(open: boolean, close: () => void): void {
  useEffect(() => {
    if (!open) return;
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') close();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [open, close]);
}
