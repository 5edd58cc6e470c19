import { EventEmitter } from 'node:events';

/** What ends a command that does not listen for it. */
export type StopSignal = 'SIGINT' | 'SIGTERM' | 'SIGHUP';

export interface OwnProcessProps {
  /** Gets what is written to stdout and stderr. */
  readonly onOutput: (text: string) => void;
  /** Called by `process.exit`. */
  readonly onExit: (code: number) => void;
}

/** A process for a command that shares this one with others: output, exit code and signals are its own, everything else is shared. */
export class OwnProcess {
  /** Stands in the place of the global `process`. */
  readonly facade: NodeJS.Process;
  readonly #signals = new EventEmitter();
  #exitCode: number | undefined;

  constructor({ onOutput, onExit }: OwnProcessProps) {
    const stream = () => Object.assign(new EventEmitter(), { isTTY: false, write: (text: string) => written(text) });
    const written = (text: string): boolean => {
      onOutput(text);
      return true;
    };
    this.facade = Object.create(process, {
      stdout: { value: stream() },
      stderr: { value: stream() },
      stdin: { value: { isTTY: false } },
      exitCode: { get: () => this.#exitCode, set: (code: number | undefined) => this.#setExitCode(code) },
      exit: { value: (code = this.#exitCode ?? 0) => onExit(code) },
      on: { value: (name: string, listener: () => void) => void this.#signals.on(name, listener) },
      off: { value: (name: string, listener: () => void) => void this.#signals.off(name, listener) },
    });
  }

  #setExitCode(code: number | undefined): void {
    this.#exitCode = code;
  }

  get exitCode(): number {
    return this.#exitCode ?? 0;
  }

  /** Asks it to end, as Ctrl-C does. @returns false if nothing listens: then it ends at once */
  signal(name: StopSignal): boolean {
    return this.#signals.emit(name);
  }
}
