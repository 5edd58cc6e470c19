import { existsSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CLIENT_SETTINGS } from '../world/client-settings.ts';
import { inScope, outsideScopes, type Scope } from '../world/scope.ts';
import type { World } from '../world/world.ts';
import { EDITOR } from './editor.ts';
import { OwnProcess } from './own-process.ts';
import type { SentCall } from './sent-call.ts';

/** What operators have in every day. */
export interface Desk {
  /** Runs the command that arguments name, as the CLI does. */
  readonly command: (args: readonly string[]) => Promise<void>;
  /** Forgets what commands of the day before have noted of the engine's time. */
  readonly forget: () => void;
  /** A folder for their files, which exists. */
  readonly folder: string;
}

/** In arguments: the path of the day's file of events. */
export const EVENTS_FILE = '{events file}';

/** A command that an operator ran. */
export interface CommandRun {
  /** As typed after `npx pipeline`. */
  readonly args: readonly string[];
  /** Such as `operator 3`: whose calls are counted together. */
  readonly operator: string;
  /** Milliseconds since the Unix epoch, whatever clocks showed. */
  readonly startedAt: number;
  /** What the clock of the services showed then. */
  readonly clockAtStart: number;
  /** By how much the operator's clock is ahead of that one, in milliseconds. */
  readonly clockAheadMs: number;
  /** Whether that clock was set before it ended. */
  isClockSet: boolean;
  readonly calls: readonly SentCall[];
  /** @default - it has not ended */
  ending?: {
    readonly at: number;
    /** The exit code, or `killed`. */
    readonly code: number | 'killed';
  };
  /** Whether it was asked to end. */
  isInterrupted: boolean;
  /** What it wrote to stdout and stderr. */
  output: string;
  /** The ids of the events in the day's file as it was when the command began, and when it ended. @default - it names no file */
  file?: { readonly before: readonly string[]; readonly after: readonly string[] };
}

/** An address that belongs to nobody (RFC 5737). Each command has a port of its own, as what it notes of the engine's time is its own. */
const ENGINE = 'http://192.0.2.1';

/** The variables of a developer's shell. */
const SHELL = { AWS_REGION: 'ap-northeast-1', PATH: '/usr/bin:/bin', HOME: '/nonexistent' };

/** The operators of a day: they run the real commands, each in a process of its own. */
export class Operators {
  readonly runs: CommandRun[] = [];
  readonly #world: World;
  readonly #desk: Desk;
  readonly #file: string;
  readonly #clockAhead: () => number;
  #count = 0;
  #calls = 0;

  /** @param clockAhead by how much the operators' clocks are ahead of the machine's, in milliseconds */
  constructor(world: World, desk: Desk, clockAhead: () => number) {
    this.#world = world;
    this.#desk = desk;
    this.#clockAhead = clockAhead;
    this.#file = join(desk.folder, 'events.jsonl');
    // Of the day before.
    for (const file of [this.#file, `${this.#file}.imported`]) rmSync(file, { force: true });
    desk.forget();
  }

  /** A name for one more operator, whose calls are counted from 1. */
  another(): string {
    this.#count += 1;
    return `operator ${this.#count}`;
  }

  /** How many events of the day's file the command has noted as imported; undefined without a note. */
  #imported(): number | undefined {
    const note = `${this.#file}.imported`;
    return existsSync(note) ? JSON.parse(readFileSync(note, 'utf8')).done : undefined;
  }

  /** The ids of the events in the day's file; none without a file. */
  #eventIds(): readonly string[] {
    const text = existsSync(this.#file) ? readFileSync(this.#file, 'utf8') : '';
    return [...text.matchAll(/"eventId":"([^"]*)"/g)].map(([, id = '']) => id);
  }

  /** Whether there is a file of events, with any in it. */
  get hasEvents(): boolean {
    return existsSync(this.#file) && statSync(this.#file).size > 0;
  }

  /** Runs a command until it ends, in whatever way. */
  async run(operator: string, args: readonly string[]): Promise<CommandRun> {
    const { folder } = this.#desk;
    const calls: SentCall[] = [];
    const { now: startedAt, clock: clockAtStart, clockSets } = this.#world;
    const begun = { args, operator, startedAt, clockAtStart, clockAheadMs: this.#clockAhead(), calls };
    const run: CommandRun = { ...begun, isClockSet: false, isInterrupted: false, output: '' };
    this.runs.push(run);
    const before = args.includes(EVENTS_FILE) ? this.#eventIds() : undefined;
    await new Promise<void>((resolve) => {
      const end = (code: number | 'killed') => {
        if (run.ending !== undefined) return;
        run.ending = { at: this.#world.now, code };
        run.isClockSet = this.#world.clockSets !== clockSets;
        if (before !== undefined) run.file = { before, after: this.#eventIds() };
        scope.isAlive = false;
        outsideScopes(resolve);
      };
      const onOutput = (text: string) => {
        run.output += text.replaceAll(folder, '');
      };
      const own = new OwnProcess({ onOutput, onExit: end });
      const scope: Scope = {
        service: operator,
        variables: {
          ...CLIENT_SETTINGS,
          ...SHELL,
          ...EDITOR,
          TMPDIR: folder,
          AWS_ENDPOINT_URL: `${ENGINE}:${this.runs.length}`,
        },
        clockAheadMs: run.clockAheadMs,
        onLog: () => {},
        isAlive: true,
        die: () => end('killed'),
        process: own.facade,
        onCall: (request) => {
          const { now: sentAt, clock } = this.#world;
          const call: SentCall = { request, place: ++this.#calls, sentAt, clock, imported: this.#imported() };
          calls.push(call);
          return call;
        },
        interrupt: () => {
          run.isInterrupted = true;
          if (!inScope(scope, () => own.signal('SIGINT'))) end('killed');
        },
      };
      const words = args.map((word) => (word === EVENTS_FILE ? this.#file : word));
      inScope(scope, () => this.#desk.command(words)).then(
        () => end(own.exitCode),
        (error: unknown) => {
          run.output += `thrown: ${error instanceof Error ? error.stack : error}`;
          end(1);
        },
      );
    });
    return run;
  }
}
