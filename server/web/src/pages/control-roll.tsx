import { Button, Select, TextInput } from '@mantine/core';
import { memo, useMemo, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { LightShape } from '../components/light';
import { VirtualList } from '../components/virtual-list';
import { search } from '../lib/fold';
import { autoOf, confirmable, countRoll, differs, markOf, ROLL_FILTERS, rollSites, type RollFilter } from '../lib/roll';
import { formatTime } from '../lib/time';
import type { Site } from '../lib/wall';
import type { RollMark } from '../room/protocol';
import { seatName } from '../room/state';
import { excusePrompt } from './control-acts';
import { useDesk, useMay, usePending, useRoomState, useSites } from './control-desk';
import { formatCount } from './control-head';

const ROW = 50;
/** A message holds 64 KB; this many ids are far from it. */
const MARKS_AT_ONCE = 1000;
const MARKS: readonly RollMark[] = ['present', 'absent', 'excused'];

/** The roll call: what the sweep finds, the rooms' own head counts, the operator's tick. */
export function RollPanel(): ReactNode {
  const { t } = useTranslation();
  const sites = useSites();
  const [filter, setFilter] = useState<RollFilter>('all');
  const [query, setQuery] = useState('');
  const listed = useMemo(() => search(rollSites(sites, filter), query), [sites, filter, query]);
  return (
    <div className="control-two control-roll">
      <RollSum />
      <div className="control-col">
        <div className="control-buttons">
          <Select
            aria-label={t('control.roll.filter')}
            size="xs"
            data={ROLL_FILTERS.map((f) => ({ value: f, label: t(`control.roll.filters.${f}`) }))}
            value={filter}
            onChange={(v) => setFilter((v ?? 'all') as RollFilter)}
            allowDeselect={false}
          />
          <TextInput
            aria-label={t('control.findShort')}
            placeholder={t('control.findShort')}
            size="xs"
            value={query}
            onChange={(e) => setQuery(e.currentTarget.value)}
          />
        </div>
        {listed.length === 0 && <p className="quiet control-none">{t('control.noneHere')}</p>}
        <VirtualList
          className="control-fill"
          label={t('control.panel.roll')}
          items={listed}
          rowHeight={ROW}
          keyOf={(s) => s.seat.endpoint}
          render={(site) => <RollRow site={site} />}
        />
      </div>
    </div>
  );
}

function RollSum(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const sites = useSites();
  const sum = useMemo(() => countRoll(sites.map((s) => s.seat)), [sites]);
  const roll = useRoomState((s) => s.meeting?.roll ?? null);
  const quorum = useRoomState((s) => s.meeting?.quorum ?? null);
  const pending = usePending(roll ? 'roll.stop' : 'roll.start');
  const rows: [string, string][] = [
    ['automatic', `${sum.automatic}/${sites.length}`],
    ['confirmed', `${sum.confirmed}/${sites.length}`],
    ['present', String(sum.present)],
    ['absent', String(sum.absent)],
    ['excused', String(sum.excused)],
    ['notCalled', String(sum.notCalled)],
    ['delegates', sum.expected > 0 ? `${formatCount(sum.delegates)}/${formatCount(sum.expected)}` : formatCount(sum.delegates)],
  ];
  return (
    <div className="control-col control-roll-sum">
      {may.run && (
        <Button
          variant={roll ? 'outline' : 'filled'}
          loading={pending}
          data-act="roll"
          onClick={() => void desk.run({ type: roll ? 'roll.stop' : 'roll.start' })}
        >
          {t(roll ? 'control.roll.stop' : 'control.roll.start')}
        </Button>
      )}
      {roll && <span className="quiet">{t('control.roll.since', { time: formatTime(new Date(roll.started_at)) })}</span>}
      <dl className="control-figures">
        {rows.map(([key, value]) => (
          <div key={key} data-roll={key}>
            <dt>{t(`control.roll.${key}`)}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {quorum && quorum.percent > 0 && (
        <strong className={quorum.reached ? 'light-good' : 'light-bad'} data-quorum={quorum.reached}>
          {t(quorum.reached ? 'control.roll.quorum' : 'control.roll.noQuorum', { n: quorum.present, of: quorum.needed, percent: quorum.percent })}
        </strong>
      )}
      {may.branch && <ConfirmAll sites={sites} />}
      <a href={`/api/v1/meetings/${desk.meeting}/report.xlsx?lang=vi`}>{t('control.roll.export')} (XLSX)</a>
      <a href={`/api/v1/meetings/${desk.meeting}/report.csv?lang=vi`}>{t('control.roll.export')} (CSV)</a>
    </div>
  );
}

function ConfirmAll({ sites }: { sites: readonly Site[] }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const [busy, setBusy] = useState(false);
  const open = confirmable(sites);
  const start = async (): Promise<void> => {
    setBusy(true);
    for (let at = 0; at < open.length; at += MARKS_AT_ONCE) {
      if (!(await desk.run({ type: 'roll.mark', endpoints: open.slice(at, at + MARKS_AT_ONCE), mark: 'present' }))) break;
    }
    setBusy(false);
  };
  return (
    <Button variant="default" data-act="confirm-all" loading={busy} disabled={open.length === 0} onClick={() => void start()}>
      {t('control.roll.confirmAll', { n: open.length })}
    </Button>
  );
}

const RollRow = memo(function RollRow({ site }: { site: Site }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const { seat } = site;
  const { endpoint } = seat;
  const auto = autoOf(seat);
  const mark = markOf(seat);
  const pending = usePending(`roll.mark:${endpoint}`);
  const set = (to: RollMark): void => {
    if (to === 'excused' && mark !== 'excused') desk.askText(excusePrompt(desk, t, endpoint));
    else void desk.run({ type: 'roll.mark', endpoint, mark: mark === to ? null : to });
  };
  return (
    <div className="control-line control-roll-row" data-roll-site={endpoint} data-mark={mark ?? ''} data-pending={pending}>
      <span className={`light light-${auto === 'present' ? 'good' : auto === 'partial' ? 'fair' : 'absent'}`}>
        <LightShape light={auto === 'present' ? 'good' : auto === 'partial' ? 'fair' : 'absent'} />
      </span>
      <span className="control-roll-name">
        <span className="clip">{seatName(seat)}</span>
        <span className="quiet clip">
          {differs(seat) && `${t('control.roll.differs')} · `}
          {t(`control.roll.auto.${auto}`)}
          {seat.roll?.reason && ` · ${seat.roll.reason}`}
        </span>
      </span>
      <span className="control-heads">
        {seat.head_count !== null && seat.head_count !== undefined
          ? t(seat.head_expected ? 'control.roll.headsOf' : 'control.roll.heads', { n: seat.head_count, of: seat.head_expected ?? '' })
          : '–'}
      </span>
      {may.branch ? (
        <span className="control-marks" role="group" aria-label={seatName(seat)}>
          {MARKS.map((m) => (
            <Button
              key={m}
              size="compact-sm"
              variant={mark === m ? 'filled' : 'default'}
              aria-pressed={mark === m}
              disabled={pending}
              onClick={() => set(m)}
            >
              {t(`control.mark.${m}`)}
            </Button>
          ))}
        </span>
      ) : (
        <span>{t(mark ? `control.mark.${mark}` : 'control.roll.notCalled')}</span>
      )}
    </div>
  );
});
