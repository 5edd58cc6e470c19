import { type Signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { HistogramPage, ReplayPlanPage } from '../../contract/replay.ts';
import { addressOf, adjust } from '../address.ts';
import { JobCard, jobsOf } from '../jobs.tsx';
import { Problem, Skeleton } from '../parts.tsx';
import { type RequestFailed, read } from '../server.ts';
import { Histogram, WindowFields, windowIn } from './histogram.tsx';
import { type ReplayChoice, replayChoice, timeOf } from './replay-choice.ts';
import { ReplayList } from './replay-list.tsx';
import { ReplayPlan } from './replay-plan.tsx';

const SPANS: readonly (readonly [value: string, name: string])[] = [
  ['', 'all that is known'],
  ['1h', 'the last hour'],
  ['24h', 'the last 24 hours'],
  ['7d', 'the last 7 days'],
  ['30d', 'the last 30 days'],
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
  return (
    <>
      <div class="heading">
        <h1>Replay</h1>
        <label class="quiet">
          Show{' '}
          <select value={choice.span} onChange={({ currentTarget }) => adjust({ span: currentTarget.value })}>
            {SPANS.map(([value, name]) => (
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
  const { to, subscribers } = choice;
  const path = addressOf('/api/replay/plan', { from, to, subscribers: subscribers.join(',') });
  const { answer, problem, isCurrent } = useAnswer<ReplayPlanPage>(path, times.value);
  const countAgain = () => {
    times.value += 1;
  };
  if (problem !== undefined) return <Problem text={problem} />;
  if (answer === undefined) return <Skeleton lines={4} />;
  return <ReplayPlan plan={answer} isCurrent={isCurrent} choice={{ ...choice, from }} countAgain={countAgain} />;
}

interface Answer<T> {
  /** The last one, while the next is on its way. */
  readonly answer: T | undefined;
  readonly problem: string | undefined;
  /** Whether it is for what is asked now. */
  readonly isCurrent: boolean;
}

/** How long an address must stay the same until it is asked for: while a window is drawn it changes often. */
const SETTLED_MS = 150;

/** What the server answers for an address. @param times it is asked again when this changes */
function useAnswer<T>(path: string, times: number): Answer<T> {
  const asked = `${times} ${path}`;
  const found = useSignal<Omit<Answer<T>, 'isCurrent'> & { readonly asked: string }>({
    asked: '',
    answer: undefined,
    problem: undefined,
  });
  useEffect(() => {
    let isOver = false;
    const timer = setTimeout(() => {
      read<T>(path).then(
        (answer) => {
          if (!isOver) found.value = { asked, answer, problem: undefined };
        },
        ({ message }: RequestFailed) => {
          if (!isOver) found.value = { asked, answer: undefined, problem: message };
        },
      );
    }, SETTLED_MS);
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [asked]);
  const { answer, problem } = found.value;
  return { answer, problem, isCurrent: found.value.asked === asked };
}
