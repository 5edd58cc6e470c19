import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { COST_PAGE, costPage } from '../../tools/capacity/cost-page.ts';

test('docs/cost.md is up to date; if not, run: npm run cost', async () => {
  expect(readFileSync(COST_PAGE, 'utf8')).toBe(await costPage());
});
