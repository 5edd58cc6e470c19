/** Writes `docs/cdk-api.md`. That it is up to date is checked by `test/infrastructure/api-page.test.ts`. */
import { writeFile } from 'node:fs/promises';
import { API_PAGE, apiPage } from './api-page.ts';

await writeFile(API_PAGE, await apiPage());
