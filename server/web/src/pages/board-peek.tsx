import { useCallback, useEffect, useState, type ReactNode, type SyntheticEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router-dom';
import { LightMark } from '../components/light';
import { SitePicture } from '../components/site-picture';
import { currentLanguage } from '../i18n';
import { sentenceOf, type HealthSite, type Snapshot } from '../lib/health';
import { peekPlace } from '../lib/peek';
import { shapeOf } from './board-light';

/** A pointer that only passes over squares asks for nothing. */
const REST_MS = 150;
const CARD = { width: 266, height: 240 };

interface Peek {
  endpoint: string;
  left: number;
  top: number;
  byTouch: boolean;
}

const keepTouched = (peek: Peek | null): Peek | null => (peek?.byTouch ? peek : null);

export interface PeekHandlers {
  onPointerOver: (event: SyntheticEvent) => void;
  onPointerLeave: (event: SyntheticEvent) => void;
  onFocus: (event: SyntheticEvent) => void;
  onBlur: (event: SyntheticEvent) => void;
  onClickCapture: (event: SyntheticEvent) => void;
  onKeyDown: (event: SyntheticEvent) => void;
}

const squareOf = (event: SyntheticEvent): HTMLElement | null =>
  (event.target as Element | null)?.closest?.<HTMLElement>('[data-site]') ?? null;

const isTouch = (event: SyntheticEvent): boolean => (event.nativeEvent as PointerEvent).pointerType === 'touch';

function placeOf(square: HTMLElement, byTouch: boolean): Peek {
  const place = peekPlace(square.getBoundingClientRect(), CARD, { width: window.innerWidth, height: window.innerHeight });
  return { endpoint: square.dataset.site ?? '', byTouch, ...place };
}

/** Which square is looked at: under the pointer, in focus, or tapped once (a second tap opens the site). One set of handlers for all. */
export function usePeek(): { peek: Peek | null; handlers: PeekHandlers; close: () => void } {
  const [peek, setPeek] = useState<Peek | null>(null);
  const [wanted, setWanted] = useState<HTMLElement | null>(null);
  const close = useCallback(() => {
    setWanted(null);
    setPeek(null);
  }, []);

  useEffect(() => {
    if (!wanted) return;
    const timer = setTimeout(() => setPeek(placeOf(wanted, false)), REST_MS);
    return () => clearTimeout(timer);
  }, [wanted]);

  useEffect(() => {
    if (!peek) return;
    window.addEventListener('scroll', close, { passive: true, capture: true });
    return () => window.removeEventListener('scroll', close, { capture: true });
  }, [peek, close]);

  const [handlers] = useState<PeekHandlers>(() => ({
    onPointerOver: (event) => {
      if (isTouch(event)) return;
      const square = squareOf(event);
      setWanted(square);
      if (!square) setPeek(keepTouched);
    },
    onPointerLeave: (event) => {
      if (!isTouch(event)) close();
    },
    onFocus: (event) => {
      if ((event.target as Element).matches(':focus-visible')) setWanted(squareOf(event));
    },
    // a card that was tapped open has buttons, which take the focus
    onBlur: () => {
      setWanted(null);
      setPeek(keepTouched);
    },
    onClickCapture: (event) => {
      const square = squareOf(event);
      if (!square || !isTouch(event)) return;
      event.preventDefault();
      event.stopPropagation();
      setPeek(placeOf(square, true));
    },
    onKeyDown: (event) => {
      if ((event.nativeEvent as KeyboardEvent).key === 'Escape') close();
    },
  }));
  return { peek, handlers, close };
}

/** The card of the square that is looked at: name, light and why, what the camera shows. */
export function PeekCard({ peek, site, words, onClose }: { peek: Peek; site: HealthSite; words: Snapshot['words']; onClose: () => void }): ReactNode {
  const { t } = useTranslation();
  return (
    <aside className="board-peek" data-touch={peek.byTouch || undefined} style={{ left: peek.left, top: peek.top }} aria-label={site.name}>
      <strong>{site.name}</strong>
      <SitePicture key={site.endpoint} endpoint={site.endpoint} meeting={site.meeting || null} name={site.name} />
      <LightMark light={shapeOf(site.light)}>{sentenceOf(site, words, currentLanguage())}</LightMark>
      {peek.byTouch && (
        <div className="board-peek-acts">
          <Link to={`/board/sites/${encodeURIComponent(site.endpoint)}`}>{t('board.picture.open')}</Link>
          <button type="button" onClick={onClose}>
            {t('board.picture.close')}
          </button>
        </div>
      )}
    </aside>
  );
}
