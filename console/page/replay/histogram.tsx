import { useSignal } from '@preact/signals';
import type { HistogramPage } from '../../contract/replay.ts';
import { Time } from '../parts.tsx';
import { count, numberText, spanText } from '../texts.ts';
import { chooseWindow, localTimeOf, type ReplayChoice, readTime } from './replay-choice.ts';

const HEIGHT = 100;

interface Window {
  readonly from: number;
  readonly to: number;
}

/** The window that is chosen, within what the histogram shows. */
export function windowIn({ from, to }: ReplayChoice, page: HistogramPage): Window {
  return { from: readTime(from) ?? page.from, to: readTime(to) ?? page.now };
}

/** The events of the archive over time, with a brush; the two fields below it choose the same window by keyboard. */
export function Histogram({ page, choice }: { readonly page: HistogramPage; readonly choice: ReplayChoice }) {
  const { bins, binMs, from, to } = page;
  /** The bin in which the brush began. */
  const start = useSignal<number | undefined>(undefined);
  const most = Math.max(1, ...bins);
  const total = bins.reduce((sum, events) => sum + events, 0);
  const chosen = windowIn(choice, page);
  const place = (at: number) => Math.min(1, Math.max(0, (at - from) / (to - from)));
  const binAt = (event: PointerEvent) => {
    const { left, width } = (event.currentTarget as Element).getBoundingClientRect();
    return Math.min(bins.length - 1, Math.max(0, Math.floor(((event.clientX - left) / width) * bins.length)));
  };
  const brush = (event: PointerEvent) => {
    if (start.value === undefined) return;
    const [first, last] = [start.value, binAt(event)].sort((a, b) => a - b);
    const end = from + ((last ?? 0) + 1) * binMs;
    chooseWindow(from + (first ?? 0) * binMs, end > page.now ? undefined : end);
  };
  return (
    <figure class="histogram">
      <figcaption class="quiet">
        {count(total, 'event')}; a bar is {barText(binMs)}, the highest {numberText(Math.max(0, ...bins))}. Drag to
        choose a window.
      </figcaption>
      <svg
        viewBox={`0 0 ${bins.length} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={`Events of the archive over time: ${count(total, 'event')}, up to ${numberText(most)} in ${barText(binMs)}`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          start.value = binAt(event);
          brush(event);
        }}
        onPointerMove={brush}
        onPointerUp={() => {
          start.value = undefined;
        }}
        onPointerCancel={() => {
          start.value = undefined;
        }}
      >
        <rect
          class="chosen"
          x={place(chosen.from) * bins.length}
          width={Math.max(0, place(chosen.to) - place(chosen.from)) * bins.length}
          height={HEIGHT}
        />
        <path class="bars" d={bins.map((events, index) => barOf(events / most, index)).join('')} />
      </svg>
      <p class="ends quiet number">
        <Time at={from} />
        <Time at={Math.min(to, page.now)} />
      </p>
      <p class="source">{page.source}</p>
    </figure>
  );
}

/** How long the time of a bar is. */
function barText(ms: number): string {
  return ms < 60_000 ? `${ms / 1000} s` : spanText(ms);
}

/** Even one event is seen. */
const LEAST = 0.02;

function barOf(part: number, index: number): string {
  if (part === 0) return '';
  const height = Math.max(LEAST, part) * (HEIGHT - 4);
  return `M${index + 0.1} ${HEIGHT}v${-height.toFixed(2)}h0.8V${HEIGHT}z`;
}

/** The same window as two times. */
export function WindowFields({ page, choice }: { readonly page: HistogramPage; readonly choice: ReplayChoice }) {
  const chosen = windowIn(choice, page);
  const set = (change: Partial<{ from: number; to: number | undefined }>) => {
    const { from, to } = { from: chosen.from, to: readTime(choice.to), ...change };
    chooseWindow(from, to);
  };
  const timeIn = (text: string) => (text === '' ? undefined : new Date(text).getTime());
  return (
    <p class="filter-bar">
      <label>
        From{' '}
        <input
          type="datetime-local"
          step={1}
          required
          value={localTimeOf(chosen.from)}
          onChange={({ currentTarget }) => {
            const from = timeIn(currentTarget.value);
            if (from !== undefined) set({ from });
          }}
        />
      </label>
      <label>
        up to{' '}
        <input
          type="datetime-local"
          step={1}
          value={choice.to === '' ? '' : localTimeOf(chosen.to)}
          onChange={({ currentTarget }) => set({ to: timeIn(currentTarget.value) })}
        />
      </label>
      {choice.to === '' ? (
        <span class="quiet">now</span>
      ) : (
        <button type="button" onClick={() => set({ to: undefined })}>
          Up to now
        </button>
      )}
    </p>
  );
}
