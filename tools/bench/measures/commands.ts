import { withEngine } from '../assembly.ts';
import { type CommandRun, runCommand } from '../command.ts';
import type { EngineChild } from '../engine-child.ts';
import { print } from '../figures.ts';
import { LargeStack, type RegisteredUser, registeredUsers } from '../large-stack.ts';

const USERS = 100_000;
/** Of them, those that are registered by the pipeline itself: their entries fill the journal. */
const REGISTERED = 5_000;
/** Users without URI, of whom every second one has a bucket. */
const UNFINISHED = 1_000;
const DEAD_LETTERS = 10_000;
/** 300 MB. */
const MOST_MIB = 286;
/** All that the bench has done until now. */
const SINCE = '12h';

interface Expected {
  /** Seconds. */
  readonly target?: number;
  /** Whether it takes so long that a terminal must show progress. */
  readonly isLong?: boolean;
  /** @default 0 */
  readonly exitCode?: number;
}

/** Runs a command, checks its answer, and prints what it took. */
async function measure(
  engine: EngineChild,
  what: string,
  args: readonly string[],
  check: (run: CommandRun) => void,
  { target, isLong = false, exitCode = 0 }: Expected = {},
): Promise<void> {
  const before = (await engine.state()).cpu;
  const run = await runCommand(engine, args, { exitCode, isTerminal: true });
  const after = (await engine.state()).cpu;
  check(run);
  const engineSeconds = before && after && { engineCpuSeconds: after.own - before.own };
  const timed = { ...(target !== undefined && { target }), cpuSeconds: run.cpuSeconds, ...engineSeconds };
  print({ measure: `${what}, start included`, unit: 's', value: run.seconds, ...timed });
  if (isLong) print({ measure: `${what}, first output`, unit: 's', value: run.secondsToFirstOutput, target: 1 });
  print({ measure: `${what}, most memory`, unit: 'MiB', value: run.mebibytes, target: MOST_MIB });
}

function linesOf({ out }: CommandRun): Record<string, unknown>[] {
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

/** @throws Error unless the numbers are as expected */
function expectCounts(found: object, expected: object): void {
  if (JSON.stringify(found) === JSON.stringify(expected)) return;
  throw new Error(`Expected ${JSON.stringify(expected)}, got ${JSON.stringify(found)}.`);
}

/** @param unfinished how many users without URI it must find, and nothing else */
function expectFound(run: CommandRun, unfinished: number, sizes: { rows: number; buckets: number }): void {
  const lines = linesOf(run);
  const { rows, buckets, found } = lines.at(-1) as { rows: number; buckets: number; found: Record<string, number> };
  const users = new Set(lines.slice(0, -1).map(({ userId }) => userId)).size;
  const { 'user-without-uri': withoutUri, ...others } = found;
  const other = Object.values(others).reduce((sum, count) => sum + count, 0);
  expectCounts(
    { rows, buckets, users, withoutUri, other },
    { ...sizes, users: unfinished, withoutUri: unfinished, other: 0 },
  );
}

async function measureReconcile(
  engine: EngineChild,
  large: LargeStack,
  users: readonly RegisteredUser[],
): Promise<void> {
  const reconcile = ['reconcile', '--grace', '0', '--json'];
  const long = { target: 20, isLong: true };
  // As a table from before the pipeline. Each row becomes an archived event.
  await large.subscribe(false);
  await large.putRows(users, false);
  await large.archived(users.length);
  await measure(
    engine,
    `reconcile of ${users.length} users without URI and bucket`,
    reconcile,
    (run) => expectFound(run, users.length, { rows: users.length, buckets: 0 }),
    { ...long, exitCode: 1 },
  );
  const withBucket = users.slice(UNFINISHED / 2);
  await large.putRows(users.slice(UNFINISHED), true);
  await large.createBuckets(withBucket);
  await measure(
    engine,
    `reconcile of ${users.length} users, ${UNFINISHED} of them without URI`,
    reconcile,
    (run) => expectFound(run, UNFINISHED, { rows: users.length, buckets: withBucket.length }),
    { ...long, exitCode: 1 },
  );
  await large.subscribe(true);
  await measure(
    engine,
    `reconcile --fix --wait of ${UNFINISHED} among ${users.length} users`,
    [...reconcile, '--fix', '--yes', '--wait', '--rate', '2000', '--timeout', '300'],
    (run) => {
      const { fixed, refused, done } = linesOf(run).at(-1) ?? {};
      expectCounts({ fixed, refused, done }, { fixed: UNFINISHED, refused: 0, done: UNFINISHED });
    },
    { isLong: true },
  );
}

/** @returns one of the users, whose entries are all in the journal */
async function measureRegister(engine: EngineChild): Promise<string> {
  let userId = '';
  await measure(
    engine,
    `register --count ${REGISTERED} --wait`,
    ['register', '--count', String(REGISTERED), '--wait', '--timeout', '300', '--json'],
    (run) => {
      const reports = linesOf(run);
      const withUri = reports.filter(({ status, uri }) => status === 'registered' && typeof uri === 'string');
      expectCounts({ withUri: withUri.length }, { withUri: REGISTERED });
      userId = String(reports.at(-REGISTERED / 4)?.userId);
    },
    { isLong: true },
  );
  await measure(
    engine,
    `reconcile of ${USERS} users for whom all is well`,
    ['reconcile', '--grace', '0', '--json'],
    (run) => expectFound(run, 0, { rows: USERS, buckets: USERS }),
    { target: 20, isLong: true },
  );
  return userId;
}

async function measureTrace(engine: EngineChild, userId: string): Promise<void> {
  await measure(
    engine,
    'trace of a user over a full journal',
    ['trace', userId, '--json'],
    (run) => {
      const [{ row, registrations } = {}] = linesOf(run) as unknown as [Traced];
      const [{ hops, openEnds } = { hops: [], openEnds: [] }] = registrations ?? [];
      const written = hops
        .filter(({ hop, change }) => hop === 'row' && change !== undefined)
        .map(({ change }) => change);
      expectCounts(
        { registrations: registrations?.length, open: openEnds.length, hasUri: row?.uri !== undefined, written },
        { registrations: 1, open: 0, hasUri: true, written: ['written', 'URI written'] },
      );
    },
    { target: 0.5 },
  );
}

interface Traced {
  readonly row: { readonly uri?: string };
  readonly registrations: readonly {
    readonly hops: readonly { readonly hop: string; readonly change?: string }[];
    readonly openEnds: readonly unknown[];
  }[];
}

async function measureDeadLetters(
  engine: EngineChild,
  large: LargeStack,
  users: readonly RegisteredUser[],
): Promise<void> {
  const each = DEAD_LETTERS / 2;
  await large.putDeadLetters(users.slice(0, each), 'handler');
  await large.putDeadLetters(users.slice(0, each), 'delivery');
  await measure(
    engine,
    `dlq list of ${DEAD_LETTERS} dead letters`,
    ['dlq', 'list', '--json'],
    (run) => {
      const found = linesOf(run).map(({ queue, messages, inFlight }) => [queue, messages, inFlight]);
      const expected = { pipe: 0, 'bucket-service': each, 'uri-recorder': each };
      expectCounts(
        found,
        Object.entries(expected).map(([queue, messages]) => [queue, messages, 0]),
      );
    },
    { target: 2, exitCode: 1 },
  );
}

async function measureHistory(engine: EngineChild, large: LargeStack): Promise<void> {
  const archived = await large.countArchived();
  if (archived < USERS) throw new Error(`Only ${archived} events are in the archive.`);
  await measure(
    engine,
    `replay --dry-run of ${archived} archived events`,
    ['replay', '--from', SINCE, '--all-subscribers', '--dry-run', '--json'],
    (run) => expectCounts({ events: linesOf(run)[0]?.events }, { events: archived }),
    { isLong: true },
  );
  for (const format of ['text', 'JSON']) {
    await measure(
      engine,
      `events of the last ${archived}, as ${format}`,
      ['events', '--from', SINCE, ...(format === 'JSON' ? ['--json'] : [])],
      ({ out }) => {
        // A line of text names type and user: no user has two events of a type.
        const events = out.match(format === 'JSON' ? /"metadata":\{[^{}]*"eventId":"[^"]+"/g : /^.+$/gm) ?? [];
        expectCounts(
          { events: events.length, different: new Set(events).size },
          { events: archived, different: archived },
        );
      },
      { target: 20, isLong: true },
    );
  }
}

await withEngine(async (engine) => {
  const large = new LargeStack({ endpoint: engine.ready.endpoint, output: (key) => engine.output(key) });
  const users = registeredUsers(USERS - REGISTERED);
  await measureReconcile(engine, large, users);
  const userId = await measureRegister(engine);
  await measureTrace(engine, userId);
  await measureDeadLetters(engine, large, users);
  await measureHistory(engine, large);
  large.close();
});
