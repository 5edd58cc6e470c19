import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Browser } from 'playwright-core';
import { openPage } from './console-views.ts';

/** How soon a page shows something, in milliseconds since the browser asked for it. */
export interface Painted {
  readonly paintMs: number;
  /** Until the view has its data. */
  readonly liveMs: number;
}

export interface Paints {
  /** The first page of a console that has just started. */
  readonly cold: Painted;
  /** The next page, of another browser. */
  readonly warm: Painted;
}

/** Starts a console as a command, opens two pages, and stops it. @param change whether a source of the page is changed before */
export async function paint(
  browser: Browser,
  { project, port, isChanged }: { readonly project: string; readonly port: string; readonly isChanged: boolean },
): Promise<Paints> {
  if (isChanged) await appendFile(join(project, 'console', 'page', 'main.tsx'), `// ${performance.now()}\n`);
  const args = ['cli/pipeline.mjs', 'console', '--port', port, '--console-port', '0'];
  const command = spawn(process.execPath, args, { cwd: project, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(command, 'exit');
  try {
    const url = await addressIn(command.stdout);
    return { cold: await open(browser, url), warm: await open(browser, url) };
  } finally {
    command.kill();
    await ended;
  }
}

async function addressIn(output: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const [url] = /http:\/\/127\.0\.0\.1:\d+$/.exec(line) ?? [];
    if (url !== undefined) return url;
  }
  throw new Error('The console has ended before it named its address.');
}

async function open(browser: Browser, url: string): Promise<Painted> {
  const page = await openPage(browser, url);
  const [paintMs, liveMs] = (await page.evaluate(`new Promise((resolve) => {
    const liveMs = performance.now();
    new PerformanceObserver((list) => {
      const first = list.getEntriesByName('first-contentful-paint')[0];
      if (first) resolve([first.startTime, liveMs]);
    }).observe({ type: 'paint', buffered: true });
  })`)) as [number, number];
  await page.context().close();
  return { paintMs, liveMs };
}
