import type { HistogramPage, ReplayPlanPage } from '../../contract/replay.ts';
import { addressOf, adjust } from '../address.ts';
import { Choice, type Option } from '../forms.tsx';
import { JobCard, jobsOf } from '../jobs.tsx';
import { info } from '../pipeline-info.ts';
import { AnswerProblem, ViewHeading } from '../states.tsx';
import { useAnswer } from '../use-answer.ts';
import { Histogram, WindowFields, windowIn } from './histogram.tsx';
import { fieldsOf, type ReplayChoice, replayChoice, timeOf } from './replay-choice.ts';
import { ReplayList } from './replay-list.tsx';
import { ReplayPlan } from './replay-plan.tsx';

const SPANS: readonly Option[] = [
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

/** How long a window must stay the same until it is asked about: while one is drawn, it changes often. */
export const SETTLE_MS = 150;

/** Archived events, and which of them subscribers get again. */
export function ReplayView() {
  const choice = replayChoice();
  const histogram = useAnswer<HistogramPage>(addressOf('/api/replay/histogram', { span: choice.span }), {
    settleMs: SETTLE_MS,
  });
  const [job] = jobsOf('replay');
  const spans = info.value?.place === 'aws' ? SPANS_ON_AWS : SPANS;
  return (
    <>
      <ViewHeading title="Replay">
        <Choice
          label="Show"
          isQuiet={true}
          value={choice.span || (spans[0]?.[0] ?? '')}
          options={spans}
          onChoose={(span) => adjust({ span })}
        />
      </ViewHeading>
      <AnswerProblem of={histogram} lines={5} />
      {histogram.answer !== undefined && (
        <>
          <Histogram page={histogram.answer} choice={choice} />
          <WindowFields page={histogram.answer} choice={choice} />
          <Planned choice={choice} page={histogram.answer} countAgain={histogram.again} />
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
  /** Counts what the histogram shows. */
  countAgain(): void;
}

function Planned({ choice, page, countAgain }: PlannedProps) {
  const from = timeOf(windowIn(choice, page).from);
  const path = addressOf('/api/replay/plan', fieldsOf({ ...choice, from }));
  const plan = useAnswer<ReplayPlanPage>(path, { settleMs: SETTLE_MS });
  const again = () => {
    countAgain();
    plan.again();
  };
  if (plan.answer === undefined || plan.problem !== undefined)
    return <AnswerProblem of={{ ...plan, again }} lines={4} />;
  return <ReplayPlan plan={plan.answer} asked={{ isCurrent: plan.isCurrent, again }} choice={{ ...choice, from }} />;
}
