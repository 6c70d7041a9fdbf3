import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useQuery } from '../api/use-query';
import { Failed, Loading } from '../components/states';
import { dependencies, version } from '../../package.json';
import './admin.css';

interface Health {
  version?: string;
  relay?: string;
  [key: string]: unknown;
}

/** Parts that stand on their own terms, by licence. */
const LICENCES: [string, string][] = [
  ['Diemcau', 'Apache-2.0'],
  ['GStreamer, GLib, libsoup, libnice, Pango', 'LGPL-2.1'],
  ['OpenSSL', 'Apache-2.0'],
  ['libsrtp', 'BSD-3-Clause'],
  ['SQLite', 'Public domain'],
  ['Jansson, libical, libcurl', 'MIT, MPL-2.0, curl'],
  ['Cairo, libxlsxwriter, libsodium', 'LGPL-2.1, BSD-2-Clause, ISC'],
  ['React, Mantine, i18next, FullCalendar, dnd-kit, zustand', 'MIT'],
  ['pdf.js', 'Apache-2.0'],
  ['Be Vietnam Pro', 'OFL-1.1'],
];

/** What runs here, and on whose work it stands. */
export default function AdminAbout(): ReactNode {
  const { t } = useTranslation();
  const query = useQuery<Health>('/health');
  if (!query.data) return query.error ? <Failed error={query.error} onRetry={query.reload} /> : <Loading />;
  const web = Object.entries(dependencies);
  return (
    <div className="about">
      <section className="panel">
        <h2>{t('about.running')}</h2>
        <dl>
          <dt>{t('about.server')}</dt>
          <dd>{query.data.version ?? '–'}</dd>
          <dt>{t('about.pages')}</dt>
          <dd>{version}</dd>
          <dt>{t('about.relay')}</dt>
          <dd>{t(query.data.relay === 'up' ? 'board.relay.up' : 'board.relay.down')}</dd>
          <dt>{t('about.api')}</dt>
          <dd>
            <a href="/api/v1/openapi.json" target="_blank" rel="noreferrer">
              OpenAPI
            </a>
          </dd>
        </dl>
      </section>
      <section className="panel">
        <h2>{t('about.licences')}</h2>
        <dl>
          {LICENCES.map(([name, licence]) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{licence}</dt>
              <dd>{name}</dd>
            </div>
          ))}
        </dl>
      </section>
      <section className="panel">
        <h2>{t('about.parts')}</h2>
        <Text className="quiet" mb="sm">
          {t('about.partsText')}
        </Text>
        <dl>
          {web.map(([name, version]) => (
            <div key={name} style={{ display: 'contents' }}>
              <dt>{name}</dt>
              <dd>{version}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  );
}
