/**
 * Generates from `schemas/*.schema.json` and `schemas/samples/`: types, validators, contracts and what the schema
 * registry holds into `schemas/generated/`, the documents of the events into `docs/`.
 *
 *   npm run schemas             writes them
 *   npm run schemas -- --check  writes nothing; exits 1 and names each file that is not up to date
 */
import { join } from 'node:path';
import { findOutdatedFiles, renderAll, writeGeneratedFiles } from './generator/generated-files.ts';
import { runSchemaCommand } from './generator/read-event-schemas.ts';

const schemaFolder = import.meta.dirname;
const root = join(schemaFolder, '..');

await runSchemaCommand('--check', async (isCheck) => {
  const folders = await renderAll(schemaFolder);

  if (isCheck) {
    const outdated = await findOutdatedFiles(root, folders);
    for (const { file, problem } of outdated) console.error(`${file} is ${problem}; run: npm run schemas`);
    if (outdated.length > 0) process.exitCode = 1;
  } else {
    for (const { file, problem } of await writeGeneratedFiles(root, folders)) {
      console.log(`${problem === 'left over' ? 'removed' : 'wrote'} ${file}`);
    }
  }
});
