import { Button } from '@mantine/core';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router-dom';
import { useStore } from 'zustand';
import type { MeetingDetail, Unit } from '../api/types';
import { useQuery } from '../api/use-query';
import { Confirm } from '../components/confirm';
import { Loading, NoRight } from '../components/states';
import { useTitle } from '../components/use-now';
import { useRoom, useRoomNotices } from '../components/use-room';
import { currentLanguage } from '../i18n';
import type { RoomClient } from '../room/client';
import { mayRun } from '../room/state';
import { OnAir } from './control-air';
import { Chosen } from './control-chosen';
import { Desk, DeskContext, useDesk, useRoomState, useUi } from './control-desk';
import { Dock, Foot } from './control-foot';
import { Head } from './control-head';
import { KeyHelp, useControlKeys } from './control-help';
import { Next } from './control-next';
import { TextPrompt } from './control-prompt';
import { Queue } from './control-queue';
import { Sites } from './control-sites';
import { useView } from './control-view';
import { WallBeside } from './control-wall';
import './control.css';

/** A wall of screens shows the pictures beside the list, and more of them. */
const WIDE = '(min-width: 2400px)';
const TILES = 12;
/** 22 lines for pictures make an offer of 54 KB; a message may have 64. */
const TILES_WIDE = 21;

/** The operator's instrument: one page, 1366x768 without scrolling. */
export default function Control(): ReactNode {
  const { id = '' } = useParams();
  const [wide] = useState(() => window.matchMedia(WIDE).matches);
  // One slot more: the preview of the next speaker.
  const client = useRoom({ meeting: id, endpoint: null, operator: true, tileSlots: (wide ? TILES_WIDE : TILES) + 1, devices: null });
  useRoomNotices(client);
  return client ? <Room client={client} meeting={id} wide={wide} /> : <Loading />;
}

function Room({ client, meeting, wide }: { client: RoomClient; meeting: string; wide: boolean }): ReactNode {
  const [desk, setDesk] = useState<Desk | null>(null);
  const detail = useQuery<MeetingDetail>(`/meetings/${encodeURIComponent(meeting)}`).data;
  useEffect(() => {
    const made = new Desk(client, meeting, wide ? TILES_WIDE : TILES, wide);
    setDesk(made);
    return made.follow();
  }, [client, meeting, wide]);
  const units = useQuery<{ units: Unit[] }>('/units').data?.units;
  const value = useMemo(() => (desk ? { desk, detail, units: units ?? [] } : null), [desk, detail, units]);
  useEffect(() => {
    const minutes = detail?.entry?.minutes_per_speaker ?? 0;
    if (minutes > 0) desk?.set({ seconds: minutes * 60 });
  }, [desk, detail]);
  if (!value) return <Loading />;
  return (
    <DeskContext value={value}>
      <ControlRoom />
    </DeskContext>
  );
}

function ControlRoom(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const title = useRoomState((s) => s.meeting?.title ?? null);
  const phase = useRoomState((s) => s.phase);
  const media = useRoomState((s) => s.media);
  const role = useRoomState((s) => s.role);
  const panel = useUi((ui) => ui.panel);
  const question = useStore(desk.question);
  useTitle(title ? `${t('control.title')} – ${title}` : t('control.title'));
  useControlKeys();
  useView();
  if (phase === 'out') return <Over />;
  if (title === null) return <Loading />;
  const rank = mayRun(role) ? '' : role === 'desk' ? ' control-branch' : ' control-watch';
  return (
    <main className={`control${rank}`} data-phase={phase} data-media={media} data-role={role}>
      <Head />
      <div className="control-body">
        <div className="control-left">
          <OnAir />
          <Next />
        </div>
        <Queue />
        <WallBeside />
        <div className="control-right">
          <Sites />
          <Chosen />
        </div>
        {panel && <Dock panel={panel} />}
      </div>
      <Foot />
      <KeyHelp />
      <TextPrompt />
      <Confirm question={question} onClose={() => desk.question.setState(null, true)} />
    </main>
  );
}

function Over(): ReactNode {
  const { t } = useTranslation();
  const bye = useRoomState((s) => s.bye);
  const { meeting } = useDesk();
  if (bye?.code === 'forbidden') return <NoRight />;
  return (
    <main className="centered" data-bye={bye?.code}>
      <h1>{bye?.text[currentLanguage()] || t('control.over')}</h1>
      {bye?.code === 'ended' && (
        <Button component={Link} to={`/meetings/${meeting}/after`}>
          {t('after.open')}
        </Button>
      )}
      <Button component={Link} to="/" variant={bye?.code === 'ended' ? 'default' : 'filled'}>
        {t('control.backHome')}
      </Button>
    </main>
  );
}
