/** Writes `docs/configuration.md`. That it is up to date is checked by `test/infrastructure/configuration-page.test.ts`. */
import { writeFile } from 'node:fs/promises';
import { runProgram } from '../../cli/output/run-program.ts';
import { script } from '../script.ts';
import { CONFIGURATION_PAGE, configurationPage } from './configuration-page.ts';

await runProgram(
  script('config:docs', 'Writes docs/configuration.md.').action(async () =>
    writeFile(CONFIGURATION_PAGE, await configurationPage()),
  ),
);
