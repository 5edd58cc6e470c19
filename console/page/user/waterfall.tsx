import type { Span, Track } from '../../contract/user.ts';
import { address, adjust } from '../address.ts';
import { now, useClock } from '../clock.ts';
import { spanText } from '../texts.ts';
import { StepDetails } from './step-details.tsx';
import { type TimeScale, timeScale } from './time-scale.ts';

interface WaterfallProps {
  readonly tracks: readonly Track[];
  /** Of the registration; part of the address of a step. */
  readonly number: number;
  /** The server's clock minus this one, in milliseconds. */
  readonly offset: number;
  /** Whether it goes on. */
  readonly isOpen: boolean;
}

/** A registration, step by step: when each part waited and worked. */
export function Waterfall({ tracks, number, offset, isOpen }: WaterfallProps) {
  useClock(isOpen);
  const until = now.value + offset;
  const times = tracks.flatMap(({ spans }) => spans.flatMap(({ from, to = isOpen ? until : from }) => [from, to]));
  const scale = timeScale(times);
  const chosen = address.value.query.get('step');
  return (
    <div class="waterfall">
      <Axis scale={scale} />
      <ol>
        {tracks.map((track, index) => {
          const step = `${number}.${index + 1}`;
          return <Step key={track.id} track={track} step={step} isChosen={step === chosen} scale={scale} />;
        })}
      </ol>
    </div>
  );
}

/** The times of the whole, and where a long wait is drawn short. */
function Axis({ scale }: { readonly scale: TimeScale }) {
  const { from, ticks, breaks } = scale;
  return (
    <div class="axis" aria-hidden="true">
      <span>Step</span>
      <div class="lane">
        {ticks.map((ms) => (
          <span key={ms} class="tick" style={{ left: percent(scale.place(from + ms)) }}>
            {spanText(ms)}
          </span>
        ))}
        {breaks.map(({ at, ms }) => (
          <span key={at} class="tick break" style={{ left: percent(at) }}>
            {spanText(ms)}
          </span>
        ))}
      </div>
      <span class="number">Waited</span>
      <span class="number">Worked</span>
    </div>
  );
}

interface StepProps {
  readonly track: Track;
  /** Its address, such as `1.3`. */
  readonly step: string;
  readonly isChosen: boolean;
  readonly scale: TimeScale;
}

const STATES: Readonly<Record<Track['state'], readonly [mark: string, word: string]>> = {
  done: ['✓', 'done'],
  waiting: ['…', 'waits'],
  working: ['…', 'works'],
  failed: ['✕', 'failed'],
  stopped: ['–', 'ends here'],
};

function Step({ track, step, isChosen, scale }: StepProps) {
  const { who, what, replay, state, spans } = track;
  const marks = track.hops.filter(({ kind }) => kind === 'lab');
  const [mark, word] = STATES[state];
  const details = `step-${step}`;
  return (
    <li class={`step ${state}`}>
      <button
        type="button"
        class="opens"
        data-step={step}
        aria-expanded={isChosen}
        aria-controls={isChosen ? details : undefined}
        onClick={() => adjust({ step: isChosen ? undefined : step })}
      >
        <span class="name">
          <span class="mark">
            <span aria-hidden="true">{mark}</span>
            <span class="hidden">{word}: </span>
          </span>
          <span class="who">{who}</span> <span class="what">{what}</span>
          {replay !== undefined && <span class="badge">replay {replay}</span>}
          {marks.length > 0 && <span class="badge lab">⚑ lab{marks.length > 1 && ` ×${marks.length}`}</span>}
          {failuresOf(spans) > 0 && <span class="badge failed">{failuresOf(spans)} ✕ failed</span>}
        </span>
        <span class="lane" aria-hidden="true">
          {scale.breaks.map(({ at }) => (
            <span key={at} class="gap" style={{ left: percent(at) }} />
          ))}
          {spans.map((span) => (
            <Bar key={`${span.kind} ${span.from}`} span={span} scale={scale} />
          ))}
          {marks.map(({ at, text }, index) => (
            <span key={`${index} ${at}`} class="flag" title={text} style={{ left: percent(scale.place(at)) }} />
          ))}
        </span>
        <Total kind="waiting" spans={spans} until={scale.to} />
        <Total kind="working" spans={spans} until={scale.to} />
      </button>
      {isChosen && <StepDetails id={details} track={track} startedAt={scale.from} />}
    </li>
  );
}

function Bar({ span, scale }: { readonly span: Span; readonly scale: TimeScale }) {
  const { kind, from, to = scale.to, isFailed } = span;
  const [left, right] = [scale.place(from), scale.place(to)];
  const classes = ['bar', kind, ...(isFailed ? ['failed'] : []), ...(span.to === undefined ? ['open'] : [])];
  return <span class={classes.join(' ')} style={{ left: percent(left), width: percent(right - left) }} />;
}

const LABELS = { waiting: 'waited', working: 'worked' } as const;

/** How long a step waited or worked in all; nothing for a moment. */
function Total({
  kind,
  spans,
  until,
}: {
  readonly kind: Span['kind'];
  readonly spans: readonly Span[];
  readonly until: number;
}) {
  const own = spans.filter((span) => span.kind === kind);
  const ms = own.reduce((sum, { from, to = until }) => sum + to - from, 0);
  const isMoment = own.every(({ from, to }) => from === to);
  return (
    <span class="number">
      {isMoment ? '' : <span class="hidden">{LABELS[kind]} </span>}
      {isMoment ? '' : spanText(ms)}
    </span>
  );
}

function failuresOf(spans: readonly Span[]): number {
  return spans.filter(({ isFailed }) => isFailed).length;
}

function percent(part: number): string {
  return `${(part * 100).toFixed(3)}%`;
}
