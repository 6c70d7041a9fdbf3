import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from '../api/use-query';
import { currentLanguage } from '../i18n';
import { useHealth } from '../api/health-socket';
import { useSession } from '../api/session';
import { mayCapture } from '../lib/capture';
import type { ClientFigures } from '../lib/health';

interface DevicesProps {
  endpoint: string;
  client: ClientFigures | null;
  transport: { state: string; address: string | null; tcp: boolean } | null;
  sdp: string | null;
  candidates: string[];
}

interface Evidence {
  evidence: { id: number; at: number; reason: string; headers: boolean }[];
}

const NETWORKS = ['unknown', 'ethernet', 'wifi', 'cellular'] as const;
const LIMITS = ['none', 'cpu', 'bandwidth', 'other'] as const;
const known = <T extends string>(all: readonly T[], value: string | undefined, otherwise: T): T => all.find((x) => x === value) ?? otherwise;

/** What the room's page says of itself, how it is connected, and what was saved. */
export function BoardDevices({ endpoint, client, transport, sdp, candidates }: DevicesProps): ReactNode {
  const { t } = useTranslation();
  const saved = useQuery<Evidence>(`/health/evidence?endpoint=${encodeURIComponent(endpoint)}&limit=20`, 15_000);
  const { words } = useHealth();
  const may = useSession((s) => mayCapture(s.user?.role));
  const unknown = t('board.site.unknown');
  const rows: [string, string][] = [
    [t('board.site.address'), transport?.address ? `${transport.address}${transport.tcp ? ' (TCP)' : ' (UDP)'}` : unknown],
    [t('board.site.networkKind'), t(`board.site.network.${known(NETWORKS, client?.network, 'unknown')}`)],
    [t('board.site.limited.label'), t(`board.site.limited.${known(LIMITS, client?.limited, 'none')}`)],
    [t('board.site.microphone'), client?.microphone ?? unknown],
    [t('board.site.camera'), client?.camera ?? unknown],
    [t('board.site.speaker'), client?.speaker ?? unknown],
    [t('board.site.browser'), client?.browser ?? unknown],
  ];
  return (
    <section aria-label={t('board.site.device')}>
      <h2 className="board-head">{t('board.site.device')}</h2>
      <dl className="board-facts">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {candidates.length > 0 && (
        <details>
          <summary>{t('board.site.candidates')}</summary>
          <pre>{candidates.join('\n')}</pre>
        </details>
      )}
      {sdp && (
        <details>
          <summary>{t('board.site.sdp')}</summary>
          <pre>{sdp}</pre>
        </details>
      )}
      <h2 className="board-head">{t('board.site.evidence')}</h2>
      {saved.data && saved.data.evidence.length === 0 && <p className="quiet">{t('board.site.noEvidence')}</p>}
      <ul>
        {saved.data?.evidence.map((e) => (
          <li key={e.id}>
            <a href={`/api/v1/health/evidence/${e.id}`} download={`diemcau-${endpoint}-${e.id}.json`}>
              {new Date(e.at).toLocaleString(currentLanguage() === 'vi' ? 'vi-VN' : 'en-GB')}
            </a>{' '}
            {(words.states[e.reason] ?? words.causes[e.reason])?.[currentLanguage()] ?? e.reason}{' '}
            {e.headers && may && (
              <a href={`/api/v1/health/evidence/${e.id}/headers.pcapng`} download>
                {t('board.site.headers')}
              </a>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
