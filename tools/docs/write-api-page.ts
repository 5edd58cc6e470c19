/** Writes `docs/cdk-api.md`. That it is up to date is checked by `test/infrastructure/api-page.test.ts`. */
import { writeFile } from 'node:fs/promises';
import { runProgram } from '../../cli/output/run-program.ts';
import { script } from '../script.ts';
import { API_PAGE, apiPage } from './api-page.ts';

await runProgram(
  script('api:docs', 'Writes docs/cdk-api.md.').action(async () => writeFile(API_PAGE, await apiPage())),
);
