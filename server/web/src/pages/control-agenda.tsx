import { Button } from '@mantine/core';
import { type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNow } from '../components/use-now';
import { agendaNow, minutesLeft } from '../lib/agenda';
import type { AgendaItem, Paper } from '../room/protocol';
import { nameOf } from '../room/state';
import { useDesk, useMay, usePending, useRoomState } from './control-desk';

/** The agenda with the time that is left, and the papers that can be shown to all. */
export function AgendaPanel(): ReactNode {
  const { t } = useTranslation();
  const agenda = useRoomState((s) => s.agenda);
  const papers = useRoomState((s) => s.papers);
  const loose = papers.filter((p) => !agenda.some((a) => belongs(p, a)));
  return (
    <div className="control-col control-scroll">
      <PaperBar />
      {agenda.length === 0 && papers.length === 0 && <p className="quiet control-none">{t('control.agendaNone')}</p>}
      <ol className="control-agenda">
        {agenda.map((item, i) => (
          <AgendaRow key={item.id} item={item} place={i} papers={papers.filter((p) => belongs(p, item))} />
        ))}
      </ol>
      {loose.length > 0 && (
        <>
          <h3>{t('control.papers')}</h3>
          <Papers papers={loose} />
        </>
      )}
    </div>
  );
}

const belongs = (paper: Paper, item: AgendaItem): boolean => paper.item === item.id || item.papers.includes(paper.id);

function AgendaRow({ item, place, papers }: { item: AgendaItem; place: number; papers: readonly Paper[] }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const pending = usePending('agenda.go');
  const agenda = useRoomState((s) => s.agenda);
  const meeting = useRoomState((s) => s.meeting);
  const offset = useRoomState((s) => s.clockOffset);
  const speaker = useRoomState((s) => item.speaker || (item.endpoint ? nameOf(s, item.endpoint) : ''));
  const now = useNow() + offset;
  const running = agendaNow(agenda, meeting, now);
  const isNow = running.index === place;
  const late = isNow && running.leftMs !== null && running.leftMs < 0;
  return (
    <li className={isNow ? 'control-agenda-now' : ''} data-agenda={item.id} aria-current={isNow ? 'step' : undefined}>
      <div className="control-line">
        <span className="control-agenda-title">
          <strong>
            {place + 1}. {item.title}
          </strong>
          {speaker && <span className="quiet"> – {speaker}</span>}
        </span>
        <span className={late ? 'control-late' : 'quiet'}>
          {isNow && running.leftMs !== null ? t('control.agendaLeft', { time: minutesLeft(running.leftMs) }) : item.minutes > 0 ? `${item.minutes}'` : ''}
        </span>
        {may.run && (
          <>
            {item.endpoint && (
              <Button size="compact-md" variant="default" onClick={() => desk.giveFloor(item.endpoint!)}>
                {t('control.giveFloor')}
              </Button>
            )}
            <Button
              size="compact-md"
              variant={isNow ? 'light' : 'filled'}
              loading={pending && !isNow}
              onClick={() => void desk.run({ type: 'agenda.go', item: isNow ? null : item.id })}
            >
              {t(isNow ? 'control.agendaStop' : 'control.agendaGo')}
            </Button>
          </>
        )}
      </div>
      <Papers papers={papers} />
    </li>
  );
}

/** Only what a page can draw: the others are for downloading. */
const showable = (paper: Paper): boolean => paper.type === 'application/pdf' || paper.type === 'pdf';

function Papers({ papers }: { papers: readonly Paper[] }): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const shown = useRoomState((s) => s.meeting?.paper?.paper ?? null);
  if (papers.length === 0) return null;
  return (
    <ul className="control-plain control-papers">
      {papers.map((paper) => (
        <li key={paper.id} className="control-line" data-paper={paper.id}>
          <a className="clip" href={`/api/v1/meetings/${desk.meeting}/papers/${paper.id}?inline=1`} target="_blank" rel="noreferrer">
            {paper.name}
          </a>
          {paper.pages !== null && <span className="quiet">{t('control.pages', { n: paper.pages })}</span>}
          {may.run && showable(paper) && (
            <Button
              size="compact-md"
              variant={shown === paper.id ? 'light' : 'default'}
              onClick={() => void desk.run({ type: 'paper.show', paper: shown === paper.id ? null : paper.id, page: 1 })}
            >
              {t(shown === paper.id ? 'control.paperHide' : 'control.paperShow')}
            </Button>
          )}
        </li>
      ))}
    </ul>
  );
}

/** The paper that all see: turn its pages, take it away. */
function PaperBar(): ReactNode {
  const { t } = useTranslation();
  const desk = useDesk();
  const may = useMay();
  const shown = useRoomState((s) => s.meeting?.paper ?? null);
  const paper = useRoomState((s) => s.papers.find((p) => p.id === s.meeting?.paper?.paper) ?? null);
  const turning = usePending('paper.page');
  if (!shown) return null;
  const last = paper?.pages ?? Infinity;
  const turn = (page: number): void => void desk.run({ type: 'paper.page', page });
  return (
    <div className="control-line control-paper-bar" data-paper-page={shown.page}>
      <strong className="clip">{paper?.name ?? shown.paper}</strong>
      <span>{t('control.paperPage', { n: shown.page, of: paper?.pages ?? '…' })}</span>
      {may.run && (
        <>
          <Button size="compact-md" variant="default" disabled={shown.page <= 1 || turning} onClick={() => turn(shown.page - 1)}>
            {t('control.paperBack')}
          </Button>
          <Button size="compact-md" loading={turning} disabled={shown.page >= last} onClick={() => turn(shown.page + 1)}>
            {t('control.paperOn')}
          </Button>
          <Button size="compact-md" variant="outline" onClick={() => void desk.run({ type: 'paper.show', paper: null, page: 1 })}>
            {t('control.paperHide')}
          </Button>
        </>
      )}
    </div>
  );
}
