import type { Command } from '@commander-js/extra-typings';
import type { OptionsOf } from '../../options.ts';

const defineSubscriber = (parent: Command) =>
  parent
    .command('subscriber')
    .description('create a service that handles an event: its folder under services/, and its unit test')
    .argument('<name>', 'its folder, such as welcome-email')
    .option('--on <event>', 'the event that it handles, such as BucketCreated')
    .option('--json', 'print one JSON object: name, event, files');

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
