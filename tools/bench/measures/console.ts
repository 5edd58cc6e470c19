/**
 * What the console's page is like, and what it takes. The engine serves the console in its own process, as `npm start` does, so
 * that the engine's CPU time has the console's in it. The browser runs on this machine too, and takes CPU of its own: a stream
 * that is read without a browser shows what a page costs the pipeline alone.
 */
import { gzipSync } from 'node:zlib';
import { startBrowser } from '../../browser.ts';
import { withEngine } from '../assembly.ts';
import { measureCost } from '../console-cost.ts';
import { measureEventList } from '../console-event-list.ts';
import { type Painted, paint } from '../console-paint.ts';
import { checkShows, framesDuring, MEASURED_VIEWS, type MeasuredView, openPage, serve } from '../console-views.ts';
import type { EngineChild } from '../engine-child.ts';
import { median, print, rounded } from '../figures.ts';
import { withProjectCopy } from '../project-copy.ts';
import { type Registered, Registrations } from '../registrations.ts';

const PAINTS = 5;
const TARGET_PAINT_MS = 300;
const TARGET_KIB = 80;

const FRAME_USERS = 20_000;
const TARGET_FRAMES = 30;
const browser = await startBrowser();
try {
  await withEngine(async (engine) => {
    const registrations = new Registrations(engine);
    await registrations.many(1_000);
    await measurePaint(engine);
    await measureSize(engine);
    await measureEventList(browser, await serve(engine));
    await measureCost(browser, engine, registrations);
    for (const view of MEASURED_VIEWS) await measureFrames(engine, registrations, view);
    registrations.close();
  });
} finally {
  await browser.close();
}

async function measurePaint(engine: EngineChild): Promise<void> {
  const { port } = new URL(engine.ready.endpoint);
  const found: Record<string, Painted[]> = { changed: [], cold: [], warm: [] };
  await withProjectCopy(async (project) => {
    for (let round = 0; round < PAINTS; round += 1) {
      const changed = await paint(browser, { project, port, isChanged: true });
      const kept = await paint(browser, { project, port, isChanged: false });
      found.changed?.push(changed.cold);
      found.cold?.push(kept.cold);
      found.warm?.push(kept.warm, changed.warm);
    }
  });
  const what = {
    changed: 'of a console that has just started, after a change of its sources',
    cold: 'of a console that has just started',
    warm: 'of another browser',
  };
  for (const [state, paints] of Object.entries(found)) {
    const paintMs = paints.map((each) => each.paintMs);
    print({
      measure: `first contentful paint ${what[state as keyof typeof what]}`,
      unit: 'ms',
      value: median(paintMs),
      worst: rounded(Math.max(...paintMs)),
      untilLive: median(paints.map(({ liveMs }) => liveMs)),
      target: TARGET_PAINT_MS,
    });
  }
}

async function measureSize(engine: EngineChild): Promise<void> {
  const url = await serve(engine);
  const html = await (await fetch(url)).text();
  const [path = ''] = /\/assets\/\w+\/main\.js/.exec(html) ?? [];
  const script = await fetch(url + path);
  if (!script.ok) throw new Error(`There is no ${path}: ${script.status}.`);
  const bytes = gzipSync(await script.text()).length;
  print({ measure: "the page's JavaScript, compressed", unit: 'KiB', value: bytes / 1024, target: TARGET_KIB });
}

async function measureFrames(engine: EngineChild, registrations: Registrations, view: MeasuredView): Promise<void> {
  const page = await openPage(browser, (await serve(engine)) + view.path);
  let registered: Registered | undefined;
  const frames = await framesDuring(page, async () => {
    registered = await registrations.load(FRAME_USERS);
  });
  await checkShows(page, registrations, view);
  await registrations.check();
  await page.context().close();
  const measure = `frames a second of a page that shows ${view.name}, while ${FRAME_USERS} users are loaded`;
  print({
    measure,
    unit: '1/s',
    value: frames.perSecond,
    target: TARGET_FRAMES,
    usersPerSecond: registered?.perSecond,
  });
  print({ measure: `longest frame of the same, ${view.name}`, unit: 'ms', value: frames.longestMs });
}
