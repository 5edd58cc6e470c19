/**
 * Runs in the process of an execution environment: imports the function's bundled asset, as the Lambda runtime does, and
 * answers one invocation after another. It is plain JavaScript, since stripping types would take most of its start.
 *
 * It exchanges lines of JSON with the engine on its own channel: Node's channel is on `process`, where a handler would find
 * it.
 *
 * @import { Invocation, RuntimeMessage, RuntimeStart } from './runtime-process.ts'
 */
import { enableCompileCache, flushCompileCache } from 'node:module';
import { Socket } from 'node:net';
import { pathToFileURL } from 'node:url';

/** @type {RuntimeStart & { compiledFolder?: string }} */
const start = JSON.parse(process.argv[2] ?? '');
const { file, exportName, functionName, functionArn, memoryMb, logGroup, compiledFolder } = start;
process.argv.splice(2);
// A bundle is compiled once for all its environments. It is kept where the engine keeps its own compiled modules: others of this
// machine may write in the temporary folder, which is the default, and Node.js runs what it finds there.
enableCompileCache(compiledFolder);

// An uncaught error ends the process, as on Lambda, but it is reported first.
process.on('uncaughtException', (error) => {
  console.error(error);
  send({ crash: error instanceof Error ? error.message : String(error) }, () => process.exit(1));
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
// The engine has ended. Its watchdog ends this process and those that it started, which it can find only while this one
// exists; without a watchdog, this process ends by itself.
channel.on('error', () => {});
channel.on('close', () => setTimeout(() => process.exit(), 1000));

const handler = (await import(pathToFileURL(file).href))[exportName];
if (typeof handler !== 'function') throw new Error(`${file} exports no function named ${exportName}.`);
send('ready');
// Node.js would write it at an exit, but this process is killed. It writes only what is new.
flushCompileCache();

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
    send({ requestId, result: (await handler(event, context)) ?? null });
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    send({ requestId, error: { errorType: String(name), errorMessage: String(message) } });
  }
}

/**
 * @param {RuntimeMessage} message
 * @param {() => void} [afterwards]
 */
function send(message, afterwards) {
  channel.write(`${JSON.stringify(message)}\n`, afterwards);
}
