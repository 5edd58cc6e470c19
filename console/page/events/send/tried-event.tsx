import type { EventCodeView, TriedEventView } from '../../../contract/events.ts';
import { Copy, Problem, Skeleton } from '../../parts.tsx';
import type { Trying } from './use-try.ts';

interface TriedEventProps {
  readonly trying: Trying;
  /** Whether a form shows what is wrong at its fields. */
  readonly hasForm: boolean;
}

/** What would happen to the event if it were sent now: its contract, each rule, and the event as code. */
export function TriedEvent({ trying: { tried, problem, isCurrent }, hasForm }: TriedEventProps) {
  if (problem !== undefined) return <Problem text={problem} />;
  if (tried === undefined) return <Skeleton lines={3} />;
  return (
    <div class="tried" aria-busy={!isCurrent}>
      <div role="status">
        <Standing tried={tried} hasForm={hasForm} />
      </div>
      <h3>What the rules would do</h3>
      <TriedRules rules={tried.rules} />
      <Code code={tried.code} />
    </div>
  );
}

/** What each rule does with an event, and why. */
export function TriedRules({ rules }: Pick<TriedEventView, 'rules'>) {
  return (
    <ul class="verdicts">
      {rules.map(({ who, isMatched, isEnabled, text }) => (
        <li key={who}>
          <span class={isMatched && isEnabled ? 'verdict done' : 'quiet'}>
            <span aria-hidden="true">{isMatched && isEnabled ? '✓' : '–'}</span> {who}
          </span>{' '}
          {text}
        </li>
      ))}
      {rules.length === 0 && <li>The bus has no rules.</li>}
    </ul>
  );
}

function Standing({
  tried: { contract, violations, copyOf },
  hasForm,
}: {
  readonly tried: TriedEventView;
  readonly hasForm: boolean;
}) {
  const kept = contract === undefined ? 'it has no contract' : `it breaks ${contract}`;
  return (
    <>
      {violations.length === 0 ? (
        <p>
          <span class="verdict done">
            <span aria-hidden="true">✓</span> Valid
          </span>{' '}
          by its contract {contract}
        </p>
      ) : (
        <p>
          <span class="verdict failed">
            <span aria-hidden="true">✕</span> Not valid
          </span>
          , {kept}
        </p>
      )}
      <ul class={hasForm ? 'quiet' : 'field-problem'}>
        {violations.map(({ field, problem }) => (
          <li key={field + problem}>
            {field} {problem}
          </li>
        ))}
      </ul>
      <p class="quiet">
        {copyOf === undefined
          ? 'It gets an event id of its own, and begins a registration.'
          : 'The copy gets an event id of its own, and names the original as its cause.'}
      </p>
    </>
  );
}

function Code({ code: { command, awsCli, sdk } }: { readonly code: EventCodeView }) {
  const ways = [
    ['Command', command],
    ['AWS CLI', awsCli],
    ['AWS SDK', sdk],
  ] as const;
  return (
    <details class="code">
      <summary>As code</summary>
      {ways.map(([name, text]) => (
        <div key={name} class="payload">
          <div class="heading">
            <h3>{name}</h3>
            <Copy text={text} what={name} />
          </div>
          <pre>{text}</pre>
        </div>
      ))}
    </details>
  );
}
