/**
 * `npm run test:soak`: runs the tests of this folder; other arguments are Jest's. With `--long` it runs a soak under load instead,
 * prints a line each ten seconds, and in the end what it has found.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesize } from '../../cdk/synthesize.ts';
import { readOptions, type SoakOptions, USAGE } from './load/options.ts';
import { soak } from './load/run.ts';

const args = process.argv.slice(2);
const read = readOptions(args, Date.now());
if (read === 'help') console.log(USAGE);
else if (read === 'jest') process.exitCode = await runJest(args);
else if ('problem' in read) {
  console.error(`${read.problem}\n\n${USAGE}`);
  process.exitCode = 2;
} else process.exitCode = (await runLong(read)) ? 0 : 1;

/** @returns whether nothing is wrong */
async function runLong(options: SoakOptions): Promise<boolean> {
  const { minutes, rate, seed } = options;
  console.log(`${minutes} minutes at ${rate} registrations a second; --seed ${seed} kills at the same moments again.`);
  const assembly = await mkdtemp(join(tmpdir(), 'pipeline-assembly-'));
  try {
    await synthesize({ outdir: assembly });
    const report = await soak({ ...options, assembly, onProgress: (line) => console.log(line) });
    console.log(`\n${report.text}`);
    return report.findings.length === 0;
  } finally {
    await rm(assembly, { recursive: true, force: true });
  }
}

/** Within the environment that npm made. @returns its exit code */
async function runJest(more: readonly string[]): Promise<number> {
  const jest = spawn('jest', ['--config', 'jest.soak.config.ts', ...more], { stdio: 'inherit' });
  const [code] = await once(jest, 'exit');
  return code ?? 1;
}
