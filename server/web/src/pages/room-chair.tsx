import { Button } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Question } from '../components/confirm';
import { useNow } from '../components/use-now';
import { guarded, useSettled } from '../components/use-settled';
import { formatSpan } from '../lib/time';
import type { RoomClient } from '../room/client';
import { isInviting } from '../room/moment';
import { nameOf, queueOf, type RoomState } from '../room/state';

interface ChairPanelProps {
  client: RoomClient;
  state: RoomState;
  onAsk: (question: Question) => void;
}

/** What the chair needs: who is on screen, who waits, invite, thank; nothing else. */
export function ChairPanel({ client, state, onAsk }: ChairPanelProps): ReactNode {
  const { t } = useTranslation();
  const now = useNow() + state.clockOffset;
  const queue = useMemo(() => queueOf(state).filter((item) => !item.held), [state.queue, state.seats]);
  const floor = state.meeting?.floor ?? null;
  const spotlight = state.meeting?.spotlight ?? null;
  const shown = floor?.endpoint ?? spotlight;
  // Who is on screen stands above those who wait.
  const calm = useSettled([shown ?? '', ...queue.map((item) => item.endpoint)]) && !isInviting(state);
  const end: Question = {
    ask: t('control.endAsk'),
    yes: t('control.endYes'),
    danger: true,
    act: async () => void (await client.endMeeting()),
  };
  return (
    <section className="room-chair" aria-label={t('room.hands')}>
      {shown !== null && (
        <div className="room-chair-now">
          <span className="clip">
            {t(floor ? 'room.otherSpeaks' : 'room.onScreen')}: <strong>{nameOf(state, shown)}</strong>
          </span>
          <Button size="md" px="xs" {...guarded(calm, () => void (floor ? client.release() : client.spotlight(null)))}>
            {t('room.thanks')}
          </Button>
        </div>
      )}
      <h2>{t('room.hands')}</h2>
      {queue.length === 0 && <p className="room-chair-none">{t('room.noHands')}</p>}
      <ol className="room-chair-queue">
        {queue.map((item) => (
          <li key={item.endpoint} data-hand={item.endpoint}>
            <span className="clip" title={item.topic}>
              {nameOf(state, item.endpoint)}
            </span>
            <span>{formatSpan(now - item.at)}</span>
            <Button size="md" {...guarded(calm, () => void client.grant(item.endpoint))}>
              {t('room.invite')}
            </Button>
          </li>
        ))}
      </ol>
      <Button size="md" variant="outline" color="#ff8e8e" onClick={() => onAsk(end)}>
        {t('room.endMeeting')}
      </Button>
    </section>
  );
}
