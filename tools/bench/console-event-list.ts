import type { Browser, Page } from 'playwright-core';
import { framesDuring } from './console-views.ts';
import { print, rounded } from './figures.ts';

const LISTED_EVENTS = 100_000;

/** A longer frame is one that a person notices. */
const TARGET_LONGEST_MS = 100;

/** The page is given so many events by what takes the place of its stream: the engine's journal keeps fewer. */
export async function measureEventList(browser: Browser, url: string): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  await page.addInitScript(`globalThis.EventSource = class extends EventTarget {
    readyState = 1;
    constructor() {
      super();
      setTimeout(() => {
        this.onopen();
        for (let sent = 0; sent < ${LISTED_EVENTS}; sent += 1000) {
          const events = Array.from({ length: 1000 }, (_, index) => ({
            id: 'event-' + (sent + index), at: Date.now(), type: 'UserRegistered', source: 'users-table',
            userId: 'user-' + (sent + index), detail: '{\\n  "data": "' + 'x'.repeat(600) + '"\\n}',
          }));
          const verdicts = events.flatMap(({ id: eventId }) => [
            { eventId, subscriber: 'bucket-service', isMatched: true },
            { eventId, subscriber: 'uri-recorder', isMatched: false, reason: 'detail-type' },
          ]);
          const news = { now: Date.now(), events, verdicts, isGap: false };
          this.onmessage({ data: JSON.stringify(news), lastEventId: String(sent) });
        }
        globalThis.sendOne = () => this.onmessage({ lastEventId: 'one', data: JSON.stringify({
          now: Date.now(), isGap: false, verdicts: [], events: [{
            id: 'event-last', at: Date.now(), type: 'UserRegistered', source: 'users-table', userId: 'last', detail: '{}' }],
        }) });
      });
    }
    close() {}
  }`);
  await page.goto(`${url}/events`);
  await page.getByText('100,000 events.').waitFor();
  const scrolled = await framesDuring(page, () => scrollThrough(page));
  const news = await framesDuring(page, async () => {
    for (let sent = 0; sent < 20; sent += 1) await page.evaluate('sendOne()');
    // The first of them made room.
    await page.getByText('95,020 events.').waitFor();
  });
  const searched = await framesDuring(page, async () => {
    await page.getByLabel('Text').pressSequentially('event-99');
    await page.getByText('1,100 events.').waitFor();
  });
  for (const [what, { longestMs, perSecond }] of Object.entries({
    'it is scrolled from end to end': scrolled,
    'events come': news,
    'a text is searched in it': searched,
  })) {
    const measure = `longest frame of a list of ${LISTED_EVENTS} events while ${what}`;
    print({ measure, unit: 'ms', value: longestMs, framesPerSecond: rounded(perSecond), target: TARGET_LONGEST_MS });
  }
  await context.close();
}

/** Scrolls the list from its top to its end in 200 frames. */
async function scrollThrough(page: Page): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    const list = document.querySelector('.event-list .scroll');
    const step = list.scrollHeight / 200;
    let frames = 0;
    requestAnimationFrame(function scroll() {
      list.scrollTop += step;
      frames += 1;
      if (frames < 200) requestAnimationFrame(scroll);
      else requestAnimationFrame(resolve);
    });
  })`);
  await page.locator('li .event-row').filter({ hasText: 'event-0' }).first().waitFor();
}
