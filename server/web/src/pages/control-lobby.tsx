import { Button, Select, Switch, Textarea } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { VirtualList } from '../components/virtual-list';
import type { Site } from '../lib/wall';
import { seatName } from '../room/state';
import { MESSAGE_MAX } from './control-acts';
import { useBranches } from './control-branches';
import { useDesk, useMay, usePending, useRoomState, useSites } from './control-desk';

const ROW = 44;

/** The waiting room: who waits, let in one, a branch or all; what they read; the lock; who is barred. */
export function LobbyPanel(): ReactNode {
  const { t } = useTranslation();
  const may = useMay();
  const sites = useSites();
  const waiting = sites.filter((s) => s.seat.state === 'waiting');
  const barred = sites.filter((s) => s.seat.barred);
  return (
    <div className="control-two">
      <div className="control-col">
        <AdmitMany waiting={waiting} />
        {waiting.length === 0 && <p className="quiet control-none">{t('control.lobby.none')}</p>}
        <VirtualList
          className="control-fill"
          label={t('control.lobby.waiting', { n: waiting.length })}
          items={waiting}
          rowHeight={ROW}
          keyOf={(s) => s.seat.endpoint}
          render={(site) => <WaitingRow site={site} />}
        />
      </div>
      <div className="control-col">
        {may.run && <LobbyMessage />}
        {may.run && <LockSwitch />}
        {barred.length > 0 && (
          <>
            <h3>{t('control.lobby.barred', { n: barred.length })}</h3>
            <ul className="control-plain">
              {barred.slice(0, 50).map((site) => (
                <BarredRow key={site.seat.endpoint} site={site} />
              ))}
            </ul>
          </>
        )}
      </div>
    </div>
  );
}

function AdmitMany({ waiting }: { waiting: readonly Site[] }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const branches = useBranches();
  const [branch, setBranch] = useState<string | null>(null);
  const all = usePending('lobby.admit:');
  if (!may.branch) return null;
  return (
    <div className="control-buttons">
      <strong>{t('control.lobby.waiting', { n: waiting.length })}</strong>
      <Button
        size="compact-md"
        loading={all}
        disabled={waiting.length === 0}
        data-act="admit-all"
        onClick={() => void desk.run({ type: 'lobby.admit', all: true })}
      >
        {t('control.lobby.admitAll')}
      </Button>
      {may.run && branches.length > 0 && (
        <>
          <Select
            aria-label={t('control.lobby.branch')}
            placeholder={t('control.lobby.branch')}
            size="xs"
            searchable
            data={branches.map((b) => ({ value: b.code, label: b.name }))}
            value={branch}
            onChange={setBranch}
          />
          <Button
            size="compact-md"
            variant="default"
            disabled={branch === null}
            onClick={() => branch !== null && void desk.run({ type: 'lobby.admit', branch })}
          >
            {t('control.lobby.admitBranch')}
          </Button>
        </>
      )}
    </div>
  );
}

function WaitingRow({ site }: { site: Site }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const { endpoint } = site.seat;
  const pending = usePending(`lobby.admit:${endpoint}`);
  return (
    <div className="control-line" data-waiting={endpoint}>
      <span className="clip">{seatName(site.seat)}</span>
      {may.branch && (
        <Button size="compact-md" loading={pending} onClick={() => void desk.run({ type: 'lobby.admit', endpoints: [endpoint] })}>
          {t('control.admit')}
        </Button>
      )}
    </div>
  );
}

function BarredRow({ site }: { site: Site }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const { endpoint } = site.seat;
  const pending = usePending(`seat.unbar:${endpoint}`);
  return (
    <li className="control-line">
      <span className="clip">{seatName(site.seat)}</span>
      {may.run && (
        <Button size="compact-md" variant="default" loading={pending} onClick={() => void desk.run({ type: 'seat.unbar', endpoint })}>
          {t('control.unbar')}
        </Button>
      )}
    </li>
  );
}

function LobbyMessage(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const told = useRoomState((s) => s.meeting?.lobby_message ?? '');
  const pending = usePending('lobby.message');
  const [text, setText] = useState(told);
  return (
    <div className="control-form">
      <Textarea
        label={t('control.lobby.message')}
        description={told ? t('control.lobby.messageNow', { text: told }) : t('control.lobby.messageNone')}
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
        maxLength={MESSAGE_MAX}
        autosize
        minRows={2}
        maxRows={4}
      />
      <Button
        size="compact-md"
        loading={pending}
        disabled={text.trim() === told}
        onClick={() => void desk.run({ type: 'lobby.message', text: text.trim() })}
      >
        {t('control.lobby.messageSend')}
      </Button>
    </div>
  );
}

/** Shows what the server has, not what was clicked. */
function LockSwitch(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const locked = useRoomState((s) => s.meeting?.locked === true);
  const pending = usePending('meeting.lock');
  return (
    <Switch
      label={t('control.lobby.lock')}
      description={t('control.lobby.lockHelp')}
      checked={locked}
      disabled={pending}
      onChange={() => void desk.run({ type: 'meeting.lock', locked: !locked })}
    />
  );
}
