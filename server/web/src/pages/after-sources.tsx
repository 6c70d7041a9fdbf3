import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Report } from '../api/report';
import { speechLine, voteLine, wasThere } from '../lib/report';

interface SourcesProps {
  report: Report;
  /** Null: the minutes are frozen. */
  onInsert: ((line: string) => void) | null;
}

/** What the minutes are made of, beside them; a press copies a line. */
export function Sources({ report, onInsert }: SourcesProps): ReactNode {
  const { t } = useTranslation();
  const absent = useMemo(() => report.attendance.filter((row) => !wasThere(row)), [report]);
  const missing = { ...report.counts, absent: report.counts.absent + report.counts.excused };
  return (
    <aside className="panel minutes-sources" aria-label={t('minutes.sources')}>
      <h2>{t('minutes.sources')}</h2>
      {onInsert && <p className="quiet">{t('minutes.sourcesHelp')}</p>}
      <h3>{t('minutes.sourceCounts')}</h3>
      <Lines lines={[t('minutes.countsLine', missing)]} onInsert={onInsert} />
      {report.speaking.length > 0 && (
        <>
          <h3>{t('minutes.sourceSpeeches', { n: report.speaking.length })}</h3>
          <Lines lines={report.speaking.map(speechLine)} onInsert={onInsert} />
        </>
      )}
      {report.votes.length > 0 && (
        <>
          <h3>{t('minutes.sourceVotes', { n: report.votes.length })}</h3>
          <Lines lines={report.votes.map(voteLine)} onInsert={onInsert} />
        </>
      )}
      {absent.length > 0 && (
        <>
          <h3>{t('minutes.sourceAbsent', { n: absent.length })}</h3>
          <Lines
            lines={absent.map((row) => t('minutes.absentLine', { name: row.name, reason: row.reason || t('after.noReason') }))}
            onInsert={onInsert}
          />
        </>
      )}
    </aside>
  );
}

function Lines({ lines, onInsert }: { lines: string[]; onInsert: SourcesProps['onInsert'] }): ReactNode {
  const { t } = useTranslation();
  return (
    <ul>
      {lines.map((line, i) => (
        <li key={i}>
          {onInsert ? (
            <button type="button" title={t('minutes.insert', { line })} onClick={() => onInsert(line)}>
              {line.replace(/^- /, '')}
            </button>
          ) : (
            line.replace(/^- /, '')
          )}
        </li>
      ))}
    </ul>
  );
}
