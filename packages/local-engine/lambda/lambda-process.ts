import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  type Invocation,
  parseRuntimeMessage,
  type RuntimeMessage,
  type RuntimeStart,
  readLines,
} from './lambda-protocol.ts';
import { dieWithEngine, killGroup, killWithDescendants, newMark } from './process-tree.ts';

export interface RuntimeProcessProps {
  readonly start: RuntimeStart;
  readonly variables: Readonly<Record<string, string>>;
  readonly onLog: (line: string) => void;
  readonly onMessage: (message: RuntimeMessage) => void;
  /** Called when the process is gone; what it said last may still come. */
  readonly onExit: () => void;
  /** Called once, and never before the constructor has returned: when all is said after the exit, or if there never was a process. */
  readonly onEnd: (ending: Ending) => void;
}

/** Why there is no process: Lambda's own name for it, and the end of a sentence about the function. */
export interface Ending {
  readonly errorType: string;
  readonly message: string;
}

const RUNTIME = fileURLToPath(new URL('./lambda-runtime.mjs', import.meta.url));

/** Characters of one log event. Source: CloudWatch Logs API reference, PutLogEvents: 1 MB. */
const LONGEST_LOG_LINE = 2 ** 20;

/** Characters of one message. Lambda takes answers of 6 MB; what is longer is cut, and no message then. */
const LONGEST_MESSAGE = 2 ** 25;

/** How long the last words of a process may take after its end. They are in a pipe of this machine by then. */
const LAST_WORDS_MS = 1000;

/** What Node.js writes before it aborts because V8 has no memory left. */
const OUT_OF_MEMORY = /^FATAL ERROR: .*out of memory$/;

/** The process of an execution environment: runs the runtime, which it tells invocations by, and hears its messages. */
export class RuntimeProcess {
  readonly #child: ChildProcess | undefined;
  readonly #mark = newMark();
  #isOutOfMemory = false;

  constructor(props: RuntimeProcessProps) {
    const { start, variables, onEnd } = props;
    const notStarted = (error: unknown) => onEnd(whyNotStarted(error as NodeJS.ErrnoException, dirname(start.file)));
    const args = [`--max-old-space-size=${start.memoryMb}`, RUNTIME, JSON.stringify(start)];
    try {
      this.#child = spawn(process.execPath, args, {
        cwd: dirname(start.file),
        env: { ...variables, ...this.#mark },
        // A group of its own, so that what a handler has started ends with it.
        detached: true,
        // The last one is the channel. Node's own would throw here at what a handler writes there.
        stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      });
    } catch (error) {
      // Some reasons are thrown, such as variables that are too large, and others come as an event.
      queueMicrotask(() => notStarted(error));
      return;
    }
    if (this.#child.pid === undefined) this.#child.once('error', notStarted);
    else this.#listen(this.#child, this.#child.pid, props);
  }

  send(invocation: Invocation): void {
    this.#channel?.write(`${JSON.stringify(invocation)}\n`);
  }

  /** Ends it, with all that it has started. Does nothing where no process was started, or where it has ended. */
  kill(): void {
    const { pid, exitCode = null, signalCode = null } = this.#child ?? {};
    if (pid !== undefined && exitCode === null && signalCode === null) killWithDescendants(pid);
  }

  get #channel(): Socket | null | undefined {
    return this.#child?.stdio?.[3] as Socket | null | undefined;
  }

  /**
   * Calls `done` once, when all that the process has said is read: its last words may arrive after its end. What it has
   * started can hold its output open, and is not waited for.
   */
  #whenHeardOut(done: () => void): void {
    const timer = setTimeout(() => {
      this.#child?.off('close', heard);
      done();
    }, LAST_WORDS_MS);
    const heard = () => {
      clearTimeout(timer);
      done();
    };
    this.#child?.once('close', heard);
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
    // Of a process that started, it says only that a signal could not be sent: its end tells the rest.
    this.#child?.on('error', () => {});
    this.#child?.once('exit', (code, signal) => {
      killGroup(pid);
      ended();
      onExit();
      this.#whenHeardOut(() => {
        if (this.#isOutOfMemory) {
          onEnd({ errorType: 'Runtime.OutOfMemory', message: `ran out of its ${start.memoryMb} MB of memory.` });
        } else {
          onEnd({ errorType: 'Runtime.ExitError', message: `the runtime exited with ${signal ?? `code ${code}`}.` });
        }
      });
    });
  }
}

function whyNotStarted({ message }: NodeJS.ErrnoException, folder: string): Ending {
  const hint = existsSync(folder) ? '' : ` Its code is gone: there is no folder ${folder}. Synthesize it again.`;
  return { errorType: 'Runtime.StartError', message: `its process cannot be started: ${message}.${hint}` };
}
