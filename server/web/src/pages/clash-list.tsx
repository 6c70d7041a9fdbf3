import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import type { Clash, ClashReport } from '../api/types';
import { formatDate, formatTime } from '../lib/time';
import './clash-list.css';

const SHOWN = 5;
const RANK: Record<Clash['kind'], number> = { chair: 0, resource: 1, endpoint: 2 };

/** Who or what is taken at that time, the chair and the halls first. */
export function ClashList({ report, shown = SHOWN }: { report: ClashReport; shown?: number }): ReactNode {
  const { t } = useTranslation();
  const first = [...report.clashes].sort((a, b) => RANK[a.kind] - RANK[b.kind]).slice(0, shown);
  return (
    <ul className="clashes">
      {first.map((c) => {
        const from = new Date(c.starts_at);
        const to = new Date(c.ends_at);
        const what = t('clash.busy', { name: c.name, date: formatDate(from), from: formatTime(from), to: formatTime(to) });
        return (
          <li key={`${c.kind}-${c.id}-${c.meeting}`} data-clash={c.kind}>
            <span>{what}</span>
            <Link to={`/meetings/${c.meeting}`} target="_blank" title={c.title}>
              {c.title}
            </Link>
          </li>
        );
      })}
      {report.clash_count > first.length && <li className="quiet">{t('clash.more', { count: report.clash_count - first.length })}</li>}
    </ul>
  );
}
