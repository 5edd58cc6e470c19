/**
 * Measures the local engine with everything real: the synthesized stack in one process, its clients in another. Prints
 * one JSON line for each figure.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { LOCAL_CREDENTIALS } from '../operator/aws-clients.ts';
import { forEachInFlight } from '../operator/in-flight.ts';
import { synthesize } from '../operator/synthesize.ts';
import type { Answer, Ask } from './engine-process.ts';
import { reloadTimes } from './reload.ts';

const STARTS = 5;
const WARM_UPS = 50;
const REGISTRATIONS_AT_REST = 300;
const LOADS = [1_000, 20_000];
const PUTS_IN_FLIGHT = 32;
const SAVES = 10;
/** Subscribers beside the pipeline's own two. */
const OTHER_SUBSCRIBERS = [0, 8];

type Ready = Extract<Answer, { kind: 'ready' }>;
type Recorded = Extract<Answer, { kind: 'recorded' }>;

const assembly = await mkdtemp(join(tmpdir(), 'pipeline-bench-'));
try {
  await synthesize({ outdir: assembly });
  await measureStarts();
  await measureRegistrations();
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
    const { child, ready } = await startEngineProcess();
    times.push(ready.ms);
    await stop(child);
  }
  // Node's own start and every import are part of it.
  print({ measure: 'assembly to ready', unit: 'ms', median: median(times), all: times.map(rounded), target: 1000 });
}

async function measureRegistrations(): Promise<void> {
  const { child, ready } = await startEngineProcess();
  const client = new DynamoDBClient({
    endpoint: ready.endpoint,
    region: 'ap-northeast-1',
    credentials: LOCAL_CREDENTIALS,
  });
  const put = (id: string) => client.send(new PutItemCommand({ TableName: ready.table, Item: { userId: { S: id } } }));

  const latencies: number[] = [];
  for (let user = 0; user < WARM_UPS + REGISTRATIONS_AT_REST; user++) {
    const recorded = await watch(child, 1);
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
    const recorded = await watch(child, users);
    const begun = now();
    const ids = Array.from({ length: users }, (_, user) => `load-${users}-${user}`);
    await forEachInFlight(ids, PUTS_IN_FLIGHT, async (id) => void (await put(id)));
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
  await stop(child);
}

async function startEngineProcess(): Promise<{ child: ChildProcess; ready: Ready }> {
  const child = fork(join(import.meta.dirname, 'engine-process.ts'), [assembly]);
  return { child, ready: await next<Ready>(child, 'ready') };
}

/** Asks to hear of the next `count` recorded users; resolves when that is watched for, with the way to wait for it. */
async function watch(child: ChildProcess, count: number): Promise<() => Promise<Recorded>> {
  const watching = next(child, 'watching');
  child.send({ recorded: count } satisfies Ask);
  await watching;
  const recorded = next<Recorded>(child, 'recorded');
  return () => recorded;
}

function next<T extends Answer>(child: ChildProcess, kind: T['kind']): Promise<T> {
  return new Promise((resolve, reject) => {
    const died = (code: number | null) => reject(new Error(`The engine's process ended with code ${code}.`));
    const listen = (answer: Answer) => {
      if (answer.kind !== kind) return;
      child.off('message', listen);
      child.off('exit', died);
      resolve(answer as T);
    };
    child.on('message', listen);
    child.once('exit', died);
  });
}

async function stop(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.disconnect();
  await exit;
}

/** Milliseconds since the Unix epoch, with fractions: the same clock in both processes. */
function now(): number {
  return performance.timeOrigin + performance.now();
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
