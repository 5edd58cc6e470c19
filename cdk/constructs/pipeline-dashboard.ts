import { Aws, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type GraphWidgetProps,
  type Metric,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { ServiceLevel } from './service-level.ts';
import { PIPE_FAILURES, pipeMetric, type StreamPipe } from './stream-pipe.ts';
import type { Subscriber } from './subscriber.ts';

export interface PipelineDashboardProps {
  /** The pipe of registrations. */
  readonly pipe: StreamPipe;

  /** The pipe of deletions. @default - the stage has none */
  readonly deletions?: StreamPipe;

  /** Each gets a line of its own. */
  readonly subscribers: readonly Subscriber[];

  readonly serviceLevel: ServiceLevel;
}

/** A dashboard is 24 columns wide. */
const [WIDTH, COLUMNS] = [24, 4];

/** Begins at 0; the graph's title gives the unit. */
const Y_AXIS = { min: 0, showUnits: false };

/** The most alarms that one widget shows. Source: CloudWatch API reference, dashboard body structure. */
const MOST_ALARMS = 100;

/**
 * The pipeline on one page, in the order of an event's way: from registrations to the URI, with failures and alarms. Made last,
 * because it shows every alarm of the stack. `pipeline metrics` prints the same numbers, since it reads the dashboard: see
 * decision 0019.
 */
export class PipelineDashboard extends Construct {
  constructor(scope: Construct, id: string, props: PipelineDashboardProps) {
    super(scope, id);
    const { pipe, deletions, subscribers, serviceLevel } = props;
    const each = (metricOf: (subscriber: Subscriber) => Metric) =>
      subscribers.map((subscriber) => metricOf(subscriber).with({ label: subscriber.serviceName }));
    const highest = { statistic: Stats.MAXIMUM };
    const sum = { statistic: Stats.SUM };

    // The name is for people, and unique: dashboards of an account are the same in every Region.
    const dashboard = new Dashboard(this, 'Dashboard', { dashboardName: `${Aws.STACK_NAME}-${Aws.REGION}` });
    dashboard.addWidgets(...alarmWidgets(Stack.of(this)));
    dashboard.addWidgets(
      graph(deletions ? 'Registrations and deletions' : 'Registrations', [
        pipeMetric(pipe.pipeName, 'EventCount').with({ label: 'taken from the stream' }),
        ...(deletions ? [pipeMetric(deletions.pipeName, 'EventCount').with({ label: 'of deleted rows' })] : []),
      ]),
      graph('Pipe failures', [...failures(pipe), ...(deletions ? labelled(failures(deletions), 'of deletions') : [])]),
      graph('Events by type', eventMetrics(subscribers)),
      graph(
        'Events handled',
        each((subscriber) => subscriber.metricHandled()),
      ),
    );
    dashboard.addWidgets(
      graph(
        'Age of the oldest event that waits',
        each(({ queue }) => queue.metricApproximateAgeOfOldestMessage(highest)),
        { leftYAxis: { ...Y_AXIS, label: 's' } },
      ),
      graph('Errors and throttles', [
        ...labelled(
          each((subscriber) => subscriber.function.metricErrors(sum)),
          'errors',
        ),
        ...labelled(
          each((subscriber) => subscriber.function.metricThrottles(sum)),
          'throttles',
        ),
      ]),
      graph('Dead letters', [
        pipe.deadLetterQueue.metricApproximateNumberOfMessagesVisible({ ...highest, label: 'pipe' }),
        ...each(({ deadLetterQueue }) => deadLetterQueue.metricApproximateNumberOfMessagesVisible(highest)),
      ]),
      graph(
        'From registration to URI',
        [50, 99].map((percent) => serviceLevel.metric(Stats.p(percent)).with({ label: `p${percent}` })),
        {
          leftYAxis: { ...Y_AXIS, label: 'ms' },
          leftAnnotations: [{ label: 'service level, p99', value: serviceLevel.target.toMilliseconds() }],
        },
      ),
    );
  }
}

function graph(title: string, left: Metric[], more: GraphWidgetProps = {}): GraphWidget {
  return new GraphWidget({ title, left, leftYAxis: Y_AXIS, width: WIDTH / COLUMNS, ...more });
}

function failures({ pipeName }: StreamPipe): Metric[] {
  return Object.keys(PIPE_FAILURES).map((name) => pipeMetric(pipeName, name).with({ label: name }));
}

function labelled(metrics: readonly Metric[], what: string): Metric[] {
  return metrics.map((metric) => metric.with({ label: `${metric.label} ${what}` }));
}

/** Each event type is counted at one rule, preferably one that takes all versions. A type without a rule is not counted. */
function eventMetrics(subscribers: readonly Subscriber[]): Metric[] {
  const counted = new Map<string, Subscriber>();
  for (const subscriber of subscribers) {
    const known = counted.get(subscriber.detailType);
    if (known === undefined || (subscriber.takesEveryVersion && !known.takesEveryVersion)) {
      counted.set(subscriber.detailType, subscriber);
    }
  }
  return [...counted].map(([label, subscriber]) => subscriber.metricEvents().with({ label }));
}

function alarmWidgets(stack: Stack): AlarmStatusWidget[] {
  const alarms = stack.node.findAll().filter((construct) => construct instanceof Alarm);
  const pages = Math.ceil(alarms.length / MOST_ALARMS);
  return Array.from({ length: pages }, (_, page) => {
    const shown = alarms.slice(page * MOST_ALARMS, (page + 1) * MOST_ALARMS);
    return new AlarmStatusWidget({
      title: 'Alarms',
      alarms: shown,
      width: WIDTH,
      height: 1 + Math.ceil(shown.length / 6),
    });
  });
}
