import { expect, test } from '@jest/globals';
import { pipeline as command } from '../support/cli.ts';
import { axeFindings, useConsole } from '../support/console-page.ts';

const run = useConsole();

test("a user's row, bucket and settings are those of the command, and other attributes stay in the table", async () => {
  await run.pipeline.register('sora', { attributes: { nickname: { S: 'very private' } } });
  await run.pipeline.recorded('sora');
  const page = await run.open(`/user?id=sora`);
  await page.getByRole('button', { name: 'Row, bucket and settings' }).click();
  await page.locator('.facts').waitFor();
  const shown = await page.locator('.facts dl > div').allTextContents();
  const told = await page.locator('.user-details .command code').textContent();
  const { stdout } = await command((told ?? '').replace('npx pipeline ', '').split(' '));
  const lines = stdout.split('\n').flatMap((line) => (line.startsWith('  ') ? [line.trim().replace(/ {2,}/, '')] : []));
  expect(shown).toEqual(lines);
  expect(await page.content()).not.toContain('very private');
  expect(shown).toContain('othersnickname (their values: --all)');
  expect(await axeFindings(page)).toEqual([]);
  await page.reload();
  await page.locator('.facts').waitFor();
});
