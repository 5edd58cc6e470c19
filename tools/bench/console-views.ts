import type { Browser, Page } from 'playwright-core';
import type { FlowPage } from '../../console/contract/flow.ts';
import type { EngineChild } from './engine-child.ts';
import type { Registrations } from './registrations.ts';

/** A view whose page is measured. */
export interface MeasuredView {
  readonly name: string;
  readonly path: string;
  /** The stream that it follows. */
  readonly stream: string;
  /** Resolves when the page shows what has happened with this user, who registered last. */
  shows(page: Page, userId: string): Promise<void>;
}

export const MEASURED_VIEWS: readonly MeasuredView[] = [
  {
    name: 'Users',
    path: '/',
    stream: '/api/users',
    shows: (page, userId) => page.getByRole('link', { name: userId, exact: true }).waitFor(),
  },
  {
    name: 'Flow',
    path: '/flow',
    stream: '/api/flow',
    // It has the numbers that the server gives to any other page now.
    shows: async (page) => {
      const { origin } = new URL(page.url());
      const row = page.getByRole('row').filter({ hasText: 'uri-recorder, function' });
      for (;;) {
        const { parts } = await firstOf<FlowPage>(`${origin}/api/flow`);
        const count = parts['function uri-recorder']?.count ?? 0;
        const shown = await row.locator('td').first().textContent();
        if (count > 0 && shown === count.toLocaleString('en-US')) return;
      }
    },
  },
  {
    name: 'Events',
    path: '/events',
    stream: '/api/events',
    shows: (page, userId) =>
      page.locator('li .event-row').filter({ hasText: 'BucketCreated' }).filter({ hasText: userId }).first().waitFor(),
  },
];

const WAIT_MS = 120_000;

/** The first item of a stream. */
async function firstOf<T>(url: string): Promise<T> {
  const { body } = await fetch(url);
  let text = '';
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    const [, data] = /^data: (.*)$/m.exec(text.slice(0, text.lastIndexOf('\n'))) ?? [];
    if (data !== undefined) return JSON.parse(data) as T;
  }
  throw new Error(`The stream ${url} has ended: ${text}`);
}

/** Opens a page in a context of its own, with nothing cached. Resolves when it follows its view. */
export async function openPage(browser: Browser, url: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  page.on('pageerror', (error) => {
    throw error;
  });
  await page.goto(url);
  await page.locator('.live .dot').waitFor();
  return page;
}

/** The frames of a page while something happens. */
export interface Frames {
  readonly perSecond: number;
  readonly longestMs: number;
  readonly seconds: number;
}

/** Counts the frames of a page while something happens. */
export async function framesDuring(page: Page, happens: () => Promise<unknown>): Promise<Frames> {
  await page.evaluate(`
    globalThis.frames_ = [];
    globalThis.counting = true;
    requestAnimationFrame(function count() {
      frames_.push(performance.now());
      if (counting) requestAnimationFrame(count);
    });
  `);
  await happens();
  const at = (await page.evaluate(`counting = false, frames_`)) as readonly number[];
  const seconds = ((at.at(-1) ?? 0) - (at[0] ?? 0)) / 1000;
  const lengths = at.slice(1).map((end, index) => end - (at[index] ?? end));
  return { perSecond: (at.length - 1) / seconds, longestMs: Math.max(...lengths), seconds };
}

/** @throws Error unless the page shows what has happened with one more user */
export async function checkShows(page: Page, registrations: Registrations, view: MeasuredView): Promise<void> {
  await registrations.one();
  await view.shows(page, registrations.lastUser);
}

/** Serves the console anew. @returns its address */
export async function serve(engine: EngineChild): Promise<string> {
  const { url } = await (await engine.watch({ kind: 'console', isServed: true }))();
  if (url === undefined) throw new Error('The console is not served.');
  return url;
}

/** Ends the console and all its connections. */
export async function stopServing(engine: EngineChild): Promise<void> {
  await (await engine.watch({ kind: 'console', isServed: false }))();
}
