import { Button, Checkbox, Modal, Text, TextInput } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../components/use-now';
import { formatSpan } from '../lib/time';
import { playAttention } from '../room/chime';
import type { RoomClient } from '../room/client';
import { floorClock, floorPart, queuePlaceOf, TOPIC_MAX } from '../room/moment';
import { selfSeat, type RoomState } from '../room/state';

interface FloorProps {
  client: RoomClient;
  state: RoomState;
}

/** Red, with the time left and the one button that matters: while this room has the floor. */
export function FloorBar({ client, state, now, bare = false }: FloorProps & { now: number; bare?: boolean }): ReactNode {
  const { t } = useTranslation();
  const part = floorPart(state);
  const clock = part === 'none' ? null : floorClock(state.meeting, now);
  const warned = clock !== null && clock.tone !== 'calm';
  useEffect(() => {
    if (warned) playAttention();
  }, [warned]);
  if (part !== 'speaking' && part !== 'remark') return null;
  return (
    <div className={`room-floor${warned ? ' room-floor-warn' : ''}`} role="status" data-floor={part} data-floor-left={clock?.left ?? ''}>
      <strong>
        ● {t(part === 'remark' ? 'room.onAirRemark' : 'room.onAir')}
      </strong>
      {clock && (
        <span className="room-floor-time">
          {clock.left >= 0
            ? t('room.floorLeft', { time: formatSpan(clock.left * 1000) })
            : t('room.floorOver', { time: formatSpan(-clock.left * 1000) })}
        </span>
      )}
      {warned && <span>{t(state.meeting?.floor?.cut ? 'room.floorCut' : 'room.floorWarn')}</span>}
      {!bare && (
        <button
          type="button"
          className="room-floor-done"
          data-button="done"
          aria-busy={state.pending.has('release')}
          onClick={() => void client.release()}
        >
          {t('room.floorDone')}
        </button>
      )}
    </div>
  );
}

/** The chair wants to open this room's microphone: to be answered within 20 s. */
export function FloorAsk({ client, state }: FloorProps): ReactNode {
  const { t } = useTranslation();
  const now = useNow(500);
  const [standing, setStanding] = useState(false);
  const ask = state.floorAsk;
  const open = ask !== null && now < ask.until && state.phase === 'in';
  const serial = ask?.serial ?? 0;
  useEffect(() => {
    if (open) playAttention();
  }, [open, serial]);
  if (!open) return null;
  const answer = async (accept: boolean): Promise<void> => {
    if (accept && standing) void client.setConsent(true);
    await client.answerFloor(accept);
  };
  const kind = ask.remark ? 'remark' : 'floor';
  return (
    <Modal
      opened
      onClose={() => {}}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      centered
      size="lg"
      title={t(kind === 'remark' ? 'room.ask.remarkTitle' : 'room.ask.title')}
      classNames={{ title: 'room-ask-title' }}
    >
      <div className="room-ask" data-floor-ask={kind}>
        <Text size="xl">{t(kind === 'remark' ? 'room.ask.remarkText' : 'room.ask.text')}</Text>
        <Text size="lg" className="quiet">
          {t('room.ask.left', { n: Math.max(0, Math.ceil((ask.until - now) / 1000)) })}
        </Text>
        <div className="room-ask-acts">
          <Button data-button="accept" data-autofocus onClick={() => void answer(true)}>
            {t('room.ask.yes')}
          </Button>
          <Button data-button="refuse" variant="default" onClick={() => void answer(false)}>
            {t('room.ask.no')}
          </Button>
        </div>
        <Checkbox size="lg" label={t('room.ask.standing')} checked={standing} onChange={(e) => setStanding(e.currentTarget.checked)} />
      </div>
    </Modal>
  );
}

/** While this room waits to speak: its place, and what about. */
export function HandStrip({ client, state, bare = false }: FloorProps & { bare?: boolean }): ReactNode {
  const { t } = useTranslation();
  const seat = selfSeat(state);
  const [topic, setTopic] = useState('');
  const asking = seat !== null && seat.hand_at !== null && floorPart(state) === 'none';
  useEffect(() => {
    if (!asking) setTopic('');
  }, [asking]);
  if (!asking) return null;
  const place = queuePlaceOf(state);
  const length = Math.max(place, state.queuePlace?.length ?? place);
  const words = seat.held ? t('room.held') : place > 0 ? t('room.place', { n: place, of: length }) : t('room.placeUnknown');
  const send = (): void => {
    if (topic.trim() !== '') void client.setHand(true, topic.trim().slice(0, TOPIC_MAX));
  };
  return (
    <div className="room-hand" role="status" data-place={place}>
      <strong>{words}</strong>
      {seat.topic ? (
        <span className="clip">{t('room.topicSent', { topic: seat.topic })}</span>
      ) : (
        !bare && (
          <form
            onSubmit={(e) => {
              e.preventDefault();
              send();
            }}
          >
            <TextInput
              size="md"
              aria-label={t('room.topic')}
              placeholder={t('room.topic')}
              maxLength={TOPIC_MAX}
              value={topic}
              onChange={(e) => setTopic(e.currentTarget.value)}
            />
            <Button size="md" type="submit" disabled={topic.trim() === ''} loading={state.pending.has('hand')}>
              {t('room.topicSend')}
            </Button>
          </form>
        )
      )}
    </div>
  );
}
