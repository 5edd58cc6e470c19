import type { Command } from '@commander-js/extra-typings';
import { type OptionsOf, oneMore } from '../../options.ts';

const WHERE_NOTES = `
A condition is FIELD=VALUE, FIELD!=VALUE, or a bound with <, <=, > or >=. * in a value is any text. Several values of a
field are alternatives; otherwise all conditions must hold. Everything that a subscription can say is possible as JSON.

  npx pipeline new subscriber welcome-mail --on BucketCreated --where region=eu-west-1 --where 'region=us-*'
  npx pipeline new subscriber late-audit --on UserRegistered --where 'registeredAt>=1767225600'
  npx pipeline new subscriber own-audit --on UserRegistered --where '{"userId":[{"anything-but":{"prefix":"test-"}}]}'`;

const defineSubscriber = (parent: Command) =>
  parent
    .command('subscriber')
    .description('create a service that handles an event: its folder under services/, and its unit test')
    .argument('<name>', 'its folder, such as welcome-email')
    .option('--on <event>', 'the event that it handles, such as BucketCreated')
    .option('--where <condition>', 'only events with such data (repeatable)', oneMore)
    .option('--json', 'print one JSON object: name, event, where, files')
    .addHelpText('after', WHERE_NOTES);

export type NewSubscriberOptions = OptionsOf<typeof defineSubscriber>;

const defineEvent = (parent: Command) =>
  parent
    .command('event')
    .description('create the schema, a sample and the typed contract of an event')
    .argument('<name>', 'what has happened, such as UserVerified')
    .option('--source <name>', 'who publishes it (default: what it is about, such as user-service)')
    .option('--json', 'print one JSON object: name, source, files, generated');

export type NewEventOptions = OptionsOf<typeof defineEvent>;

export function add(program: Command): void {
  const parent = program.command('new').description('create a new subscriber or a new event').helpCommand(false);
  defineSubscriber(parent).action(async (name, options) =>
    (await import('./new-subscriber.ts')).newSubscriber(name, options),
  );
  defineEvent(parent).action(async (name, options) => (await import('./new-event.ts')).newEvent(name, options));
}
