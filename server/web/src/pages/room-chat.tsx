import { Button, CloseButton, Textarea } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../lib/time';
import type { RoomClient } from '../room/client';
import { CHAT_MAX } from '../room/moment';
import { mayRun, type RoomState } from '../room/state';

interface ChatPanelProps {
  client: RoomClient;
  state: RoomState;
  onClose: () => void;
}

/** Words between rooms, beside the pictures. */
export function ChatPanel({ client, state, onClose }: ChatPanelProps): ReactNode {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const end = useRef<HTMLDivElement>(null);
  const closed = state.meeting?.chat_closed === true && !mayRun(state.role);
  const last = state.chat.at(-1)?.id;
  useEffect(() => {
    // What newer browsers return here is no clean-up.
    void end.current?.scrollIntoView({ block: 'nearest' });
  }, [last]);
  const send = async (): Promise<void> => {
    const words = text.trim();
    if (words !== '' && (await client.say(words))) setText('');
  };
  return (
    <section className="chat" aria-label={t('room.chat.title')} data-chat>
      <header>
        <h2>{t('room.chat.title')}</h2>
        <CloseButton size="lg" aria-label={t('room.chat.hide')} onClick={onClose} />
      </header>
      <div className="chat-lines" role="log" tabIndex={0} aria-label={t('room.chat.title')}>
        {state.chat.length === 0 && <p>{t('room.chat.empty')}</p>}
        {state.chat.map((line) => (
          <p key={line.id} className={line.endpoint !== null && line.endpoint === state.self ? 'chat-own' : ''}>
            <span className="chat-who">
              {line.endpoint === null ? line.name || t('room.chat.secretary') : line.name} · {formatTime(new Date(line.at))}
            </span>
            {line.text}
          </p>
        ))}
        <div ref={end} />
      </div>
      {closed ? (
        <p className="chat-closed">{t('room.chat.closed')}</p>
      ) : (
        <form
          onSubmit={(e) => {
            e.preventDefault();
            void send();
          }}
        >
          <Textarea
            size="md"
            autosize
            minRows={1}
            maxRows={4}
            maxLength={CHAT_MAX}
            aria-label={t('room.chat.write')}
            placeholder={t('room.chat.write')}
            value={text}
            onChange={(e) => setText(e.currentTarget.value)}
            onKeyDown={(e) => {
              if (e.key !== 'Enter' || e.shiftKey || e.nativeEvent.isComposing) return;
              e.preventDefault();
              void send();
            }}
          />
          <Button size="md" type="submit" loading={state.pending.has('chat')} disabled={text.trim() === ''}>
            {t('room.chat.send')}
          </Button>
        </form>
      )}
    </section>
  );
}

/** Lines that came while the panel was shut. */
export function useUnread(state: RoomState, open: boolean): number {
  const [seen, setSeen] = useState<string | null>(null);
  const lines = state.chat;
  const last = lines.at(-1)?.id ?? '';
  const inside = state.phase === 'in';
  useEffect(() => {
    // What was written before this room came in is not new to it.
    if (open || (seen === null && inside)) setSeen(last);
  }, [open, last, seen, inside]);
  if (open || seen === null) return 0;
  const at = lines.findIndex((line) => line.id === seen);
  return lines.slice(at + 1).filter((line) => line.endpoint !== state.self).length;
}
