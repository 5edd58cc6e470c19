/** Writes `docs/cost.md`. That it is up to date is checked by `test/contract/cost-page.test.ts`. */
import { writeFile } from 'node:fs/promises';
import { COST_PAGE, costPage } from '../capacity/cost-page.ts';

await writeFile(COST_PAGE, await costPage());
