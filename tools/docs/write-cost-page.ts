/** Writes `docs/cost.md`. That it is up to date is checked by `test/contract/cost-page.test.ts`. */
import { writeFile } from 'node:fs/promises';
import { runProgram } from '../../cli/output/run-program.ts';
import { COST_PAGE, costPage } from '../capacity/cost-page.ts';
import { script } from '../script.ts';

await runProgram(script('cost', 'Writes docs/cost.md.').action(async () => writeFile(COST_PAGE, await costPage())));
