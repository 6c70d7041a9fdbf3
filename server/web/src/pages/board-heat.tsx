import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router-dom';
import { HEAT_STEPS, type HealthSite } from '../lib/health';

const ROW = 15;
const NAME_WIDTH = 200;
const CELL = 8;
const COLOURS: Record<string, string> = { g: '--good', f: '--fair', p: '--bad', l: '--on-air', '-': '--line', '?': '--line' };

/** Lights over time: a row for each site, a cell for each step. One canvas, so that 600 sites cost little. */
export function BoardHeat({ sites, heat }: { sites: HealthSite[]; heat: ReadonlyMap<string, string> }): ReactNode {
  const { t } = useTranslation();
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
        context.fillStyle = colours[band[i]!] || '#888';
        context.fillRect(NAME_WIDTH + (HEAT_STEPS - band.length + i) * CELL, row * ROW + 1, CELL - 1, ROW - 2);
      }
    });
  }, [sites, heat, height, width]);

  return (
    <section className="board-heat" aria-label={t('board.heat')}>
      <p className="quiet">{t('board.heatText')}</p>
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
