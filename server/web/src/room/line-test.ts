/** Measures the line to the server before a meeting: how quick a small answer is, how fast a larger file comes. */
import type { LineFigures } from '../lib/commune';

const PINGS = 5;
/** A file of ours of a known kind: not compressed on the way, about 160 kB. */
const LARGE = '/pdf/standard_fonts/LiberationSans-Italic.ttf';
const ROUNDS = 3;
const PATIENCE_MS = 15_000;

async function timed(url: string, signal: AbortSignal): Promise<{ ms: number; bytes: number }> {
  const start = performance.now();
  const response = await fetch(url, { cache: 'no-store', credentials: 'same-origin', signal });
  const { byteLength } = await response.arrayBuffer();
  return { ms: Math.max(1, performance.now() - start), bytes: byteLength };
}

export async function measureLine(): Promise<LineFigures> {
  const abort = new AbortController();
  const late = setTimeout(() => abort.abort(), PATIENCE_MS);
  let rttMs: number | null = null;
  let downKbps: number | null = null;
  try {
    for (let i = 0; i < PINGS; i++) {
      const { ms } = await timed('/api/v1/health', abort.signal);
      rttMs = Math.min(rttMs ?? Infinity, ms);
    }
    for (let i = 0; i < ROUNDS; i++) {
      const { ms, bytes } = await timed(LARGE, abort.signal);
      downKbps = Math.max(downKbps ?? 0, (bytes * 8) / ms);
    }
  } catch {
    // What was measured until then counts.
  } finally {
    clearTimeout(late);
  }
  return { rttMs, downKbps };
}
