import { Button, Loader } from '@mantine/core';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { clampPage, paperKind, Recent } from '../room/papers';
import type { OpenPaper } from '../room/pdf';
import type { Paper } from '../room/protocol';
import './paper-view.css';

interface PaperViewProps {
  meeting: string;
  paper: Paper;
  page: number;
  /** In the hall nobody can press a button. */
  bare?: boolean;
  onPages?: (pages: number) => void;
}

export const paperUrl = (meeting: string, paper: string): string =>
  `/api/v1/meetings/${encodeURIComponent(meeting)}/papers/${encodeURIComponent(paper)}`;

/** Pages drawn last, so that turning back is at once. */
const DRAWN_KEPT = 8;
/** Boxes that differ by less are served by the same drawing. */
const SIZE_STEP = 32;

type Shown = { state: 'loading' } | { state: 'shown'; pages: number } | { state: 'failed' };

/** One page of a meeting's paper, as large as its box. The old page stays until the new one is ready. */
export function PaperView({ meeting, paper, page, bare = false, onPages }: PaperViewProps): ReactNode {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const url = paperUrl(meeting, paper.id);
  const kind = paperKind(paper);
  const [round, setRound] = useState(0);
  const shown = usePdfPage(kind === 'pdf' ? url : null, paper.bytes, page, box, round);
  const pages = shown.state === 'shown' ? shown.pages : 0;
  useEffect(() => {
    if (pages > 0) onPages?.(pages);
  }, [pages, onPages]);
  const label = pages > 0 ? t('paperView.page', { name: paper.name, n: clampPage(page, pages), of: pages }) : paper.name;
  return (
    <div className="paper" data-paper={paper.id} data-page={pages > 0 ? clampPage(page, pages) : ''} data-paper-state={kind === 'pdf' ? shown.state : kind}>
      {kind === 'picture' && <img className="paper-picture" src={url} alt={paper.name} />}
      {kind === 'pdf' && <div ref={box} className="paper-page" role="img" aria-label={label} />}
      {kind === 'pdf' && shown.state === 'loading' && (
        <div className="paper-cover" role="status">
          <Loader color="white" />
          <span>{t('paperView.loading', { name: paper.name })}</span>
        </div>
      )}
      {kind === 'pdf' && shown.state === 'failed' && (
        <div className="paper-cover" role="alert">
          <span>{t('paperView.failed', { name: paper.name })}</span>
          {!bare && (
            <>
              <Button size="md" onClick={() => setRound((n) => n + 1)}>
                {t('app.retry')}
              </Button>
              <a href={url} download={paper.name}>
                {t('paperView.download')}
              </a>
            </>
          )}
        </div>
      )}
      {kind === 'other' && (
        <div className="paper-cover">
          <span>{t('paperView.other', { name: paper.name })}</span>
          {!bare && (
            <a href={url} download={paper.name}>
              {t('paperView.download')}
            </a>
          )}
        </div>
      )}
    </div>
  );
}

/** Size of an element, in steps, so that a small change draws nothing anew. */
function useBox(element: React.RefObject<HTMLDivElement | null>): { width: number; height: number } {
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const target = element.current;
    if (!target) return;
    const step = (n: number): number => Math.ceil(n / SIZE_STEP) * SIZE_STEP;
    const measure = (): void => {
      const next = { width: step(target.clientWidth), height: step(target.clientHeight) };
      setSize((old) => (old.width === next.width && old.height === next.height ? old : next));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(target);
    measure();
    return () => observer.disconnect();
  }, [element]);
  return size;
}

function usePdfPage(
  url: string | null,
  bytes: number,
  page: number,
  box: React.RefObject<HTMLDivElement | null>,
  round: number,
): Shown {
  const [shown, setShown] = useState<Shown>({ state: 'loading' });
  const [drawn] = useState(() => new Recent<HTMLCanvasElement>(DRAWN_KEPT));
  const { width, height } = useBox(box);
  useEffect(() => setShown({ state: 'loading' }), [url, round]);
  useEffect(() => {
    if (url === null || width === 0 || height === 0) return;
    let over = false;
    const canvasOf = async (paper: OpenPaper, number: number): Promise<HTMLCanvasElement> => {
      const key = `${url} ${number} ${width}x${height}`;
      const known = drawn.get(key);
      if (known) return known;
      const canvas = await paper.draw(number, { width, height });
      drawn.put(key, canvas, 1);
      return canvas;
    };
    const show = async (): Promise<void> => {
      const { openPaper } = await import('../room/pdf');
      const paper = await openPaper(url, bytes);
      const number = clampPage(page, paper.pages);
      const canvas = await canvasOf(paper, number);
      if (over) return;
      box.current?.replaceChildren(canvas);
      setShown({ state: 'shown', pages: paper.pages });
      // The next page is ready when it is called for.
      if (number < paper.pages) await canvasOf(paper, number + 1);
    };
    show().catch(() => over || setShown({ state: 'failed' }));
    return () => {
      over = true;
    };
  }, [url, bytes, page, width, height, box, drawn, round]);
  return shown;
}
