import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  DescribeArchiveCommand,
  DisableRuleCommand,
  EnableRuleCommand,
  EventBridgeClient,
  PutEventsCommand,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import pMap from 'p-map';
import { AwsClients } from '../../../operations/aws/aws-clients.ts';
import { DEFAULT_REGION } from '../../../operations/aws/target.ts';
import type { BucketCreatedV1 } from '../../../schemas/generated/bucket-created.v1.ts';
import { withEngine } from '../assembly.ts';
import { type EngineChild, now } from '../engine-child.ts';
import type { Memory } from '../engine-process.ts';
import { mebibytes, print } from '../figures.ts';
import type { HandledTimes } from '../handled-events.ts';
import { whenQueuesAreEmpty } from '../registrations.ts';

/** Users that are really registered: their 10,000 events are replayed to all subscribers. */
const REGISTERED = 5_000;
/** Events in the archive, for the replays to one subscriber. */
const ARCHIVED = 100_000;
const REGISTERED_AT = Date.parse('2026-11-22T10:00:00Z') / 1000;
const CALLS_IN_FLIGHT = 32;
const ENTRIES_IN_CALL = 10;
const POLL_MS = 50;
const TARGET_TO_ALL = 1_000;
const TARGET_TO_ONE = 2_500;
const TARGET_GROWTH = 1.05;

interface ReplayWanted {
  /** Names of the subscribers. */
  readonly to: string;
  /** @default - all rules of the bus */
  readonly rules?: readonly string[];
  readonly events: number;
  /** How often the events are handled, by subscriber. */
  readonly times: HandledTimes;
  readonly target: number;
}

class ReplayBench {
  readonly #engine: EngineChild;
  readonly #clients: AwsClients;
  readonly #busName: string;
  #replays = 0;

  constructor(engine: EngineChild, clients: AwsClients) {
    this.#engine = engine;
    this.#clients = clients;
    this.#busName = engine.output('EventBusName');
  }

  /** Resolves when all have their URI. */
  async register(users: number): Promise<void> {
    const recorded = await this.#engine.watch({ kind: 'recorded', users });
    const ids = Array.from({ length: users }, (_, user) => `registered-${user}`);
    await pMap(ids, (userId) => this.#putRow({ userId: { S: userId } }), { concurrency: CALLS_IN_FLIGHT });
    await recorded();
  }

  /** More users, with their URI in the row and both their events in the archive. No subscriber sees any of it. */
  async archiveUsers(users: number): Promise<void> {
    const events = this.#clients.of(EventBridgeClient);
    const wanted = (await this.countArchived()) + 2 * users;
    const created = Array.from({ length: users }, (_, user) => bucketCreated(`archived-${user}`));
    const rules = ['BucketServiceRuleArn', 'UriRecorderRuleArn'].map((output) => ({
      EventBusName: this.#busName,
      Name: this.#engine.output(output).split('/').at(-1),
    }));
    for (const rule of rules) await events.send(new DisableRuleCommand(rule));
    await pMap(
      created,
      ({ data: { userId, bucketUri, bucketUrl } }) =>
        this.#putRow({ userId: { S: userId }, s3_bucket_uri: { S: bucketUri }, s3_bucket_url: { S: bucketUrl } }),
      { concurrency: CALLS_IN_FLIGHT },
    );
    const calls = Array.from({ length: Math.ceil(users / ENTRIES_IN_CALL) }, (_, call) =>
      created.slice(call * ENTRIES_IN_CALL, (call + 1) * ENTRIES_IN_CALL),
    );
    await pMap(calls, (details) => this.#putEvents(details), { concurrency: CALLS_IN_FLIGHT });
    // There is no call that waits for it.
    while ((await this.countArchived()) < wanted) await pause(POLL_MS);
    for (const rule of rules) await events.send(new EnableRuleCommand(rule));
  }

  /**
   * Prints its figures once all is handled.
   * @returns the engine's memory after it
   * @throws Error unless each event was handled as often as it should be
   */
  async replay({ to, rules, events: wanted, times, target }: ReplayWanted): Promise<Memory> {
    this.#replays += 1;
    const ReplayName = `bench-${this.#replays}`;
    const handlings = Object.values(times).flatMap((counts) => Object.entries(counts));
    const handled = handlings.reduce((sum, [often, events]) => sum + Number(often) * events, 0);
    const { memory: before, cpu: cpuBefore } = await this.#engine.state();
    const replayed = await this.#engine.watch({ kind: 'replayed', replay: ReplayName, handled });
    const begun = now();
    await this.#clients.of(EventBridgeClient).send(
      new StartReplayCommand({
        ReplayName,
        EventSourceArn: this.#engine.output('EventArchiveArn'),
        EventStartTime: new Date(0),
        EventEndTime: new Date(),
        Destination: { Arn: this.#engine.output('EventBusArn'), ...(rules && { FilterArns: [...rules] }) },
      }),
    );
    const { events, sentAt, at, mostResidentBytes } = await replayed();
    await whenQueuesAreEmpty(this.#clients);
    const found = (await (await this.#engine.watch({ kind: 'handled' }))()).times;
    if (events !== wanted || !isDeepStrictEqual(found, times)) {
      const [is, should] = [JSON.stringify(found), JSON.stringify(times)];
      throw new Error(`Of ${events} events, ${wanted} of them expected, subscribers handled ${is}, not ${should}.`);
    }
    const { cpu } = await this.#engine.state();
    const { memory: after } = await this.#engine.state({ isThorough: true });
    const number = `replay ${this.#replays}`;
    print({
      measure: `${number}: ${events} archived events to ${to}, until all are handled`,
      unit: '1/s',
      value: events / ((at - begun) / 1000),
      target,
      secondsUntilSent: seconds(sentAt - begun),
      secondsUntilHandled: seconds(at - begun),
    });
    for (const part of ['own', 'descendants'] as const) {
      if (cpu === undefined || cpuBefore === undefined) continue;
      print({
        measure: `${number}: CPU of one event in the ${part === 'own' ? 'engine' : 'functions'}`,
        unit: 'ms',
        value: ((cpu[part] - cpuBefore[part]) * 1000) / events,
      });
    }
    print({
      measure: `${number}: resident memory of the engine, its functions apart, at most`,
      unit: 'MiB',
      value: mebibytes(mostResidentBytes),
      before: inMebibytes(before),
      after: inMebibytes(after),
    });
    return after;
  }

  async #putRow(Item: Readonly<Record<string, { readonly S: string }>>): Promise<void> {
    const TableName = this.#engine.output('UsersTableName');
    await this.#clients.of(DynamoDBClient).send(new PutItemCommand({ TableName, Item }));
  }

  async #putEvents(details: readonly BucketCreatedV1[]): Promise<void> {
    const Entries = details.map((detail) => ({
      EventBusName: this.#busName,
      Source: 'bucket-service',
      DetailType: 'BucketCreated',
      Detail: JSON.stringify(detail),
    }));
    const { FailedEntryCount } = await this.#clients.of(EventBridgeClient).send(new PutEventsCommand({ Entries }));
    if (FailedEntryCount !== 0) throw new Error(`${FailedEntryCount} events were refused.`);
  }

  async countArchived(): Promise<number> {
    const ArchiveName = this.#engine.output('EventArchiveArn').split('/').at(-1);
    const { EventCount = 0 } = await this.#clients
      .of(EventBridgeClient)
      .send(new DescribeArchiveCommand({ ArchiveName }));
    return EventCount;
  }
}

/** A BucketCreated event as bucket-service publishes it. */
function bucketCreated(userId: string): BucketCreatedV1 {
  const bucketName = `siu${userId}-20261122100000-123456789012-${DEFAULT_REGION}-an`;
  return {
    metadata: {
      schemaVersion: 1,
      eventId: `${userId}:BucketCreated`,
      correlationId: userId,
      causationId: userId,
    },
    data: {
      userId,
      registeredAt: REGISTERED_AT,
      bucketName,
      region: DEFAULT_REGION,
      bucketUri: `s3://${bucketName}`,
      bucketUrl: `https://${bucketName}.s3.${DEFAULT_REGION}.amazonaws.com/`,
      bucketPathUrl: `https://s3.${DEFAULT_REGION}.amazonaws.com/${bucketName}`,
      createdAt: REGISTERED_AT,
    },
  };
}

function seconds(ms: number): number {
  return Math.round(ms / 100) / 10;
}

function inMebibytes({ resident, heap, database }: Memory): Memory {
  return { resident: mebibytes(resident), heap: mebibytes(heap), database: mebibytes(database) };
}

/**
 * Replays of an archive, with everything real. Most rows and events are written directly, in the
 * form that the services write.
 */
await withEngine(async (engine) => {
  const clients = new AwsClients({ endpoint: engine.ready.endpoint, region: DEFAULT_REGION });
  const bench = new ReplayBench(engine, clients);
  try {
    await bench.register(REGISTERED);
    await bench.replay({
      to: 'all subscribers',
      events: 2 * REGISTERED,
      // bucket-service publishes each BucketCreated again, and both are the same event.
      times: { 'bucket-service': { 1: REGISTERED }, 'uri-recorder': { 2: REGISTERED } },
      target: TARGET_TO_ALL,
    });
    const others = (ARCHIVED - (await bench.countArchived())) / 2;
    await bench.archiveUsers(others);
    const toOne: ReplayWanted = {
      to: 'uri-recorder alone',
      rules: [engine.output('UriRecorderRuleArn')],
      events: ARCHIVED,
      times: { 'uri-recorder': { 1: others, 2: REGISTERED } },
      target: TARGET_TO_ONE,
    };
    const first = await bench.replay(toOne);
    const second = await bench.replay(toOne);
    print({
      measure: 'resident memory after a second replay to one subscriber, to that after the first',
      unit: 'ratio',
      value: second.resident / first.resident,
      target: TARGET_GROWTH,
    });
  } finally {
    clients.destroy();
  }
});
