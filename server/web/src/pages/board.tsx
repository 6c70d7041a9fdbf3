import { Button, Group, SegmentedControl, Select, TextInput, Title } from '@mantine/core';
import { useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router-dom';
import { useHealth, useHealthConnection } from '../api/health-socket';
import type { Unit } from '../api/types';
import { useQuery } from '../api/use-query';
import { LightMark } from '../components/light';
import { Empty, Loading } from '../components/states';
import { useTitle } from '../components/use-now';
import { BOARD_FILTERS, byBranch, byGravity, filterSites, isIll, type BoardFilter } from '../lib/health';
import { BoardAlarms } from './board-alarms';
import { BoardHeat } from './board-heat';
import { BoardIll } from './board-ill';
import { BoardWall } from './board-wall';
import './board.css';

/** The technician's board: which site is ill, why, what to do. */
export default function Board(): ReactNode {
  const { id } = useParams();
  useHealthConnection(id ?? null);
  const { t } = useTranslation();
  const health = useHealth();
  const [meeting, setMeeting] = useState<string | null>(null);
  const [filter, setFilter] = useState<BoardFilter>('all');
  const [query, setQuery] = useState('');
  const [view, setView] = useState<'wall' | 'heat'>('wall');
  const units = useQuery<{ units: Unit[] }>('/units').data?.units;
  useTitle(t('board.title'));

  const nameOf = useMemo(() => {
    const names = new Map(units?.map((u) => [u.code, u.name]));
    return (code: string) => names.get(code) ?? code;
  }, [units]);
  const sites = useMemo(
    () => [...health.sites.values()].filter((s) => meeting === null || s.meeting === meeting),
    [health.sites, meeting],
  );
  const shown = useMemo(() => filterSites(sites, filter, query), [sites, filter, query]);
  const branches = useMemo(() => byBranch(shown, nameOf), [shown, nameOf]);
  const ill = useMemo(() => byGravity(sites.filter(isIll)), [sites]);
  const sum = useMemo(() => count(sites), [sites]);

  if (health.at === 0) return <Loading />;
  const rehearsed = meeting ?? id ?? (health.meetings.find((m) => m.state === 'rehearsal') ?? health.meetings[0])?.id;
  return (
    <>
      <Group gap="md" align="center">
        <Title order={1} size="h2">
          {t('board.title')}
        </Title>
        <Select
          aria-label={t('board.meeting')}
          w={320}
          value={meeting ?? ''}
          onChange={(value) => setMeeting(value || null)}
          data={[
            { value: '', label: t('board.allMeetings') },
            ...health.meetings.map((m) => ({ value: m.id, label: m.title })),
          ]}
          allowDeselect={false}
        />
        <Group ml="auto" gap="xs">
          {rehearsed && (
            <Button component={Link} to={`/meetings/${rehearsed}/rehearsal`} variant="default">
              {t('rehearsal.open')}
            </Button>
          )}
          {id && (
            <Button component={Link} to={`/meetings/${id}/control`} variant="default">
              {t('board.control')}
            </Button>
          )}
          <Button component={Link} to={id ? `/meetings/${id}/line-report` : '/line-reports'} variant="default">
            {t('lines.open')}
          </Button>
          <Button component={Link} to="/board/server" variant="default">
            {t('board.server')}
          </Button>
        </Group>
      </Group>
      {!health.connected && (
        <p role="alert">
          <LightMark light="bad">{t('board.lostServer')}</LightMark>
        </p>
      )}
      {sites.length === 0 ? (
        <Empty title={t('board.noMeeting')} text={t('board.noMeetingText')} />
      ) : (
        <>
          <Group gap="lg" my="sm" align="center" className="board-counts">
            <strong>{t('board.sites', { n: sites.length })}</strong>
            <LightMark light="good">{t('board.good', { n: sum.good })}</LightMark>
            <LightMark light="fair">{t('board.fair', { n: sum.fair })}</LightMark>
            <LightMark light="bad">{t('board.poor', { n: sum.poor })}</LightMark>
            <LightMark light="absent">{t('board.absent', { n: sum.absent })}</LightMark>
            <SegmentedControl
              ml="auto"
              value={view}
              onChange={(value) => setView(value as 'wall' | 'heat')}
              data={[
                { value: 'wall', label: t('board.showWall') },
                { value: 'heat', label: t('board.showHeat') },
              ]}
            />
          </Group>
          <Group gap="sm" mb="sm">
            <TextInput
              aria-label={t('board.find')}
              placeholder={t('board.find')}
              value={query}
              onChange={(e) => setQuery(e.currentTarget.value)}
              w={300}
            />
            <Select
              aria-label={t('board.wall')}
              w={190}
              value={filter}
              onChange={(value) => setFilter((value as BoardFilter | null) ?? 'all')}
              data={BOARD_FILTERS.map((f) => ({ value: f, label: t(`board.filter.${f}`) }))}
              allowDeselect={false}
            />
          </Group>
          {shown.length === 0 && <p className="quiet">{t('board.noneMatches')}</p>}
          {view === 'heat' && <BoardHeat sites={branches.flatMap((b) => b.sites)} live={health.heat} meeting={meeting} />}
          <div className="board-columns">
            <div>
              {view === 'wall' && <BoardWall branches={branches} words={health.words} />}
              <BoardAlarms alarms={health.alarms} meeting={meeting} />
            </div>
            <BoardIll sites={ill} words={health.words} at={health.at} nameOf={(e) => health.sites.get(e)?.name ?? e} />
          </div>
        </>
      )}
    </>
  );
}

function count(sites: Iterable<{ light: string }>): { good: number; fair: number; poor: number; absent: number } {
  const sum = { good: 0, fair: 0, poor: 0, absent: 0 };
  for (const { light } of sites) {
    if (light === 'good' || light === 'unknown') sum.good += 1;
    else if (light === 'fair') sum.fair += 1;
    else if (light === 'absent') sum.absent += 1;
    else sum.poor += 1;
  }
  return sum;
}
