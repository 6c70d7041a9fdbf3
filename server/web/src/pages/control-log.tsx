import { Button } from '@mantine/core';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useStore } from 'zustand';
import { get } from '../api/client';
import { VirtualList } from '../components/virtual-list';
import { useNow } from '../components/use-now';
import { formatTime } from '../lib/time';
import { nameOf } from '../room/state';
import { useDesk, useRoomState, type Done } from './control-desk';

const ROW = 40;
const SHOWN = 500;
const PAGE = 1000;
const EVERY_MS = 3_000;

interface MeetingEvent {
  id: number;
  at: string;
  action: string;
  subject: string;
  actor: string;
  detail: string;
}

/** Who did what: this page's own acts with their undo, and the meeting's log from storage. */
export function LogPanel(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const done = useStore(desk.done);
  const { events, stale } = useEvents(desk.meeting);
  return (
    <div className="control-two">
      <div className="control-col">
        <h3>{t('control.log.own')}</h3>
        {done.length === 0 && <p className="quiet control-none">{t('control.log.ownNone')}</p>}
        <VirtualList
          className="control-fill"
          label={t('control.log.own')}
          items={done}
          rowHeight={ROW}
          keyOf={(d) => String(d.id)}
          render={(d) => <DoneRow done={d} />}
        />
      </div>
      <div className="control-col">
        <h3>{t('control.log.all')}</h3>
        {stale && <p className="control-none">{t('app.stale')}</p>}
        <VirtualList
          className="control-fill"
          label={t('control.log.all')}
          items={events}
          rowHeight={ROW}
          keyOf={(e) => String(e.id)}
          render={(e) => <EventRow event={e} />}
        />
      </div>
    </div>
  );
}

/** The meeting's log, newest first: read once, then only what is new. */
function useEvents(meeting: string): { events: readonly MeetingEvent[]; stale: boolean } {
  const [events, setEvents] = useState<readonly MeetingEvent[]>([]);
  const [stale, setStale] = useState(false);
  useEffect(() => {
    let after = 0;
    let over = false;
    let timer: ReturnType<typeof setTimeout>;
    const read = async (): Promise<void> => {
      let more = document.visibilityState === 'visible';
      try {
        while (more && !over) {
          const page = await get<{ events: MeetingEvent[] }>(`/meetings/${meeting}/events?after=${after}&limit=${PAGE}`);
          const fresh = page.events.filter((e) => e.id > after);
          after = fresh.at(-1)?.id ?? after;
          more = fresh.length === PAGE;
          if (fresh.length > 0) setEvents((old) => [...fresh.reverse(), ...old].slice(0, SHOWN));
        }
        setStale(false);
      } catch {
        setStale(true);
      }
      if (!over) timer = setTimeout(() => void read(), EVERY_MS);
    };
    void read();
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [meeting]);
  return { events, stale };
}

function DoneRow({ done }: { done: Done }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const now = useNow();
  const late = done.until > 0 && now > done.until;
  return (
    <div className="control-line">
      <span className="quiet">{formatTime(new Date(done.at))}</span>
      <span className="clip control-grow">{t(done.words.key, done.words.values)}</span>
      {done.undone && <span className="quiet">{t('control.undone')}</span>}
      {done.undo && !done.undone && !late && (
        <Button size="compact-sm" variant="light" onClick={() => void desk.undo(done.id)}>
          {t('control.undo')}
        </Button>
      )}
    </div>
  );
}

function EventRow({ event }: { event: MeetingEvent }): ReactNode {
  const { t } = useTranslation();
  const name = useRoomState((s) => (s.seats.has(event.subject) ? nameOf(s, event.subject) : ''));
  const what = t(`control.event.${event.action.replaceAll('.', '_')}`, event.action);
  return (
    <div className="control-line" title={`${event.action} ${event.subject} ${event.detail}`}>
      <span className="quiet">{formatTime(new Date(event.at))}</span>
      <span className="clip control-grow">
        <strong>{event.actor}</strong> {what}
        {name && `: ${name}`}
      </span>
    </div>
  );
}
