/**
 * Compares the stack's resources with those last released, in `tools/checks/released/`.
 *
 *   npm run resources:compat                          exits 1 and names every resource that a deployment would remove
 *                                                     or replace, and the data in it
 *   npm run resources:compat -- --release             when there is none, makes the current resources the released ones
 *   npm run resources:compat -- --release --replace   the same although some are replaced: say so in the changelog
 */
import { stageTemplate } from '../stage-template.ts';
import {
  findReplacements,
  RELEASED_STACKS,
  readReleased,
  releasedResources,
  writeReleased,
} from './released-resources.ts';
import { loadSpecification } from './specification.ts';

const specification = loadSpecification();
const release = process.argv.includes('--release');
const acceptsReplacements = process.argv.includes('--replace');

for (const stack of RELEASED_STACKS) {
  const template = await stageTemplate(stack.context);
  const replacements = findReplacements(readReleased(stack), template, specification);
  for (const replacement of replacements) console.error(`${stack.name}: ${replacement}`);

  const isCompatible = replacements.length === 0;
  if (isCompatible) console.log(`${stack.name}: replaces nothing that was released`);
  if (!isCompatible && !(release && acceptsReplacements)) process.exitCode = 1;
  else if (release) {
    writeReleased(stack, releasedResources(template, specification));
    console.log(`${stack.name}: released`);
  }
}
