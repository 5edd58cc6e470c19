/** Writes `docs/configuration.md`. That it is up to date is checked by `test/infrastructure/configuration-page.test.ts`. */
import { writeFile } from 'node:fs/promises';
import { CONFIGURATION_PAGE, configurationPage } from './configuration-page.ts';

await writeFile(CONFIGURATION_PAGE, await configurationPage());
