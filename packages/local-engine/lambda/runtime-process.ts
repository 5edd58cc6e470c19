import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { isObject } from '../core/json-text.ts';
import { dieWithEngine, killGroup, killWithDescendants, newMark } from './process-tree.ts';

/** What an execution environment is started with. */
export interface RuntimeStart {
  /** The module that exports the handler. */
  readonly file: string;
  readonly exportName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly logGroup: string;
}

export interface Invocation {
  readonly requestId: string;
  readonly event: unknown;
  /** Unix epoch milliseconds at which the function times out. */
  readonly deadline: number;
  /** What the handler's AWS clients pass on. */
  readonly traceHeader: string;
}

/** What the handler returned, or what it threw, in the form in which Lambda reports it. */
export interface InvocationAnswer {
  readonly requestId: string;
  readonly result?: unknown;
  readonly error?: { readonly errorType: string; readonly errorMessage: string };
}

/** The module is loaded, an answer, or the error that ends the process. */
export type RuntimeMessage = 'ready' | InvocationAnswer | { readonly crash: string };

interface RuntimeProcessProps {
  readonly start: RuntimeStart;
  readonly variables: Readonly<Record<string, string>>;
  readonly onLog: (line: string) => void;
  readonly onMessage: (message: RuntimeMessage) => void;
  /** Called when the process has ended; its last messages may still arrive. */
  readonly onExit: () => void;
  /** Called once, after the constructor has returned: when all messages are read after the exit, or if no process could start. */
  readonly onEnd: (end: ProcessEnd) => void;
}

/** Why there is no process: Lambda's own name for it, and a message that follows the function's name. */
interface ProcessEnd {
  readonly errorType: string;
  readonly message: string;
}

const RUNTIME = fileURLToPath(new URL('./lambda-runtime.mjs', import.meta.url));

/** Characters of one log event. Source: CloudWatch Logs API reference, PutLogEvents: 1 MB. */
const LONGEST_LOG_LINE = 2 ** 20;

/** Characters of one message. Lambda accepts answers of 6 MB; a longer message is cut, and then invalid. */
const LONGEST_MESSAGE = 2 ** 25;

/** How long the engine reads the output of a process after its end. */
const READ_AFTER_END_MS = 1000;

/** What Node.js writes before it aborts for lack of memory. */
const OUT_OF_MEMORY = /^FATAL ERROR: .*out of memory$/;

/** The process of an execution environment. It runs the runtime: sends it invocations, and reads its messages. */
export class RuntimeProcess {
  readonly #child: ChildProcess | undefined;
  readonly #mark = newMark();
  #isOutOfMemory = false;

  constructor(props: RuntimeProcessProps) {
    const { start, variables, onEnd } = props;
    const notStarted = (error: unknown) => onEnd(whyNotStarted(error as NodeJS.ErrnoException, dirname(start.file)));
    // Not as a variable, since a handler sees nothing of the engine's.
    const compiledFolder = process.env.NODE_COMPILE_CACHE;
    const args = [`--max-old-space-size=${start.memoryMb}`, RUNTIME, JSON.stringify({ ...start, compiledFolder })];
    try {
      this.#child = spawn(process.execPath, args, {
        cwd: dirname(start.file),
        env: { ...variables, ...this.#mark },
        // A group of its own, so that processes that a handler started end with it.
        detached: true,
        // The last one is the channel. Node's own channel would throw here at invalid messages of a handler.
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      });
    } catch (error) {
      // Some errors are thrown, such as variables that are too large; others come as an event.
      queueMicrotask(() => notStarted(error));
      return;
    }
    if (this.#child.pid === undefined) this.#child.once('error', notStarted);
    else this.#listen(this.#child, this.#child.pid, props);
  }

  send(invocation: Invocation): void {
    this.#channel?.write(`${JSON.stringify(invocation)}\n`);
  }

  /** Ends it, with all processes that it started. Does nothing if it was not started or has ended. */
  kill(): void {
    const { pid, exitCode = null, signalCode = null } = this.#child ?? {};
    if (pid !== undefined && exitCode === null && signalCode === null) killWithDescendants(pid);
  }

  get #channel(): Socket | null | undefined {
    return this.#child?.stdio?.[3] as Socket | null | undefined;
  }

  /**
   * Calls `done` once, when all output of the process is read, which may arrive after its end. A process that it started can
   * hold its output open; it does not wait for that.
   */
  #whenAllIsRead(done: () => void): void {
    const timer = setTimeout(() => {
      this.#child?.off('close', closed);
      done();
    }, READ_AFTER_END_MS);
    const closed = () => {
      clearTimeout(timer);
      done();
    };
    this.#child?.once('close', closed);
  }

  #listen(
    { stdout, stderr }: ChildProcess,
    pid: number,
    { onLog, onMessage, onExit, onEnd, start }: RuntimeProcessProps,
  ): void {
    const onErrorLine = (line: string) => {
      this.#isOutOfMemory ||= OUT_OF_MEMORY.test(line);
      onLog(line);
    };
    if (stdout) readLines(stdout, onLog, LONGEST_LOG_LINE);
    if (stderr) readLines(stderr, onErrorLine, LONGEST_LOG_LINE);
    if (this.#channel) {
      const onLine = (line: string) => {
        const message = parseRuntimeMessage(line);
        if (message !== undefined) onMessage(message);
      };
      readLines(this.#channel, onLine, LONGEST_MESSAGE);
    }
    const ended = dieWithEngine(pid, this.#mark);
    // Once the process has started, an error only means that a signal could not be sent: its exit is reported anyway.
    this.#child?.on('error', () => {});
    this.#child?.once('exit', (code, signal) => {
      killGroup(pid);
      ended();
      onExit();
      this.#whenAllIsRead(() => {
        if (this.#isOutOfMemory) {
          onEnd({ errorType: 'Runtime.OutOfMemory', message: `ran out of its ${start.memoryMb} MB of memory.` });
        } else {
          onEnd({ errorType: 'Runtime.ExitError', message: `the runtime exited with ${signal ?? `code ${code}`}.` });
        }
      });
    });
  }
}

function whyNotStarted({ message }: NodeJS.ErrnoException, folder: string): ProcessEnd {
  const hint = existsSync(folder)
    ? ''
    : ` Its code was removed: there is no folder ${folder}. Synthesize the app again.`;
  return { errorType: 'Runtime.StartError', message: `its process cannot be started: ${message}.${hint}` };
}

/**
 * A line of the runtime's channel: one message as JSON. A handler can write to the channel too, so everything is checked:
 * undefined for anything that is not a message.
 */
function parseRuntimeMessage(line: string): RuntimeMessage | undefined {
  let message: unknown;
  try {
    message = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (message === 'ready') return message;
  if (!isObject(message)) return undefined;
  if (typeof message.crash === 'string') return { crash: message.crash };
  const { requestId, result, error } = message;
  if (typeof requestId !== 'string') return undefined;
  if (error === undefined) return { requestId, result };
  if (!isObject(error) || typeof error.errorType !== 'string' || typeof error.errorMessage !== 'string') {
    return undefined;
  }
  return { requestId, error: { errorType: error.errorType, errorMessage: error.errorMessage } };
}

/**
 * Calls `onLine` with each line of UTF-8 text, without its end. Lines end only at `\n` or `\r\n`: `readline` also ends
 * them at U+2028, U+2029 and a lone `\r`, which a line of JSON may contain. Text after the last line end is a line.
 * @param longest characters of a line; longer ones are split, so that memory stays bounded
 */
export function readLines(stream: Readable, onLine: (line: string) => void, longest = Number.POSITIVE_INFINITY): void {
  let rest = '';
  const withoutFullParts = (line: string): string => {
    let left = line;
    while (left.length > longest) {
      const end = isHighSurrogate(left.charCodeAt(longest - 1)) ? longest - 1 : longest;
      onLine(left.slice(0, end));
      left = left.slice(end);
    }
    return left;
  };
  const endLine = () => onLine(rest.endsWith('\r') ? rest.slice(0, -1) : rest);
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const [first = '', ...more] = chunk.split('\n');
    rest = withoutFullParts(rest + first);
    for (const next of more) {
      endLine();
      rest = withoutFullParts(next);
    }
  });
  // A broken stream has ended too.
  stream.on('error', () => {});
  stream.on('close', () => {
    if (rest !== '') endLine();
  });
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
