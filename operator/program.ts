import { Command, InvalidArgumentError, Option } from 'commander';
import type { DevOptions } from './commands/dev.ts';
import type { NewEventOptions } from './commands/new-event.ts';
import type { NewSubscriberOptions } from './commands/new-subscriber.ts';
import type { RegisterOptions } from './commands/register.ts';
import { DEFAULT_PORT, DEFAULT_REGION } from './target.ts';
import { MOST_USERS } from './user-ids.ts';

/** Seconds in which a registration must be done; on AWS it takes two or three. */
const TIMEOUT_SECONDS = 30;

/** As in the event schemas: a Region that AWS opens tomorrow fits as well. */
const REGION = /^[a-z]{2,}(-[a-z]+)+-\d+$/;

/** The commands and their options. What a command does is loaded when it is run, so that help comes at once. */
export function createProgram(): Command {
  const program = new Command('pipeline')
    .description('Runs and operates the pipeline that gives every user who signs up a bucket.')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${text.trim().replaceAll(/\s*\n\s*/g, ' ')}\n`) })
    .addHelpText('after', '\nExit codes: 0 done, 1 found or failed, 2 wrong usage.');

  // A command inherits how errors are shown only if it is made after that is set.
  program
    .command('dev')
    .description('run the whole stack on this machine and register sample users')
    .option('--port <n>', 'port to listen on, 0 for any free one', wholeNumber(0, 65_535), DEFAULT_PORT)
    .option('--region <name>', 'AWS Region to stand in for', regionName, DEFAULT_REGION)
    .option('--no-samples', 'register nobody')
    .option('--once', 'stop when every sample user has a bucket; fail if one has none in time')
    .option('--timeout <seconds>', 'how long the sample users may take', wholeNumber(1, 3600), TIMEOUT_SECONDS)
    .option('-c, --context <key=value>', 'context value for the stack, as in cdk synth (repeatable)', contextValue, {})
    .addOption(
      new Option('--assembly <folder>', 'run what cdk synth wrote there instead of synthesizing').conflicts('context'),
    )
    .option('--app <folder>', "also run the stacks of another team's CDK app (repeatable)", oneMore, [])
    .option('--logs [subscribers...]', 'show the log lines of these subscribers, or of all')
    .action(async (options: DevOptions) => (await import('./commands/dev.ts')).dev(options));

  program
    .command('register')
    .description('register users, each unless it exists')
    .argument('[userId...]', 'ids of the users')
    .option('--count <n>', 'register that many users with made-up ids', wholeNumber(1, MOST_USERS))
    .option('--wait', 'wait for the bucket of each user and show its URI')
    .option('--timeout <seconds>', 'how long to wait while no bucket comes', wholeNumber(1, 3600), TIMEOUT_SECONDS)
    .option('--json', 'print one JSON object per user: userId, status (registered, exists, failed), uri, problem')
    .option('--port <n>', 'port of the local engine (default: AWS_ENDPOINT_URL, or 4566)', wholeNumber(1, 65_535))
    .addOption(new Option('--stack <name>', 'a stack on AWS instead of the local engine').conflicts('port'))
    .action(async (userIds: string[], options: RegisterOptions) =>
      (await import('./commands/register.ts')).register(userIds, options),
    );

  const making = program.command('new').description('make a new subscriber or a new event').helpCommand(false);
  making
    .command('subscriber')
    .description('make a service that takes an event: its folder under services/, and its unit test')
    .argument('<name>', 'its folder, such as welcome-email')
    .option('--on <event>', 'the event that it takes, such as BucketCreated')
    .option('--json', 'print one JSON object: name, event, files')
    .action(async (name: string, options: NewSubscriberOptions) =>
      (await import('./commands/new-subscriber.ts')).newSubscriber(name, options),
    );
  making
    .command('event')
    .description('make the schema, a sample and the typed contract of an event')
    .argument('<name>', 'what has happened, such as UserVerified')
    .option('--source <name>', 'who publishes it (default: what it is about, such as user-service)')
    .option('--json', 'print one JSON object: name, source, files, generated')
    .action(async (name: string, options: NewEventOptions) =>
      (await import('./commands/new-event.ts')).newEvent(name, options),
    );

  return program;
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (/^\d+$/.test(text) && number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${least} to ${most}.`);
  };
}

function oneMore(text: string, previous: readonly string[]): string[] {
  return [...previous, text];
}

function regionName(text: string): string {
  if (REGION.test(text)) return text;
  throw new InvalidArgumentError('It must have the form of an AWS Region, such as eu-west-1.');
}

function contextValue(text: string, previous: Record<string, string>): Record<string, string> {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key !== undefined && value !== undefined) return { ...previous, [key]: value };
  throw new InvalidArgumentError('It must have the form key=value.');
}
