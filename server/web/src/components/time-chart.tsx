import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { currentLanguage } from '../i18n';
import './time-chart.css';

const COLOURS = ['#2a70d1', '#c2660a', '#1e8c6a', '#a13bb0', '#7a6a00'];
const HEIGHT = 150;

export interface Mark {
  /** UTC ms. */
  at: number;
  text: string;
  /** Nothing is wrong: a grey line. */
  quiet?: boolean;
}

interface TimeChartProps {
  title: string;
  /** Seconds first, then a column for each name. */
  columns: (number | null)[][];
  names: string[];
  /** Charts with one key share their cursor. */
  group: string;
  marks?: readonly Mark[];
}

const lineOf = (scheme: string): string => (scheme === 'dark' ? '#3b424b' : '#d6dae0');
const textOf = (scheme: string): string => (scheme === 'dark' ? '#d7dce2' : '#2b3138');

/** Vertical lines where something happened. */
function drawMarks(plot: uPlot, marks: readonly Mark[], colour: string, quiet: string): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colour;
  ctx.setLineDash([4, 4]);
  for (const mark of marks) {
    const x = Math.round(plot.valToPos(mark.at / 1000, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.strokeStyle = mark.quiet ? quiet : colour;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}

const LOCALE = { vi: 'vi-VN', en: 'en-GB' } as const;

/** What stands below the axis: the time of day, with the date where a day is crossed; for long spans the date alone. */
function axisWords(seconds: readonly number[], step: number): string[] {
  const locale = LOCALE[currentLanguage()];
  const date = new Intl.DateTimeFormat(locale, { day: '2-digit', month: '2-digit' });
  const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', ...(step < 60 ? { second: '2-digit' } : {}) });
  return seconds.map((s) => (step >= 86_400 ? date : time).format(s * 1000));
}

function fullTime(seconds: number | null): string {
  if (seconds === null) return '–';
  return new Intl.DateTimeFormat(LOCALE[currentLanguage()], { dateStyle: 'short', timeStyle: 'medium' }).format(seconds * 1000);
}

/** One or more figures over time, on uPlot. */
export function TimeChart({ title, columns, names, group, marks = [] }: TimeChartProps): ReactNode {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const marksNow = useRef(marks);
  marksNow.current = marks;
  const scheme = useComputedColorScheme('light');
  const { t } = useTranslation();
  const key = names.join('|');

  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const axis = { stroke: textOf(scheme), grid: { stroke: lineOf(scheme), width: 1 }, ticks: { stroke: lineOf(scheme) } };
    const chart = new uPlot(
      {
        width: Math.max(200, element.clientWidth),
        height: HEIGHT,
        cursor: { sync: { key: group } },
        scales: { y: { range: (_, min, max) => [Math.min(0, min ?? 0), Math.max(1, (max ?? 1) * 1.1)] } },
        axes: [{ ...axis, values: (_, ticks, __, ___, step) => axisWords(ticks, step) }, { ...axis, size: 56 }],
        series: [
          { label: t('app.time'), value: (_, seconds) => fullTime(seconds) },
          ...names.map((label, i) => ({ label, stroke: COLOURS[i % COLOURS.length] ?? '#2a70d1', width: 1.5, spanGaps: false })),
        ],
        hooks: { draw: [(u: uPlot) => drawMarks(u, marksNow.current, '#d42a2a', '#8a929b')] },
      },
      columns as uPlot.AlignedData,
      element,
    );
    plot.current = chart;
    const observer = new ResizeObserver(() => chart.setSize({ width: Math.max(200, element.clientWidth), height: HEIGHT }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
      plot.current = null;
    };
    // The figures come by the effect below.
  }, [key, group, scheme, t]);

  useEffect(() => plot.current?.setData(columns as uPlot.AlignedData), [columns]);

  return (
    <section className="time-chart" aria-label={title}>
      <h3>{title}</h3>
      <div ref={box} />
    </section>
  );
}
