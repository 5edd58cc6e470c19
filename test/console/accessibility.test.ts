import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { VIEW_PATHS } from '../../console/contract/view-paths.ts';
import { bundleScript, joinStyles } from '../../console/server/page-files.ts';
import { axeFindings, resize, useConsole } from '../support/console-page.ts';

/** The most that the page may have of JavaScript, compressed. */
const MOST_BYTES = 80 * 1024;

const RECEIVES = 5;

/** Every state of every view, and what is there when it is complete. */
const VIEWS: readonly (readonly [what: string, path: string, shows: string])[] = [
  ['users', '/', 'table.list'],
  ['no users', '/?show=waiting', '.notice'],
  ['a search', '/?q=fine', 'table.list'],
  ['a search without result', '/?q=nobody', '.notice'],
  ['a user who is done', '/user?id=fine&step=1.4&details=1', '.facts'],
  ['a user whose event is a dead letter', '/user?id=failed&step=1.4', '.open-ends'],
  ['an unknown user', '/user?id=nobody', '.notice'],
  ['the flow, and charts of a subscriber', '/flow?subscriber=uri-recorder', '.graph canvas'],
  ['events', '/events', 'li .event-row'],
  ['dead letters', '/dead-letters', '.dlq-row'],
  ['no dead letters', '/dead-letters?user=nobody', 'main .notice'],
  ['an event to send', '/events?send=new', '.tried .verdict'],
  ['contracts', '/contracts?name=user-registered.v1', '.contract .verdict'],
  ['the lab', '/lab', '.preview li'],
  ['a lesson', '/lab?show=lessons&lesson=pipe-stopped', '.preview li'],
  ['registering', '/register', '.card'],
  ['a replay', '/replay?subscribers=uri-recorder', '.start .command'],
  ['health', '/health', '.graph canvas'],
  ['a replay of chosen events', '/replay?subscribers=uri-recorder&notDone=1', '.start .command'],
];

const run = useConsole();
beforeAll(async () => {
  await run.pipeline.register('fine');
  await run.pipeline.recorded('fine');
  run.pipeline.engine.faults.fail('s3:CreateBucket', 'TooManyBuckets', { times: RECEIVES });
  await run.pipeline.register('failed');
  for (let receive = 1; receive <= RECEIVES; receive++) {
    await run.pipeline.failures('BucketService', receive);
    await run.pipeline.redeliver();
  }
  await run.pipeline.waitFor('the dead letter', ({ hop }) => hop === 'redriven-to-dlq');
});

test('every view is here', () => {
  const paths = VIEWS.map(([, path]) => path.split('?')[0]);
  expect(VIEW_PATHS.filter((path) => !paths.includes(path))).toEqual([]);
});

test.each(VIEWS)(
  'axe finds nothing in the view of %s, in both themes and in a narrow window, and so at 200 %% too',
  async (_what, path, shows) => {
    const page = await run.open(path, { colorScheme: 'light' });
    await page.locator(shows).first().waitFor();
    await page.getByText('local engine').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    // The dark theme has other colours, and nothing else.
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await axeFindings(page, 'color-contrast')).toEqual([]);
    await resize(page, { width: 400, height: 700 });
    expect(await axeFindings(page)).toEqual([]);
    // Nothing is out of sight at the side.
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(400);
  },
);

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  test('axe finds nothing in a dead letter, nor in the dialogs that delete and edit it', async () => {
    const page = await run.open('/dead-letters', { colorScheme });
    await page.getByRole('checkbox').first().check();
    await page.locator('.dlq-row').first().click();
    await page.locator('.dlq-details').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole('button', { name: 'Purge the selected messages' }).click();
    await page.getByRole('button', { name: /^Delete 1 message/ }).waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Edit and redrive …' }).click();
    await page.locator('textarea').waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });

  test('axe finds nothing in the dialog of keys', async () => {
    const page = await run.open('/', { colorScheme });
    await page.getByText('local engine').waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    expect(await axeFindings(page)).toEqual([]);
  });
});

test('a table scrolls sideways only while it can have the focus', async () => {
  const page = await run.open('/contracts?name=user-registered.v1', { viewport: { width: 400, height: 700 } });
  await page.locator('.contract .verdict').first().waitFor();
  const overflows = async (change = '') =>
    (await page.evaluate(
      `[...document.querySelectorAll('table.list')].map((table) => { ${change}; return getComputedStyle(table).overflowX; })`,
    )) as string[];
  const narrow = await overflows();
  expect([narrow.length > 1, new Set(narrow)]).toEqual([true, new Set(['auto'])]);
  // So it is for the moment in which a window is narrow, and the page does not know it yet.
  expect(new Set(await overflows("table.removeAttribute('tabindex')"))).toEqual(new Set(['visible']));
});

test('given less motion, nothing moves', async () => {
  const moving = async (reducedMotion: 'reduce' | 'no-preference') => {
    const page = await run.open('/', { reducedMotion });
    await page.getByText('local engine').waitFor();
    const names = await page.evaluate(`(() => {
      const bar = document.body.appendChild(document.createElement('span'));
      bar.className = 'bar working open';
      return getComputedStyle(bar).animationName;
    })()`);
    await run.browser.closePages();
    return names;
  };
  expect([await moving('no-preference'), await moving('reduce')]).toEqual(['open', 'none']);
});

test('the page has at most 80 KB of JavaScript, compressed, and loads nothing from elsewhere', async () => {
  const [script, style] = await Promise.all([bundleScript(), joinStyles()]);
  const bytes = gzipSync(script).length;
  expect(bytes).toBeGreaterThan(1000);
  expect(bytes).toBeLessThanOrEqual(MOST_BYTES);
  const addresses = [...`${script}${style}`.matchAll(/https?:\/\/[^\s"'`)]+/g)].map(([address]) => address);
  // The names of namespaces, which are not loaded.
  expect(addresses.filter((address) => !address.startsWith('http://www.w3.org/'))).toEqual([]);
});
