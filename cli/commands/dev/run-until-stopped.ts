import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { AwsClients } from '../../../operations/aws/aws-clients.ts';
import { explainAwsError } from '../../../operations/aws/aws-failure.ts';
import { type FoundStack, findStack } from '../../../operations/deployed/stack.ts';
import { bucketOfUri } from '../../../operations/deployed/user-bucket.ts';
import { UsersTable } from '../../../operations/deployed/users-table.ts';
import { CommandFailure, UsageError } from '../../../operations/messages/errors.ts';
import { SAMPLE_USERS } from '../../../operations/users/index.ts';
import type { Engine } from '../../../packages/local-engine/index.ts';
import { note, print } from '../../output/output.ts';
import type { DevOptions } from './command.ts';
import { serveConsole } from './console-page.ts';
import { reportLogs, reportProblems, reportRegistrations } from './report.ts';
import { showSamples, summarizeSamples } from './samples.ts';
import { nextSteps, subscribersByFunction } from './stack-text.ts';

/**
 * Registers the sample users on an engine, and reports what happens there until the command is stopped, or with `once` until
 * the sample users are done. Stops the engine.
 * @param startReloading is called when the sample users are done; it returns what ends the reloading
 * @throws CommandFailure as the command does
 */
export async function runUntilStopped(
  engine: Engine,
  options: DevOptions,
  stopped: AbortSignal,
  startReloading: () => Promise<() => Promise<void>>,
): Promise<void> {
  const failed = new AbortController();
  engine.onFailure(({ message }) => failed.abort(new CommandFailure(message)));
  try {
    await run(engine, options, AbortSignal.any([stopped, failed.signal]), startReloading);
  } catch (error) {
    // A failed engine makes every call fail; its own message is the reason.
    failed.signal.throwIfAborted();
    throw error;
  } finally {
    await engine.stop();
  }
  failed.signal.throwIfAborted();
}

async function run(
  engine: Engine,
  options: DevOptions,
  signal: AbortSignal,
  startReloading: () => Promise<() => Promise<void>>,
): Promise<void> {
  const { endpoint, account, journal } = engine;
  const target = { endpoint, region: account.region };
  const clients = new AwsClients(target);
  const s3 = clients.of(S3Client);
  try {
    if (options.logs !== undefined) showLogs(engine, options.logs);
    const stack = await findStack(clients.of(CloudFormationClient), target);
    const table = new UsersTable(clients.of(DynamoDBClient), stack);
    const watched = { stack: liveStack(engine, stack), userIdAttribute: table.userIdAttribute, journal };
    const names = engine.stacks.map(({ name }) => name).join(', ');
    const verb = engine.stacks.length > 1 ? 'run' : 'runs';
    print(`${names} ${verb} at ${endpoint} in ${account.region}, account ${account.id}\n\n`);
    if (options.data !== undefined) print(`Everything is kept in ${options.data}.\n\n`);

    reportProblems(watched);
    const props = { table, s3, journal, target, stackName: stack.name, timeoutMs: options.timeout * 1000, signal };
    const outcomes = await showSamples(options.samples ? SAMPLE_USERS : [], props);
    const { text, problem } = summarizeSamples(outcomes, options.timeout);
    if (options.once) {
      if (signal.aborted) throw new CommandFailure('stopped before every sample user had a bucket');
      if (problem !== undefined) throw new CommandFailure(problem);
      print(`\n${text}`);
      return;
    }
    if (!signal.aborted) {
      if (problem !== undefined) note(`✖ ${problem}\n`);
      const bucketUri = [...outcomes.values()].find(({ uri = '' }) => bucketOfUri(uri) !== undefined)?.uri;
      if (text !== '') print(`\n${text}\n`);
      print(`${nextSteps({ ...target, stack, ...(bucketUri !== undefined && { bucketUri }) })}\n`);
      reportRegistrations(watched);
      const stopReloading = await startReloading();
      const isReloading = options.assembly === undefined;
      const page = await serveConsole(options, endpoint);
      if (page !== undefined) print(`See it in the browser: ${page.url}\n`);
      print(`${isReloading ? 'What you save under services/ is loaded at once. ' : ''}Ctrl-C stops it.\n`);
      await aborted(signal);
      await page?.close();
      await stopReloading();
    }
    print('Stopping.\n');
  } catch (error) {
    throw explainAwsError(error, target);
  } finally {
    clients.destroy();
  }
}

/** @param wanted true for all subscribers, including later ones @throws UsageError for an unknown subscriber */
function showLogs(engine: Engine, wanted: readonly string[] | true): void {
  const running = [...subscribersByFunction(engine.stacks).values()];
  const unknown = wanted !== true && wanted.find((name) => !running.includes(name));
  if (unknown) throw new UsageError(`no subscriber is named ${unknown}; there are ${running.join(', ')}`);
  reportLogs(engine.journal, (functionName) => {
    const name = subscribersByFunction(engine.stacks).get(functionName);
    return name !== undefined && (wanted === true || wanted.includes(name)) ? name : undefined;
  });
}

/** The current outputs of all stacks: subscribers come and go. If names are equal, the pipeline's output wins. */
function liveStack(engine: Engine, { name }: FoundStack): FoundStack {
  return {
    name,
    get outputs() {
      return Object.fromEntries(
        [...engine.stacks].reverse().flatMap(({ outputs }) => outputs.map(({ key, value }) => [key, value])),
      );
    },
  };
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise((stopped) => signal.addEventListener('abort', stopped, { once: true }));
}
