/**
 * The inside of one execution environment: a process that imports the function's bundled asset, as the Lambda runtime
 * would, and answers one invocation after another. Plain JavaScript: stripping types would take longer than all else.
 *
 * It talks with the engine in lines of JSON, on a channel of its own: Node's is on `process`, where a handler would find
 * it.
 *
 * @import { Invocation, RuntimeMessage, RuntimeStart } from './lambda-protocol.ts'
 */
import { enableCompileCache } from 'node:module';
import { Socket } from 'node:net';
import { pathToFileURL } from 'node:url';

/** @type {RuntimeStart} */
const { file, exportName, functionName, functionArn, memoryMb, logGroup } = JSON.parse(process.argv[2] ?? '');
process.argv.splice(2);
// In the temporary folder: the same bundle is compiled once, however often environments start.
enableCompileCache();

// What escapes the handler ends the process, as on Lambda, but not before it is told.
process.on('uncaughtException', (error) => {
  console.error(error);
  tell({ crash: error instanceof Error ? error.message : String(error) }, () => process.exit(1));
});
const channel = new Socket({ fd: 3 });
let received = '';
channel.setEncoding('utf8');
channel.on('data', (/** @type {string} */ chunk) => {
  const [first, ...more] = chunk.split('\n');
  received += first;
  for (const next of more) {
    void serve(JSON.parse(received));
    received = next;
  }
});
// The engine is gone. Its watchdog ends this process with those that it started, which it finds as long as this one is
// there; where there is no watchdog, this one ends by itself.
channel.on('error', () => {});
channel.on('close', () => setTimeout(() => process.exit(), 1000));

const handler = (await import(pathToFileURL(file).href))[exportName];
if (typeof handler !== 'function') throw new Error(`${file} exports no function named ${exportName}.`);
tell('ready');

/** @param {Invocation} invocation */
async function serve({ requestId, event, deadline, traceHeader }) {
  process.env._X_AMZN_TRACE_ID = traceHeader;
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
  try {
    tell({ requestId, result: (await handler(event, context)) ?? null });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    tell({ requestId, error: { errorType: String(name), errorMessage: String(message) } });
  }
}

/**
 * @param {RuntimeMessage} message
 * @param {() => void} [afterwards]
 */
function tell(message, afterwards) {
  channel.write(`${JSON.stringify(message)}\n`, afterwards);
}
