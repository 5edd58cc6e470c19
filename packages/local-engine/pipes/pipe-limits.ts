import { checkChoice, checkRange, wholeNumber } from '../cloudformation/template/resource-type.ts';
import type { Account } from '../core/account.ts';

type Properties = Readonly<Record<string, unknown>>;

/** Ranges of the stream's numeric parameters. Source: EventBridge Pipes API, PipeSourceDynamoDBStreamParameters. */
const RANGES: Readonly<Record<string, readonly [least: number, most: number]>> = {
  BatchSize: [1, 10_000],
  ParallelizationFactor: [1, 10],
  MaximumRetryAttempts: [-1, 10_000],
  MaximumRecordAgeInSeconds: [-1, 604_800],
};

/** Values of the stream's other parameters. */
const CHOICES: Readonly<Record<string, readonly string[]>> = {
  StartingPosition: ['TRIM_HORIZON', 'LATEST'],
  OnPartialBatchItemFailure: ['AUTOMATIC_BISECT'],
};

/** Entries of one PutEvents call. */
const LARGEST_BUS_BATCH = 10;

/** Most characters, and most items of lists. Source: EventBridge Pipes API, PipeTargetEventBridgeEventBusParameters, FilterCriteria, Filter. */
const LONGEST = { Source: 256, DetailType: 128, Time: 256 };
const LONGEST_RESOURCE = 1600;
const LONGEST_PATTERN = 4096;
const MOST_RESOURCES = 10;
const MOST_FILTERS = 5;

/**
 * Refuses a pipe that CreatePipe would refuse for its properties alone.
 * The words in quotes are AWS's (measured 2026-09-07, badmintoncryer/cdk-preflight, rules/pipes).
 * @throws Error
 */
export function checkPipeLimits(properties: Properties, account: Account): void {
  const { SourceParameters = {}, TargetParameters = {}, DesiredState = 'RUNNING', LogConfiguration } = properties;
  checkPlaces(properties, account);
  checkChoice('DesiredState', DesiredState, ['RUNNING', 'STOPPED']);
  checkStream(((SourceParameters as Properties).DynamoDBStreamParameters ?? {}) as Properties, account);
  checkFilters(((SourceParameters as Properties).FilterCriteria ?? {}) as Properties);
  checkBusParameters(((TargetParameters as Properties).EventBridgeEventBusParameters ?? {}) as Properties);
  if (LogConfiguration !== undefined) checkLog(LogConfiguration as Properties);
}

/** Source and target must be in the pipe's own Region and account. Source: user guide, eb-pipes, eb-pipes-event-target. */
function checkPlaces(properties: Properties, { region, id }: Account): void {
  for (const end of ['Source', 'Target']) {
    const arn = String(properties[end]);
    const [, , , itsRegion = '', itsAccount = ''] = arn.split(':');
    if (itsRegion !== '' && itsRegion !== region) {
      throw new Error(
        `has the ${end} ${arn}: "Creating cross-region pipe is not permitted." The pipe is in ${region}.`,
      );
    }
    if (itsAccount !== '' && itsAccount !== id) {
      throw new Error(`has the ${end} ${arn} of another account; the pipe is in ${id}.`);
    }
  }
}

function checkStream(stream: Properties, account: Account): void {
  if (stream.StartingPosition === undefined) {
    throw new Error('has no StartingPosition in its DynamoDBStreamParameters: "Missing required parameter."');
  }
  for (const [name, [least, most]] of Object.entries(RANGES)) checkRange(name, stream[name], least, most);
  for (const [name, values] of Object.entries(CHOICES)) checkChoice(name, stream[name], values);
  const batchSize = wholeNumber(stream.BatchSize, LARGEST_BUS_BATCH);
  if (batchSize > LARGEST_BUS_BATCH) {
    throw new Error(
      `has the BatchSize ${batchSize}: "The configured batch size ${batchSize} is greater than the max supported". ` +
        `An event bus accepts at most ${LARGEST_BUS_BATCH} events in a call.`,
    );
  }
  const { Arn: dlq } = (stream.DeadLetterConfig ?? {}) as Properties;
  if (dlq !== undefined) checkDeadLetters(String(dlq), account);
}

/** On AWS it can be a topic too. Source: EventBridge Pipes API, DeadLetterConfig. */
function checkDeadLetters(arn: string, { region, id }: Account): void {
  const [, , service, itsRegion, itsAccount] = arn.split(':');
  const isQueueHere = service === 'sqs' && itsRegion === region && itsAccount === id;
  if (isQueueHere && !arn.endsWith('.fifo')) return;
  throw new Error(
    `has the DeadLetterConfig ${arn}; in the local engine it must be a standard queue of the same Region and account.`,
  );
}

function checkFilters({ Filters = [] }: Properties): void {
  const filters = Filters as readonly { readonly Pattern?: unknown }[];
  if (filters.length > MOST_FILTERS) {
    throw new Error(`has ${filters.length} filters; the limit is ${MOST_FILTERS}.`);
  }
  for (const { Pattern } of filters) {
    if (typeof Pattern !== 'string') throw new Error('has a filter whose Pattern is not JSON text.');
    checkLength('Pattern', Pattern, LONGEST_PATTERN, 0);
  }
}

function checkBusParameters(parameters: Properties): void {
  const { Source = '', Resources = [], Time = '$' } = parameters;
  for (const [name, most] of Object.entries(LONGEST)) {
    if (parameters[name] !== undefined) checkLength(name, parameters[name], most);
  }
  if (String(Source).startsWith('aws.')) {
    throw new Error(`has the Source ${JSON.stringify(Source)}; sources that begin with "aws." are AWS's own.`);
  }
  const resources = Resources as readonly unknown[];
  if (resources.length > MOST_RESOURCES) {
    throw new Error(`has ${resources.length} Resources; the limit is ${MOST_RESOURCES}.`);
  }
  for (const resource of resources) {
    checkLength('Resources', resource, LONGEST_RESOURCE);
    if (/^(arn:|\$)/.test(String(resource))) continue;
    throw new Error(
      `has ${JSON.stringify(resource)} among its Resources; each must be an ARN or a path such as $.eventSourceARN.`,
    );
  }
  if (!String(Time).startsWith('$')) {
    throw new Error(
      `has the Time ${JSON.stringify(Time)}; it must be a path, such as $.dynamodb.ApproximateCreationDateTime.`,
    );
  }
}

function checkLog({ Level, CloudwatchLogsLogDestination }: Properties): void {
  if (Level === undefined) throw new Error('has a LogConfiguration without a Level.');
  if (Level !== 'OFF' && (CloudwatchLogsLogDestination as Properties | undefined)?.LogGroupArn === undefined) {
    throw new Error(`logs at the level ${Level}: "Must provide at least 1 log destination in LogConfiguration".`);
  }
}

/** Characters are code points: that is how AWS models (Smithy, length trait) measure a text. */
function checkLength(name: string, value: unknown, most: number, least = 1): void {
  const length = typeof value === 'string' ? [...value].length : undefined;
  if (length !== undefined && length >= least && length <= most) return;
  const given = length === undefined ? JSON.stringify(value) : `${length} characters`;
  throw new Error(`has a ${name} of ${given}; it must be a text of ${least} to ${most} characters.`);
}
