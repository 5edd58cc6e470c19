import type { Command } from '@commander-js/extra-typings';
import type { NewEventOptions } from './new-event.ts';
import type { NewSubscriberOptions } from './new-subscriber.ts';

export function add(program: Command): void {
  const making = program.command('new').description('make a new subscriber or a new event').helpCommand(false);
  making
    .command('subscriber')
    .description('make a service that takes an event: its folder under services/, and its unit test')
    .argument('<name>', 'its folder, such as welcome-email')
    .option('--on <event>', 'the event that it takes, such as BucketCreated')
    .option('--json', 'print one JSON object: name, event, files')
    .action(async (name: string, options: NewSubscriberOptions) =>
      (await import('./new-subscriber.ts')).newSubscriber(name, options),
    );
  making
    .command('event')
    .description('make the schema, a sample and the typed contract of an event')
    .argument('<name>', 'what has happened, such as UserVerified')
    .option('--source <name>', 'who publishes it (default: what it is about, such as user-service)')
    .option('--json', 'print one JSON object: name, source, files, generated')
    .action(async (name: string, options: NewEventOptions) => (await import('./new-event.ts')).newEvent(name, options));
}
