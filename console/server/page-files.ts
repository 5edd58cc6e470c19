import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { VIEW_PATHS } from '../contract/view-paths.ts';
import { refuse, send } from './answers.ts';
import type { Route } from './route.ts';

const PROJECT = join(import.meta.dirname, '..', '..');
const PAGE = join(PROJECT, 'console', 'page');
/** Bundles of earlier runs, each in a folder that is named for its sources. */
const KEPT = join(PROJECT, 'node_modules', '.cache', 'console');
const SCRIPT = 'main.js';

/** What the page consists of. */
interface PageFiles {
  /** Of its sources; part of the assets' addresses, so that a browser may keep them. */
  readonly version: string;
  readonly html: string;
  readonly style: string;
  /** Takes longer where the sources have changed. */
  script(): Promise<string>;
}

/** The page's files as they are at the first request. */
const files = once(async (): Promise<PageFiles> => {
  const [version, html, style] = await Promise.all([
    versionOfSources(),
    readFile(join(PAGE, 'index.html'), 'utf8'),
    joinStyles(),
  ]);
  return { version, html, style, script: once(() => readOrMakeScript(version)) };
});

/** Does something once, unless it failed. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}

/** The script, bundled once for each state of the sources, and kept in node_modules. @throws Error for a wrong source */
async function readOrMakeScript(version: string): Promise<string> {
  const folder = join(KEPT, version);
  try {
    return await readFile(join(folder, SCRIPT), 'utf8');
  } catch {
    // Not made yet.
  }
  const script = await bundleScript();
  await keep(folder, script);
  return script;
}

/** What the bundle is made of: the page's files, and the packages by the lock file. */
async function versionOfSources(): Promise<string> {
  const names = (await readdir(PAGE, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash('sha256');
  for (const file of [join(PROJECT, 'package-lock.json'), ...names]) hash.update(await readFile(file)).update('\0');
  return hash.digest('hex').slice(0, 16);
}

/** The style sheet with the files that it imports: a browser then asks once, and waits for no bundler. */
export async function joinStyles(): Promise<string> {
  const folder = join(PAGE, 'styles');
  const parts = (await readFile(join(folder, 'main.css'), 'utf8')).split('\n').map((line) => {
    const [, name] = /^@import "([^"]+)";$/.exec(line) ?? [];
    if (name === undefined) return line;
    return readFile(name.startsWith('./') ? join(folder, name) : createRequire(import.meta.url).resolve(name), 'utf8');
  });
  return (await Promise.all(parts)).join('\n');
}

/** Bundles and minifies the script, without keeping it. */
export async function bundleScript(): Promise<string> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: PAGE,
    entryPoints: ['main.tsx'],
    outdir: 'out',
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    legalComments: 'none',
    logLevel: 'silent',
  });
  return outputFiles.find(({ path }) => path.endsWith(SCRIPT))?.text ?? '';
}

/** Replaces what was kept before. Another console may do the same at the same time. */
async function keep(folder: string, script: string): Promise<void> {
  const made = `${folder}.${process.pid}`;
  try {
    await rm(KEPT, { recursive: true, force: true });
    await mkdir(made, { recursive: true });
    await writeFile(join(made, SCRIPT), script);
    await rename(made, folder);
  } catch {
    // A folder that cannot be written only means that it is bundled again.
  }
}

/** What sends the page, or a file of it; undefined for any other address. */
export function pageRoute(method: string, path: string): Route | undefined {
  if (method !== 'GET') return undefined;
  if (path.startsWith('/assets/')) return { kind: 'page', send: sendAsset };
  return (VIEW_PATHS as readonly string[]).includes(path) ? { kind: 'page', send: sendPage } : undefined;
}

/** Sends the page, with the token of this run in it. The browser shows it while the script is bundled, where that is needed. */
async function sendPage(response: ServerResponse, { token }: { readonly token: string }): Promise<void> {
  const { html, version } = await files();
  send(response, 'html', html.replaceAll('{{version}}', version).replaceAll('{{token}}', token));
}

/** Sends the script, the style or the icon. */
async function sendAsset(response: ServerResponse, { path }: { readonly path: string }): Promise<void> {
  const { version, style, script } = await files();
  const forever = { cache: 'public, max-age=31536000, immutable' };
  switch (path) {
    case `/assets/${version}/${SCRIPT}`:
      return send(response, 'js', await script(), forever);
    case `/assets/${version}/main.css`:
      return send(response, 'css', style, forever);
    case '/assets/icon.svg':
      return send(response, 'svg', await readFile(join(PAGE, 'icon.svg'), 'utf8'), { cache: 'max-age=86400' });
    default:
      return refuse(response, 404, `The console has no ${path}. Reload the page: it may have changed.`);
  }
}
