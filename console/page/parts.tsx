import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Verdict } from '../contract/user.ts';
import { now, useClock } from './clock.ts';
import type { Live } from './server.ts';
import { spanText, timeText, utcText } from './texts.ts';

/** A time of day; UTC appears when it is pointed at. */
export function Time({ at }: { readonly at: number }) {
  return (
    <time dateTime={new Date(at).toISOString()} title={utcText(at)}>
      {timeText(at, now.peek())}
    </time>
  );
}

/** How long ago something began; it goes on. */
export function Since({ at, offset }: { readonly at: number; readonly offset: number }) {
  useClock(true);
  return <span class="number">{spanText(Math.max(0, now.value + offset - at))}</span>;
}

const MARKS = { done: '✓', waiting: '…', failed: '✕' } as const;
const WORDS = { done: 'done', waiting: 'waiting', failed: 'failed' } as const;

/** How something stands: a mark and a word, never colour alone. */
export function VerdictMark({ verdict }: { readonly verdict: Verdict }) {
  return (
    <span class={`verdict ${verdict}`}>
      <span aria-hidden="true">{MARKS[verdict]}</span> {WORDS[verdict]}
    </span>
  );
}

/** A command to copy. */
export function Command({ text }: { readonly text: string }) {
  return (
    <span class="command">
      <code>{text}</code>
      <Copy text={text} what="command" />
    </span>
  );
}

const COPIED_MS = 1500;

/** Copies a text. @param what it is, for those who do not see it */
export function Copy({ text, what }: { readonly text: string; readonly what: string }) {
  const label = useSignal('Copy');
  const copy = async () => {
    const isCopied = await navigator.clipboard.writeText(text).then(
      () => true,
      () => false,
    );
    label.value = isCopied ? 'Copied' : 'Select it to copy';
    setTimeout(() => {
      label.value = 'Copy';
    }, COPIED_MS);
  };
  return (
    <button type="button" class="small" aria-label={`${label.value} ${what}`} onClick={copy}>
      {label.value}
    </button>
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
