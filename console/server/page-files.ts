import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { refuse, send } from './answers.ts';

const PROJECT = join(import.meta.dirname, '..', '..');
const PAGE = join(PROJECT, 'console', 'page');
/** Bundles of earlier runs, each in a folder that is named for its sources. */
const KEPT = join(PROJECT, 'node_modules', '.cache', 'console');

/** What the page consists of. */
export interface PageBundle {
  /** Of its sources; part of the assets' addresses, so that a browser may keep them. */
  readonly version: string;
  readonly script: string;
  readonly style: string;
}

let bundle: Promise<PageBundle> | undefined;

/**
 * The page's script and style. They are bundled once for each state of the sources, and kept in node_modules.
 * @throws Error for a source that cannot be bundled
 */
export function pageBundle(): Promise<PageBundle> {
  bundle ??= readOrMake().catch((error: unknown) => {
    bundle = undefined;
    throw error;
  });
  return bundle;
}

async function readOrMake(): Promise<PageBundle> {
  const version = await versionOfSources();
  const folder = join(KEPT, version);
  const read = (name: string) => readFile(join(folder, name), 'utf8');
  try {
    const [script, style] = await Promise.all([read('main.js'), read('main.css')]);
    return { version, script, style };
  } catch {
    // Not made yet.
  }
  const made = await makeBundle();
  await keep(folder, { 'main.js': made.script, 'main.css': made.style });
  return { version, ...made };
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

/** Bundles and minifies the page, without keeping it. */
export async function makeBundle(): Promise<Omit<PageBundle, 'version'>> {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    absWorkingDir: PAGE,
    entryPoints: ['main.tsx', 'styles/main.css'],
    outdir: 'out',
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    legalComments: 'none',
    logLevel: 'silent',
  });
  const textOf = (end: string) => outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '';
  return { script: textOf('main.js'), style: textOf('main.css') };
}

/** Replaces what was kept before. Another console may do the same at the same time. */
async function keep(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  const made = `${folder}.${process.pid}`;
  try {
    await rm(KEPT, { recursive: true, force: true });
    await mkdir(made, { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(made, name), text);
    await rename(made, folder);
  } catch {
    // A folder that cannot be written only means that it is bundled again.
  }
}

/** Sends the page, with the token of this run in it. */
export async function sendPage(response: ServerResponse, { token }: { readonly token: string }): Promise<void> {
  const [{ version }, html] = await Promise.all([pageBundle(), readFile(join(PAGE, 'index.html'), 'utf8')]);
  send(response, 'html', html.replaceAll('{{version}}', version).replaceAll('{{token}}', token));
}

/** Sends the script, the style or the icon. */
export async function sendAsset(response: ServerResponse, { path }: { readonly path: string }): Promise<void> {
  const { version, script, style } = await pageBundle();
  const forever = { cache: 'public, max-age=31536000, immutable' };
  switch (path) {
    case `/assets/${version}/main.js`:
      return send(response, 'js', script, forever);
    case `/assets/${version}/main.css`:
      return send(response, 'css', style, forever);
    case '/assets/icon.svg':
      return send(response, 'svg', await readFile(join(PAGE, 'icon.svg'), 'utf8'), { cache: 'max-age=86400' });
    default:
      return refuse(response, 404, `The console has no ${path}. Reload the page: it may have changed.`);
  }
}
