import type { Engine } from '../../../packages/local-engine/index.ts';
import { findWrongLooks, ON_CALL, type Outcome, type Registered, type Violation } from '../promises/index.ts';
import { Random } from '../world/random.ts';
import type { Day } from './day.ts';
import type { Observed } from './observe.ts';
import type { Plan } from './plan.ts';
import { callOf, dynamodbCall, subscriberQueues, usersTable } from './stage.ts';

type Exchange = Pick<Engine, 'exchange'>;

/** A dead letter of uri-recorder, so far as it is read here. */
interface Letter {
  readonly metadata: { readonly correlationId: string };
  readonly data: { readonly userId: string; readonly bucketUri?: string };
}

/**
 * Does what operators do after a bad day, as the documents say: redrives, decides about rows that name another bucket, and reconciles.
 * What was interrupted is run again first.
 * @param rest lets the world go on until nothing is left to do
 * @returns what is there then
 */
export async function repair(day: Day, seen: Observed, rest: () => Promise<Outcome['end']>): Promise<Outcome> {
  const { world, engine, operators } = day;
  const run = async (...args: string[]): Promise<Outcome> => {
    await world.until(operators.run(ON_CALL, args));
    return world.until(seen.outcome(await rest()));
  };
  const imported = operators.runs.findLast(({ args: [name, word] }) => name === 'events' && word === 'import');
  if (imported !== undefined && operators.hasEvents && imported.ending?.code !== 0) await run(...imported.args);
  let now = await world.until(seen.outcome(await rest()));
  const redrive = ['dlq', 'redrive', '--yes'];
  if (now.deadLetters.length > 0 || now.lostByPipe.length > 0) now = await run(...redrive);
  if (now.deadLetters.length > 0) {
    await world.until(decideRefused(engine, now));
    now = await run(...redrive);
  }
  const isLeft = now.rows.some(({ uri }) => uri === undefined) || now.lostByRules.length > 0;
  return isLeft ? run('reconcile', '--fix', '--yes', '--wait') : now;
}

/** Days of which an operator looks at the end: a command costs as much as the rest of a day. */
const SHARE_OF_LOOKS = 0.15;

/**
 * Looks at what is there when nothing happens any more, on a share of the days.
 * @param before what is there
 * @returns what a command that only looks has changed, or has not seen as it is
 */
export async function lookAround(
  { world, operators }: Day,
  seen: Observed,
  before: Outcome,
  plan: Plan,
): Promise<Violation[]> {
  const random = new Random(`look ${plan.seed}`);
  if (!random.chance(SHARE_OF_LOOKS)) return [];
  const userId = before.registered[0] ?? 'nobody';
  const args = random.pick([
    ['reconcile', '--json'],
    ['reconcile', '--json'],
    ['doctor'],
    ['trace', userId],
    ['dlq', 'list'],
  ]);
  await world.until(operators.run(operators.another(), args));
  return findWrongLooks(plan, before, await world.until(seen.outcome('at rest')));
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

function call(engine: Exchange, service: string, target: string, input: object): Promise<object> {
  return answerOf(engine, callOf(service, target, input));
}

/** @throws Error for a call that is refused */
async function answerOf(engine: Exchange, request: Parameters<Engine['exchange']>[0]): Promise<object> {
  const { status, body } = await engine.exchange(request);
  if (status !== 200) throw new Error(`An operator's call was refused: ${body}`);
  return body.length > 0 ? (JSON.parse(body.toString()) as object) : {};
}
