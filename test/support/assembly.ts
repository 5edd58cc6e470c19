import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = join(import.meta.dirname, '..', '..');
const VARIABLE = 'PIPELINE_TEST_ASSEMBLY';

/** The rules of the pipeline's own subscribers. */
const OWN_RULE = /^(BucketService|UriRecorder)Rule[0-9A-F]{8}$/;

/** Synthesizes the real stack once for all test files that run it. Jest calls this before the first of them. */
export default async function synthesizeOnce(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pipeline-assembly-'));
  process.env[VARIABLE] = folder;
  // Tests start over a hundred Node.js processes, most with the same modules: each is compiled once in a run.
  process.env.NODE_COMPILE_CACHE = join(folder, 'compiled');
  const { context } = JSON.parse(readFileSync(join(ROOT, 'cdk.json'), 'utf8'));
  await promisify(execFile)(process.execPath, ['cdk/app.ts'], {
    cwd: ROOT,
    env: {
      ...process.env,
      CDK_OUTDIR: testAssembly(),
      CDK_CONTEXT_JSON: JSON.stringify(context),
      CDK_VALIDATION: 'false',
    },
  });
  await cp(testAssembly(), undisturbedAssembly(), { recursive: true });
  await silenceOthers(join(undisturbedAssembly(), 'user-bucket-pipeline-dev.template.json'));
}

/** The folder of the assembly that was synthesized for this run. */
export function testAssembly(): string {
  return join(assembliesFolder(), 'whole');
}

/**
 * The same, but for subscribers that were added to the pipeline's own two: these get no events. For tests that count
 * calls and deliveries, or make the n-th of them fail.
 */
export function undisturbedAssembly(): string {
  return join(assembliesFolder(), 'undisturbed');
}

/** Where Node.js processes with an environment of their own find what others have compiled in this run. */
export function compileCache(): Readonly<Record<string, string>> {
  const { NODE_COMPILE_CACHE } = process.env;
  return NODE_COMPILE_CACHE === undefined ? {} : { NODE_COMPILE_CACHE };
}

/** What holds all assemblies of this run. */
export function assembliesFolder(): string {
  const folder = process.env[VARIABLE];
  if (folder === undefined) throw new Error('No assembly: only tests in test/local have one (see jest.config.ts).');
  return folder;
}

async function silenceOthers(templateFile: string): Promise<void> {
  const template: Template = JSON.parse(await readFile(templateFile, 'utf8'));
  const rules = Object.entries(template.Resources).filter(([, { Type }]) => Type === 'AWS::Events::Rule');
  for (const [id, { Properties }] of rules) {
    if (!OWN_RULE.test(id)) Properties.State = 'DISABLED';
  }
  await writeFile(templateFile, JSON.stringify(template));
}

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>>;
}
