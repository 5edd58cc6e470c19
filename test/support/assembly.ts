import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..', '..');
const VARIABLE = 'PIPELINE_TEST_ASSEMBLY';

/** Synthesizes the real stack once for all test files that run it. Jest calls this before the first of them. */
export default async function synthesizeOnce(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pipeline-assembly-'));
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
  await promisify(execFile)(process.execPath, ['cdk/app.ts'], {
    cwd: ROOT,
    env: { ...process.env, CDK_OUTDIR: folder, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_VALIDATION: 'false' },
  });
  process.env[VARIABLE] = folder;
}

/** The folder of the assembly that was synthesized for this run. */
export function testAssembly(): string {
  const folder = process.env[VARIABLE];
  if (folder === undefined) throw new Error('No assembly: only tests in test/local have one (see jest.config.ts).');
  return folder;
}
