import { Button, Switch, TextInput } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { post } from '../api/client';
import { LightMark } from '../components/light';
import { tell, tellError } from '../components/notify';
import { currentLanguage } from '../i18n';
import { ringing, type Alarm } from '../lib/health';
import { playAttention } from '../room/chime';

const SOUND_KEY = 'diemcau.board.sound';
const SILENCE_MINUTES = 30;

function storedSound(): boolean {
  try {
    return localStorage.getItem(SOUND_KEY) === 'on';
  } catch {
    return false;
  }
}

const clock = (ms: number): string =>
  new Intl.DateTimeFormat(currentLanguage() === 'vi' ? 'vi-VN' : 'en-GB', { timeStyle: 'short' }).format(ms);

/** Rings once for what is new, where somebody asked for it. */
function useRinging(alarms: readonly Alarm[], on: boolean): void {
  const before = useRef<readonly Alarm[] | null>(null);
  useEffect(() => {
    if (on && before.current && ringing(before.current, alarms).length > 0) playAttention();
    before.current = alarms;
  }, [alarms, on]);
}

export function BoardAlarms({ alarms, meeting }: { alarms: readonly Alarm[]; meeting: string | null }): ReactNode {
  const { t } = useTranslation();
  const [sound, setSound] = useState(storedSound);
  const shown = alarms.filter((a) => meeting === null || a.meeting === meeting);
  useRinging(shown, sound);

  const keep = (on: boolean): void => {
    setSound(on);
    if (on) playAttention(); // a browser lets a page sound only after a click: this is it
    try {
      localStorage.setItem(SOUND_KEY, on ? 'on' : 'off');
    } catch {
      // Not remembered, but switched for now.
    }
  };

  return (
    <section aria-label={t('board.alarms', { n: shown.length })}>
      <div className="board-alarm-head">
        <h2 className="board-head">{t('board.alarms', { n: shown.length })}</h2>
        <Switch checked={sound} onChange={(e) => keep(e.currentTarget.checked)} label={t(sound ? 'board.soundOff' : 'board.soundOn')} />
      </div>
      {shown.length === 0 && <p className="quiet">{t('board.noAlarms')}</p>}
      <ul className="board-alarms">
        {[...shown].reverse().map((alarm) => (
          <AlarmRow key={alarm.id} alarm={alarm} />
        ))}
      </ul>
    </section>
  );
}

function AlarmRow({ alarm }: { alarm: Alarm }): ReactNode {
  const { t } = useTranslation();
  const [note, setNote] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const silenced = alarm.silenced_until !== null && alarm.silenced_until > Date.now();

  const run = async (act: string, body?: unknown): Promise<boolean> => {
    setBusy(true);
    try {
      await post(`/health/alarms/${encodeURIComponent(alarm.id)}/${act}`, body);
      return true;
    } catch (error) {
      tellError(error, t);
      return false;
    } finally {
      setBusy(false);
    }
  };
  const saveNote = async (): Promise<void> => {
    if (note !== null && (await run('note', { text: note.trim() }))) {
      setNote(null);
      tell(t('board.noteSaved'));
    }
  };

  return (
    <li data-alarm={alarm.id} data-severity={alarm.severity}>
      <div>
        <Link to={`/board/sites/${encodeURIComponent(alarm.endpoint)}`}>
          <strong>{alarm.name}</strong>
        </Link>{' '}
        <span className="quiet">{clock(alarm.raised)}</span>
        <LightMark light={alarm.severity === 'critical' ? 'bad' : 'fair'}>{alarm.text[currentLanguage()]}</LightMark>
        {alarm.acked_by && <span className="quiet board-small">{t('board.acked', { who: alarm.acked_by })}</span>}
        {silenced && <span className="quiet board-small">{t('board.silenced', { time: clock(alarm.silenced_until ?? 0) })}</span>}
        {alarm.note && note === null && <p className="board-note">{alarm.note}</p>}
      </div>
      <div className="board-buttons">
        {!alarm.acked_by && (
          <Button loading={busy} onClick={() => void run('ack')}>
            {t('board.ack')}
          </Button>
        )}
        <Button variant="default" disabled={busy} onClick={() => void run('silence', { minutes: silenced ? 0 : SILENCE_MINUTES })}>
          {t(silenced ? 'board.unsilence' : 'board.silence')}
        </Button>
        {note === null ? (
          <Button variant="default" onClick={() => setNote(alarm.note ?? '')}>
            {t('board.note')}
          </Button>
        ) : (
          <form
            className="board-note-form"
            onSubmit={(event) => {
              event.preventDefault();
              void saveNote();
            }}
          >
            <TextInput value={note} maxLength={300} aria-label={t('board.note')} autoFocus onChange={(e) => setNote(e.currentTarget.value)} />
            <Button type="submit" loading={busy}>
              {t('board.noteSave')}
            </Button>
          </form>
        )}
      </div>
    </li>
  );
}
