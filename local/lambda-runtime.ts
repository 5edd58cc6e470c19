/**
 * The inside of one execution environment: a worker thread that imports the function's bundled asset, as the Lambda
 * runtime would, and answers one invocation after another.
 */
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { Invocation, InvocationAnswer, RuntimeStart } from './lambda-protocol.ts';

type Handler = (event: unknown, context: unknown) => unknown;

const { file, exportName, functionName, functionArn, memoryMb, logGroup } = workerData as RuntimeStart;
const port = parentPort;
if (port === null) throw new Error('lambda-runtime.ts runs only as a worker thread.');

const module: Record<string, unknown> = await import(pathToFileURL(file).href);
const handler = module[exportName];
if (typeof handler !== 'function') throw new Error(`${functionName}: ${file} exports no function named ${exportName}.`);

port.on('message', async ({ requestId, event, deadline }: Invocation) => {
  const context = {
    awsRequestId: requestId,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn,
    memoryLimitInMB: String(memoryMb),
    logGroupName: logGroup,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
  const answer = await answerOf(() => (handler as Handler)(event, context));
  port.postMessage({ requestId, ...answer } satisfies InvocationAnswer);
});
port.postMessage('ready');

async function answerOf(run: () => unknown): Promise<Omit<InvocationAnswer, 'requestId'>> {
  try {
    // As the runtime does, results travel as JSON.
    return { result: JSON.stringify((await run()) ?? null) };
  } catch (error) {
    const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
    return { error: { errorType: name, errorMessage: message, stack: stack ?? '' } };
  }
}
