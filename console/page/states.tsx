import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { Time } from './parts.tsx';
import type { Live } from './server.ts';
import type { Answer } from './use-answer.ts';

interface ViewHeadingProps {
  /** Of the browser's window, and of the view unless it has a name. */
  readonly title: string;
  readonly name?: ComponentChildren;
  /** What the view follows: the heading says whether it is live, why not, or keeps its place. */
  readonly live?: Live<unknown>;
  /** The lines of the place that is kept; 0 where something else is on its way there. */
  readonly lines?: number;
  readonly children?: ComponentChildren;
}

/** The top of a view: its name, whether it is live, and what belongs to the whole of it. */
export function ViewHeading({ title, name = title, live, lines = 8, children }: ViewHeadingProps) {
  useEffect(() => {
    document.title = `${title} · Console`;
  }, [title]);
  return (
    <>
      <div class="heading">
        <h1>{name}</h1>
        {live !== undefined && <LiveState live={live} />}
        {children}
      </div>
      {live !== undefined && <LiveProblem live={live} lines={lines} />}
    </>
  );
}

const IN_TURNS = 'More pages of the console are open than can follow at a time. They take turns.';

/** Says whether what is shown is true now. */
export function LiveState({ live }: { readonly live: Live<unknown> }) {
  if (live.state === 'live') {
    return (
      <span class="live" role="status">
        <span class="dot" aria-hidden="true" />{' '}
        {live.isInTurns ? <span title={IN_TURNS}>live, every few seconds</span> : 'live'}
      </span>
    );
  }
  if (live.state === 'loading')
    return (
      <span class="live" role="status">
        loading
      </span>
    );
  return (
    <span class="live stale" role="status">
      not live since {live.since === undefined ? 'now' : <Time at={live.since} />}
    </span>
  );
}

/** Why something followed is not live, or the place of what is on its way. */
export function LiveProblem({ live, lines }: { readonly live: Live<unknown>; readonly lines: number }) {
  if (live.state === 'stale' && live.problem !== undefined) return <Problem text={live.problem} />;
  return live.data === undefined && live.state === 'loading' && lines > 0 ? <Skeleton lines={lines} /> : null;
}

interface AnswerProblemProps {
  readonly of: Answer<unknown>;
  readonly lines: number;
  /** False where another button asks again, or what was typed is wrong. @default true */
  readonly canAskAgain?: boolean;
}

/** Why something was not answered, or the place of what is on its way. */
export function AnswerProblem({ of, lines, canAskAgain = true }: AnswerProblemProps) {
  if (of.problem === undefined) return of.answer === undefined ? <Skeleton lines={lines} /> : null;
  return (
    <Problem text={of.problem}>
      {canAskAgain && (
        <button type="button" onClick={of.again}>
          Try again
        </button>
      )}
    </Problem>
  );
}

const ASKED = {
  Read: { again: 'Read again', meanwhile: 'Reading …' },
  Checked: { again: 'Check again', meanwhile: 'Checking …' },
  Counted: { again: 'Count again', meanwhile: 'Counting …' },
} as const;

interface AskedAtProps {
  readonly what: keyof typeof ASKED;
  /** Undefined until it was. */
  readonly at: number | undefined;
  readonly of: Pick<Answer<unknown>, 'isCurrent' | 'again'>;
  readonly children?: ComponentChildren;
}

/** When something was asked for that is not followed, and the button that asks again. */
export function AskedAt({ what, at, of: { isCurrent, again }, children }: AskedAtProps) {
  return (
    <p class="asked-at">
      <span role="status">
        {!isCurrent && ASKED[what].meanwhile}
        {isCurrent && at !== undefined && (
          <>
            {what} at <Time at={at} />. {children}
          </>
        )}
      </span>
      <button type="button" class="small" onClick={again}>
        {ASKED[what].again}
      </button>
    </p>
  );
}

/** Says why nothing, or nothing new, can be shown. */
export function Problem({ text, children }: { readonly text: string; readonly children?: ComponentChildren }) {
  return (
    <div class="notice problem" role="alert">
      <p>{text}</p>
      {children}
    </div>
  );
}

/** Fills the place of what is on its way. */
export function Skeleton({ lines }: { readonly lines: number }) {
  return (
    <div class="skeleton" aria-hidden="true">
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} />
      ))}
    </div>
  );
}
