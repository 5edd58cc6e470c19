import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { synthesize } from '../../cdk/synthesize.ts';
import type { JournalEntry } from '../../packages/local-engine/journal/journal.ts';
import { Pipeline } from '../support/pipeline.ts';
import { ProjectCopy } from '../support/project-copy.ts';

/** What the handlers of subscribers do that nobody should write. */
const TROUBLE: Readonly<Record<string, string>> = {
  throwing: "throw new Error('no');",
  exiting: 'process.exit(3);',
  hoarding: 'for (const hoard: number[][] = []; ; ) hoard.push(new Array(5_000_000).fill(0.5));',
  spinning: 'await new Promise(() => setTimeout(() => { for (;;); }));',
  sleeping: 'await new Promise((resolve) => setTimeout(resolve, 3_600_000));',
  waiting: 'await new Promise(() => {});',
};
const TROUBLEMAKERS = Object.keys(TROUBLE);
/** Those that end only by their timeout. */
const HANGING = ['spinning', 'sleeping', 'waiting'];
const WITNESS = 'witness';
const USERS = ['alice', 'bob', 'carol'];
/** As the subscriber construct has it: receives of one message before it is a dead letter. */
const MOST_RECEIVES = 5;
const TIMEOUT_MS = 10_000;

let copy: ProjectCopy;
let pipeline: Pipeline;

beforeAll(async () => {
  copy = await ProjectCopy.create();
  for (const [name, body] of Object.entries({ ...TROUBLE, [WITNESS]: "logger.info('witnessed');" })) {
    await copy.write(`services/${name}/subscription.ts`, "export const subscription = { event: 'UserRegistered' };\n");
    await copy.write(`services/${name}/handler.ts`, handlerThatDoes(body));
  }
  const assembly = join(copy.folder, 'cdk.out');
  await synthesize({ folder: copy.folder, outdir: assembly });
  // Each user's event hangs in an environment of its own, also on a machine with few cores.
  pipeline = await Pipeline.start({ assemblies: [assembly], environmentsPerFunction: USERS.length });
});

afterAll(async () => {
  await pipeline?.stop();
  await copy?.remove();
});

function handlerThatDoes(body: string): string {
  return [
    "import { UserRegisteredV1 } from '../../schemas/generated/user-registered.v1.ts';",
    "import { createSubscriber } from '../shared/subscriber.ts';",
    "import { createTelemetry } from '../shared/telemetry.ts';",
    'export const handler = createSubscriber({',
    '  contract: UserRegisteredV1,',
    '  telemetry: createTelemetry(),',
    `  async handle(_event, { logger }) { logger.debug('begun'); ${body} },`,
    '});',
  ].join('\n');
}

/** Waits until there are so many of something for each of some subscribers, from the start on. */
async function eachHas(
  names: readonly string[],
  what: string,
  most: number,
  countOf: (entry: JournalEntry) => number,
): Promise<void> {
  const counts = new Map(names.map((name) => [name, 0]));
  await pipeline.waitFor(`${most} messages ${what} by each of ${names}`, (entry) => {
    const name = names.find((each) => String(entry.functionName).toLowerCase().includes(`-${each}function`));
    if (name !== undefined) counts.set(name, (counts.get(name) ?? 0) + countOf(entry));
    return [...counts.values()].every((count) => count >= most);
  });
}

const begun = ({ hop, line }: JournalEntry) => Number(hop === 'log' && String(line).includes('"begun"'));
const failed = ({ outcome, messageIds }: JournalEntry) =>
  outcome === 'items-failed' ? (messageIds as string[]).length : 0;

/** The users whose events are in a subscriber's dead-letter queue. */
async function deadLetters(name: string): Promise<string[]> {
  const id = name.replaceAll(/(?:^|-)(.)/g, (_, first: string) => first.toUpperCase());
  const messages = await pipeline.messages(pipeline.output(`${id}DlqUrl`));
  return messages.map(({ Body = '' }) => JSON.parse(Body).detail.data.userId).sort();
}

test('given subscribers that throw, exit, hoard, spin, sleep or wait for ever, when users sign up, then nobody else is held up, and each ends in its own DLQ', async () => {
  for (const user of USERS) await pipeline.register(user);
  // Time does not skip before this: whoever hangs still hangs.
  for (const user of USERS) expect(await pipeline.recorded(user)).toHaveProperty('s3_bucket_uri');
  await pipeline.waitFor(
    'the witness',
    ({ hop, line }) => hop === 'log' && String(line).includes('"witnessed"'),
    USERS.length,
  );

  for (let receive = 1; receive <= MOST_RECEIVES; receive += 1) {
    await eachHas(HANGING, 'begun', receive * USERS.length, begun);
    pipeline.clock.skip(TIMEOUT_MS + 1_000);
    await eachHas(TROUBLEMAKERS, 'failed', receive * USERS.length, failed);
    await pipeline.redeliver();
  }
  const burials = TROUBLEMAKERS.length * USERS.length;
  await pipeline.waitFor('the dead letters', ({ hop }) => hop === 'redriven-to-dlq', burials);
  for (const name of TROUBLEMAKERS) expect([name, await deadLetters(name)]).toEqual([name, USERS]);
  for (const name of [WITNESS, 'bucket-service', 'uri-recorder'])
    expect([name, await deadLetters(name)]).toEqual([name, []]);
  expect(pipeline.logLines('witnessed')).toHaveLength(USERS.length);
});
