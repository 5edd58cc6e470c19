/**
 * Measures the local engine with everything real: the synthesized stack in one process, its clients in another. Prints
 * one JSON line for each figure.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import pMap from 'p-map';
import { synthesize } from '../../cdk/synthesize.ts';
import { LOCAL_CREDENTIALS } from '../../operations/aws/aws-clients.ts';
import { DEFAULT_REGION } from '../../operations/aws/target.ts';
import { EngineChild, now } from './engine-child.ts';
import { reloadTimes } from './reload.ts';
import { measureReplays } from './replay.ts';

const STARTS = 5;
const WARM_UPS = 50;
const REGISTRATIONS_AT_REST = 300;
const LOADS = [1_000, 20_000];
const PUTS_IN_FLIGHT = 32;
const SAVES = 10;
/** Subscribers beside the pipeline's own two. */
const OTHER_SUBSCRIBERS = [0, 8];

const assembly = await mkdtemp(join(tmpdir(), 'pipeline-bench-'));
try {
  await synthesize({ outdir: assembly });
  await measureStarts();
  await measureRegistrations();
  await measureReplays(assembly, print);
  await measureReloads();
} finally {
  await rm(assembly, { recursive: true });
}

async function measureReloads(): Promise<void> {
  for (const subscribers of OTHER_SUBSCRIBERS) {
    const times = await reloadTimes(subscribers, SAVES);
    print({
      measure: `a saved handler, until its new code is ready, with ${subscribers + 2} subscribers`,
      unit: 'ms',
      median: median(times),
      slowest: rounded(Math.max(...times)),
      target: 1000,
    });
  }
}

async function measureStarts(): Promise<void> {
  const times: number[] = [];
  for (let start = 0; start < STARTS; start++) {
    const engine = await EngineChild.start(assembly);
    times.push(engine.ready.ms);
    await engine.stop();
  }
  // Node's own start and every import are part of it.
  print({ measure: 'assembly to ready', unit: 'ms', median: median(times), all: times.map(rounded), target: 1000 });
}

async function measureRegistrations(): Promise<void> {
  const engine = await EngineChild.start(assembly);
  const client = new DynamoDBClient({
    endpoint: engine.ready.endpoint,
    region: DEFAULT_REGION,
    credentials: LOCAL_CREDENTIALS,
  });
  const TableName = engine.output('UsersTableName');
  const put = (id: string) => client.send(new PutItemCommand({ TableName, Item: { userId: { S: id } } }));
  const watch = (users: number) => engine.watch({ kind: 'recorded', users });

  const latencies: number[] = [];
  for (let user = 0; user < WARM_UPS + REGISTRATIONS_AT_REST; user++) {
    const recorded = await watch(1);
    const begun = now();
    await put(`rest-${user}`);
    if (user >= WARM_UPS) latencies.push((await recorded()).at - begun);
    else await recorded();
  }
  latencies.sort((a, b) => a - b);
  print({
    measure: 'latency of one registration at rest, put to URI in the row',
    unit: 'ms',
    median: median(latencies),
    p99: rounded(latencies[Math.floor(latencies.length * 0.99)] ?? Number.NaN),
    registrations: latencies.length,
    target: 30,
  });

  for (const users of LOADS) {
    const recorded = await watch(users);
    const begun = now();
    const ids = Array.from({ length: users }, (_, user) => `load-${users}-${user}`);
    await pMap(ids, async (id) => void (await put(id)), { concurrency: PUTS_IN_FLIGHT });
    const { at, residentBytes } = await recorded();
    const perSecond = Math.round(users / ((at - begun) / 1000));
    print({
      measure: `registrations a second, ${users} users, put to URI in the row`,
      unit: '1/s',
      value: perSecond,
      target: 300,
    });
    print({
      measure: `resident memory of the engine, its functions apart, after ${users} users`,
      unit: 'MiB',
      value: Math.round(residentBytes / 2 ** 20),
    });
  }
  client.destroy();
  await engine.stop();
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return rounded(sorted[Math.floor(sorted.length / 2)] ?? Number.NaN);
}

function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

function print(figure: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify(figure));
}
