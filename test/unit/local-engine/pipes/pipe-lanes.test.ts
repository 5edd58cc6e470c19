import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AwsError } from '../../../../packages/local-engine/core/aws-error.ts';
import type { DynamoDbStream } from '../../../../packages/local-engine/dynamodb/dynamodb-stream.ts';
import type { Item } from '../../../../packages/local-engine/dynamodb/items.ts';
import { compileEventPattern } from '../../../../packages/local-engine/event-pattern/event-pattern.ts';
import { compileInputTemplate } from '../../../../packages/local-engine/pipes/input-template.ts';
import type { Pipe } from '../../../../packages/local-engine/pipes/pipe.ts';
import { lanesByKey } from '../../../../packages/local-engine/pipes/pipe-lanes.ts';
import { entriesOf, makeParts, passTime, settle } from '../support/parts.ts';
import { DistantBus, delivered, failed, laneOfUser, startPipe, userOf, usersOfLane } from '../support/pipe.ts';
import { makeStream, register, user } from '../support/stream.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

describe('the lane of a record', () => {
  const laneOf = (keys: Item, count = 10) => lanesByKey('id')(keys, count);

  test('depends on its partition key alone', () => {
    expect(laneOf({ id: { S: 'a' }, sort: { S: '1' } })).toBe(laneOf({ sort: { S: '2' }, id: { S: 'a' } }));
    expect(laneOf({ id: { N: '1' } })).toBe(laneOf({ id: { N: '1.0' } }));
  });

  test('is spread over all lanes, whatever their number', () => {
    for (let count = 1; count <= 10; count++) {
      const sizes = Array<number>(count).fill(0);
      for (let n = 0; n < 10_000; n++) {
        const lane = laneOf({ id: { S: `user-${n}` } }, count);
        sizes[lane] = (sizes[lane] ?? Number.NaN) + 1;
      }
      expect(sizes.reduce((sum, size) => sum + size)).toBe(10_000);
      for (const size of sizes) expect(size * count).toBeGreaterThan(8000);
    }
  });
});

describe('given a record that is refused', () => {
  const [poison = '', behind = ''] = usersOfLane(3, 10, 2);
  const others = [0, 1, 2, 4, 5, 6, 7, 8, 9].flatMap((lane) => usersOfLane(lane, 10, 3));

  test('it delays those of its own lane, and no others, however often it is tried', async () => {
    const { bus, clock, stream, ...parts } = startPipe({ parallelizationFactor: 10, maximumRetryAttempts: -1 });
    bus.judge = (entry) => (userOf(entry) === poison ? failed : delivered);
    register(stream, poison);
    await settle();
    for (const id of [behind, ...others]) register(stream, id);
    await passTime(clock, MINUTE_MS, () => bus.users.flat().filter((id) => id === poison).length > 5);
    expect(bus.users.flat().filter((id) => id !== poison)).toEqual(expect.arrayContaining(others));
    expect(bus.users.flat()).not.toContain(behind);
    bus.judge = () => delivered;
    await passTime(clock, MINUTE_MS, () => bus.users.flat().includes(behind));
    const attempts = entriesOf(parts, 'pipe-delivery').filter(({ outcome }) => outcome === 'refused');
    expect(new Set(attempts.map(({ lane }) => lane))).toEqual(new Set([3]));
    const taken = bus.users.flat().filter((id) => id !== poison);
    expect(taken.toSorted()).toEqual([behind, ...others].sort());
  });

  test('given one lane, it delays all', async () => {
    const { bus, clock, stream } = startPipe({ parallelizationFactor: 1, maximumRetryAttempts: -1 });
    bus.judge = (entry) => (userOf(entry) === poison ? failed : delivered);
    register(stream, poison);
    await settle();
    for (const id of others) register(stream, id);
    await passTime(clock, MINUTE_MS, () => bus.requests.length > 5);
    expect(new Set(bus.users.flat())).toEqual(new Set([poison]));
  });

  test('its dead letter comes when its own retries are used up, and then its lane goes on', async () => {
    const { bus, clock, stream, dlq, ...parts } = startPipe({ parallelizationFactor: 10, maximumRetryAttempts: 2 });
    bus.judge = (entry) => (userOf(entry) === poison ? failed : delivered);
    for (const id of [poison, behind]) register(stream, id);
    await passTime(clock, MINUTE_MS, () => dlq.length > 0);
    await settle();
    expect(dlq).toMatchObject([{ message: { DDBStreamBatchInfo: { batchSize: 1 } } }]);
    expect(entriesOf(parts, 'pipe-dlq')).toMatchObject([{ lane: 3, condition: 'RetryAttemptsExhausted' }]);
    expect(bus.users.flat().filter((id) => id === behind)).toHaveLength(1);
  });

  test('batches of a lane are halved without those of another one', async () => {
    const { bus, stream } = startPipe({ parallelizationFactor: 10 });
    const lanes = [usersOfLane(3, 10, 4), usersOfLane(4, 10, 4)];
    bus.judge = (entry, attempt) => (attempt === 1 && laneOfUser(userOf(entry), 10) === 3 ? failed : delivered);
    for (const id of lanes.flat()) register(stream, id);
    await settle();
    const [third = [], fourth = []] = lanes;
    expect(bus.users.map((ids) => ids.join()).sort()).toEqual(
      [third, third.slice(0, 2), third.slice(2), fourth].map((ids) => ids.join()).sort(),
    );
  });

  test('and more records behind it than a lane holds, they come in their order, each once, also after a restart', async () => {
    const parts = makeParts();
    const stream = makeStream(parts);
    const settings = { stream, parallelizationFactor: 10, maximumRetryAttempts: -1 };
    const before = startPipe(settings, parts);
    before.bus.judge = (entry) => (laneOfUser(userOf(entry), 10) === 3 ? failed : delivered);
    const ids = [...usersOfLane(3, 10, 2300), ...usersOfLane(5, 10, 1500)];
    for (const id of ids) register(stream, id);
    await passTime(parts.clock, MINUTE_MS, () => before.bus.users.flat().includes(ids.at(-1) ?? ''));
    before.pipe.handOver();
    const { bus } = startPipe(settings, parts);
    await passTime(parts.clock, MINUTE_MS, () => bus.users.flat().length >= 2300);
    expect(bus.users.flat()).toEqual(ids.slice(0, 2300));
    expect(bus.users.slice(0, 200).every(({ length }) => length <= 10)).toBe(true);
    expect(entriesOf(parts, 'pipe-filter')).toHaveLength(ids.length);
  });

  test('and more records behind it than a lane holds, what the filter drops among them does not come', async () => {
    const settings = { parallelizationFactor: 10, maximumRetryAttempts: -1 };
    const filters = [compileEventPattern({ eventName: ['INSERT'] })];
    const { bus, clock, stream, ...parts } = startPipe({ ...settings, filters });
    bus.judge = () => failed;
    const ids = usersOfLane(3, 10, 1200);
    const versions = new Map<string, number>();
    for (const id of ids) {
      write(stream, id, versions);
      write(stream, id, versions);
    }
    await passTime(clock, MINUTE_MS, () => entriesOf(parts, 'pipe-filter').length === 2 * ids.length);
    const before = bus.requests.length;
    bus.judge = () => delivered;
    await passTime(clock, MINUTE_MS, () => bus.users.slice(before).flat().length >= ids.length);
    clock.skip(MINUTE_MS);
    await settle();
    expect(bus.users.slice(before).flat()).toEqual(ids);
  });

  test('and too old by now, it is given up without another attempt, and so are those behind it that are', async () => {
    const { bus, clock, stream, dlq } = startPipe({
      parallelizationFactor: 10,
      maximumRetryAttempts: -1,
      maximumRecordAgeSeconds: 3600,
      bisects: false,
    });
    bus.judge = () => new AwsError('InternalException', 'Try again.', 500);
    register(stream, poison);
    await settle();
    register(stream, behind);
    await settle();
    await passTime(clock, HOUR_MS, () => dlq.length >= 2);
    expect(dlq.map(({ message }) => message.context.condition)).toEqual(['RecordAgeExpired', 'RecordAgeExpired']);
    expect(bus.users.flat()).not.toContain(behind);
  });
});

describe('given failures, kills and other numbers of lanes, whenever they come', () => {
  const USERS = Array.from({ length: 12 }, (_, n) => `user-${n}`);
  const step = fc.oneof(
    { weight: 12, arbitrary: fc.record({ kind: fc.constant('write' as const), user: fc.constantFrom(...USERS) }) },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 90_000 }) }),
    },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('turns' as const), turns: fc.integer({ min: 1, max: 4 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('kill' as const), lanes: fc.integer({ min: 1, max: 10 }) }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('pause' as const) }) },
  );

  test('every record is delivered once, and those of a user in their order', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 10, maxLength: 80 }),
        fc.integer({ min: 1, max: 10 }),
        fc.integer(),
        fc.boolean(),
        async (steps, lanes, seed, bisects) => {
          const parts = makeParts();
          const stream = makeStream(parts);
          const bus = new DistantBus();
          const random = randomFrom(seed);
          bus.judge = (users) => (random() < 0.1 ? 'whole' : users.filter((id) => random() < 0.3 && hasOne(users, id)));
          const pipes: { isKilled: boolean; pipe?: Pipe }[] = [];
          const start = (parallelizationFactor: number) => {
            const killed = pipes.at(-1);
            if (killed) killed.isKilled = true;
            killed?.pipe?.handOver();
            const next: (typeof pipes)[number] = { isKilled: false };
            const target = {
              render: compileInputTemplate(
                '{"userId": <$.dynamodb.Keys.id.S>, "version": <$.dynamodb.NewImage.version.N>}',
              ),
            };
            const settings = { stream, parallelizationFactor, bisects, batchSize: 3, maximumRetryAttempts: -1, target };
            next.pipe = startPipe({ ...settings, role: { putEvents: bus.wayOf(next) } }, parts).pipe;
            pipes.push(next);
          };
          start(lanes);
          const versions = new Map<string, number>();
          for (const { kind, ...what } of steps) {
            if ('user' in what) write(stream, what.user, versions);
            if ('ms' in what) parts.clock.skip(what.ms);
            if ('lanes' in what) start(what.lanes);
            if (kind === 'pause') pipes.at(-1)?.pipe?.pause();
            const turns = 'turns' in what ? what.turns : 0;
            for (let turn = 0; turn < turns; turn++) await new Promise((resolve) => setImmediate(resolve));
          }
          pipes.at(-1)?.pipe?.resume();
          const count = [...versions.values()].reduce((sum, most) => sum + most, 0);
          await passTime(parts.clock, 20_000, () => bus.taken.length >= count);
          await settle();
          for (const id of USERS) {
            const taken = bus.taken.filter((event) => event.user === id).map(({ version }) => version);
            expect(taken).toEqual(Array.from({ length: versions.get(id) ?? 0 }, (_, n) => n + 1));
          }
          pipes.at(-1)?.pipe?.stop();
        },
      ),
      { numRuns: 200 },
    );
  });

  /** Of two events of a user in a request, the bus may refuse the earlier one alone. That order is not the pipe's to keep. */
  function hasOne(users: readonly string[], id: string): boolean {
    return users.filter((other) => other === id).length === 1;
  }
});

test('given fewer lanes while a record is refused, it blocks its new lane alone, and nothing comes twice', async () => {
  const parts = makeParts();
  const stream = makeStream(parts);
  const [poison = '', behind = ''] = usersOfLane(3, 10, 40).filter((id) => laneOfUser(id, 3) === 1);
  const [other = ''] = usersOfLane(3, 10, 40).filter((id) => laneOfUser(id, 3) === 0);
  const settings = { stream, maximumRetryAttempts: -1 };
  const before = startPipe({ ...settings, parallelizationFactor: 10 }, parts);
  before.bus.judge = (entry) => (userOf(entry) === poison ? failed : delivered);
  register(stream, poison);
  await settle();
  const free = usersOfLane(4, 10, 5);
  for (const id of [...free, behind, other]) register(stream, id);
  await settle();
  expect(before.bus.users.flat()).toEqual([poison, ...free]);
  before.pipe.handOver();

  const { bus } = startPipe({ ...settings, parallelizationFactor: 3 }, parts);
  bus.judge = (entry) => (userOf(entry) === poison ? failed : delivered);
  await settle();
  expect(bus.users.flat().toSorted()).toEqual([other, poison].sort());
  bus.judge = () => delivered;
  await passTime(parts.clock, MINUTE_MS, () => bus.users.flat().includes(behind));
  expect(bus.users.flat().filter((id) => free.includes(id))).toEqual([]);
  const kept = parts.storage.db.prepare('SELECT lanes FROM pipes').get();
  expect(JSON.parse(String(kept?.lanes))).toEqual({ count: 3, lanes: [], earlier: [] });
});

function write(stream: DynamoDbStream, id: string, versions: Map<string, number>): void {
  const version = (versions.get(id) ?? 0) + 1;
  versions.set(id, version);
  const [before, after] = [version - 1, version].map((n) => user(id, { version: { N: String(n) } }));
  stream.append({ keys: user(id), oldImage: version === 1 ? undefined : before, newImage: after, sizeBytes: 10 });
}

/** Numbers from 0 to 1 that a seed decides. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
