import { expect, test } from '@jest/globals';
import { createProgram } from '../../../cli/program.ts';

/** What commander says of arguments, before any command runs. */
async function refusal(...args: string[]): Promise<string> {
  const said: string[] = [];
  const program = createProgram();
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)]) {
    command.configureOutput({ writeErr: (text) => said.push(text), writeOut: (text) => said.push(text) });
  }
  const error: unknown = await program.parseAsync(args, { from: 'user' }).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ name: 'CommanderError' });
  return said.join('');
}

test.each([
  [['new', 'subscriber'], "error: missing required argument 'name'\n"],
  [['new', 'event'], "error: missing required argument 'name'\n"],
  [['new', 'topic', 'x'], "error: unknown command 'topic'\n"],
  [['new', 'subscriber', 'audit', '--on'], "error: option '--on <event>' argument missing\n"],
  [['new', 'subscriber', 'audit', '--for', 'x'], "error: unknown option '--for'\n"],
  [['replay', 'uri-recorder'], /^error: too many arguments for 'replay'.*\n$/],
  [['replay', '--cancel'], "error: option '--cancel <name>' argument missing\n"],
  [
    ['dev', '--data', ''],
    /^error: option '--data <folder>' argument '' is invalid. It must name a folder, such as .pipeline.\n$/,
  ],
  [['dev', '--assembly', ' '], /must name a folder/],
  [['dev', '--app', ''], /must name a folder/],
  [['dev', '--journal-values', 'none'], /Allowed choices are all, types/],
  [['trace'], "error: missing required argument 'userId'\n"],
  [['doctor', 'pipe'], /^error: too many arguments for 'doctor'.*\n$/],
  [['events', 'alice'], /^error: too many arguments for 'events'.*\n$/],
  [['deploy', 'prod'], /^error: too many arguments for 'deploy'.*\n$/],
  [['deploy', '--stage'], "error: option '--stage <name>' argument missing\n"],
  [['destroy', '--force'], "error: unknown option '--force'\n"],
  [['new', 'event', 'UserVerified', 'UserLeft'], /^error: too many arguments for 'event'.*\n$/],
])('%j is refused in one line', async (args, line) => {
  const said = await refusal(...args);
  if (typeof line === 'string') expect(said).toBe(line);
  else expect(said).toMatch(line);
});

test.each([
  [['--help'], ['new ', 'create a new subscriber or a new event']],
  [
    ['new', '--help'],
    ['subscriber [options] <name>', 'event [options] <name>'],
  ],
  [
    ['new', 'subscriber', '--help'],
    ['--on <event>', '--json', 'such as welcome-email'],
  ],
  [
    ['new', 'event', '--help'],
    ['--source <name>', '--json', 'such as UserVerified'],
  ],
  [
    ['replay', '--help'],
    ['--to-subscriber <name>', '--all-subscribers', '--cancel <name>', '--list', '--stack <name>', 'estimates'],
  ],
  [
    ['events', '--help'],
    ['--follow', '--user <id>', '--stack <name>', 'AWS has no call to read an archive', 'no subscriber gets them'],
  ],
  [
    ['trace', '--help'],
    ['<userId>', '--since <time>', '--json', '--stack <name>', 'AWS has no API for most of that'],
  ],
  [
    ['doctor', '--help'],
    ['--json', '--stack <name>', 'It changes nothing. Exit code 1 if there is any problem or warning'],
  ],
  [
    ['deploy', '--help'],
    ['--stage <name>', '--dry-run', '--yes', 'checks an existing table', 'npm run deploy -- OPTIONS'],
  ],
  [
    ['destroy', '--help'],
    ['--stage <name>', '--dry-run', '--yes', 'The buckets of users always stay', 'npm run destroy -- OPTIONS'],
  ],
  [
    ['dev', '--help'],
    ['--app <folder>', '--allow-host <name>', '--environments <n>', '--logs [subscribers...]'],
  ],
])('%j tells how to use it', async (args, parts) => {
  const said = await refusal(...args);
  for (const part of parts) expect(said).toContain(part);
});

test('no help shows an empty default', async () => {
  for (const command of createProgram().commands) {
    expect(await refusal(command.name(), '--help')).not.toMatch(/default: (\{\}|\[\])/);
  }
});
