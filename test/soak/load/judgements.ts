import { type Allowance, type Judgement, judgeFlat, judgeLinear, longestLife, type Point } from './flatness.ts';
import type { Sample } from './samples.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * What may grow, and by how much. The engine keeps each row of the users table in memory, with its key: half a KiB. Everything else
 * that grows with users is on the disk. Sockets come and go with what is under way: those of sign-ups, functions and commands.
 */
const ALLOWED = {
  heap: { each: 0.75 * KIB, once: 16 * MIB },
  resident: { each: 1 * KIB, once: 48 * MIB },
  files: { once: 16 },
  handles: { once: 16 },
  timers: { once: 8 },
  // V8 lets the heap of a busy process grow in steps, to 200 MiB of the 512 MB that a function may have.
  functionResident: { once: 64 * MIB },
  functionFiles: { once: 4 },
  changeLog: { once: 16 * MIB },
} satisfies Partial<Record<keyof Sample, Allowance>>;

/**
 * What the engine holds in memory for each message that waits, in bytes: a body of 600 characters takes 1.7 KiB. A command that is
 * killed leaves its queue, which fills until a later one removes it: that is the work of the run, and no leak.
 */
const EACH_MESSAGE = 2 * KIB;

/** In a short run all sockets may have been opened in its last seconds: those of the sign-up service, and of its functions. */
const ALLOWED_IN_SHORT = { once: 100 };

/**
 * Judges everything that must not grow, from samples in the order of time.
 * @param isLong whether it ran long enough for memory and database: caches, compiled code, journal and logs fill up first
 */
export function judge(samples: readonly Sample[], isLong: boolean): Judgement[] {
  const life = longestLife(samples);
  const points = (of: keyof Sample, from = life): Point[] =>
    from.map((sample) => ({ users: sample.registered, value: sample[of] }));
  const withoutMessages = (of: 'heap' | 'resident'): Point[] =>
    life.map((sample) => ({ users: sample.registered, value: sample[of] - sample.messages * EACH_MESSAGE }));
  const withoutQueues = life.map(({ registered, timers, queues }) => ({ users: registered, value: timers - queues }));
  const sockets = isLong ? ALLOWED.files : ALLOWED_IN_SHORT;
  const always = [
    judgeFlat('file descriptors of the engine', points('files'), sockets, count),
    judgeFlat('active handles of the engine', points('handles'), sockets, count),
    judgeFlat('timers of the engine, without one for each queue', withoutQueues, ALLOWED.timers, count),
    judgeFlat('file descriptors of a function', points('functionFiles'), ALLOWED.functionFiles, count),
    judgeFlat('change log of the database', points('changeLog'), ALLOWED.changeLog, bytes),
  ];
  if (!isLong) return always;
  return [
    judgeFlat('heap of the engine, without waiting messages', withoutMessages('heap'), ALLOWED.heap, bytes),
    judgeFlat(
      'resident memory of the engine, without waiting messages',
      withoutMessages('resident'),
      ALLOWED.resident,
      bytes,
    ),
    judgeFlat('resident memory of a function', points('functionResident'), ALLOWED.functionResident, bytes),
    judgeLinear('database', points('database', samples), bytes),
    ...always,
  ];
}

/** A judgement, for people. */
export function judgementLine({ measure, verdict, text }: Judgement): string {
  return `${verdict === 'grows' ? '✖' : verdict === 'flat' ? '✔' : '–'} ${measure}: ${verdict}; ${text}`;
}

function bytes(value: number): string {
  const size = Math.abs(value);
  if (size >= MIB) return `${(value / MIB).toFixed(1)} MiB`;
  if (size >= KIB) return `${(value / KIB).toFixed(1)} KiB`;
  return `${value.toFixed(0)} bytes`;
}

function count(value: number): string {
  return value.toFixed(1);
}
