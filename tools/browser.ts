import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { env } from 'node:process';
import { promisify } from 'node:util';
import chromium from '@sparticuz/chromium';
import { type Browser, chromium as browsers, type LaunchOptions } from 'playwright-core';

/** Names the program of a browser to use instead of the one that is installed with the packages. */
const VARIABLE = 'PIPELINE_BROWSER';

/** What the browser must not do here: it is for a page that is tested as any browser shows it. */
const LEFT_OUT =
  /^--(?:disable-web-security|allow-running-insecure-content|single-process|disable-site-isolation|disable-features|headless)/;

/** Where the browser of the package is unpacked, in a folder for each version. */
const UNPACKED = join(import.meta.dirname, '..', 'node_modules', '.cache', 'browser');

const PACKAGE = '@sparticuz/chromium';

/** The package unpacks itself into the folder for temporary files, and its libraries only where it sees AWS Lambda. */
const UNPACK = `await (await import('${PACKAGE}')).default.executablePath()`;
const AS_ON_LAMBDA = { AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' };

/**
 * Starts Chromium without a window: the one in the package @sparticuz/chromium, or another that PIPELINE_BROWSER names.
 * @throws Error where neither can run, for example on a platform that the package has no program for
 */
export async function startBrowser(): Promise<Browser> {
  const own = env[VARIABLE];
  try {
    return await browsers.launch(own ? { executablePath: own } : await packaged());
  } catch (cause) {
    throw new Error(`No browser could be started; set ${VARIABLE} to the program of a Chrome or Chromium.`, { cause });
  }
}

/** The browser of the package, with its own libraries, and its own fonts beside those of the machine, which may have neither. */
async function packaged(): Promise<LaunchOptions> {
  const main = createRequire(import.meta.url).resolve(PACKAGE);
  const manifest = await readFile(join(main, '..', '..', '..', 'package.json'), 'utf8');
  const folder = join(UNPACKED, String((JSON.parse(manifest) as { version: unknown }).version));
  if (!existsSync(folder)) await unpack(folder);
  const libraries = [join(folder, 'al2023', 'lib'), env.LD_LIBRARY_PATH].filter(Boolean).join(delimiter);
  return {
    executablePath: join(folder, 'chromium'),
    args: chromium.args.filter((arg) => !LEFT_OUT.test(arg)),
    env: { ...env, LD_LIBRARY_PATH: libraries, FONTCONFIG_FILE: join(folder, 'fonts.conf') },
  };
}

/** Unpacks into a folder of its own first: another process may do the same now, and must not start half a program. */
async function unpack(folder: string): Promise<void> {
  await mkdir(UNPACKED, { recursive: true });
  const made = await mkdtemp(join(UNPACKED, 'unfinished-'));
  try {
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', UNPACK], {
      cwd: import.meta.dirname,
      env: { ...env, ...AS_ON_LAMBDA, TMPDIR: made },
    });
    await writeFile(join(made, 'fonts.conf'), fontsOf(folder));
    await rename(made, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

/** Source: fontconfig, fonts-conf(5). */
function fontsOf(folder: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>
  <dir>${join(folder, 'fonts')}</dir>
  <cachedir>${join(folder, 'fonts-cache')}</cachedir>
</fontconfig>
`;
}
