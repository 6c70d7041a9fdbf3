import { ActionIcon, Checkbox, Menu, TextInput } from '@mantine/core';
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { post, put } from '../api/client';
import type { Question } from '../components/confirm';
import { DotsIcon, PhoneIcon } from '../components/icons';
import { LightMark } from '../components/light';
import { tell, tellError } from '../components/notify';
import { currentLanguage } from '../i18n';
import { adviceOf, figuresOf, showLoss, showRate, type TrialRow } from '../lib/rehearsal';
import { formatTime } from '../lib/time';

type Act = 'test' | 'playback' | 'reload' | 'card';

export interface RowActs {
  ask: (row: TrialRow, act: Act, on?: boolean) => void;
  save: (row: TrialRow, change: { note?: string; ticked?: boolean }) => Promise<boolean>;
  /** Sites that are sent the test picture, as far as this page did it. */
  cards: ReadonlySet<string>;
  /** Notes that are being typed: a row that is scrolled out of sight keeps its own. */
  drafts: Map<string, string>;
  question: Question | null;
  putAway: () => void;
}

/** What technicians do with a room from afar. */
export function useRowActs(meeting: string, reload: () => void): RowActs {
  const { t } = useTranslation();
  const [cards, setCards] = useState<ReadonlySet<string>>(new Set());
  const [question, setQuestion] = useState<Question | null>(null);
  const [drafts] = useState(() => new Map<string, string>());
  const site = useCallback((row: TrialRow) => `/meetings/${encodeURIComponent(meeting)}/rehearsal/sites/${encodeURIComponent(row.endpoint)}`, [meeting]);

  const send = useCallback(
    async (row: TrialRow, act: Act, on: boolean | undefined): Promise<void> => {
      try {
        await post(`${site(row)}/ask`, { act, ...(on === undefined ? {} : { on }) });
        tell(t(`rehearsal.asked.${act === 'card' ? (on ? 'cardOn' : 'cardOff') : act}`, { name: row.name }));
        if (act !== 'card') return;
        setCards((old) => new Set(on ? [...old, row.endpoint] : [...old].filter((e) => e !== row.endpoint)));
      } catch (error) {
        tellError(error, t);
      } finally {
        reload();
      }
    },
    [site, t, reload],
  );
  const ask = useCallback(
    (row: TrialRow, act: Act, on?: boolean): void => {
      if (act !== 'reload') void send(row, act, on);
      else setQuestion({ ask: t('rehearsal.reloadAsk', { name: row.name }), yes: t('rehearsal.reloadYes'), act: () => send(row, act, undefined) });
    },
    [send, t],
  );
  const save = useCallback(
    async (row: TrialRow, change: { note?: string; ticked?: boolean }): Promise<boolean> => {
      try {
        await put(site(row), change);
        return true;
      } catch (error) {
        tellError(error, t);
        return false;
      } finally {
        reload();
      }
    },
    [site, t, reload],
  );
  return useMemo(() => ({ ask, save, cards, drafts, question, putAway: () => setQuestion(null) }), [ask, save, cards, drafts, question]);
}

interface RowProps {
  row: TrialRow;
  words: Record<string, { vi: string; en: string }>;
  acts: RowActs;
  onEditing: (on: boolean) => void;
  onDetail: () => void;
}

const LIGHT = { good: 'good', fair: 'fair', bad: 'bad', none: 'absent' } as const;

export function RehearsalRow({ row, words, acts, onEditing, onDetail }: RowProps): ReactNode {
  const { t } = useTranslation();
  const language = currentLanguage();
  const advice = adviceOf(row, words, language).join(' ');
  const where = [t(row.connected ? 'rehearsal.here' : 'rehearsal.away'), row.branch_name && row.branch_name !== row.name ? row.branch_name : ''].filter(Boolean).join(' · ');
  return (
    <div className="trial-row" data-site={row.endpoint} data-light={row.light} data-running={row.running}>
      <Tick row={row} acts={acts} />
      <div className="trial-site">
        <button type="button" className="trial-name" onClick={onDetail}>
          <strong className="clip">{row.name}</strong>
        </button>
        <span className="trial-light">
          <LightMark light={row.running ? 'absent' : LIGHT[row.light]}>{t(row.running ? 'rehearsal.state.running' : `rehearsal.state.${row.light}`)}</LightMark>
          <span className="quiet clip">{where}</span>
        </span>
      </div>
      <p className="trial-advice" title={advice}>
        {advice || (row.light === 'good' ? t('rehearsal.noAdvice') : <span className="quiet">{t('rehearsal.notYet')}</span>)}
      </p>
      <Figures row={row} />
      <Phone row={row} />
      <Note row={row} acts={acts} onEditing={onEditing} />
      <Acts row={row} acts={acts} onDetail={onDetail} />
    </div>
  );
}

function Tick({ row, acts }: { row: TrialRow; acts: RowActs }): ReactNode {
  const { t } = useTranslation();
  const [busy, setBusy] = useState(false);
  const by = row.ticked && row.ticked_by ? t('rehearsal.tickedBy', { who: row.ticked_by, time: row.ticked_at === null ? '' : formatTime(new Date(row.ticked_at)) }) : undefined;
  const change = async (ticked: boolean): Promise<void> => {
    setBusy(true);
    await acts.save(row, { ticked });
    setBusy(false);
  };
  return (
    <Checkbox className="trial-tick" size="md" aria-label={t('rehearsal.tick', { name: row.name })} title={by} checked={row.ticked} disabled={busy} onChange={(e) => void change(e.currentTarget.checked)} />
  );
}

function Figures({ row }: { row: TrialRow }): ReactNode {
  const { t } = useTranslation();
  const figures = figuresOf(row);
  const language = currentLanguage();
  if (!figures) return <span className="trial-figures quiet">–</span>;
  return (
    <span className="trial-figures">
      <span>
        ↑ <span className="visually-hidden">{t('rehearsal.figures.up')} </span>
        {showRate(figures.up.kbps, language)} · {showLoss(figures.up.loss, language)}
      </span>
      <span>
        ↓ <span className="visually-hidden">{t('rehearsal.figures.down')} </span>
        {showRate(figures.down.kbps, language)} · {showLoss(figures.down.loss, language)}
      </span>
      <span className="quiet">{t('rehearsal.figures.rtt', { n: figures.rtt ?? '–' })}</span>
    </span>
  );
}

function Phone({ row }: { row: TrialRow }): ReactNode {
  const { t } = useTranslation();
  return (
    <span className="trial-phone">
      {row.technician && <span className="clip">{row.technician}</span>}
      {row.phone ? (
        <a href={`tel:${row.phone.replace(/[^+\d]/g, '')}`} title={t('rehearsal.call', { name: row.technician || row.name, phone: row.phone })}>
          <PhoneIcon size={16} /> {row.phone}
        </a>
      ) : (
        <span className="quiet">{t('rehearsal.noPhone')}</span>
      )}
    </span>
  );
}

/** The server bounds a note; so does the field. */
const NOTE_MAX = 500;

/** Edited where it stands: Enter or leaving the field saves, Escape gives up. */
function Note({ row, acts, onEditing }: { row: TrialRow; acts: RowActs; onEditing: (on: boolean) => void }): ReactNode {
  const { t } = useTranslation();
  const [text, setText] = useState<string | null>(acts.drafts.get(row.endpoint) ?? null);
  const [busy, setBusy] = useState(false);
  const focused = useRef(false);
  const focus = (on: boolean): void => {
    focused.current = on;
    onEditing(on);
  };
  useEffect(() => () => void (focused.current && onEditing(false)), [onEditing]);
  const type = (value: string): void => {
    acts.drafts.set(row.endpoint, value);
    setText(value);
  };
  const done = (): void => {
    acts.drafts.delete(row.endpoint);
    setText(null);
    focus(false);
  };
  const save = async (): Promise<void> => {
    if (text === null || busy) return;
    if (text.trim() === row.note.trim()) return done();
    setBusy(true);
    const saved = await acts.save(row, { note: text.trim() });
    setBusy(false);
    if (!saved) return;
    tell(t('rehearsal.noteSaved'), `note-${row.endpoint}`);
    done();
  };
  return (
    <TextInput
      className="trial-note"
      aria-label={t('rehearsal.note', { name: row.name })}
      placeholder={t('rehearsal.noteHint')}
      maxLength={NOTE_MAX}
      value={text ?? row.note}
      disabled={busy}
      title={row.note}
      onFocus={() => focus(true)}
      onChange={(e) => type(e.currentTarget.value)}
      onBlur={() => (text === null ? focus(false) : void save())}
      onKeyDown={(e) => {
        if (e.key === 'Enter') void save();
        if (e.key === 'Escape') done();
      }}
    />
  );
}

function Acts({ row, acts, onDetail }: { row: TrialRow; acts: RowActs; onDetail: () => void }): ReactNode {
  const { t } = useTranslation();
  const card = acts.cards.has(row.endpoint);
  const away = !row.connected;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon className="trial-acts" variant="default" size="lg" aria-label={t('rehearsal.acts', { name: row.name })}>
          <DotsIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item disabled={away || row.running} onClick={() => acts.ask(row, 'test')}>
          {t('rehearsal.act.test')}
        </Menu.Item>
        <Menu.Item disabled={away || row.running} onClick={() => acts.ask(row, 'playback')}>
          {t('rehearsal.act.playback')}
        </Menu.Item>
        <Menu.Item disabled={away} onClick={() => acts.ask(row, 'card', !card)}>
          {t(card ? 'rehearsal.act.cardOff' : 'rehearsal.act.cardOn')}
        </Menu.Item>
        <Menu.Item disabled={away} onClick={() => acts.ask(row, 'reload')}>
          {t('rehearsal.act.reload')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={onDetail}>{t('rehearsal.act.detail')}</Menu.Item>
        <Menu.Item component={Link} to={`/board/sites/${encodeURIComponent(row.endpoint)}`}>
          {t('rehearsal.act.site')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
