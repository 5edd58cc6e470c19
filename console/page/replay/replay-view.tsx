import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { HistogramPage, ReplayPlanPage } from '../../contract/replay.ts';
import { addressOf, adjust } from '../address.ts';
import { JobCard, jobsOf } from '../jobs.tsx';
import { Problem, Skeleton } from '../parts.tsx';
import { info } from '../pipeline-info.ts';
import { Histogram, WindowFields, windowIn } from './histogram.tsx';
import { fieldsOf, type ReplayChoice, replayChoice, timeOf } from './replay-choice.ts';
import { ReplayList } from './replay-list.tsx';
import { ReplayPlan } from './replay-plan.tsx';
import { useAnswer } from './use-answer.ts';

const SPANS: readonly (readonly [value: string, name: string])[] = [
  ['', 'all of the archive'],
  ['1h', 'the last hour'],
  ['24h', 'the last 24 hours'],
  ['7d', 'the last 7 days'],
  ['30d', 'the last 30 days'],
];

/** AWS does not say when an archive begins: without a span it is a day. */
const SPANS_ON_AWS = [
  ...SPANS.filter(([value]) => value === '24h'),
  ...SPANS.filter(([value]) => value !== '24h' && value !== ''),
];

/** Archived events, and which of them subscribers get again. */
export function ReplayView() {
  useEffect(() => {
    document.title = 'Replay · Console';
  }, []);
  const choice = replayChoice();
  /** How often it was counted again. */
  const times = useSignal(0);
  const histogram = useAnswer<HistogramPage>(addressOf('/api/replay/histogram', { span: choice.span }), times.value);
  const [job] = jobsOf('replay');
  const spans = info.value?.place === 'aws' ? SPANS_ON_AWS : SPANS;
  return (
    <>
      <div class="heading">
        <h1>Replay</h1>
        <label class="quiet">
          Show{' '}
          <select
            value={choice.span || spans[0]?.[0]}
            onChange={({ currentTarget }) => adjust({ span: currentTarget.value })}
          >
            {spans.map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        </label>
      </div>
      {histogram.problem !== undefined && <Problem text={histogram.problem} />}
      {histogram.answer === undefined && histogram.problem === undefined && <Skeleton lines={5} />}
      {histogram.answer !== undefined && (
        <>
          <Histogram page={histogram.answer} choice={choice} />
          <WindowFields page={histogram.answer} choice={choice} />
          <Planned choice={choice} page={histogram.answer} times={times} />
        </>
      )}
      {job !== undefined && <JobCard job={job} />}
      <ReplayList />
    </>
  );
}

interface PlannedProps {
  readonly choice: ReplayChoice;
  readonly page: HistogramPage;
  readonly times: Signal<number>;
}

function Planned({ choice, page, times }: PlannedProps) {
  const from = timeOf(windowIn(choice, page).from);
  const path = addressOf('/api/replay/plan', fieldsOf({ ...choice, from }));
  const { answer, problem, isCurrent } = useAnswer<ReplayPlanPage>(path, times.value);
  const countAgain = () => {
    times.value += 1;
  };
  if (problem !== undefined) return <Problem text={problem} />;
  if (answer === undefined) return <Skeleton lines={4} />;
  return <ReplayPlan plan={answer} isCurrent={isCurrent} choice={{ ...choice, from }} countAgain={countAgain} />;
}
