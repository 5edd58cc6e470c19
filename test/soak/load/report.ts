import { chart } from './chart.ts';
import type { CommandCounts, Commands } from './commands.ts';
import type { Recovery } from './end-state.ts';
import { type Judgement, longestLife, median } from './flatness.ts';
import type { Incidents } from './incidents.ts';
import { judgementLine } from './judgements.ts';
import type { SoakOptions } from './options.ts';
import type { Recordings } from './recordings.ts';
import type { Sample } from './samples.ts';
import type { SignUps } from './sign-ups.ts';

export interface SoakReport {
  readonly options: SoakOptions;
  /** What is wrong, in words; empty if everything is as it must be. */
  readonly findings: readonly string[];
  readonly figures: Readonly<Record<string, unknown>>;
  readonly judgements: readonly Judgement[];
  readonly samples: readonly Sample[];
  /** All of it, for people. */
  readonly text: string;
}

export interface Measured {
  readonly options: SoakOptions;
  /** How long users registered. */
  readonly seconds: number;
  readonly samples: readonly Sample[];
  readonly judgements: readonly Judgement[];
  readonly findings: readonly string[];
  readonly recovery: Recovery;
  readonly sizes: Readonly<Record<string, number>>;
  readonly signUps: SignUps;
  readonly recordings: Recordings;
  readonly incidents: Incidents;
  readonly commands: Commands;
  /** Seconds of each start of the engine. */
  readonly starts: readonly number[];
}

/** What a soak has shown. */
export function reportOf(measured: Measured): SoakReport {
  const { options, samples, judgements, findings } = measured;
  const figures = figuresOf(measured);
  const curve = (of: keyof Sample) => samples.map((sample) => ({ x: sample.second, y: sample[of] }));
  const mebibytes = (value: number) => `${Math.round(value / 2 ** 20)} MiB`;
  const text = [
    `Soak under load: ${options.minutes} minutes at ${options.rate} registrations a second, seed ${options.seed}\n`,
    ...Object.entries(figures).map(
      ([name, value]) => `${name}: ${typeof value === 'object' ? JSON.stringify(value) : value}`,
    ),
    '',
    chart('heap of the engine after a garbage collection, over the time', curve('heap'), mebibytes),
    chart('resident memory of the engine', curve('resident'), mebibytes),
    chart('file descriptors of the engine', curve('files'), String),
    chart('active handles of the engine', curve('handles'), String),
    chart('database', curve('database'), mebibytes),
    ...judgements.map(judgementLine),
    '',
    findings.length === 0 ? 'Everybody is recorded, and nothing is wrong.' : `${findings.length} findings:`,
    ...findings.map((finding) => `  ✖ ${finding}`),
    '',
  ].join('\n');
  return { options, findings, figures, judgements, samples, text };
}

function figuresOf({ seconds, samples, recovery, sizes, signUps, recordings, incidents, commands, starts }: Measured) {
  const delays = [...recordings.delays].sort((a, b) => a - b);
  const share = (of: number) =>
    Math.round(delays[Math.min(delays.length - 1, Math.floor(delays.length * of))] ?? Number.NaN);
  const counts: Record<string, CommandCounts> = Object.fromEntries(commands.counts);
  return {
    registered: recordings.registered.size,
    'by the sign-up service': signUps.registered,
    'registrations a second': Math.round((signUps.registered / seconds) * 10) / 10,
    'puts repeated without an answer': signUps.repeated,
    'of these, had taken effect': signUps.lostAnswers,
    'engine killed': incidents.enginesKilled,
    'functions killed': incidents.functionsKilled,
    'queues closed': incidents.queuesClosed,
    'URIs lost by mistake': incidents.urisLost,
    commands: counts,
    'dead letters after the load': recovery.deadLetters,
    'users repaired by the last reconcile': recovery.repaired,
    'milliseconds until the URI was seen': { median: share(0.5), p99: share(0.99), most: share(1) },
    'seconds of a start of the engine': {
      first: rounded(starts[0]),
      median: rounded(median(starts)),
      last: rounded(starts.at(-1)),
    },
    'processor milliseconds for each user': cpuOf(samples),
    'rows of tables in the end': sizes,
  };
}

/** Processor milliseconds of a registration, in the life that was longest; in a replay and a command there are more. */
function cpuOf(samples: readonly Sample[]): Readonly<Record<string, number>> {
  const life = longestLife(samples);
  const [first, last] = [life[0], life.at(-1)];
  if (first === undefined || last === undefined) return {};
  const users = last.registered - first.registered;
  const each = (of: 'cpu' | 'functionsCpu' | 'clientCpu') => rounded(((last[of] - first[of]) * 1000) / users);
  return { engine: each('cpu'), functions: each('functionsCpu'), 'sign-up service': each('clientCpu') };
}

function rounded(value = Number.NaN): number {
  return Math.round(value * 10) / 10;
}
