import { expect, test } from '@jest/globals';
import { createProgram } from '../../../../cli/deployment/program.ts';

/** What commander says of arguments, before any command runs. */
async function said(...args: string[]): Promise<string> {
  const texts: string[] = [];
  const program = createProgram();
  for (const command of [program, ...program.commands]) {
    command.configureOutput({ writeErr: (text) => texts.push(text), writeOut: (text) => texts.push(text) });
  }
  const error: unknown = await program.parseAsync(args, { from: 'user' }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'CommanderError' });
  return texts.join('');
}

test.each([
  [['deploy', 'prod'], /^error: too many arguments for 'deploy'.*\n$/],
  [['destroy', '--force'], /^error: unknown option '--force'\n$/],
  [['deploy', '--stage'], /^error: option '--stage <name>' argument missing\n$/],
])('%j is refused in one line', async (args, line) => {
  expect(await said(...args)).toMatch(line);
});

test.each([
  ['deploy', ['npm run deploy -- [options]', '--stage <name>', '--dry-run', '--yes', 'looks at a table']],
  ['destroy', ['npm run destroy -- [options]', '--stage <name>', '--dry-run', '--yes', 'The buckets of users']],
])('the help of %s tells its options and what it says before', async (command, parts) => {
  const help = await said(command, '--help');
  for (const part of parts) expect(help).toContain(part);
});
