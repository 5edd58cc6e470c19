import type { EventCodeView, TriedEventView } from '../../../contract/events.ts';
import { Payload, StateMark } from '../../parts.tsx';
import { AnswerProblem } from '../../states.tsx';
import type { Trying } from './use-try.ts';

interface TriedEventProps {
  readonly trying: Trying;
  /** Whether a form shows what is wrong at its fields. */
  readonly hasForm: boolean;
}

/** What would happen to the event if it were sent now: its contract, each rule, and the event as code. */
export function TriedEvent({ trying, hasForm }: TriedEventProps) {
  const { answer: tried, problem, isCurrent } = trying;
  if (tried === undefined || problem !== undefined) return <AnswerProblem of={trying} lines={3} canAskAgain={false} />;
  return (
    <div class="tried" aria-busy={!isCurrent}>
      <div role="status">
        <Validity tried={tried} hasForm={hasForm} />
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
          <StateMark standing={isMatched && isEnabled ? 'done' : 'quiet'}>{who}</StateMark> {text}
        </li>
      ))}
      {rules.length === 0 && <li>The bus has no rules.</li>}
    </ul>
  );
}

function Validity({
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
          <StateMark standing="done">Valid</StateMark> by its contract {contract}
        </p>
      ) : (
        <p>
          <StateMark standing="failed">Not valid</StateMark>, {kept}
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
        <Payload key={name} title={name} text={text} what={name} />
      ))}
    </details>
  );
}
