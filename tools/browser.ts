import { env } from 'node:process';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as browsers } from 'playwright-core';

/** Names the program of a browser to use instead of the one that is installed with the packages. */
const VARIABLE = 'PIPELINE_BROWSER';

/** What the browser must not do here: it is for a page that is tested as any browser shows it. */
const LEFT_OUT =
  /^--(?:disable-web-security|allow-running-insecure-content|single-process|disable-site-isolation|disable-features|headless)/;

/**
 * Starts Chromium without a window: the one in the package @sparticuz/chromium, or another that PIPELINE_BROWSER names.
 * @throws Error where neither can run, for example on a platform that the package has no program for
 */
export async function startBrowser(): Promise<Browser> {
  const own = env[VARIABLE];
  const args = own ? [] : chromium.args.filter((arg) => !LEFT_OUT.test(arg));
  try {
    return await browsers.launch({ executablePath: own || (await chromium.executablePath()), args });
  } catch (cause) {
    throw new Error(`No browser could be started; set ${VARIABLE} to the program of a Chrome or Chromium.`, { cause });
  }
}
