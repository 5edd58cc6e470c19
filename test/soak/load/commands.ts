import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { CLI, jsonLines } from '../../support/cli.ts';
import { type EngineLives, environment } from './engine-lives.ts';
import type { CommandName, PlannedCommand } from './plan.ts';

/** What a command takes until it was measured. */
const ASSUMED_MS = 2000;

const USERS_OF_A_COMMAND = 40;

/** How often commands of a name ran, and how their runs ended. */
export interface CommandCounts {
  runs: number;
  /** Those that were killed. */
  killed: number;
  /** Those that failed since the engine was killed meanwhile. */
  withoutEngine: number;
}

/** How a run of a command ended. */
export interface CommandEnd {
  /** Null if a signal ended it. */
  readonly exitCode: number | null;
  /** @default - it ended by itself */
  readonly signal?: NodeJS.Signals;
  /** Whether the signal was the one that it was to get. */
  readonly wasKilled: boolean;
  readonly out: string;
  readonly said: string;
}

export interface CommandsProps {
  readonly lives: Pick<EngineLives, 'up' | 'port'>;
  /** Seconds that a row may be without URI before a reconcile repairs it. */
  readonly graceSeconds: number;
  /** Called for each user whom a command has registered. */
  readonly onRegistered: (userId: string) => void;
  /** The file that Node runs. @default - the command line of the pipeline */
  readonly program?: string;
}

/**
 * Runs commands as an operator does. A command that was killed, or lost its engine, is run again with the same words, as the runbook
 * says, until it ends by itself. One that crashed is not: that is a problem.
 */
export class Commands {
  readonly #props: CommandsProps;
  readonly #tookMs = new Map<CommandName, number>();
  #made = 0;
  readonly counts = new Map<CommandName, CommandCounts>();
  /** Ends that no operator should see, by what was wrong. */
  readonly problems: string[] = [];

  constructor(props: CommandsProps) {
    this.#props = props;
  }

  /** Runs a planned command to its end. */
  async run({ name, kills, pick }: PlannedCommand): Promise<void> {
    const { lives, graceSeconds, onRegistered } = this.#props;
    this.#made += 1;
    const users = Array.from({ length: USERS_OF_A_COMMAND }, (_, index) => `by-command-${this.#made}-${index}`);
    const args = argumentsOf(name, { users, graceSeconds, pick });
    const killTimes = [...kills];
    for (let wasInterrupted = false; ; wasInterrupted = true) {
      const { number: life } = await lives.up();
      const kill = killTimes.shift();
      const killAfterMs = kill === undefined ? undefined : kill * (this.#tookMs.get(name) ?? ASSUMED_MS);
      const begun = performance.now();
      const end = await this.once(args, killAfterMs);
      const { wasKilled } = end;
      const hadEngine = (await lives.up()).number === life;
      const counts = this.#countsOf(name);
      counts.runs += 1;
      if (name === 'register') for (const userId of rowsIn(end)) onRegistered(userId);
      if (wasKilled) counts.killed += 1;
      else if (hadEngine) this.#tookMs.set(name, performance.now() - begun);
      else if (end.exitCode !== 0) counts.withoutEngine += 1;
      const problem = problemOf(name, end, { hadEngine, wasInterrupted, users });
      if (problem !== undefined) this.problems.push(`${args.join(' ')}: ${problem}`);
      const hasCrashed = end.exitCode === null && !wasKilled;
      if (hasCrashed || (!wasKilled && (hadEngine || end.exitCode === 0))) return;
    }
  }

  /** Runs a command once. @param killAfterMs kills it then, unless it has ended before. @default - it ends by itself */
  async once(args: readonly string[], killAfterMs?: number): Promise<CommandEnd> {
    const { lives, program = CLI } = this.#props;
    const child = spawn(process.execPath, [program, ...args, '--port', lives.port], {
      env: environment(),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let isMeant = false;
    const kill = () => {
      isMeant = child.kill('SIGKILL');
    };
    const timer = killAfterMs === undefined ? undefined : setTimeout(kill, killAfterMs);
    const [out, said] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
    clearTimeout(timer);
    const { exitCode, signalCode } = child;
    const wasKilled = isMeant && signalCode === 'SIGKILL';
    return { exitCode, ...(signalCode !== null && { signal: signalCode }), wasKilled, out, said };
  }

  #countsOf(name: CommandName): CommandCounts {
    const counts = this.counts.get(name) ?? { runs: 0, killed: 0, withoutEngine: 0 };
    this.counts.set(name, counts);
    return counts;
  }
}

interface Surroundings {
  readonly users: readonly string[];
  readonly graceSeconds: number;
  readonly pick: number;
}

/** The words of a command, without the port. */
function argumentsOf(name: CommandName, { users, graceSeconds, pick }: Surroundings): string[] {
  const subscriber = pick < 0.5 ? 'uri-recorder' : 'bucket-service';
  switch (name) {
    case 'register':
      return ['register', ...users, '--json'];
    case 'redrive':
      return ['dlq', 'redrive', '--yes', '--rate', '500', '--json'];
    case 'reconcile':
      return ['reconcile', '--fix', '--yes', '--grace', String(graceSeconds), '--rate', '500', '--json'];
    case 'replay':
      return ['replay', '--from', '10s', '--to-subscriber', subscriber, '--yes', '--json'];
    case 'replay-chosen':
      return [
        'replay',
        '--from',
        '1m',
        '--to-subscriber',
        subscriber,
        '--not-done',
        '--rate',
        '200',
        '--yes',
        '--json',
      ];
    case 'events':
      return ['events', '--from', '10s', '--json'];
    case 'doctor':
      return ['doctor', '--json'];
  }
}

/** Users of whom a register command has said that they have a row. Its last line may be cut off by a kill. */
function rowsIn({ out }: CommandEnd): string[] {
  const whole = out.slice(0, out.lastIndexOf('\n') + 1);
  const rows = jsonLines({ stdout: whole }).filter(({ status }) => status === 'registered' || status === 'exists');
  return rows.map(({ userId }) => String(userId));
}

interface Run {
  /** Whether one engine was there from its begin to its end. */
  readonly hadEngine: boolean;
  /** Whether an earlier run of the same words was killed, or lost its engine. */
  readonly wasInterrupted: boolean;
  readonly users: readonly string[];
}

/** There is nothing to replay, or others replay already. Source: `operations/replay`, and `explainRefusal` of `operations/deployed/archive.ts`. */
const NOTHING_TO_DO = endingIn(
  String.raw`nothing to replay: the archive \S+ holds no (?:such )?event for \S+ from \S+ to \S+`,
  String.raw`nothing to replay: the effect of all [\d,]+ events? for \S+ is there`,
  String.raw`too many replays are running: AWS allows 10 in an account and Region; wait for one to end, or cancel one \(replay --list shows them\)`,
);

/** Messages that a killed command has received are hidden for a minute. Source: `operations/dead-letters/outcome.ts`. */
const ONE_HELD = String.raw`[\d,]+ messages? of [\w-]+ could not be received: someone else has received them, or was stopped while it held them; try again in a minute`;
const HELD = endingIn(`${ONE_HELD}(?:; ${ONE_HELD})*`);

/** Whether what a command said ends in one of these errors, and nothing else. */
function endingIn(...errors: readonly string[]): RegExp {
  return new RegExp(String.raw`(?:^|\n)error: (?:${errors.join('|')})\n$`);
}

/** What is wrong with the end of a run; undefined if it is as it should be. */
export function problemOf(name: CommandName, end: CommandEnd, run: Run): string | undefined {
  const { exitCode, signal, wasKilled, said, out } = end;
  if (wasKilled) return undefined;
  const text = `exit code ${exitCode}, ${JSON.stringify(said.slice(-500))}`;
  if (exitCode === null)
    return `it was ended by ${signal}, which the test did not send: ${JSON.stringify(said.slice(-500))}`;
  // Whatever happens to the engine: a stack is for a bug.
  if (/^ +at .+:\d+:\d+\)?$/m.test(said)) return `it ended with a stack: ${text}`;
  if (!run.hadEngine) return undefined;
  if (exitCode !== 0 && exitCode !== 1) return text;
  switch (name) {
    case 'register': {
      if (rowsIn(end).length < run.users.length) return `not every user is registered: ${text}`;
      return exitCode === 0 || run.wasInterrupted ? undefined : text;
    }
    case 'reconcile': {
      const summary = jsonLines({ stdout: out }).at(-1);
      if (summary?.class !== 'summary') return `it gave no summary: ${text}`;
      const { conflict, 'bucket-without-user': strays } = summary.found as Record<string, number>;
      return conflict === 0 && strays === 0 ? undefined : `it found ${JSON.stringify(summary.found)}`;
    }
    case 'replay':
    case 'replay-chosen':
      return exitCode === 0 || NOTHING_TO_DO.test(said) ? undefined : text;
    case 'doctor':
      return undefined;
    case 'redrive':
      // The run that was killed before has received them.
      return exitCode === 0 || HELD.test(said) ? undefined : text;
    case 'events':
      return exitCode === 0 ? undefined : text;
  }
}
