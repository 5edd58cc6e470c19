/**
 * Generates types, validators and contracts from `schemas/*.schema.json` into `schemas/generated/`.
 *
 *   npm run schemas             writes them
 *   npm run schemas -- --check  writes nothing; exits 1 and names each file that is not up to date
 */
import { join, relative } from 'node:path';
import { findOutdatedFiles, writeGeneratedFiles } from './generator/generated-files.ts';

const schemaFolder = import.meta.dirname;
const generatedFolder = join(schemaFolder, 'generated');
const pathOf = (file: string) => relative(join(schemaFolder, '..'), join(generatedFolder, file));

if (process.argv.includes('--check')) {
  const outdated = await findOutdatedFiles(schemaFolder, generatedFolder);
  for (const { file, problem } of outdated) console.error(`${pathOf(file)} is ${problem}; run: npm run schemas`);
  if (outdated.length > 0) process.exitCode = 1;
} else {
  for (const { file, problem } of await writeGeneratedFiles(schemaFolder, generatedFolder)) {
    console.log(`${problem === 'left over' ? 'removed' : 'wrote'} ${pathOf(file)}`);
  }
}
