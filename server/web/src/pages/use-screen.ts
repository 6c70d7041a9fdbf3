import { useEffect, useState } from 'react';
import { paperUrl } from '../components/paper-view';
import type { RoomClient } from '../room/client';
import { aheadOf } from '../room/papers';
import type { ScreenSize } from '../room/stage';
import type { RoomState } from '../room/state';

export function screenSize(hall: boolean): ScreenSize {
  return { width: window.innerWidth, height: window.innerHeight, hall };
}

/** The size of the window, anew when it changes. */
export function useScreen(hall: boolean): ScreenSize {
  const [size, setSize] = useState(() => screenSize(hall));
  useEffect(() => {
    const measure = (): void => setSize(screenSize(hall));
    measure();
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, [hall]);
  return size;
}

/** Tells the server how large the pictures are shown. */
export function useView(client: RoomClient): void {
  useEffect(() => {
    const tell = (): void => {
      const scale = Math.min(window.devicePixelRatio || 1, 2);
      const fit = Math.min(window.innerHeight * 0.8, (window.innerWidth * 9) / 16) * scale;
      client.setView({ main_height: fit > 800 ? 1080 : fit > 420 ? 720 : 360, tile_height: 180 });
    };
    tell();
    window.addEventListener('resize', tell);
    return () => window.removeEventListener('resize', tell);
  }, [client]);
}

/** Not all rooms at once, and not while the meeting's own pictures are just arriving. */
const AHEAD_LEAST_MS = 10_000;
const AHEAD_SPREAD_MS = 50_000;

/** Fetches the next papers while the line is good, so that a page is there when it is called for. */
export function usePapersAhead(state: RoomState): void {
  const [wait] = useState(() => AHEAD_LEAST_MS + Math.random() * AHEAD_SPREAD_MS);
  const good = state.phase === 'in' && state.line?.state === 'good' && !state.waiting;
  const meeting = state.meeting?.id ?? '';
  const wanted = aheadOf(state.papers, state.agenda, state.meeting?.agenda?.item ?? null).join(' ');
  const { papers } = state;
  useEffect(() => {
    if (!good || wanted === '') return;
    let over = false;
    const run = async (): Promise<void> => {
      const { openPaper } = await import('../room/pdf');
      for (const id of wanted.split(' ')) {
        if (over) return;
        await openPaper(paperUrl(meeting, id), papers.find((p) => p.id === id)?.bytes ?? 0).catch(() => {});
      }
    };
    const timer = setTimeout(() => void run().catch(() => {}), wait);
    return () => {
      over = true;
      clearTimeout(timer);
    };
  }, [good, wanted, meeting, papers, wait]);
}
