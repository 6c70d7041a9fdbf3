import { SegmentedControl } from '@mantine/core';
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { useQuery } from '../api/use-query';
import { HEAT_STEP_MS, HEAT_STEPS, type HealthSite, type Heat } from '../lib/health';

const MINUTE = 60_000;
const SPANS = { m10: 10 * MINUTE, h1: 60 * MINUTE, h6: 360 * MINUTE, d1: 24 * 60 * MINUTE, w1: 7 * 24 * 60 * MINUTE } as const;
type Span = keyof typeof SPANS;
const REFRESH_MS = 30_000;

const ROW = 15;
const NAME_WIDTH = 200;
const CELL = 8;
const COLOURS: Record<string, string> = { g: '--good', f: '--fair', p: '--bad', l: '--on-air', '-': '--line', '?': '--line' };

/** What the server kept of a span, asked for again now and then. */
function useKept(span: Span, meeting: string | null): { lights: ReadonlyMap<string, string>; step: number } {
  const from = Math.floor((Date.now() - SPANS[span]) / REFRESH_MS) * REFRESH_MS;
  const query = useQuery<Heat>(`/health/heat?from=${from}${meeting ? `&meeting=${encodeURIComponent(meeting)}` : ''}`, REFRESH_MS);
  // While the next is asked for the last one stays: a map that blinks cannot be read.
  const last = useRef<{ span: Span; data: Heat } | null>(null);
  if (query.data) last.current = { span, data: query.data };
  const data = last.current?.span === span ? last.current.data : null;
  return useMemo(() => ({ lights: new Map(data?.sites.map((s) => [s.endpoint, s.lights.slice(-HEAT_STEPS)])), step: data?.step ?? HEAT_STEP_MS / 1000 }), [data]);
}

/** What was before this page was opened, and what it has seen since. */
function joined(kept: ReadonlyMap<string, string>, live: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const all = new Map(kept);
  for (const [endpoint, band] of live) {
    const before = kept.get(endpoint) ?? '';
    all.set(endpoint, (before.slice(0, Math.max(0, before.length - band.length)) + band).slice(-HEAT_STEPS));
  }
  return all;
}

/** Lights over time: a row for each site, a cell for each step. One canvas, so that 600 sites cost little. */
export function BoardHeat({ sites, live, meeting }: { sites: HealthSite[]; live: ReadonlyMap<string, string>; meeting: string | null }): ReactNode {
  const { t } = useTranslation();
  const [span, setSpan] = useState<Span>('m10');
  const past = useKept(span, meeting);
  const heat = span === 'm10' ? joined(past.lights, live) : past.lights;
  const step = span === 'm10' ? HEAT_STEP_MS / 1000 : past.step;
  const navigate = useNavigate();
  const ref = useRef<HTMLCanvasElement>(null);
  const height = Math.max(1, sites.length) * ROW;
  const width = NAME_WIDTH + HEAT_STEPS * CELL;

  useEffect(() => {
    const canvas = ref.current;
    const context = canvas?.getContext('2d');
    if (!canvas || !context) return;
    const style = getComputedStyle(canvas);
    const colours = Object.fromEntries(Object.entries(COLOURS).map(([k, v]) => [k, style.getPropertyValue(v)]));
    const ratio = window.devicePixelRatio || 1;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    context.scale(ratio, ratio);
    context.font = '12px sans-serif';
    context.textBaseline = 'middle';
    sites.forEach((site, row) => {
      const band = heat.get(site.endpoint) ?? '';
      context.fillStyle = style.color;
      context.fillText(site.name, 0, row * ROW + ROW / 2, NAME_WIDTH - 6);
      for (let i = 0; i < band.length; i += 1) {
        if (band[i] === '.') continue;
        context.fillStyle = colours[band[i]!] || '#888';
        context.fillRect(NAME_WIDTH + (HEAT_STEPS - band.length + i) * CELL, row * ROW + 1, CELL - 1, ROW - 2);
      }
    });
  }, [sites, heat, height, width]);

  return (
    <section className="board-heat" aria-label={t('board.heat')}>
      <SegmentedControl
        aria-label={t('board.heat')}
        value={span}
        onChange={(value) => setSpan(value as Span)}
        data={(Object.keys(SPANS) as Span[]).map((s) => ({ value: s, label: t(`board.heatSpan.${s}`) }))}
      />
      <p className="quiet">{t('board.heatText', { step: step < 60 ? t('board.heatSeconds', { n: step }) : t('board.heatMinutes', { n: step / 60 }) })}</p>
      <canvas
        ref={ref}
        style={{ width, height }}
        role="img"
        aria-label={t('board.heat')}
        onClick={(event) => {
          const site = sites[Math.floor(event.nativeEvent.offsetY / ROW)];
          if (site) navigate(`/board/sites/${encodeURIComponent(site.endpoint)}`);
        }}
      />
    </section>
  );
}
