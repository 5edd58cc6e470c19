import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type uPlot from 'uplot';
import type { GraphView } from '../../contract/health.ts';
import { clockText, numberText } from '../texts.ts';
import { type AlignedPoints, alignPoints, topOf } from './align-points.ts';
import { colorOf, LIMIT_STYLE, lineStyle } from './line-style.tsx';

const HEIGHT = 140;
const FONT = '12px system-ui, sans-serif';

interface ChartProps {
  readonly graph: GraphView;
  readonly from: number;
  readonly to: number;
}

/** What a chart draws now; it is read again for each drawing. */
interface Drawn {
  points: AlignedPoints;
  limits: readonly number[];
}

/** The lines of a graph over time, with its limits. It is a picture: whoever shows it gives the same numbers as text. */
export function LineChart({ graph, from, to }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot | undefined>(undefined);
  const pointedAt = useSignal('');
  const { lines, limits, periodMs, unit } = graph;
  const points = alignPoints(lines, { from, to, periodMs });
  const drawn = useRef<Drawn>({ points, limits: [] });
  drawn.current = { points, limits: limits.map(({ value }) => value) };
  const names = JSON.stringify(lines.map(({ label }) => label));
  useEffect(() => {
    let end = () => {};
    let isGone = false;
    void loadUplot().then((UPlot) => {
      if (isGone || place.current === null) return;
      const made = draw(UPlot, place.current, lines.length, drawn, (index) => {
        pointedAt.value = index === undefined ? '' : textAt(index, drawn.current.points, graph);
      });
      chart.current = made;
      end = follow(made, place.current);
    });
    return () => {
      isGone = true;
      chart.current = undefined;
      end();
    };
  }, [names]);
  useEffect(() => chart.current?.setData(dataOf(points)), [points]);
  return (
    <div aria-hidden="true">
      <div class="chart" ref={place} />
      <p class="pointed-at quiet">{pointedAt.value || (unit === '' ? ' ' : `in ${unit}`)}</p>
    </div>
  );
}

function dataOf({ times, values }: AlignedPoints): uPlot.AlignedData {
  return [[...times], ...values.map((row) => [...row])];
}

function draw(
  UPlot: typeof uPlot,
  place: HTMLElement,
  lines: number,
  drawn: { readonly current: Drawn },
  pointAt: (index: number | undefined) => void,
): uPlot {
  const color = (name: string) => () => colorOf(name, place);
  const axis = { font: FONT, stroke: color('--quiet'), ticks: { show: false } };
  const grid = { stroke: color('--line'), width: 1 };
  return new UPlot(
    {
      width: place.clientWidth,
      height: HEIGHT,
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { y: { range: () => [0, topOf(drawn.current.points.values, drawn.current.limits)] } },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 28,
          values: (_chart, times) => times.map((time) => clockText(time * 1000)),
        },
        { ...axis, grid, size: 56, values: (_chart, values) => values.map(numberText) },
      ],
      series: [
        {},
        ...Array.from({ length: lines }, (_, index) => {
          const { color: name, dash } = lineStyle(index);
          return { stroke: color(name), dash: [...dash], width: 1.5, points: { size: 4 } };
        }),
      ],
      hooks: {
        draw: [(chart) => drawLimits(chart, drawn.current.limits, colorOf(LIMIT_STYLE.color, place))],
        setCursor: [({ cursor: { idx } }) => pointAt(idx ?? undefined)],
      },
    },
    dataOf(drawn.current.points),
    place,
  );
}

function drawLimits({ ctx, bbox, valToPos }: uPlot, limits: readonly number[], color: string): void {
  ctx.save();
  ctx.strokeStyle = color;
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash(LIMIT_STYLE.dash.map((length) => length * devicePixelRatio));
  for (const limit of limits) {
    const y = Math.round(valToPos(limit, 'y', true)) + 0.5;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}

/** Keeps the chart as wide as its place, and in the colours of the theme. */
function follow(chart: uPlot, place: HTMLElement): () => void {
  const resized = new ResizeObserver(() => chart.setSize({ width: place.clientWidth, height: HEIGHT }));
  resized.observe(place);
  const theme = matchMedia('(prefers-color-scheme: dark)');
  const redraw = () => chart.redraw(false);
  theme.addEventListener('change', redraw);
  return () => {
    resized.disconnect();
    theme.removeEventListener('change', redraw);
    chart.destroy();
  };
}

/** The values of a period, such as `12:05: bucket-service 3, uri-recorder 2`. */
function textAt(index: number, { times, values }: AlignedPoints, { lines, unit }: GraphView): string {
  const time = clockText((times[index] ?? 0) * 1000);
  const known = lines.flatMap(({ label }, line) => {
    const value = values[line]?.[index] ?? null;
    return value === null ? [] : [`${label} ${numberText(value)}${unit === '' ? '' : ` ${unit}`}`];
  });
  return `${time}: ${known.length === 0 ? 'no value' : known.join(', ')}`;
}

/**
 * Loads uPlot when the first chart is shown. It makes a number format of the browser's language: with the system's language `C`,
 * Chromium says `en-US@posix`, of which none can be made.
 */
async function loadUplot(): Promise<typeof uPlot> {
  if (!isLanguage(navigator.language)) Object.defineProperty(navigator, 'language', { value: 'en-US' });
  const { default: loaded } = await import('uplot');
  return loaded;
}

function isLanguage(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}
