import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from '@jest/globals';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { type ConsoleOptions, type RunningConsole, startConsole } from '../../console/server/index.ts';
import { startBrowser } from '../../tools/browser.ts';
import { WAIT_MS } from './limits.ts';
import { Pipeline } from './pipeline.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe-core answers, as far as it is read here. */
interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

/** Those that run: a test that fails must not leave one behind, which would keep Jest running. */
const running = new Set<TestConsole>();
let runningBefore: ReadonlySet<TestConsole> = new Set();
beforeEach(() => {
  runningBefore = new Set(running);
});
afterEach(async () => {
  for (const left of running) if (!runningBefore.has(left)) await left.stop();
});

/** The console of a running pipeline. Whatever it reports as a bug fails the test that asks for {@link bugs}. */
export class TestConsole {
  readonly running: RunningConsole;
  readonly bugs: unknown[];

  private constructor(running: RunningConsole, bugs: unknown[]) {
    this.running = running;
    this.bugs = bugs;
  }

  /** @param pipeline undefined for a console whose options choose where it looks */
  static async start(pipeline: Pipeline | undefined, options: Partial<ConsoleOptions> = {}): Promise<TestConsole> {
    const bugs: unknown[] = [];
    const target = pipeline === undefined ? {} : { port: Number(pipeline.port) };
    const props = { target, isWritable: true, port: 0, onBug: (error: unknown) => bugs.push(error), ...options };
    const started = new TestConsole(await startConsole(props), bugs);
    running.add(started);
    return started;
  }

  get url(): string {
    return this.running.url;
  }

  /** For a request as a page sends it. */
  get host(): string {
    return new URL(this.url).host;
  }

  /** This run's token, as the page has it. */
  async token(): Promise<string> {
    const html = await (await fetch(this.url)).text();
    return /name="console-token" content="([^"]+)"/.exec(html)?.[1] ?? '';
  }

  /** Ends it. What a test has started and not stopped ends after the test. */
  async stop(): Promise<void> {
    running.delete(this);
    await this.running.close();
  }
}

/**
 * What the browser notes of requests although the page is right: a console that a test has ended, and what the server refuses
 * because of what was typed, which the page shows.
 */
const NOTES_OF_REQUESTS = /net::ERR_|^Failed to load resource: the server responded with a status of 400 /;

/** A real browser. What its pages report as errors is kept. */
export class TestBrowser {
  readonly #browser: Browser;
  readonly #contexts: BrowserContext[] = [];
  /** Exceptions of pages, and what they wrote to the console as errors, such as what the content security policy refused. */
  readonly errors: string[] = [];

  private constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async start(): Promise<TestBrowser> {
    return new TestBrowser(await startBrowser());
  }

  /** Opens a page. */
  async open(url: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
    this.#contexts.push(context);
    context.setDefaultTimeout(WAIT_MS);
    const page = await context.newPage();
    page.on('pageerror', ({ message }) => this.errors.push(message));
    page.on('console', (message) => {
      if (message.type() === 'error' && !NOTES_OF_REQUESTS.test(message.text())) this.errors.push(message.text());
    });
    await page.goto(url);
    return page;
  }

  /** Closes all pages. */
  async closePages(): Promise<void> {
    for (const context of this.#contexts.splice(0)) await context.close();
  }

  async stop(): Promise<void> {
    await this.#browser.close();
  }
}

/** What {@link useConsole} gives, from the first test on. */
export interface ConsoleRun {
  readonly pipeline: Pipeline;
  readonly console: TestConsole;
  readonly browser: TestBrowser;
  /** Opens a page of the console. @param path with its query */
  open(path: string, options?: BrowserContextOptions): Promise<Page>;
}

/**
 * Gives the tests of a file a pipeline, its console and a browser, and closes the pages after each test. At the end, bugs of the
 * console and errors of pages fail the file.
 * @param start starts the pipeline. @default with its own two subscribers alone
 */
export function useConsole(start: () => Promise<Pipeline> = () => Pipeline.startUndisturbed()): ConsoleRun {
  const run = {} as { -readonly [Key in keyof ConsoleRun]: ConsoleRun[Key] };
  run.open = (path, options) => run.browser.open(run.console.url + path, options);
  beforeAll(async () => {
    run.pipeline = await start();
    run.browser = await TestBrowser.start();
    run.console = await TestConsole.start(run.pipeline);
  });
  afterEach(() => run.browser.closePages());
  // One by one: where one could not start, or does not end, the others still end.
  afterAll(() => run.browser?.stop());
  afterAll(() => run.console?.stop());
  afterAll(() => run.pipeline?.stop());
  afterAll(() => expect([run.console.bugs, run.browser.errors]).toEqual([[], []]));
  return run;
}

/** Gives the page's window a size, and waits until the page knows it: with the next frame. */
export async function resize(page: Page, size: { readonly width: number; readonly height: number }): Promise<void> {
  await page.setViewportSize(size);
  await page.evaluate('new Promise(requestAnimationFrame)');
}

/**
 * What axe-core finds wrong with a page, each in a line.
 * @param rule the only one that is asked. @default all of them
 */
export async function axeFindings(page: Page, rule?: 'color-contrast'): Promise<string[]> {
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(AXE);
  const { violations } = (await page.evaluate(
    rule === undefined ? 'axe.run()' : `axe.run({ runOnly: ['${rule}'] })`,
  )) as AxeResults;
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}
