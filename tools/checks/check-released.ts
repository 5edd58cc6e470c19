/**
 * Compares the stack's resources with those last released, in `tools/checks/released/`.
 *
 *   npm run resources:compat                          exits 1 and names every resource that a deployment would remove
 *                                                     or replace, and the data in it
 *   npm run resources:compat -- --release             when there is none, makes the current resources the released ones
 *   npm run resources:compat -- --release --replace   the same although some are replaced: say so in the changelog
 */
import { runProgram } from '../../cli/output/run-program.ts';
import { UsageError } from '../../operations/messages/errors.ts';
import { script } from '../script.ts';
import { stageTemplate } from '../stage-template.ts';
import {
  findReplacements,
  RELEASED_STACKS,
  readReleased,
  releasedResources,
  writeReleased,
} from './released-resources.ts';
import { loadSpecification } from './specification.ts';

interface Options {
  readonly release?: true;
  readonly replace?: true;
}

async function check({ release, replace }: Options): Promise<void> {
  if (replace && !release) throw new UsageError('--replace is for a release: give --release too');
  const specification = loadSpecification();
  for (const stack of RELEASED_STACKS) {
    const template = await stageTemplate(stack.context);
    const replacements = findReplacements(readReleased(stack), template, specification);
    for (const replacement of replacements) console.error(`${stack.name}: ${replacement}`);

    const isCompatible = replacements.length === 0;
    if (isCompatible) console.log(`${stack.name}: replaces nothing that was released`);
    if (!isCompatible && !(release && replace)) process.exitCode = 1;
    else if (release) {
      writeReleased(stack, releasedResources(template, specification));
      console.log(`${stack.name}: released`);
    }
  }
}

await runProgram(
  script('resources:compat', "Compares the stack's resources with those last released.")
    .option('--release', 'if a deployment replaces none of them, makes the current resources the released ones')
    .option('--replace', 'with --release: also if some are replaced; say so in the changelog')
    .action(check),
);
