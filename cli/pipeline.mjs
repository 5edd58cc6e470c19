#!/usr/bin/env node
// The pipeline command. Starts on the machine's Node.js (20 or newer), and continues on the project's own.
import { spawn } from 'node:child_process';
import nodeModule from 'node:module';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';
import { ensureInstalled } from './ensure-installed.mjs';
import { endWithStarter } from './starter.mjs';

/** This version of Node.js runs TypeScript without a build. */
const NEEDED_MAJOR = 24;

const main = new URL('./main.ts', import.meta.url);
const failed = ensureInstalled();
// Compiled modules are kept for the next start, and for the processes that the command starts. Node.js compares each with its
// source; `npm ci` removes them all. In a folder that is read-only, nothing is kept.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url));
if (failed) {
  process.exitCode = failed;
} else if (Number.parseInt(process.versions.node, 10) >= NEEDED_MAJOR) {
  nodeModule.enableCompileCache();
  await import(main.href);
} else {
  runWithOwnNode();
}

function runWithOwnNode() {
  endWithStarter();
  const node = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  // The child decides how to end; this process ends with it.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`error: the project's Node.js cannot be started: ${error.message}; try: npm ci`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}
