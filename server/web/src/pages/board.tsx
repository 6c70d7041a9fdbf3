import { Button, Group, Title } from '@mantine/core';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router-dom';
import { useStore } from 'zustand';
import type { MeetingDetail, RelayFigures } from '../api/types';
import { useQuery } from '../api/use-query';
import { LightMark, LightShape } from '../components/light';
import { Empty, Failed, Loading } from '../components/states';
import { useTitle } from '../components/use-now';
import { useRoom, useRoomNotices } from '../components/use-room';
import { currentLanguage } from '../i18n';
import { sortSites, type Site } from '../lib/wall';
import type { RoomClient } from '../room/client';
import type { Seat } from '../room/protocol';
import { census, lightOf } from '../room/state';
import './board.css';

/** The technician's board: which site is ill, why, what to do. States only, no pictures. */
export default function Board(): ReactNode {
  const { id = '' } = useParams();
  const client = useRoom({ meeting: id, endpoint: null, operator: true, tileSlots: 0, devices: null, media: false });
  useRoomNotices(client);
  return client ? <BoardView client={client} meeting={id} /> : <Loading />;
}

const RANK = { bad: 0, fair: 1, absent: 2, good: 3 } as const;

function BoardView({ client, meeting }: { client: RoomClient; meeting: string }): ReactNode {
  const { t } = useTranslation();
  const state = useStore(client.store);
  const detail = useQuery<MeetingDetail>(`/meetings/${encodeURIComponent(meeting)}`);
  const phones = useMemo(() => new Map(detail.data?.endpoints.map((e) => [e.id, e.phone])), [detail.data]);
  const sites = useMemo(() => sortSites(state.seats.values()), [state.seats]);
  const sum = useMemo(() => census(state.seats.values()), [state.seats]);
  useTitle(`${t('board.title')} – ${state.meeting?.title ?? ''}`);
  if (detail.error && !detail.data) return <Failed error={detail.error} onRetry={detail.reload} />;
  if (state.phase === 'out' && state.bye) return <Empty title={state.bye.text[currentLanguage()]} />;
  if (!state.meeting) return <Loading />;

  const ill = sites
    .filter((s) => ['bad', 'fair'].includes(lightOf(s.seat)))
    .sort((a, b) => RANK[lightOf(a.seat)] - RANK[lightOf(b.seat)]);
  const absent = sites.filter((s) => s.seat.state === 'absent');
  return (
    <>
      <Title order={1} size="h2">
        {state.meeting.title}
      </Title>
      <Group gap="lg" my="sm" align="center">
        <strong>{t('board.sites', { n: sum.invited })}</strong>
        <LightMark light="good">{t('control.present', { n: sum.present })}</LightMark>
        <LightMark light="fair">{t('control.fair', { n: sum.fair })}</LightMark>
        <LightMark light="bad">{t('control.bad', { n: sum.bad })}</LightMark>
        <LightMark light="absent">{t('control.absent', { n: sum.absent })}</LightMark>
        <RelayLight />
        <Button component={Link} to={`/meetings/${meeting}/control`} variant="default" ml="auto">
          {t('board.control')}
        </Button>
      </Group>
      {state.phase === 'reconnecting' && (
        <p role="alert">
          <LightMark light="bad">{t('control.relayDown', { n: state.attempt })}</LightMark>
        </p>
      )}
      <ul className="board-map" aria-label={t('board.map')}>
        {sites.map(({ seat }) => (
          <li
            key={seat.endpoint}
            className={`light light-${lightOf(seat)}`}
            title={`${seat.name}: ${sentence(seat, t)}`}
            aria-label={`${seat.name}: ${t(`light.${lightOf(seat)}`)}`}
          >
            <LightShape light={lightOf(seat)} size={20} />
          </li>
        ))}
      </ul>
      <h2 className="board-head">{t('board.ill')}</h2>
      {ill.length === 0 && <LightMark light="good">{t('board.allWell')}</LightMark>}
      <SiteLines sites={ill} phones={phones} />
      {absent.length > 0 && <h2 className="board-head">{t('board.absentList', { n: absent.length })}</h2>}
      <SiteLines sites={absent} phones={phones} />
    </>
  );
}

function sentence(seat: Seat, t: ReturnType<typeof useTranslation>['t']): string {
  if (seat.state === 'absent') return t('board.sentence.absent');
  if (seat.state === 'reconnecting') return t('board.sentence.reconnecting');
  const line = seat.line ?? 'good';
  return line === 'good' ? t('room.line.good') : t(`board.sentence.${line}`);
}

function SiteLines({ sites, phones }: { sites: Site[]; phones: Map<string, string> }): ReactNode {
  const { t } = useTranslation();
  return (
    <ul className="board-lines">
      {sites.map(({ seat }) => (
        <li key={seat.endpoint} data-site={seat.endpoint}>
          <strong>{seat.name}</strong>
          <LightMark light={lightOf(seat)}>{sentence(seat, t)}</LightMark>
          {phones.get(seat.endpoint) && <span>☎ {phones.get(seat.endpoint)}</span>}
        </li>
      ))}
    </ul>
  );
}

function RelayLight(): ReactNode {
  const { t } = useTranslation();
  const { data } = useQuery<RelayFigures>('/relay', 5_000);
  if (!data) return null;
  return (
    <LightMark light={data.connected ? 'good' : 'bad'}>
      {t(data.connected ? 'board.relayUp' : 'board.relayDown')}
    </LightMark>
  );
}
