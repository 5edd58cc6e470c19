import { describe, expect, test } from '@jest/globals';
import { judgeFlat, judgeLinear, LEAST_POINTS, longestLife, type Point, slopeOf } from '../../soak/load/flatness.ts';
import { judge, judgementLine } from '../../soak/load/judgements.ts';
import type { Sample } from '../../soak/load/samples.ts';
import { SeededRandom } from '../../support/durability/random.ts';

const MIB = 2 ** 20;
/** Each ten seconds of ten minutes, at 100 registrations a second. */
const USERS = Array.from({ length: 60 }, (_, index) => 30_000 + index * 1000);

/** The same noise for the same seed, from -1 to 1. */
function noise(seed: number): () => number {
  const random = new SeededRandom(seed);
  return () => random.wholeNumber(-1000, 1000) / 1000;
}

const curve = (valueAt: (users: number, index: number) => number): Point[] =>
  USERS.map((users, index) => ({ users, value: valueAt(users - 30_000, index) }));

describe('the slope of a line', () => {
  test('is found in noise, and single points far off do not move it', () => {
    const next = noise(1);
    const points = curve((users, index) => (index % 20 === 7 ? 900 * MIB : 100 * MIB + 300 * users + next() * MIB));
    expect(slopeOf(points)).toBeGreaterThan(280);
    expect(slopeOf(points)).toBeLessThan(320);
  });

  test('is not known of one point', () => {
    expect(slopeOf([{ users: 1, value: 1 }])).toBeNaN();
  });
});

describe('a value that must stay as it is', () => {
  const heap = (points: readonly Point[]) => judgeFlat('heap', points, { each: 500, once: 16 * MIB }).verdict;

  test.each([1, 2, 3, 4, 5])('is flat in noise (%i)', (seed) => {
    const next = noise(seed);
    expect(heap(curve(() => 200 * MIB + next() * 20 * MIB))).toBe('flat');
  });

  test('is flat when it grows by what users need who stay', () => {
    const next = noise(6);
    expect(heap(curve((users) => 100 * MIB + 480 * users + next() * 5 * MIB))).toBe('flat');
  });

  test.each([
    ['a KiB is kept of each registration', (users: number) => 100 * MIB + 1524 * users],
    ['each tenth leaves 20 KiB', (users: number) => 100 * MIB + 2048 * users],
    ['it saws, and each tooth begins higher', (users: number) => 100 * MIB + (users % 7000) * 2000 + 1500 * users],
  ])('grows when %s', (_, valueAt) => {
    const next = noise(7);
    expect(heap(curve((users) => valueAt(users) + next() * 10 * MIB))).toBe('grows');
  });

  test('file descriptors grow when each 2,000 registrations leave one open', () => {
    const next = noise(8);
    const files = (each: number) => curve((users) => Math.floor(120 + users / each + next() * 10));
    expect(judgeFlat('files', files(2_000), { once: 16 }).verdict).toBe('grows');
    expect(judgeFlat('files', files(Number.POSITIVE_INFINITY), { once: 16 }).verdict).toBe('flat');
  });

  test('is not judged by a few samples, nor where nobody registers', () => {
    const few = curve(() => 1).slice(0, LEAST_POINTS - 1);
    expect(judgeFlat('heap', few, { once: 1 }).verdict).toBe('not judged');
    expect(
      judgeFlat(
        'heap',
        few.concat(few).map((point) => ({ ...point, users: 5 })),
        { once: 1 },
      ).verdict,
    ).toBe('not judged');
  });
});

describe('a size that grows with the users', () => {
  const whole = (valueAt: (users: number) => number): Point[] =>
    Array.from({ length: 90 }, (_, index) => ({ users: (index + 1) * 2000, value: valueAt((index + 1) * 2000) }));
  const database = (valueAt: (users: number) => number) => judgeLinear('database', whole(valueAt), String).verdict;

  test('is as it must be when it is a line, or flattens since logs are full', () => {
    const next = noise(9);
    expect(database((users) => 5000 * users + next() * 10 * MIB)).toBe('flat');
    expect(database((users) => 5000 * users + 8000 * Math.min(users, 100_000))).toBe('flat');
  });

  test('grows when the line gets steeper', () => {
    expect(database((users) => 5000 * users + users ** 2 / 50)).toBe('grows');
    expect(database((users) => 5000 * users + 2000 * Math.max(0, users - 120_000))).toBe('grows');
  });

  test.each([
    ['second', (users: number) => (users > 60_000 && users <= 120_000 ? 90_000 : users)],
    ['last', (users: number) => (users > 120_000 ? 180_000 : users)],
  ])('is not judged where nobody registers during the samples of the %s third', (_, standing) => {
    const points = whole((users) => users ** 2).map(({ users, value }) => ({ users: standing(users), value }));
    expect(
      judgeLinear(
        'database',
        points.filter(({ users }) => users !== 60_000 && users !== 120_000),
        String,
      ).verdict,
    ).toBe('not judged');
  });

  test('is not judged by values that are no numbers', () => {
    expect(
      judgeLinear(
        'database',
        whole(() => Number.NaN),
        String,
      ).verdict,
    ).toBe('not judged');
    expect(
      judgeFlat(
        'database',
        whole(() => Number.NaN),
        { once: 1 },
      ).verdict,
    ).toBe('not judged');
  });

  test('is not judged by a few samples', () => {
    expect(judgeLinear('database', whole((users) => users).slice(0, 5), String).verdict).toBe('not judged');
  });
});

describe('a run', () => {
  const FLAT: Sample = {
    second: 0,
    registered: 0,
    recorded: 0,
    kills: 0,
    life: 1,
    age: 0,
    cpu: 0,
    functionsCpu: 0,
    clientCpu: 0,
    resident: 300 * MIB,
    heap: 100 * MIB,
    files: 120,
    handles: 110,
    timers: 9,
    functions: 4,
    functionResident: 90 * MIB,
    functionFiles: 34,
    messages: 0,
    queues: 8,
    database: 0,
    changeLog: 16 * MIB,
  };

  /** Three lives of the engine: one minute, twelve minutes, two minutes. */
  function run(more: (users: number, sample: Sample) => Partial<Sample> = () => ({})): Sample[] {
    const next = noise(10);
    return [60, 720, 120].flatMap((length, life) =>
      Array.from({ length: length / 10 }, (_, index): Sample => {
        const second = [0, 60, 780][life] as number;
        const registered = (second + index * 10) * 100;
        const sample = {
          ...FLAT,
          second: second + index * 10,
          registered,
          life: life + 1,
          age: index * 10,
          resident: FLAT.resident + 520 * registered + next() * 5 * MIB,
          heap: FLAT.heap + 520 * registered + next() * 3 * MIB,
          files: FLAT.files + Math.round(next() * 15),
          handles: FLAT.handles + Math.round(next() * 15),
          database: 5000 * registered,
        };
        return { ...sample, ...more(registered, sample) };
      }),
    );
  }

  const grown = (samples: readonly Sample[]) =>
    judge(samples, true).flatMap(({ measure, verdict }) => (verdict === 'flat' ? [] : [`${measure} ${verdict}`]));

  test('is judged by the engine that lived longest, from when it was warm', () => {
    const life = longestLife(run());
    expect(life.every((sample) => sample.life === 2)).toBe(true);
    expect(life[0]?.age).toBe(180);
    expect(life.at(-1)?.age).toBe(710);
  });

  test('in which only rows stay in memory is flat', () => {
    expect(grown(run())).toEqual([]);
  });

  test.each<[string, (users: number, sample: Sample) => Partial<Sample>]>([
    ['heap of the engine, without waiting messages', (users, { heap }) => ({ heap: heap + 800 * users })],
    [
      'resident memory of the engine, without waiting messages',
      (users, { resident }) => ({ resident: resident + 2000 * users }),
    ],
    ['file descriptors of the engine', (users, { files }) => ({ files: files + users / 500 })],
    ['active handles of the engine', (users, { handles }) => ({ handles: handles + users / 500 })],
    ['timers of the engine, without one for each queue', (users) => ({ timers: 9 + users / 3000 })],
    [
      'resident memory of a function',
      (users, { functionResident }) => ({ functionResident: functionResident + 4000 * users }),
    ],
    ['file descriptors of a function', (users) => ({ functionFiles: 34 + Math.floor(users / 5000) })],
    ['change log of the database', (users) => ({ changeLog: 500 * users })],
    ['database', (users) => ({ database: 5000 * users + users ** 2 / 20 })],
  ])('with a leak in the %s grows in that alone', (measure, more) => {
    expect(grown(run(more))).toEqual([`${measure} grows`]);
  });

  test('in which the queues of killed commands fill is flat, also where these messages are in memory', () => {
    const left = (users: number, { heap, resident }: Sample) => {
      const [messages, queues] = [users, 8 + Math.floor(users / 5000)];
      const bytes = 1.7 * 1024 * messages;
      return { messages, queues, timers: 1 + queues, heap: heap + bytes, resident: resident + bytes };
    };
    expect(grown(run(left))).toEqual([]);
  });

  test('is not judged by memory when it is short', () => {
    const measures = judge(run(), false).map(({ measure }) => measure);
    expect(measures).toContain('file descriptors of the engine');
    expect(measures.filter((measure) => /memory|heap|^database/.test(measure))).toEqual([]);
  });

  test('says what has grown, and what is allowed', () => {
    const [line] = judge(
      run((users, { heap }) => ({ heap: heap + 800 * users })),
      true,
    ).map(judgementLine);
    expect(line).toMatch(
      /^✖ heap of the engine, without waiting messages: grows; \+\d+\.\d MiB during 53000 registrations, from \d+\.\d MiB; allowed: 54\.8 MiB$/,
    );
  });
});
