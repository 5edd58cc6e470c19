import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { Verdict } from '../contract/user.ts';
import { now, pipelineAhead, useClock } from './clock.ts';
import { spanText, timeText, utcText } from './texts.ts';

interface TimeProps {
  readonly at: number;
  /** Whether the day is always there. @default - if it is not the pipeline's today */
  readonly isDated?: boolean;
}

/** A time of day, with the day if it is not today by the pipeline's clock; UTC appears when it is pointed at. */
export function Time({ at, isDated = false }: TimeProps) {
  const today = isDated ? undefined : Date.now() + pipelineAhead.value;
  return (
    <time dateTime={new Date(at).toISOString()} title={utcText(at)}>
      {timeText(at, today)}
    </time>
  );
}

/** How long ago something began; it goes on. */
export function Since({ at, offset }: { readonly at: number; readonly offset: number }) {
  useClock(true);
  return <span class="number">{spanText(Math.max(0, now.value + offset - at))}</span>;
}

/** How something stands. `quiet` is neither good nor bad. */
export type Standing = Verdict | 'quiet';

const MARKS = { done: '✓', waiting: '…', failed: '✕', quiet: '–' } as const;

interface StateMarkProps {
  readonly standing: Standing;
  readonly children: ComponentChildren;
  /** In place of the usual one. */
  readonly mark?: string;
}

/** How something stands: a mark and a word, never colour alone. */
export function StateMark({ standing, children, mark = MARKS[standing] }: StateMarkProps) {
  return (
    <span class={`verdict ${standing}`}>
      <span aria-hidden="true">{mark}</span> {children}
    </span>
  );
}

/** How a registration stands. */
export function VerdictMark({ verdict }: { readonly verdict: Verdict }) {
  return <StateMark standing={verdict}>{verdict}</StateMark>;
}

/** A command to copy. */
export function Command({ text }: { readonly text: string }) {
  return <Code text={text} what="command" />;
}

/** A short text to copy, in a line. @param what it is, for those who do not see it */
export function Code({ text, what }: { readonly text: string; readonly what: string }) {
  return (
    <span class="command">
      <code>{text}</code>
      <Copy text={text} what={what} />
    </span>
  );
}

/** The command that does the same as what stands above it. */
export function SameCommand({ text, children }: { readonly text: string; readonly children?: ComponentChildren }) {
  return (
    <p class="source">
      {children} The same in the terminal: <Command text={text} />
    </p>
  );
}

interface PayloadProps {
  readonly title: ComponentChildren;
  readonly text: string;
  /** For those who do not see it. */
  readonly what: string;
  /** Between title and text. */
  readonly children?: ComponentChildren;
}

/** A long text to read and copy. It may be foreign, and is only ever shown as text. */
export function Payload({ title, text, what, children }: PayloadProps) {
  return (
    <div class="payload">
      <div class="heading">
        <h3>{title}</h3>
        <Copy text={text} what={what} />
      </div>
      {children}
      <pre>{text}</pre>
    </div>
  );
}

interface ChangedValue {
  readonly path: string;
  readonly before?: string;
  readonly after?: string;
}

/** Values that differ, each with what it was and is. */
export function Changes({ changes }: { readonly changes: readonly ChangedValue[] }) {
  return (
    <dl class="changes">
      {changes.map(({ path, before, after }) => (
        <div key={path}>
          <dt>{path === '' ? 'as a whole' : path}</dt>
          <dd>
            {before !== undefined && <del>{before}</del>} {after !== undefined && <ins>{after}</ins>}
          </dd>
        </div>
      ))}
    </dl>
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
