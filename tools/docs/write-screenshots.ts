/**
 * Writes the pictures of the console into `docs/images/`: of the real page, in a real browser, with an engine that has users who
 * are done, who wait, and whose event is a dead letter.
 */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { synthesize } from '../../cdk/synthesize.ts';
import { runProgram } from '../../cli/output/run-program.ts';
import { startConsole } from '../../console/server/index.ts';
import { onStack } from '../../operations/deployed/stack.ts';
import { registerUsers, SAMPLE_USERS } from '../../operations/users/index.ts';
import { type Engine, SkippingClock, startEngine } from '../../packages/local-engine/index.ts';
import { startBrowser } from '../browser.ts';
import { script } from '../script.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'docs', 'images');

/** Longer than the queues wait before they deliver a message again. */
const VISIBILITY_MS = 61_000;

const RECEIVES = 5;

type Target = Parameters<typeof onStack>[0];

interface Picture {
  readonly name: string;
  readonly path: string;
  /** What the page shows when it is complete. */
  readonly shows: string;
  readonly height: number;
  /** @default 'light' */
  readonly theme?: 'light' | 'dark';
}

/** Of a pipeline in which all is well. */
const CALM: readonly Picture[] = [
  { name: 'flow', path: '/flow', shows: '.flow .effects', height: 560 },
  { name: 'events', path: '/events?type=BucketCreated', shows: 'li .event-row', height: 480 },
  { name: 'send', path: '/events?send=new', shows: '.tried .verdict', height: 760 },
  { name: 'replay', path: '/replay?subscribers=uri-recorder', shows: '.start .command', height: 640 },
];

/** The same after failures, and after the waits between attempts. */
const AFTER_FAILURES: readonly Picture[] = [
  { name: 'user', path: '/user?id=frank&step=1.4', shows: '.details', height: 860 },
  { name: 'user', path: '/user?id=frank&step=1.4', shows: '.details', height: 560, theme: 'dark' },
  { name: 'dead-letter', path: '/user?id=dave', shows: '.open-ends', height: 620 },
  { name: 'users', path: '/', shows: 'table.list', height: 560 },
  { name: 'dead-letters', path: '/dead-letters', shows: '.dlq-row', height: 560 },
  { name: 'health', path: '/health', shows: '.graph canvas', height: 860 },
  { name: 'lab', path: '/lab', shows: '.preview li', height: 860 },
  { name: 'lesson', path: '/lab?show=lessons&lesson=subscriber-broken', shows: '.preview li', height: 760 },
];

async function writeScreenshots(): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const assembly = await mkdtemp(join(tmpdir(), 'pipeline-pictures-'));
  await synthesize({ outdir: assembly });
  const clock = new SkippingClock();
  const engine = await startEngine({ assemblies: [assembly], port: 0, clock });
  const target = { port: Number(new URL(engine.endpoint).port) };
  const served = await startConsole({ target, isWritable: true, port: 0, onBug: failOnBug });
  const browser = await startBrowser();
  try {
    await register(target, [...SAMPLE_USERS]);
    for (const picture of CALM) await take(browser, served.url, picture);
    await prepareFailures({ engine, clock, target });
    for (const picture of AFTER_FAILURES) await take(browser, served.url, picture);
  } finally {
    await browser.close();
    await served.close();
    await engine.stop();
    await rm(assembly, { recursive: true });
  }
}

async function take(
  browser: Browser,
  console: string,
  { name, path, shows, height, theme = 'light' }: Picture,
): Promise<void> {
  const page = await browser.newPage({ colorScheme: theme, viewport: { width: 1280, height } });
  await page.goto(console + path);
  await page.locator(shows).first().waitFor();
  await page.locator('.live .dot').waitFor();
  await page.screenshot({ path: join(FOLDER, `console-${name}-${theme}.png`) });
  await page.close();
}

interface Running {
  readonly engine: Engine;
  readonly clock: SkippingClock;
  readonly target: Target;
}

/** A user whose bucket was made at the third attempt, and one whose event is a dead letter. */
async function prepareFailures(running: Running): Promise<void> {
  const { journal } = running.engine;
  await failing(running, 'frank', 2);
  await journal.waitFor('the URI of frank', ({ hop, newImage }) => {
    return hop === 'stream-record' && JSON.stringify(newImage).includes('frank-');
  });
  await failing(running, 'dave', RECEIVES);
  await journal.waitFor('the dead letter', ({ hop }) => hop === 'redriven-to-dlq');
}

/** Registers a user whose bucket cannot be created that many times. */
async function failing({ engine, clock, target }: Running, userId: string, times: number): Promise<void> {
  const { journal, faults } = engine;
  const failures = () => journal.entries().filter(({ outcome }) => outcome === 'items-failed').length;
  const before = failures();
  faults.fail('s3:CreateBucket', 'TooManyBuckets', { times });
  await register(target, [userId]);
  for (let nth = 1; nth <= times; nth++) {
    await journal.waitFor(`failure ${nth}`, ({ outcome }) => outcome === 'items-failed', { count: before + nth });
    clock.skip(VISIBILITY_MS);
  }
}

function register(target: Target, userIds: readonly string[]): Promise<unknown> {
  return onStack(target, (on) => registerUsers(on, userIds, { waits: userIds.length > 1 }));
}

function failOnBug(error: unknown): void {
  throw error;
}

await runProgram(
  script('screenshots', 'Writes the pictures of the console into docs/images/.').action(writeScreenshots),
);
