// Installs the dependencies, unless node_modules matches package-lock.json. Runs before anything is installed, on the
// machine's Node.js (20 or newer), so it imports only Node's own modules.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));

/** The runtime that every script needs; an installation without install scripts lacks it. */
const NODE = 'node_modules/.bin/node';

/**
 * Whether node_modules matches package-lock.json, by npm's own record there.
 * @param {string} folder the project's
 */
export function isInstalled(folder) {
  const manifest = readJson(join(folder, 'package.json'));
  const wanted = readJson(join(folder, 'package-lock.json'))?.packages;
  const installed = readJson(join(folder, 'node_modules/.package-lock.json'))?.packages;
  if (!manifest || !wanted || !installed || !existsSync(join(folder, NODE))) return false;
  const { '': root, ...packages } = wanted;
  return (
    sameEntries(manifest.dependencies, root?.dependencies) &&
    sameEntries(manifest.devDependencies, root?.devDependencies) &&
    // Packages for other platforms are optional, and may be missing.
    Object.entries(packages).every(([path, { version, link, optional, devOptional }]) => {
      const found = installed[path];
      return found ? link || found.version === version : optional || devOptional;
    })
  );
}

/**
 * Installs the dependencies if they are missing or outdated.
 * @param {string} [folder] the project's
 * @returns {number} 0, or the exit code of npm
 */
export function ensureInstalled(folder = PROJECT_FOLDER) {
  if (isInstalled(folder)) return 0;
  if (isLink(join(folder, 'node_modules'))) {
    // npm ci would empty the linked folder, which another project may use.
    const place = realpathSync(join(folder, 'node_modules'));
    process.stderr.write(
      `error: node_modules is a link to ${place}, which does not match package-lock.json. Run npm ci there.\n`,
    );
    return 1;
  }
  const started = performance.now();
  process.stderr.write('Installing the dependencies (npm ci), about a minute …');
  const { status, stdout, stderr, error } = npmCi(folder);
  const seconds = `${((performance.now() - started) / 1000).toFixed(0)} s`;
  if (status === 0) {
    process.stderr.write(` ${seconds}\n`);
    return 0;
  }
  const exitCode = status ?? 1;
  process.stderr.write(`\nerror: the dependencies cannot be installed: npm ci ended with exit code ${exitCode}\n`);
  process.stderr.write(`${stdout ?? ''}${stderr ?? ''}${error ? `${error.message}\n` : ''}`);
  return exitCode;
}

function npmCi(folder) {
  // With NODE_ENV=production, npm would leave out the development dependencies, which the scripts need.
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const options = { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 64 * 1024 * 1024 };
  const { npm_execpath: npm = '', npm_node_execpath: node = process.execPath } = process.env;
  // In an npm script, use the same npm on the machine's Node.js, because the project's own is about to be replaced.
  if (npm.endsWith('npm-cli.js')) return spawnSync(node, [npm, ...args], options);
  return spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
}

function isLink(path) {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function sameEntries(some = {}, others = {}) {
  const names = Object.keys(some);
  return names.length === Object.keys(others).length && names.every((name) => some[name] === others[name]);
}

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  process.exitCode = ensureInstalled();
}
