import { Button } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Question } from '../components/confirm';
import { useNow } from '../components/use-now';
import { formatSpan } from '../lib/time';
import type { RoomClient } from '../room/client';
import { handQueue, type RoomState } from '../room/state';

interface ChairPanelProps {
  client: RoomClient;
  state: RoomState;
  onAsk: (question: Question) => void;
}

/** What the chair needs: who is on screen, who waits, invite, thank; nothing else. */
export function ChairPanel({ client, state, onAsk }: ChairPanelProps): ReactNode {
  const { t } = useTranslation();
  const now = useNow() + state.clockOffset;
  const queue = useMemo(() => handQueue(state.seats.values()), [state.seats]);
  const spotlight = state.meeting?.spotlight ?? null;
  const invite = async (endpoint: string): Promise<void> => {
    if (await client.spotlight(endpoint)) {
      void client.lock(endpoint, false);
      void client.lowerHand(endpoint);
    }
  };
  const end: Question = {
    ask: t('control.endAsk'),
    yes: t('control.endYes'),
    danger: true,
    act: async () => void (await client.endMeeting()),
  };
  return (
    <section className="room-chair" aria-label={t('room.hands')}>
      {spotlight !== null && (
        <div className="room-chair-now">
          <span className="clip">
            {t('room.onScreen')}: <strong>{state.seats.get(spotlight)?.name ?? spotlight}</strong>
          </span>
          <Button size="md" onClick={() => void client.spotlight(null)}>
            {t('room.thanks')}
          </Button>
        </div>
      )}
      <h2>{t('room.hands')}</h2>
      {queue.length === 0 && <p className="room-chair-none">{t('room.noHands')}</p>}
      <ol className="room-chair-queue">
        {queue.map((seat) => (
          <li key={seat.endpoint}>
            <span className="clip">{seat.name}</span>
            <span>{formatSpan(now - (seat.hand_at ?? now))}</span>
            <Button size="md" onClick={() => void invite(seat.endpoint)}>
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
