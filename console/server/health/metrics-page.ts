import { pipelineCommand, type TargetOptions } from '../../../operations/aws/target.ts';
import { streamOnStack } from '../../../operations/deployed/stack.ts';
import { numberText } from '../../../operations/messages/display.ts';
import { UsageError } from '../../../operations/messages/errors.ts';
import {
  type AlarmThreshold,
  followMetrics,
  isSum,
  type MeasuredGraph,
  type Metrics,
  RUNBOOK,
  type ServiceLevel,
  type StackAlarm,
} from '../../../operations/metrics/index.ts';
import { formatDuration, parseAge } from '../../../operations/time/time.ts';
import type { AlarmView, GraphView, LimitView, MetricsPage, ServiceLevelView } from '../../contract/health.ts';
import type { StreamItem } from '../answers.ts';
import type { AskedStream } from '../route.ts';
import { snapshots } from '../snapshots.ts';

const USUAL_SPAN = '1h';

/** A page draws each period of five minutes: 30 days are 8,640 of them in each line. */
const LONGEST_SPAN = '30d';

/**
 * The numbers of the dashboard and the alarms as they change. The query's `span` is how far back they go, such as `6h`.
 * @throws UsageError for another form of it, and for more than the page can draw
 */
export async function* followMetricsPage({ query, target, signal, lastId }: AskedStream): AsyncGenerator<StreamItem> {
  const span = query.get('span') ?? USUAL_SPAN;
  const spanMs = parseAge(span, 'span');
  if (spanMs > parseAge(LONGEST_SPAN, 'span')) {
    const command = pipelineCommand(`metrics --since ${span}`, target);
    throw new UsageError(
      `the page shows at most ${LONGEST_SPAN}; got ${span}; for the numbers of more, use ${command}`,
    );
  }
  const readings = streamOnStack(target, (on) => followMetrics(on, { spanMs, signal }));
  yield* snapshots(viewed(readings, span, target), lastId);
}

async function* viewed(
  readings: AsyncIterable<Metrics>,
  span: string,
  target: TargetOptions,
): AsyncGenerator<Omit<MetricsPage, 'now'>> {
  const commandOf = (words: string) => pipelineCommand(words, target);
  for await (const { dashboard, window, graphs, alarms, alarmsProblem, serviceLevel } of readings) {
    yield {
      dashboard,
      ...window,
      graphs: graphs.map(viewGraph),
      alarms: alarms.map((alarm) => viewAlarm(alarm, commandOf)),
      ...(alarmsProblem !== undefined && { alarmsProblem }),
      ...(serviceLevel !== undefined && { serviceLevel: viewServiceLevel(serviceLevel) }),
      command: commandOf(`metrics --since ${span}`),
    };
  }
}

function viewGraph({ title, unit, metrics, limits, thresholds }: MeasuredGraph): GraphView {
  return {
    title,
    unit,
    periodMs: Math.max(...metrics.map(({ periodSeconds }) => periodSeconds)) * 1000,
    lines: metrics.map(({ label, statistic, whole, latest, points }) => {
      return { label, isSum: isSum(statistic), whole, latest, points };
    }),
    limits: limitsOf(limits, thresholds),
  };
}

/** A limit of the dashboard that is also an alarm's is one line. */
function limitsOf(drawn: MeasuredGraph['limits'], thresholds: readonly AlarmThreshold[]): LimitView[] {
  const alone = drawn.filter(({ value }) => thresholds.every((threshold) => threshold.value !== value));
  return [
    ...alone.map(({ value, label }) => ({ value, text: label })),
    ...thresholds.map(({ value, comparison }) => ({ value, text: `alarm: ${comparison} ${numberText(value)}` })),
  ];
}

function viewAlarm(alarm: StackAlarm, commandOf: (words: string) => string): AlarmView {
  const { name, state, since, problem, reason, command, entry } = alarm;
  const rule = ruleText(alarm);
  return {
    name,
    state,
    problem,
    reason,
    ...(since !== undefined && { since }),
    ...(rule !== undefined && { rule }),
    ...(command !== undefined && { command: commandOf(command) }),
    ...(entry !== undefined && { runbook: `${RUNBOOK}#${entry}` }),
  };
}

function ruleText({ watches }: StackAlarm): string | undefined {
  if (watches === undefined) return undefined;
  const { statistic, name, periodSeconds, comparison, threshold, datapoints, periods } = watches;
  const often = periods === 1 ? '' : `, in ${datapoints} of ${periods} periods`;
  return `${statistic} of ${name} in ${formatDuration(periodSeconds * 1000)} ${comparison} ${numberText(threshold)}${often}`;
}

function viewServiceLevel({ text, target, highest, latest, periods, missed }: ServiceLevel): ServiceLevelView {
  return { text, target, highest, latest, ...(periods > 0 && { isKept: missed === 0 }) };
}
