import type { EventContract } from '../../../schemas/event-contract.ts';
import { functionName } from './function-name.ts';
import type { NewFile } from './new-file.ts';

/** As the formatter is set (biome.json). */
const LINE_WIDTH = 120;

/** What a subscriber's files say of its event. */
export type SubscribedEvent = Pick<EventContract<unknown>, 'detailType' | 'schemaName' | 'schemaVersion'>;

/**
 * Renders the files of a new subscriber, as the formatter would lay them out. They compile, pass the linter and their
 * test, and write what they decide into the log.
 *
 * @param name one that `subscriberNameProblem` and `functionNameProblem` have nothing against
 */
export function renderSubscriber(name: string, event: SubscribedEvent): NewFile[] {
  return [
    { path: `services/${name}/subscription.ts`, text: subscription(event) },
    { path: `services/${name}/handler.ts`, text: handler(name, event) },
    { path: `services/${name}/${name}.ts`, text: decision(name, event) },
    { path: `test/unit/services/${name}/${name}.test.ts`, text: test(name, event) },
  ];
}

function subscription({ detailType }: SubscribedEvent): string {
  return `${importOf('type { Subscription }', '../shared/subscription.ts')}

export const subscription: Subscription = {
  event: '${detailType}',
  // access: ['put-user-objects'], // what it may touch; without this, nothing
  // replays: 'skip', // where an effect must not repeat, such as a mail
  // There is more, with defaults and ranges: see the type.
};
`;
}

function handler(name: string, event: SubscribedEvent): string {
  const type = typeName(event);
  const decide = functionName(name);
  return `${importOf(`{ ${type} }`, `../../schemas/generated/${event.schemaName}.ts`)}
${importOf('{ createSubscriber }', '../shared/subscriber.ts')}
${importOf('{ createTelemetry }', '../shared/telemetry.ts')}
${importOf(`{ ${decide} }`, `./${name}.ts`)}

const telemetry = await createTelemetry();

/** Takes every ${event.detailType}. One for which this throws comes again. */
export const handler = createSubscriber({
  contract: ${type},
  telemetry,
  async handle(event, { logger }) {
    logger.info('decided', { decision: ${decide}(event) });
  },
});
`;
}

function decision(name: string, event: SubscribedEvent): string {
  const type = typeName(event);
  return `${importOf(`type { ${type} }`, `../../schemas/generated/${event.schemaName}.ts`)}

/** Decides what ${name} does about an event. Without SDK, clock or environment, so that a test needs none. */
${signature(functionName(name), `event: ${type}`)} {
  return \`nothing yet about \${event.metadata.eventId}\`;
}
`;
}

/** The formatter puts a parameter that does not fit onto a line of its own. */
function signature(name: string, parameter: string): string {
  const line = `export function ${name}(${parameter}): string`;
  return `${line} {`.length <= LINE_WIDTH ? line : `export function ${name}(\n  ${parameter},\n): string`;
}

function test(name: string, event: SubscribedEvent): string {
  const type = typeName(event);
  const decide = functionName(name);
  return `${importOf('{ expect, test }', '@jest/globals')}
${importOf(`{ ${type} }`, `../../../../schemas/generated/${event.schemaName}.ts`)}
${importOf(`{ ${decide} }`, `../../../../services/${name}/${name}.ts`)}
${importOf('{ sampleEvent }', '../../../support/sample-event.ts')}

test('given ${event.detailType}, when ${name} decides, then it does nothing yet', () => {
  const event = sampleEvent(${type});
  expect(${decide}(event)).toContain(event.metadata.eventId);
});
`;
}

/** Not written out above, where it would look like an import of this file. */
function importOf(what: string, from: string): string {
  return `import ${what} from '${from}';`;
}

function typeName({ detailType, schemaVersion }: SubscribedEvent): string {
  return `${detailType}V${schemaVersion}`;
}
