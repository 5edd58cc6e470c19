import { S3Client } from '@aws-sdk/client-s3';
import type { Engine } from '../../local/engine.ts';
import { createClients, LOCAL_CREDENTIALS } from '../aws-clients.ts';
import { explainAwsError } from '../aws-failure.ts';
import { reportProblems, reportRegistrations } from '../dev/report.ts';
import { summarizeSamples } from '../dev/samples-summary.ts';
import { showSamples } from '../dev/show-samples.ts';
import { type StartOptions, startLocalEngine } from '../dev/start-local-engine.ts';
import { stopRequest } from '../dev/stop-request.ts';
import { tryNext } from '../dev/try-next.ts';
import { CommandFailure } from '../errors.ts';
import { SAMPLE_USERS } from '../sample-users.ts';
import { findStack } from '../stack-outputs.ts';
import { UsersTable } from '../users-table.ts';

export interface DevOptions extends StartOptions {
  readonly samples: boolean;
  readonly once?: boolean;
  /** Seconds. */
  readonly timeout: number;
}

/**
 * Runs the stack on this machine until it is told to stop, or with `once` until the sample users are done.
 * @throws CommandFailure if it cannot run, or with `once` if a sample user has no bucket in time
 */
export async function dev(options: DevOptions): Promise<void> {
  const engine = await startLocalEngine(options);
  const stop = stopRequest();
  try {
    await run(engine, options, stop.signal);
  } finally {
    await engine.stop();
    stop.done();
  }
}

async function run(engine: Engine, options: DevOptions, signal: AbortSignal): Promise<void> {
  const { endpoint, account, journal } = engine;
  const target = { endpoint, region: account.region };
  const clients = createClients(target);
  const s3 = new S3Client({ ...target, credentials: LOCAL_CREDENTIALS });
  try {
    const stack = await findStack(clients.cloudformation, target);
    const table = new UsersTable(clients.dynamodb, stack);
    const watched = { stack, userIdAttribute: table.userIdAttribute, journal };
    print(`${stack.name} runs at ${endpoint} in ${account.region}, account ${account.id}\n`);

    reportProblems(watched);
    const sampled = { table, s3, journal, target, stackName: stack.name, timeoutMs: options.timeout * 1000, signal };
    const outcomes = await showSamples(options.samples ? SAMPLE_USERS : [], sampled);
    const { text, problem } = summarizeSamples(outcomes, options.timeout);
    if (options.once) {
      if (signal.aborted) throw new CommandFailure('stopped before every sample user had a bucket');
      if (problem !== undefined) throw new CommandFailure(problem);
      return print(`\n${text.trimEnd()}`);
    }
    if (!signal.aborted) {
      if (problem !== undefined) process.stderr.write(`✖ ${problem}\n`);
      const bucketUri = [...outcomes.values()].find(({ uri }) => uri !== undefined)?.uri;
      print(`\n${text}\n${tryNext({ ...target, stack, ...(bucketUri !== undefined && { bucketUri }) })}`);
      print('Ctrl-C stops it.');
      reportRegistrations(watched);
      await new Promise((stopped) => signal.addEventListener('abort', stopped, { once: true }));
    }
    print('Stopping.');
  } catch (error) {
    throw explainAwsError(error, target);
  } finally {
    clients.destroy();
    s3.destroy();
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
