import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Stream } from '../lib/health';

/** What each stream of a site carries in this second. */
export function BoardStreams({ streams }: { streams: readonly Stream[] }): ReactNode {
  const { t } = useTranslation();
  const column = (name: 'name' | 'way' | 'kbps' | 'loss' | 'jitter' | 'fps' | 'size' | 'keyframes' | 'nacks' | 'rtx'): ReactNode => (
    <th scope="col">{t(`board.site.columns.${name}`)}</th>
  );
  return (
    <section aria-label={t('board.site.streams')}>
      <h2 className="board-head">{t('board.site.streams')}</h2>
      <div className="board-table">
        <table>
          <thead>
            <tr>
              {column('name')}
              {column('way')}
              {column('kbps')}
              {column('loss')}
              {column('jitter')}
              {column('fps')}
              {column('size')}
              {column('keyframes')}
              {column('nacks')}
              {column('rtx')}
            </tr>
          </thead>
          <tbody>
            {streams.map((s) => (
              <tr key={`${s.name} ${s.kind} ${s.layer}`}>
                <th scope="row">
                  {s.name}
                  {s.kind === 'video_up' && s.layer !== null && ` / ${s.layer}`}
                </th>
                <td>{t(s.kind.endsWith('_up') ? 'board.site.up' : 'board.site.down')}</td>
                <td>{s.kbps}</td>
                <td>{s.lost}</td>
                <td>{(s.jitter_us / 1000).toFixed(1)}</td>
                <td>{s.kind.startsWith('video') ? s.fps : ''}</td>
                <td>{s.height > 0 ? s.width > 0 ? `${s.width}×${s.height}` : s.height : ''}</td>
                <td>{s.keyframes}</td>
                <td>
                  {s.nacks}/{s.plis}
                </td>
                <td>{s.rtx}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
