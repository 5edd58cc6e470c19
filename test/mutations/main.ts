/**
 * `npm run verify:permissions [-- --json]`: takes out of the synthesized template what it can lose, one by one, runs the
 * pipeline without it and says which promise is broken then. What can be lost unnoticed is not needed, or nobody looks.
 * Exit code 1 if there is such a thing, or if a promise is broken without any loss; 2 for a wrong option.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Progress } from '../../cli/output/progress.ts';
import { runProgram } from '../../cli/output/run-program.ts';
import { script } from '../../tools/script.ts';
import { findBrokenPromise } from './prove.ts';
import { type Proof, reportJson, reportText } from './report.ts';
import { synthesizeVariants, type Variant } from './variants.ts';

async function verifyPermissions({ json }: { readonly json?: true }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pipeline-mutations-'));
  try {
    const variants = await synthesizeVariants(folder);
    if (!(await everyPromiseIsKept(variants))) return;
    const proofs = await prove(variants);
    process.stdout.write(json ? `${JSON.stringify(reportJson(proofs))}\n` : reportText(proofs));
    if (proofs.some(({ broken }) => broken === undefined)) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Without that, nothing would be proven by a promise that is broken. */
async function everyPromiseIsKept(variants: readonly Variant[]): Promise<boolean> {
  for (const { name, assembly, checks } of variants) {
    const broken = await findBrokenPromise(assembly, checks);
    if (broken === undefined) continue;
    process.stderr.write(`With nothing taken out (${name}) it is not so that ${broken.check}: ${broken.how}\n`);
    process.exitCode = 1;
    return false;
  }
  return true;
}

async function prove(variants: readonly Variant[]): Promise<Proof[]> {
  const total = variants.reduce((sum, { mutations }) => sum + mutations.length, 0);
  const progress = new Progress({ label: 'taking out', total });
  const proofs: Proof[] = [];
  for (const { name, assembly, checks, mutations } of variants) {
    for (const mutation of mutations) {
      const broken = await findBrokenPromise(assembly, checks, mutation);
      proofs.push({ mutation, variant: name, ...(broken && { broken }) });
      progress.advance();
    }
  }
  progress.clear();
  return proofs;
}

await runProgram(
  script(
    'verify:permissions',
    'Takes out of the template what it can lose, one by one, and says which promise is broken then.',
  )
    .option('--json', 'the report as JSON')
    .action(verifyPermissions),
);
