#!/usr/bin/env node
// The local-engine command. Starts on Node.js 20 or newer, and continues on Node.js 24, which runs TypeScript as it is.
import { spawn } from 'node:child_process';
import nodeModule, { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED_MAJOR = 24;

const nodePackage = dirname(createRequire(import.meta.url).resolve('node/package.json'));
// Compiled modules are kept for the next start, beside the installed packages. In a folder that is read-only, none are.
process.env.NODE_COMPILE_CACHE ??= join(dirname(nodePackage), '.cache', 'compiled');

const main = new URL('./main.ts', import.meta.url);
if (Number.parseInt(process.versions.node, 10) >= NEEDED_MAJOR) {
  nodeModule.enableCompileCache();
  await import(main.href);
} else {
  runWithOwnNode();
}

function runWithOwnNode() {
  const node = join(nodePackage, 'bin', 'node');
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  // The child decides how it ends; this process follows it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`error: Node.js ${NEEDED_MAJOR} cannot be started: ${error.message}. Try: npm ci`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}
