import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';

const ROOT = join(import.meta.dirname, '..', '..');
/** Always the same inputs. Other seeds: `npm run fuzz -- --seed S`. */
const ARGS = ['test/fuzz/main.ts', '--inputs', '20000', '--seed', '1'];

// In a process of its own, which its watchdog can end if an input hangs.
test('given 20,000 inputs that are wrong in some way, the engine answers each rightly or refuses it by name', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, ARGS, { cwd: ROOT }).catch(
    (failed: { stdout: string; stderr: string }) => ({ stdout: `${failed.stdout}\n${failed.stderr}` }),
  );
  const lines = stdout.trim().split('\n');
  expect(lines.filter((line) => !/: \d+ inputs from seed 1, 0 kinds of failures, /.test(line))).toEqual([]);
  expect(lines.length).toBeGreaterThan(1);
});
