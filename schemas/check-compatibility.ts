/**
 * Compares each schema with its last released copy in `schemas/released/`.
 *
 *   npm run schemas:compat                exits 1 and names every change that would break a reader
 *   npm run schemas:compat -- --release   when there is none, makes the current schemas the released ones
 */
import { join } from 'node:path';
import { compareWithReleased, copyToReleased, describeBreakingChange } from './compatibility/released-schemas.ts';
import { runSchemaCommand } from './generator/read-event-schemas.ts';

const schemaFolder = import.meta.dirname;
const releasedFolder = join(schemaFolder, 'released');

await runSchemaCommand('--release', async (isRelease) => {
  let breaks = false;
  for (const { fileName, released, breakingChanges } of await compareWithReleased(schemaFolder, releasedFolder)) {
    for (const change of breakingChanges) console.error(describeBreakingChange(fileName, change));
    if (breakingChanges.length > 0) breaks = true;
    else console.log(`${fileName}: ${released ? 'compatible with its released copy' : 'not released yet'}`);
  }

  if (breaks) {
    process.exitCode = 1;
  } else if (isRelease) {
    for (const fileName of await copyToReleased(schemaFolder, releasedFolder)) console.log(`${fileName}: released`);
  }
});
