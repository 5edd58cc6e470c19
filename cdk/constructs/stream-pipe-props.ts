import type { RemovalPolicy } from 'aws-cdk-lib';
import type { EventBus, IEventBus } from 'aws-cdk-lib/aws-events';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { compileEventPattern, InvalidEventPatternError } from '../../packages/local-engine/event-pattern/index.ts';
import { ConfigError } from '../context.ts';
import { type DetailTemplate, templateText } from './stream-template.ts';

/** Properties of a {@link StreamPipe}. Defaults are those of a cautious stage. */
export interface StreamPipeProps {
  /** Its name in alarms, such as `Registration pipe`. */
  readonly owner: string;

  /**
   * What it turns into what, for people.
   * @default - changes of a table, as events
   */
  readonly description?: string;

  /**
   * What happens when it fails: the end of its alarms' descriptions.
   * @default 'changes wait'
   */
  readonly consequence?: string;

  /** Stream of a table, in any view type: the `tableStreamArn` of a table with a stream. A table without one is refused. */
  readonly streamArn: string | undefined;

  /**
   * The kinds of change that pass; other records are left out.
   * @default - all three
   */
  readonly changes?: readonly ('INSERT' | 'MODIFY' | 'REMOVE')[];

  /**
   * Which of these records pass: one to five patterns. A record must fit one of them, and they look like it:
   * `{ dynamodb: { NewImage: { status: { S: ['PAID'] } } } }`. What a pipe would refuse is refused at synthesis.
   * @default - all of them
   */
  readonly filters?: readonly RecordPattern[];

  /** The bus that the event goes to, of the same account and Region. */
  readonly bus: EventBus | IEventBus;

  /** The event that a change becomes. */
  readonly event: { readonly source: string; readonly detailType: string };

  /** The event's `detail`, with values {@link fromRecord} in it; or the text of an input template. */
  readonly template: DetailTemplate | string;

  /**
   * Lanes in which each shard is read, 1 to 10. All records of an item are in the same lane, in order.
   * @default 1
   */
  readonly parallelizationFactor?: number;

  /**
   * How long the pipe's own log is kept.
   * @default RetentionDays.THREE_MONTHS
   */
  readonly logRetention?: RetentionDays;

  /**
   * What happens to log and dead-letter queue when the stack is deleted.
   * @default RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * The queue for the positions of records that it gives up.
   * @default - one of its own
   */
  readonly deadLetterQueue?: Queue;

  /**
   * Executions in five minutes that fail, from which on an alarm goes off.
   * @default 1
   */
  readonly alarmFailures?: number;

  /**
   * The topic that its alarms notify. Its policy must let CloudWatch publish.
   * @default - none
   */
  readonly alarmTopic?: ITopic | Topic;
}

/** A pattern for stream records, as EventBridge's event patterns. Numbers of DynamoDB are texts there: `{ N: ['5'] }`. */
export type RecordPattern = { readonly [field: string]: RecordPattern | readonly [unknown, ...unknown[]] };

/** A pipe has at most so many filters (Pipes API reference, FilterCriteria). */
const MOST_FILTERS = 5;

/** What CloudFormation would refuse only in the middle of a deployment. @throws {ConfigError} */
export function checkedParts(props: StreamPipeProps): { streamArn: string; filters: string[]; template: string } {
  const { owner, streamArn, changes, filters = [{}], parallelizationFactor: lanes = 1 } = props;
  const refuse = (problem: string) => new ConfigError([`${owner}: ${problem}`]);
  if (streamArn === undefined) throw refuse('its table has no stream; set one on the table, of any view type');
  if (filters.length < 1 || filters.length > MOST_FILTERS) {
    throw refuse(`a pipe has 1 to ${MOST_FILTERS} filters; got ${filters.length}`);
  }
  if (changes?.length === 0) throw refuse('changes must name at least one kind of change');
  if (!Number.isInteger(lanes) || lanes < 1 || lanes > 10) {
    throw refuse(`parallelizationFactor must be a whole number from 1 to 10; got ${lanes}`);
  }
  const problem = eventProblem(props.event);
  if (problem !== undefined) throw refuse(problem);
  const patterns = filters.map((filter) => JSON.stringify({ eventName: changes ?? ALL_CHANGES, ...filter }));
  for (const pattern of patterns) {
    try {
      compileEventPattern(pattern, { dialect: 'pipes' });
    } catch (error) {
      if (error instanceof InvalidEventPatternError)
        throw refuse(`its filter: ${[error.path, error.problem].filter(Boolean).join(': ')}`);
      throw error;
    }
  }
  return { streamArn, filters: patterns, template: templateText(props.template) };
}

const ALL_CHANGES = ['INSERT', 'MODIFY', 'REMOVE'];

/** Source: Pipes API reference, PipeTargetEventBridgeEventBusParameters. */
function eventProblem({ source, detailType }: StreamPipeProps['event']): string | undefined {
  if (source === '' || source.length > 256 || source.startsWith('aws.')) {
    return `the source of an event has 1 to 256 characters, and does not begin with aws.; got ${source}`;
  }
  if (detailType !== '' && detailType.length <= 128) return undefined;
  return `the detail-type of an event has 1 to 128 characters; got ${detailType}`;
}
