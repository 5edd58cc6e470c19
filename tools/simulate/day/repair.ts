import { bucketCreatedEntry } from '../../../operations/deployed/user-events.ts';
import type { Engine } from '../../../packages/local-engine/index.ts';
import { bucketsOf, type Outcome, type Registered } from '../promises/index.ts';
import type { Day } from './day.ts';
import type { Observed } from './observe.ts';
import { callOf, dynamodbCall, outputOf, subscriberQueues, usersTable } from './stage.ts';

type Exchange = Pick<Engine, 'exchange'>;

/** A dead letter of uri-recorder, so far as it is read here. */
interface Letter {
  readonly metadata: { readonly correlationId: string };
  readonly data: { readonly userId: string; readonly bucketUri?: string };
}

/** What operators do about events that are in no subscriber's dead-letter queue. */
const GIVEN_UP = [
  ['dlq', 'redrive', '--pipe', '--yes'],
  ['reconcile', '--fix', '--yes'],
] as const;

/**
 * Does what operators do after a bad day, as the documents say: redrives, registers what the pipe or a rule gave up, decides about rows that name another bucket, and gives rows
 * that were overwritten their URI back.
 * @param rest lets the world go on until nothing is left to do
 */
export async function repair(
  { world, engine, operators }: Day,
  seen: Observed,
  rest: () => Promise<Outcome['end']>,
): Promise<void> {
  await world.until(redrive(engine));
  let redriven = await world.until(seen.outcome(await rest()));
  if (redriven.lostByPipe.length + redriven.lostByRules.length > 0) {
    for (const args of GIVEN_UP) {
      await world.until(operators.run(operators.another(), args));
      redriven = await world.until(seen.outcome(await rest()));
    }
  }
  if (redriven.deadLetters.length > 0) {
    await world.until(decideRefused(engine, redriven));
    await world.until(redrive(engine));
    await rest();
  }
  await world.until(restoreUris(engine, await world.until(seen.outcome('at rest'))));
}

/** Moves every dead letter back to its subscriber, by SQS's own redrive. */
async function redrive(engine: Engine): Promise<void> {
  for (const { waiting, dead } of subscriberQueues(engine)) {
    await call(engine, 'sqs', 'AmazonSQS.StartMessageMoveTask', { SourceArn: dead.arn, DestinationArn: waiting.arn });
  }
}

/**
 * uri-recorder refuses a bucket where the row names another, and says what to do: find out which is right. It is the one of the row's
 * own registration, unless the row was put back with its URI. For that one the URI in the row is removed; the others are purged.
 */
async function decideRefused(engine: Engine, outcome: Outcome): Promise<void> {
  for (const { dead } of subscriberQueues(engine)) {
    for (const { Body, ReceiptHandle } of await receiveAll(engine, dead.url)) {
      const { detail } = JSON.parse(Body) as { readonly detail: Letter };
      const row = outcome.rows.find(({ userId }) => userId === detail.data.userId);
      const isRefused =
        row?.uri !== undefined && detail.data.bucketUri !== undefined && row.uri !== detail.data.bucketUri;
      const handle = { QueueUrl: dead.url, ReceiptHandle };
      if (isRefused && !isRight(detail, outcome.registrations)) {
        await call(engine, 'sqs', 'AmazonSQS.DeleteMessage', handle);
        continue;
      }
      if (isRefused) await removeUri(engine, detail.data.userId);
      await call(engine, 'sqs', 'AmazonSQS.ChangeMessageVisibility', { ...handle, VisibilityTimeout: 0 });
    }
  }
}

function isRight({ metadata, data }: Letter, registrations: readonly Registered[]): boolean {
  const standing = registrations.find(({ userId, isGone }) => userId === data.userId && !isGone);
  return standing?.eventId === metadata.correlationId && standing.uris[0] === undefined;
}

async function removeUri(engine: Engine, userId: string): Promise<void> {
  const update = {
    TableName: usersTable(engine),
    Key: { userId: { S: userId } },
    UpdateExpression: 'REMOVE s3_bucket_uri, s3_bucket_url',
  };
  await answerOf(engine, dynamodbCall('UpdateItem', update));
}

interface Received {
  readonly Body: string;
  readonly ReceiptHandle: string;
}

/** Every message of a queue; each is hidden for a minute. */
async function receiveAll(engine: Engine, QueueUrl: string): Promise<Received[]> {
  const all: Received[] = [];
  for (;;) {
    const input = { QueueUrl, MaxNumberOfMessages: 10, VisibilityTimeout: 60 };
    const { Messages = [] } = (await call(engine, 'sqs', 'AmazonSQS.ReceiveMessage', input)) as {
      readonly Messages?: readonly Received[];
    };
    if (Messages.length === 0) return all;
    all.push(...Messages);
  }
}

/** As `reconcile --fix` does for a row without URI whose bucket is there. */
async function restoreUris(engine: Engine, { registrations, rows, buckets }: Outcome): Promise<void> {
  const region = engine.account.region;
  for (const { userId, eventId, registeredAt, isGone } of registrations) {
    if (isGone || rows.find((row) => row.userId === userId)?.uri !== undefined) continue;
    const bucket = bucketsOf({ userId, registeredAt }, buckets)[0];
    if (bucket === undefined) continue;
    const signUp = { userId, registeredAt, eventId, replayName: 'reconcile' };
    const created = { bucketName: bucket.name, region, createdAt: registeredAt };
    const entry = bucketCreatedEntry(signUp, created, outputOf(engine, 'EventBusName'));
    await call(engine, 'events', 'AWSEvents.PutEvents', { Entries: [entry] });
  }
}

function call(engine: Exchange, service: string, target: string, input: object): Promise<object> {
  return answerOf(engine, callOf(service, target, input));
}

/** @throws Error for a call that is refused */
async function answerOf(engine: Exchange, request: Parameters<Engine['exchange']>[0]): Promise<object> {
  const { status, body } = await engine.exchange(request);
  if (status !== 200) throw new Error(`An operator's call was refused: ${body}`);
  return body.length > 0 ? (JSON.parse(body.toString()) as object) : {};
}
