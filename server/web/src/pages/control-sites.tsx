import { Button, CloseButton, TextInput } from '@mantine/core';
import { useEffect, useMemo, useRef, useState, type KeyboardEvent as ReactKey, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Question } from '../components/confirm';
import { HandIcon, LockIcon, MicIcon, MicOffIcon, ScreenIcon, SearchIcon } from '../components/icons';
import { LightShape } from '../components/light';
import { VirtualList } from '../components/virtual-list';
import { FILTERS, listSites, type Site, type SiteFilter } from '../lib/wall';
import type { RoomClient } from '../room/client';
import type { Seat } from '../room/protocol';
import { lightOf, type RoomState } from '../room/state';
import type { Acts } from './control';
import { useSpeaking } from './use-speaking';

interface SiteListProps {
  client: RoomClient;
  state: RoomState;
  sites: readonly Site[];
  selected: string | null;
  onSelect: (endpoint: string | null) => void;
  acts: Acts;
  onAsk: (question: Question) => void;
}

const ROW = 60;

/** Every invited site. Typing anywhere searches; Enter puts the chosen one on screen. */
export function SiteList(props: SiteListProps): ReactNode {
  const { client, state, sites, selected, onSelect, acts, onAsk } = props;
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const [filter, setFilter] = useState<SiteFilter>('all');
  const box = useRef<HTMLInputElement>(null);
  const listed = useMemo(() => listSites(sites, query, filter), [sites, query, filter]);
  const chosen = listed.findIndex((s) => s.seat.endpoint === selected);
  useTypeAnywhere(box);

  const search = (text: string): void => {
    setQuery(text);
    const best = listSites(sites, text, filter)[0];
    onSelect(text.trim() !== '' && best ? best.seat.endpoint : null);
  };
  const onKey = (event: ReactKey): void => {
    const move = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (move !== 0) {
      event.preventDefault();
      const at = Math.min(Math.max(chosen + move, 0), listed.length - 1);
      onSelect(listed[at]?.seat.endpoint ?? null);
    } else if (event.key === 'Enter' && selected !== null && chosen >= 0) {
      event.preventDefault();
      if (event.shiftKey) acts.giveFloor(selected);
      else acts.onScreen(selected);
    } else if (event.key === 'Escape') {
      search('');
    }
  };
  const muteAll: Question = {
    ask: t('control.muteAllAsk'),
    yes: t('control.muteAllYes'),
    danger: true,
    act: async () => void (await client.muteAll()),
  };
  return (
    <section className="panel control-sites" aria-label={t('control.sites')}>
      <div className="control-sites-head">
        <TextInput
          ref={box}
          className="control-find"
          aria-label={t('control.find')}
          aria-keyshortcuts="/"
          title={t('control.keys')}
          placeholder={t('control.findShort')}
          leftSection={<SearchIcon size={18} />}
          value={query}
          onChange={(e) => search(e.currentTarget.value)}
          onKeyDown={onKey}
          rightSection={query !== '' && <CloseButton aria-label={t('app.clearSearch')} onClick={() => search('')} />}
        />
        <Button className="control-act" variant="outline" color="var(--bad)" px="sm" onClick={() => onAsk(muteAll)}>
          {t('control.muteAll')}
        </Button>
      </div>
      <div className="control-filters" role="group" aria-label={t('control.sites')}>
        {FILTERS.map((f) => (
          <Button
            key={f}
            size="compact-md"
            variant={f === filter ? 'filled' : 'default'}
            aria-pressed={f === filter}
            onClick={() => setFilter(f)}
          >
            {t(`control.filter.${f}`)}
          </Button>
        ))}
      </div>
      {listed.length === 0 && <p className="quiet control-none">{t('control.noneFound', { query })}</p>}
      <VirtualList
        className="control-rows"
        label={t('control.sites')}
        items={listed}
        rowHeight={ROW}
        keyOf={(s) => s.seat.endpoint}
        shown={chosen}
        render={({ seat }) => (
          <SiteRow
            client={client}
            seat={seat}
            pending={state.pending}
            chosen={seat.endpoint === selected}
            onSelect={() => onSelect(seat.endpoint)}
            acts={acts}
          />
        )}
      />
      <p className="quiet control-keys">{t('control.keys')}</p>
    </section>
  );
}

/** A letter typed anywhere outside a field starts a search. */
function useTypeAnywhere(box: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1 || event.key === ' ') return;
      if (/INPUT|TEXTAREA|SELECT/.test(target.tagName) || target.closest('[role=dialog]')) return;
      box.current?.focus();
      if (event.key === '/') event.preventDefault();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [box]);
}

interface SiteRowProps {
  client: RoomClient;
  seat: Seat;
  pending: ReadonlySet<string>;
  chosen: boolean;
  onSelect: () => void;
  acts: Acts;
}

function SiteRow({ client, seat, pending, chosen, onSelect, acts }: SiteRowProps): ReactNode {
  const { t } = useTranslation();
  const light = lightOf(seat);
  const micOn = seat.mic_open && !seat.mic_locked;
  const speaking = useSpeaking(client, seat.endpoint) && micOn && seat.state === 'connected';
  const words = [
    seat.role === 'chair' ? t('control.isChair') : '',
    seat.spotlight ? t('control.isOnScreen') : '',
    seat.content ? t('control.isContent') : '',
    seat.hand_at !== null ? t('control.handUp') : '',
    seat.state === 'connected' ? '' : t(`control.seat.${seat.state}`),
    light === 'fair' || (light === 'bad' && seat.state === 'connected') ? t(`light.${light}`) : '',
    seat.state === 'connected' ? t(seat.mic_locked ? 'control.micLocked' : micOn ? (speaking ? 'control.speaking' : 'control.micOpen') : 'control.micClosed') : '',
  ].filter(Boolean);
  return (
    <div
      className={`control-row${chosen ? ' control-row-chosen' : ''}${seat.spotlight ? ' control-row-spot' : ''}`}
      data-site={seat.endpoint}
      data-state={seat.state}
    >
      <button type="button" className="control-row-name" onClick={onSelect} aria-pressed={chosen}>
        <span className={`light light-${light}`}>
          <LightShape light={light} />
        </span>
        <span className="control-row-text">
          <span className="clip control-row-title">{seat.name}</span>
          <span className="clip quiet control-row-words">{words.join(' · ')}</span>
        </span>
        {seat.hand_at !== null && <HandIcon size={20} />}
        {seat.content && <ScreenIcon size={20} />}
        {seat.state === 'connected' &&
          (seat.mic_locked ? <LockIcon size={20} /> : micOn ? <MicIcon size={20} /> : <MicOffIcon size={20} />)}
      </button>
      <Button
        className="control-act"
        size="compact-md"
        variant={seat.spotlight ? 'light' : 'default'}
        disabled={seat.state === 'absent' && !seat.spotlight}
        loading={pending.has(`spotlight:${seat.endpoint}`)}
        onClick={() => acts.onScreen(seat.spotlight ? null : seat.endpoint)}
      >
        {t(seat.spotlight ? 'control.offScreen' : 'control.onScreen')}
      </Button>
      <Button
        className="control-act"
        size="compact-md"
        variant={seat.mic_locked ? 'light' : 'default'}
        loading={pending.has(`lock:${seat.endpoint}`)}
        onClick={() => acts.lock(seat.endpoint, !seat.mic_locked)}
      >
        {t(seat.mic_locked ? 'control.unlock' : 'control.lock')}
      </Button>
    </div>
  );
}
