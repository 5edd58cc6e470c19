import { Command } from '@commander-js/extra-typings';
import { expect, test } from '@jest/globals';
import { giveTime } from '../../../cli/options.ts';

/** A command that waits 30 seconds by default, as these arguments and that environment make it wait. */
function secondsOf(args: readonly string[], env: Readonly<Record<string, string>>): unknown {
  const command = new Command().option('--timeout <seconds>', 'how long to wait', Number, 30);
  command.hook('preAction', (_program, running) => giveTime(running, env)).action(() => {});
  return command.parse(args, { from: 'user' }).opts().timeout;
}

test.each([
  { args: [], env: {}, seconds: 30 },
  { args: [], env: { PIPELINE_TIME_FACTOR: '6' }, seconds: 180 },
  { args: ['--timeout', '2'], env: { PIPELINE_TIME_FACTOR: '6' }, seconds: 2 },
])('given $args and $env, a command waits $seconds seconds', ({ args, env, seconds }) => {
  expect(secondsOf(args, env)).toBe(seconds);
});

test('given a command without that option, it gets none', () => {
  const command = new Command();
  giveTime(command, { PIPELINE_TIME_FACTOR: '6' });
  expect(command.opts()).toEqual({});
});

test('given a factor that is none, a command is refused, whatever it is', () => {
  expect(() => giveTime(new Command(), { PIPELINE_TIME_FACTOR: 'six' })).toThrow(
    expect.objectContaining({ name: 'UsageError', message: expect.stringContaining('PIPELINE_TIME_FACTOR is "six"') }),
  );
});
