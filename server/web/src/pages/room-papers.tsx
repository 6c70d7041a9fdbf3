import { Button, Modal } from '@mantine/core';
import { useCallback, useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { PaperView } from '../components/paper-view';
import { clampPage } from '../room/papers';
import type { Paper } from '../room/protocol';
import './room-papers.css';

interface PaperReaderProps {
  meeting: string;
  papers: readonly Paper[];
  /** The paper that all see now. */
  showing?: string | null;
  onClose: () => void;
}

/** Papers of a meeting, read in this room alone: nobody else sees which page. */
export function PaperReader({ meeting, papers, showing = null, onClose }: PaperReaderProps): ReactNode {
  const { t } = useTranslation();
  const [open, setOpen] = useState<Paper | null>(papers.length === 1 ? papers[0]! : null);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('room.papers.title')}
      fullScreen={open !== null}
      size="lg"
      closeButtonProps={{ 'aria-label': t('app.close') }}
      classNames={{ body: open ? 'reader-body' : '', content: open ? 'reader-content' : '' }}
    >
      {open ? (
        <Reader meeting={meeting} paper={open} onBack={papers.length > 1 ? () => setOpen(null) : onClose} />
      ) : (
        <ul className="reader-list">
          {papers.length === 0 && <li>{t('room.papers.none')}</li>}
          {papers.map((paper) => (
            <li key={paper.id}>
              <button type="button" data-open-paper={paper.id} onClick={() => setOpen(paper)}>
                <span>{paper.name}</span>
                {showing === paper.id && <strong> ({t('room.papers.showing')})</strong>}
              </button>
            </li>
          ))}
        </ul>
      )}
    </Modal>
  );
}

function Reader({ meeting, paper, onBack }: { meeting: string; paper: Paper; onBack: () => void }): ReactNode {
  const { t } = useTranslation();
  const [page, setPage] = useState(1);
  const [pages, setPages] = useState(0);
  const onPages = useCallback((n: number) => setPages(n), []);
  const turn = (by: number): void => setPage((n) => clampPage(n + by, pages));
  useReaderKeys(turn);
  return (
    <>
      <div className="reader-page">
        <PaperView meeting={meeting} paper={paper} page={page} onPages={onPages} />
      </div>
      <div className="reader-acts">
        <Button size="lg" variant="default" onClick={onBack}>
          {t('app.back')}
        </Button>
        {pages > 1 && (
          <>
            <Button size="lg" disabled={page <= 1} onClick={() => turn(-1)}>
              ◀ {t('room.papers.prev')}
            </Button>
            <span>{t('room.papers.at', { n: page, of: pages })}</span>
            <Button size="lg" disabled={page >= pages} onClick={() => turn(1)}>
              {t('room.papers.next')} ▶
            </Button>
          </>
        )}
      </div>
    </>
  );
}

function useReaderKeys(turn: (by: number) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key === 'PageDown' || event.key === 'ArrowRight') turn(1);
      if (event.key === 'PageUp' || event.key === 'ArrowLeft') turn(-1);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  });
}
