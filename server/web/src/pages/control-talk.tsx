import { Button, NumberInput, Select, Switch, Textarea, TextInput } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { formatTime } from '../lib/time';
import type { Audience } from '../room/protocol';
import { nameOf } from '../room/state';
import { MESSAGE_MAX } from './control-acts';
import { useBranches } from './control-branches';
import { useDesk, useMay, usePending, useRoomState, useUi } from './control-desk';

const CHAT_MAX = 1000;
const SECONDS_MAX = 3600;

/** Words to the rooms: a banner for one, a branch or all; and the chat. */
export function TalkPanel(): ReactNode {
  const may = useMay();
  return (
    <div className="control-two">
      {may.branch && <Message />}
      <Chat />
    </div>
  );
}

function Message(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const ownBranch = useRoomState((s) => s.branch);
  const banner = useRoomState((s) => s.banner);
  const selected = useUi((ui) => ui.selected);
  const selectedName = useRoomState((s) => (selected ? nameOf(s, selected) : ''));
  const branches = useBranches();
  const pending = usePending('message');
  const clearing = usePending('message.clear');
  const [to, setTo] = useState(may.run ? 'all' : 'branch');
  const [text, setText] = useState('');
  const [seconds, setSeconds] = useState<number | string>(30);
  const options = [
    ...(may.run ? [{ value: 'all', label: t('control.toAll') }] : ownBranch ? [{ value: 'branch', label: t('control.toMyBranch') }] : []),
    ...(selected ? [{ value: 'one', label: t('control.toOne', { name: selectedName }) }] : []),
    ...(may.run ? branches.map((b) => ({ value: `b:${b.code}`, label: t('control.toBranch', { name: b.name }) })) : []),
  ];
  const known = options.some((o) => o.value === to) ? to : (options[0]?.value ?? null);
  const audience = (): Audience | null => {
    if (known === 'all') return { all: true };
    if (known === 'one' && selected) return { endpoint: selected };
    if (known === 'branch' && ownBranch) return { branch: ownBranch };
    return known?.startsWith('b:') ? { branch: known.slice(2) } : null;
  };
  const send = async (): Promise<void> => {
    const who = audience();
    if (!who || text.trim() === '') return;
    const lasts = Number(seconds) > 0 ? { seconds: Number(seconds) } : {};
    if (await desk.run({ type: 'message', to: who, text: text.trim(), ...lasts })) setText('');
  };
  return (
    <form
      className="control-form control-scroll"
      onSubmit={(e) => {
        e.preventDefault();
        void send();
      }}
    >
      <h3>{t('control.banner')}</h3>
      <Textarea
        label={t('control.messageLabel')}
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
        maxLength={MESSAGE_MAX}
        autosize
        minRows={2}
        maxRows={4}
      />
      <div className="control-pair">
        <Select label={t('control.to')} data={options} value={known} onChange={(v) => setTo(v ?? 'all')} allowDeselect={false} />
        <NumberInput label={t('control.messageSeconds')} value={seconds} onChange={setSeconds} min={0} max={SECONDS_MAX} />
      </div>
      <div className="control-buttons">
        <Button type="submit" loading={pending} disabled={text.trim() === '' || audience() === null} data-act="message">
          {t('control.send')}
        </Button>
        {may.run && (
          <Button variant="default" loading={clearing} onClick={() => void desk.run({ type: 'message.clear' })}>
            {t('control.bannerClear')}
          </Button>
        )}
      </div>
      {banner && <p className="control-none">{t('control.bannerNow', { text: banner.text })}</p>}
    </form>
  );
}

function Chat(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const lines = useRoomState((s) => s.chat);
  const closed = useRoomState((s) => s.meeting?.chat_closed === true);
  const pending = usePending('chat');
  const closing = usePending('chat.close');
  const [text, setText] = useState('');
  const box = useRef<HTMLOListElement>(null);
  useEffect(() => {
    box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [lines]);
  const say = async (): Promise<void> => {
    if (text.trim() !== '' && (await desk.client.perform({ type: 'chat', text: text.trim() }))) setText('');
  };
  return (
    <div className="control-col">
      <div className="control-line">
        <h3>{t('control.chat')}</h3>
        {may.run && (
          <Switch
            label={t('control.chatClosed')}
            checked={closed}
            disabled={closing}
            onChange={() => void desk.run({ type: 'chat.close', closed: !closed })}
          />
        )}
      </div>
      {lines.length === 0 && <p className="quiet control-none">{t('control.chatNone')}</p>}
      <ol className="control-plain control-fill control-scroll control-chat" ref={box} tabIndex={0} aria-label={t('control.chat')}>
        {lines.map((line) => (
          <li key={line.id}>
            <span className="quiet">{formatTime(new Date(line.at))}</span> <strong>{line.name}</strong> {line.text}
          </li>
        ))}
      </ol>
      {may.run && (
        <form
          className="control-line"
          onSubmit={(e) => {
            e.preventDefault();
            void say();
          }}
        >
          <TextInput
            className="control-grow"
            aria-label={t('control.chatSay')}
            placeholder={t('control.chatSay')}
            value={text}
            onChange={(e) => setText(e.currentTarget.value)}
            maxLength={CHAT_MAX}
          />
          <Button type="submit" loading={pending} disabled={text.trim() === ''}>
            {t('control.send')}
          </Button>
        </form>
      )}
    </div>
  );
}
