/**
 * `npm test`: runs the tests and, meanwhile, the checks of the code. It fails if any of them does, and shows all they print.
 * With `--all`, as `npm run test:all`, it also runs `*.slow.test.ts`. Other arguments are Jest's.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const CHECKS = ['lint', 'typecheck', 'typecheck:page', 'schemas:check', 'schemas:compat'];
const WITHOUT_SLOW = ['--testPathIgnorePatterns', '/node_modules/', '\\.slow\\.test\\.ts$'];

const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8'));
const args = process.argv.slice(2);
const forJest = args.includes('--all') ? args.filter((arg) => arg !== '--all') : [...args, ...WITHOUT_SLOW];

const [failedChecks, testsEnded] = await Promise.all([runChecks(), run('jest', forJest, 'inherit')]);
const failed = [...failedChecks, ...(testsEnded.code === 0 ? [] : ['tests'])];
if (failed.length > 0) console.error(`\nfailed: ${failed.join(', ')}`);
process.exitCode = failed.length > 0 ? 1 : 0;

/** One after another, since each may use several cores. Returns the names of those that fail. */
async function runChecks(): Promise<string[]> {
  const failed: string[] = [];
  for (const name of CHECKS) {
    const { code, output } = await run(scripts[name], [], 'pipe');
    if (code === 0) continue;
    failed.push(name);
    console.error(`\n${name} failed:\n${output}`);
  }
  return failed;
}

/** Runs a script of package.json, within the environment that npm made for this one. */
function run(
  script: string,
  args: readonly string[],
  stdio: 'inherit' | 'pipe',
): Promise<{ code: number; output: string }> {
  const [command = '', ...own] = script.split(' ');
  const child = spawn(command, [...own, ...args], { stdio: ['inherit', stdio, stdio] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
