import type { EventContentArg, EventDropArg, EventInput } from '@fullcalendar/core';
import enLocale from '@fullcalendar/core/locales/en-gb';
import viLocale from '@fullcalendar/core/locales/vi';
import dayGridPlugin from '@fullcalendar/daygrid';
import interactionPlugin, { type EventResizeDoneArg } from '@fullcalendar/interaction';
import listPlugin from '@fullcalendar/list';
import FullCalendar from '@fullcalendar/react';
import timeGridPlugin from '@fullcalendar/timegrid';
import { ActionIcon, Button, Group, SegmentedControl, Title } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { lazy, Suspense, useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router-dom';
import { get, patch, post } from '../api/client';
import type { ClashReport, Meeting } from '../api/types';
import { useQuery } from '../api/use-query';
import { Confirm, type Question } from '../components/confirm';
import { ChevronIcon } from '../components/icons';
import { LightMark } from '../components/light';
import { tellError } from '../components/notify';
import { Pick } from '../components/picks';
import { currentLanguage } from '../i18n';
import { hostsOf, hoursShown, isoDay, isStruck, pickedStart, readPlace, toEvents, VIEWS, writePlace, type Place, type View } from '../lib/calendar';
import { formatDate, formatTime } from '../lib/time';
import { ClashList } from './clash-list';
import './calendar.css';

const FeedDialog = lazy(() => import('./feed-dialog'));

const NAMES: Record<View, string> = { month: 'dayGridMonth', week: 'timeGridWeek', day: 'timeGridDay', list: 'listMonth' };
const PLUGINS = [dayGridPlugin, timeGridPlugin, listPlugin, interactionPlugin];
const LOCALES = [viLocale, enLocale];
const UNDO_MS = 10_000;
const TIME = { hour: '2-digit', minute: '2-digit', hour12: false } as const;
/** A week of columns does not fit on a telephone. */
const NARROW_PX = 700;

interface CalendarProps {
  mayBook: boolean;
  /** Grows when the list of meetings changed. */
  changes: number;
  onMoved: () => void;
}

function usePlace(): [Place, (part: Partial<Place>) => void] {
  const usual: View = window.innerWidth < NARROW_PX ? 'list' : 'week';
  const [params, setParams] = useSearchParams();
  const place = readPlace(params, new Date(), usual);
  const go = (part: Partial<Place>): void => {
    // Paging through months is no step to come back to.
    setParams((old) => writePlace({ ...readPlace(old, new Date(), usual), ...part }, new Date(), usual), { replace: true });
  };
  return [place, go];
}

/** Month, week, day and list of the meetings one may see; what has not begun is moved by dragging. */
export default function Calendar({ mayBook, changes, onMoved }: CalendarProps): ReactNode {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const calendar = useRef<FullCalendar>(null);
  const [place, go] = usePlace();
  const [feed, setFeed] = useState(false);
  const [range, setRange] = useState<{ from: string; to: string; title: string } | null>(null);
  const query = useQuery<{ meetings: Meeting[] }>(
    range && `/meetings?from=${encodeURIComponent(range.from)}&to=${encodeURIComponent(range.to)}`,
    60_000,
  );
  const { reload } = query;
  useEffect(() => {
    if (changes > 0) reload();
  }, [changes, reload]);
  const meetings = useKept(query.data?.meetings);
  const events = useMemo<EventInput[]>(() => toEvents(meetings, place.host, place.find), [meetings, place.host, place.find]);
  const hosts = useMemo(() => hostsOf(meetings), [meetings]);
  const hours = useMemo(() => hoursShown(meetings), [meetings]);
  const { question, setQuestion, move } = useMove(() => {
    reload();
    onMoved();
  });

  useEffect(() => {
    const api = calendar.current?.getApi();
    // FullCalendar draws at once, which React does not want inside an effect.
    const timer = setTimeout(() => {
      if (!api) return;
      if (api.view.type !== NAMES[place.view]) api.changeView(NAMES[place.view], place.date);
      else if (isoDay(api.getDate()) !== place.date) api.gotoDate(place.date);
    });
    return () => clearTimeout(timer);
  }, [place.view, place.date]);
  const page = (step: -1 | 1): void => {
    const api = calendar.current!.getApi();
    if (step < 0) api.prev();
    else api.next();
    go({ date: isoDay(api.getDate()) });
  };

  return (
    <section className="calendar" aria-label={t('calendar.title')}>
      <div className="calendar-head">
        <Group gap={6} wrap="nowrap">
          <ActionIcon variant="default" size="lg" aria-label={t('calendar.prev')} onClick={() => page(-1)}>
            <span className="calendar-back">
              <ChevronIcon />
            </span>
          </ActionIcon>
          <Button variant="default" onClick={() => go({ date: isoDay(new Date()) })}>
            {t('calendar.today')}
          </Button>
          <ActionIcon variant="default" size="lg" aria-label={t('calendar.next')} onClick={() => page(1)}>
            <ChevronIcon />
          </ActionIcon>
        </Group>
        <Title order={2} size="h3" className="calendar-title" aria-live="polite">
          {range?.title ?? ''}
        </Title>
        <Group gap="sm">
          <Pick
            aria-label={t('calendar.host')}
            placeholder={t('calendar.allHosts')}
            data={place.host && !hosts.some((h) => h.value === place.host) ? [...hosts, { value: place.host, label: place.host }] : hosts}
            value={place.host}
            onChange={(host) => go({ host })}
            clearable
            w="13.75rem"
          />
          <SegmentedControl
            aria-label={t('calendar.view')}
            value={place.view}
            onChange={(view) => go({ view: view as View })}
            data={VIEWS.map((v) => ({ value: v, label: t(`calendar.${v}`) }))}
          />
          <Button variant="default" onClick={() => setFeed(true)}>
            {t('feed.open')}
          </Button>
        </Group>
      </div>
      {query.error && (
        <p role="status">
          <LightMark light="fair">{t('app.stale')}</LightMark>
        </p>
      )}
      <div className="panel calendar-body" data-view={place.view} data-ready={query.data !== null}>
        <FullCalendar
          ref={calendar}
          plugins={PLUGINS}
          locales={LOCALES}
          locale={currentLanguage() === 'en' ? 'en-gb' : 'vi'}
          initialView={NAMES[place.view]}
          initialDate={place.date}
          headerToolbar={false}
          firstDay={1}
          allDaySlot={false}
          nowIndicator
          height="auto"
          slotMinTime={hours.from}
          slotMaxTime={hours.to}
          slotLabelFormat={TIME}
          eventTimeFormat={TIME}
          slotDuration="00:30:00"
          snapDuration="00:30:00"
          dayMaxEvents={4}
          moreLinkClick="day"
          noEventsContent={t('calendar.empty')}
          dayHeaderContent={(arg) => <DayHead date={arg.date} month={arg.view.type === 'dayGridMonth'} />}
          listDayFormat={false}
          listDaySideFormat={false}
          eventContent={(arg) => <EventBody arg={arg} />}
          events={events}
          eventInteractive
          eventClick={(info) => {
            info.jsEvent.preventDefault();
            void navigate(`/meetings/${info.event.id}`);
          }}
          eventDrop={(info) => void move(info)}
          eventResize={(info) => void move(info)}
          selectable={mayBook}
          select={(picked) => {
            const start = pickedStart(picked.start, picked.allDay);
            const end = picked.allDay ? '' : `&to=${encodeURIComponent(picked.end.toISOString())}`;
            void navigate(`/meetings/new?from=${encodeURIComponent(start.toISOString())}${end}`);
          }}
          datesSet={(arg) => {
            // In a task of its own: FullCalendar calls this while React draws.
            const next = { from: arg.start.toISOString(), to: arg.end.toISOString(), title: titleOf(arg.view.type, arg.view.currentStart, arg.view.currentEnd, t) };
            const view = VIEWS.find((v) => NAMES[v] === arg.view.type) ?? place.view;
            setTimeout(() => {
              setRange((old) => (old && old.from === next.from && old.to === next.to && old.title === next.title ? old : next));
              // "+3" of a full day opens that day.
              if (view !== place.view) go({ view, date: isoDay(arg.view.currentStart) });
            });
          }}
        />
      </div>
      <Confirm question={question} onClose={() => setQuestion(null)} />
      {feed && (
        <Suspense fallback={null}>
          <FeedDialog onClose={() => setFeed(false)} />
        </Suspense>
      )}
    </section>
  );
}

/** The last answer stays shown while another stretch of time is read. */
function useKept(meetings: Meeting[] | undefined): Meeting[] {
  const kept = useRef<Meeting[]>([]);
  if (meetings) kept.current = meetings;
  return kept.current;
}

type Translate = ReturnType<typeof useTranslation>['t'];

function titleOf(view: string, start: Date, end: Date, t: Translate): string {
  const last = new Date(end.getTime() - 1);
  if (view === 'timeGridDay') return `${t(`calendar.weekday.${start.getDay()}`)} ${formatDate(start)}`;
  if (view === 'timeGridWeek') return `${formatDate(start)} – ${formatDate(last)}`;
  return t('calendar.monthTitle', { month: start.getMonth() + 1, year: start.getFullYear() });
}

function DayHead({ date, month }: { date: Date; month: boolean }): ReactNode {
  const { t } = useTranslation();
  const day = formatDate(date);
  return (
    <span>
      {t(`calendar.weekday.${date.getDay()}`)}
      {!month && ` ${day.slice(0, 5)}`}
    </span>
  );
}

function EventBody({ arg }: { arg: EventContentArg }): ReactNode {
  const { t } = useTranslation();
  const meeting = arg.event.extendedProps.meeting as Meeting | undefined;
  if (!meeting) return null;
  const struck = isStruck(meeting);
  const list = arg.view.type === 'listMonth';
  const note = struck ? `${t(`state.${meeting.state}`)}: ${meeting.reason}` : t(`state.${meeting.state}`);
  return (
    <span className="cal-body" title={`${formatTime(new Date(meeting.starts_at))} ${meeting.title} – ${note}`} data-event={meeting.id}>
      {!list && <span className="cal-time">{arg.timeText}</span>}
      <span className={struck ? 'cal-title meeting-struck' : 'cal-title'}>{meeting.title}</span>
      {(list || struck || meeting.state !== 'scheduled') && <span className="cal-note">{note}</span>}
      {list && <span className="cal-note">{t('meetings.host', { name: meeting.host_unit_name })}</span>}
    </span>
  );
}

type Moved = EventDropArg | EventResizeDoneArg;

/** Moves a meeting that was dragged: asks when that clashes, and can be undone. */
function useMove(onMoved: () => void): { question: Question | null; setQuestion: (q: Question | null) => void; move: (info: Moved) => Promise<void> } {
  const { t } = useTranslation();
  const [question, setQuestionState] = useState<Question | null>(null);
  const revert = useRef<(() => void) | null>(null);
  const setQuestion = (q: Question | null): void => {
    if (q === null) revert.current?.();
    revert.current = null;
    setQuestionState(q);
  };
  const send = async (meeting: Meeting, from: string, to: string): Promise<void> => {
    await patch(`/meetings/${meeting.id}`, { starts_at: from, ends_at: to });
    onMoved();
  };
  const finish = async (info: Moved, meeting: Meeting, from: Date, to: Date): Promise<void> => {
    try {
      await send(meeting, from.toISOString(), to.toISOString());
    } catch (error) {
      info.revert();
      tellError(error, t);
      return;
    }
    const id = `moved-${meeting.id}`;
    const undo = (): void => {
      notifications.hide(id);
      void send(meeting, meeting.starts_at, meeting.ends_at).catch((error: unknown) => tellError(error, t));
    };
    notifications.show({
      id,
      autoClose: UNDO_MS,
      message: (
        <Group justify="space-between" wrap="nowrap">
          <span>{t('calendar.moved', { title: meeting.title, date: formatDate(from), time: formatTime(from) })}</span>
          <Button size="compact-md" variant="default" onClick={undo}>
            {t('control.undo')}
          </Button>
        </Group>
      ),
    });
  };
  const move = async (info: Moved): Promise<void> => {
    const meeting = info.event.extendedProps.meeting as Meeting;
    const from = info.event.start!;
    const to = info.event.end ?? new Date(from.getTime() + Date.parse(meeting.ends_at) - Date.parse(meeting.starts_at));
    const report = await clashOf(meeting, from, to);
    if (!report || report.clash_count === 0) return finish(info, meeting, from, to);
    revert.current = info.revert;
    setQuestionState({
      ask: t('calendar.moveAsk', { title: meeting.title, date: formatDate(from), time: formatTime(from) }),
      yes: t('calendar.moveYes'),
      more: <ClashList report={report} />,
      act: () => {
        revert.current = null;
        return finish(info, meeting, from, to);
      },
    });
  };
  return { question, setQuestion, move };
}

/** What the meeting would clash with at another time; null when that cannot be known. */
async function clashOf(meeting: Meeting, from: Date, to: Date): Promise<ClashReport | null> {
  try {
    const { endpoints, resources } = await get<{ endpoints: { id: string }[]; resources?: { id: string }[] }>(`/meetings/${meeting.id}`);
    return await post<ClashReport>('/meetings/clash', {
      host_unit: meeting.host_unit,
      chair_endpoint: meeting.chair_endpoint,
      co_chairs: meeting.co_chairs ?? [],
      starts_at: from.toISOString(),
      ends_at: to.toISOString(),
      endpoints: endpoints.map((e) => e.id),
      resources: (resources ?? []).map((r) => r.id),
      ignore: meeting.id,
    });
  } catch {
    return null;
  }
}
