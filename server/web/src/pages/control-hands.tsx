import { Button } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LightMark } from '../components/light';
import { useNow } from '../components/use-now';
import { VideoView } from '../components/video-view';
import { formatSpan } from '../lib/time';
import type { RoomClient } from '../room/client';
import { handQueue, lightOf, shownSlots, type RoomState } from '../room/state';
import type { Acts } from './control';

interface HandQueueProps {
  client: RoomClient;
  state: RoomState;
  acts: Acts;
  selected: string | null;
}

/** The middle column: who asks to speak in order, the chosen site, and what is presented. */
export function HandQueue({ client, state, acts, selected }: HandQueueProps): ReactNode {
  const { t } = useTranslation();
  const now = useNow() + state.clockOffset;
  const queue = useMemo(() => handQueue(state.seats.values()), [state.seats]);
  const next = queue[0];
  return (
    <div className="control-middle">
      <section className="panel control-hands" aria-label={t('control.hands', { n: queue.length })}>
        <h2>{t('control.hands', { n: queue.length })}</h2>
        {queue.length === 0 && <p className="quiet control-none">{t('control.noHands')}</p>}
        <ol className="control-queue">
          {queue.map((seat, i) => (
            <li key={seat.endpoint} data-hand={seat.endpoint}>
              <span className="control-queue-no">{i + 1}</span>
              <span className="clip" title={seat.name}>
                {seat.name}
              </span>
              <span className="quiet control-wait">{formatSpan(now - (seat.hand_at ?? now))}</span>
              <span className="control-queue-acts control-act">
                <Button size="compact-md" onClick={() => acts.giveFloor(seat.endpoint)}>
                  {t('room.invite')}
                </Button>
                <Button size="compact-md" variant="default" onClick={() => acts.lowerHand(seat.endpoint)}>
                  {t('control.lowerHand')}
                </Button>
              </span>
            </li>
          ))}
        </ol>
        {next && (
          <Button className="control-act" fullWidth onClick={() => acts.giveFloor(next.endpoint)}>
            {t('control.inviteNext')}
          </Button>
        )}
      </section>
      <Chosen state={state} acts={acts} selected={selected} />
      <Presented client={client} state={state} />
    </div>
  );
}

function Chosen({ state, acts, selected }: Omit<HandQueueProps, 'client'>): ReactNode {
  const { t } = useTranslation();
  const seat = selected === null ? undefined : state.seats.get(selected);
  if (!seat) return null;
  return (
    <section className="panel control-chosen-box" aria-label={t('control.selected')} data-selected={seat.endpoint}>
      <strong className="clip" title={seat.name}>
        {seat.name}
      </strong>
      {seat.unit_name !== seat.name && <span className="quiet clip">{seat.unit_name}</span>}
      <LightMark light={lightOf(seat)}>
        {t(`control.seat.${seat.state}`)}
        {seat.state === 'connected' && seat.line && ` · ${t(`room.line.${seat.line}`)}`}
      </LightMark>
      <div className="control-queue-acts control-act">
        <Button
          size="compact-md"
          variant={seat.spotlight ? 'light' : 'filled'}
          disabled={seat.state === 'absent'}
          onClick={() => acts.onScreen(seat.spotlight ? null : seat.endpoint)}
        >
          {t(seat.spotlight ? 'control.offScreen' : 'control.onScreen')}
        </Button>
        <Button size="compact-md" variant="default" onClick={() => acts.lock(seat.endpoint, !seat.mic_locked)}>
          {t(seat.mic_locked ? 'control.unlock' : 'control.lock')}
        </Button>
      </div>
    </section>
  );
}

function Presented({ client, state }: { client: RoomClient; state: RoomState }): ReactNode {
  const { t } = useTranslation();
  const content = shownSlots(state, 'content')[0] ?? null;
  return (
    <section className="panel control-content" aria-label={t('control.content')}>
      <h2>{t('control.content')}</h2>
      {content ? (
        <figure className="control-picture" data-slot="content" data-endpoint={content.endpoint}>
          <VideoView key={state.mediaEpoch} stream={client.stream(content.mid)} label={t('control.content')} />
          <figcaption>{state.seats.get(content.endpoint)?.name ?? content.endpoint}</figcaption>
        </figure>
      ) : (
        <p className="quiet control-none">{t('control.noContent')}</p>
      )}
    </section>
  );
}
