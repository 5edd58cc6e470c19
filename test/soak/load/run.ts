import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { Commands } from './commands.ts';
import { type EndStateProps, findLosses, findOverflows, type Recovery, recover, tableSizes } from './end-state.ts';
import { EngineLives } from './engine-lives.ts';
import { Incidents } from './incidents.ts';
import { judge } from './judgements.ts';
import type { SoakOptions } from './options.ts';
import { type Plan, planOf } from './plan.ts';
import { requireProc } from './processes.ts';
import { Recordings } from './recordings.ts';
import { reportOf, type SoakReport } from './report.ts';
import { csvOf, progressLine, type Sample, takeSample } from './samples.ts';
import { SignUps } from './sign-ups.ts';
import { bringAbout, every, runCommands, Work } from './work.ts';

/** Runs shorter than this have no time to show whether memory grows, nor to wait for visibility timeouts. */
const LONG_MINUTES = 5;
/** In the longest life of the engine, and how often at most and at least, in milliseconds. */
const SAMPLES_OF_LIFE = 60;
const [SAMPLE_MS, LONGEST_SAMPLE_MS] = [200, 10_000];
const PROGRESS_MS = 10_000;
const GRACE_SECONDS = { long: 60, short: 10 };

export interface Soak extends SoakOptions {
  /** The folder that `cdk synth` wrote. */
  readonly assembly: string;
  /** Gets a line each ten seconds. */
  readonly onProgress: (line: string) => void;
}

/**
 * Registers users at a rate on `pipeline dev --data` in a process of its own, while the engine, functions and commands are killed;
 * then recovers as the runbook says, and looks whether everybody is recorded and nothing has grown.
 * @returns what was measured, and what is wrong
 */
export async function soak(options: Soak): Promise<SoakReport> {
  requireProc();
  const own = await mkdtemp(join(tmpdir(), 'pipeline-soak-'));
  const out = options.out ?? own;
  await mkdir(out, { recursive: true });
  try {
    const report = await run(options, join(own, 'data'), out);
    await writeFile(join(out, 'samples.csv'), csvOf(report.samples));
    await writeFile(join(out, 'report.json'), `${JSON.stringify(report, undefined, 2)}\n`);
    await writeFile(join(out, 'report.txt'), report.text);
    return report;
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}

async function run(options: Soak, dataFolder: string, out: string): Promise<SoakReport> {
  const { minutes, rate, seed, assembly, onProgress } = options;
  const isLong = minutes >= LONG_MINUTES;
  const plan = planOf({ minutes, seed });
  const lives = await EngineLives.start({ assembly, dataFolder, log: join(out, 'engine.log') });
  const clients = connect(lives.endpoint);
  const [isOver, isRecovered] = [new AbortController(), new AbortController()];
  let exitCode: number | null = null;
  try {
    const outputs = await outputsOf(lives.endpoint);
    const table = outputs.UsersTableName ?? '';
    const recordings = new Recordings(clients.watching, table);
    const onRegistered = (userId: string) => recordings.add(userId);
    const signUps = new SignUps({
      lives,
      dynamodb: clients.dynamodb,
      table,
      minutes,
      rate,
      waiting: () => recordings.missing,
      onRegistered,
    });
    const commands = new Commands({
      lives,
      graceSeconds: isLong ? GRACE_SECONDS.long : GRACE_SECONDS.short,
      onRegistered,
    });
    const incidents = new Incidents({ lives, ...clients, outputs, recordings });

    const begun = performance.now();
    const samples: Sample[] = [];
    const killsOfCommands = () => [...commands.counts.values()].reduce((sum, { killed }) => sum + killed, 0);
    const counts = () => ({
      registered: recordings.registered.size,
      recorded: recordings.uris.size,
      kills: incidents.enginesKilled + incidents.functionsKilled + killsOfCommands(),
    });
    const sampleMs = Math.max(SAMPLE_MS, Math.min(lifeMs(plan) / SAMPLES_OF_LIFE, LONGEST_SAMPLE_MS));
    let shownAt = Number.NEGATIVE_INFINITY;
    const sample = async () => {
      const taken = await takeSample({ lives, sqs: clients.sqs, dataFolder, begun, counts });
      if (taken === undefined) return;
      samples.push(taken);
      if (performance.now() - shownAt < PROGRESS_MS) return;
      shownAt = performance.now();
      onProgress(progressLine(taken));
    };
    const work = new Work();
    const watching = work.do('watching for URIs', () => recordings.run(isRecovered.signal));
    await Promise.all([
      work.do('signing up', () => signUps.run(work.hasFailed)).then(() => isOver.abort()),
      work.do('bringing about incidents', () => bringAbout(plan, incidents, { begun, work })),
      work.do('running commands', () => runCommands(plan, commands, isOver.signal)),
      work.do('sampling', () => every(sampleMs, isOver.signal, sample)),
    ]);
    const seconds = (performance.now() - begun) / 1000;

    const props: EndStateProps = { commands, ...clients, outputs, recordings, skipsTime: !isLong };
    onProgress('The load is over: redriving and reconciling, as the runbook says.');
    const findings: string[] = [];
    const recovery = await recover(props).catch((error: Error): Recovery => {
      findings.push(error.message);
      return { deadLetters: Number.NaN, repaired: Number.NaN };
    });
    isRecovered.abort();
    await watching;
    await work.do('looking for losses', async () => findings.push(...(await findLosses(props))));
    findings.push(...work.failures);
    exitCode = await lives.stop();
    if (exitCode !== 0) findings.push(`the engine ended with exit code ${exitCode} after Ctrl-C`);
    const sizes = tableSizes(dataFolder);
    findings.push(...lives.unexpectedEnds, ...commands.problems, ...findOverflows(sizes));
    for (const [what, times] of signUps.refusals) findings.push(`${what} (${times} times)`);
    const judgements = judge(samples, isLong);
    for (const { measure, verdict, text } of judgements) {
      if (verdict === 'grows' || (verdict === 'not judged' && isLong)) findings.push(`${measure}: ${verdict}; ${text}`);
    }
    return reportOf({
      options: { minutes, rate, seed },
      seconds,
      samples,
      judgements,
      findings,
      recovery,
      sizes,
      signUps,
      recordings,
      incidents,
      commands,
      starts: lives.starts,
    });
  } finally {
    isOver.abort();
    isRecovered.abort();
    for (const client of Object.values(clients)) client.destroy();
    if (exitCode === null) await lives.stop();
  }
}

/** How long the longest life of the engine is, at least. */
function lifeMs({ quiet }: Plan): number {
  return (quiet.to - quiet.from) * 1000;
}

function connect(endpoint: string) {
  // A call whose answer is lost is not repeated by the client: who calls decides that.
  const settings = {
    endpoint,
    region: 'ap-northeast-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  };
  // Who watches does not wait behind sign-ups for a connection.
  const watching = new DynamoDBClient(settings);
  return { dynamodb: new DynamoDBClient(settings), watching, s3: new S3Client(settings), sqs: new SQSClient(settings) };
}

async function outputsOf(endpoint: string): Promise<Record<string, string>> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new CloudFormationClient({ endpoint, region: 'ap-northeast-1', credentials });
  const { Stacks = [] } = await client.send(new DescribeStacksCommand({}));
  client.destroy();
  const outputs = (Stacks[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue]);
  return Object.fromEntries(outputs);
}
