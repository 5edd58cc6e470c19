import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { subscriberNameProblem } from '../../../cdk/subscriber-name.ts';
import { PROJECT_FOLDER } from '../../../cdk/synthesize.ts';
import { ruleConditionText } from '../../../operations/deployed/rule-condition.ts';
import { UsageError } from '../../../operations/messages/errors.ts';
import type { EventContract } from '../../../schemas/event-contract.ts';
import { newestContracts } from '../../../schemas/generated/event-contracts.ts';
import { jsonLine, print } from '../../output/output.ts';
import type { NewSubscriberOptions } from './command.ts';
import { functionName, functionNameProblem } from './names.ts';
import { type Exists, listed, type NewFile, requireNone, writeNewFiles } from './new-files.ts';
import { parseWhere, renderWhere, type WrittenWhere } from './where-option.ts';

/**
 * Creates the folder of a new subscriber and its test. Nothing else changes.
 * @throws UsageError for an invalid name or event, before anything is written
 * @throws CommandFailure for a file that cannot be written; then nothing is left behind
 */
export async function newSubscriber(name: string, options: NewSubscriberOptions): Promise<void> {
  const request = { name, event: options.on, where: options.where };
  const { files, where } = planSubscriber(request, (path) => existsSync(join(PROJECT_FOLDER, path)));
  await writeNewFiles(PROJECT_FOLDER, files);

  const created = { name, event: options.on ?? '', ...(where && { where }), files: files.map(({ path }) => path) };
  print(options.json ? jsonLine(created) : report(created));
}

/** The newest version of every event, by the event's name. */
const EVENTS: Readonly<Record<string, SubscribedEvent>> = newestContracts;

export interface SubscriberRequest {
  /** Of the folder under `services/`, such as `welcome-email`. */
  readonly name: string;
  /** Such as `BucketCreated`; undefined if none was given. */
  readonly event: string | undefined;
  /** Conditions on its data, such as `region=eu-*`. @default - none */
  readonly where?: readonly string[] | undefined;
}

/** A subscriber before it is written. */
export interface PlannedSubscriber {
  readonly files: readonly NewFile[];
  /** @default - it gets all of the events */
  readonly where?: WrittenWhere;
}

/**
 * The files of a new subscriber. Nothing is written.
 * @throws UsageError for an invalid name, event or condition, and for a folder that exists
 */
export function planSubscriber(request: SubscriberRequest, exists: Exists): PlannedSubscriber {
  const { name, event, where: conditions = [] } = request;
  const problem = subscriberNameProblem(name) ?? functionNameProblem(name);
  if (problem !== undefined) throw new UsageError(problem);
  const events = `the events are ${Object.keys(EVENTS).join(', ')}`;
  if (event === undefined) throw new UsageError(`name the event for ${name} with --on; ${events}`);
  const contract = Object.hasOwn(EVENTS, event) ? EVENTS[event] : undefined;
  if (contract === undefined) {
    throw new UsageError(`there is no event ${event}; ${events}; to create one, use npx pipeline new event`);
  }
  const where = conditions.length > 0 ? parseWhere(conditions, contract) : undefined;
  requireNone([`services/${name}`, `test/unit/services/${name}`], exists);
  return { files: renderSubscriber(name, contract, where), ...(where && { where }) };
}

interface CreatedSubscriber {
  readonly name: string;
  readonly event: string;
  readonly where?: WrittenWhere;
  readonly files: readonly string[];
}

function report({ name, event, where, files }: CreatedSubscriber): string {
  const condition = ruleConditionText(JSON.stringify({ detail: { data: where } }));
  const events = condition === '' ? `every ${event}` : `each ${event} where ${condition},`;
  const column = Math.max(`${name}.ts`.length, 'subscription.ts'.length);
  return `Wrote
${listed(files)}

It gets ${events} and logs its decision. Yours to write:
  ${`${name}.ts`.padEnd(column)}   what it decides
  ${'handler.ts'.padEnd(column)}   what it does then
  ${'subscription.ts'.padEnd(column)}   what it may access for that, and whether it gets replays

Next:
  npx pipeline dev --logs ${name}
                  delivers events to it here, shows its log lines, and loads what you save
  npm test        checks it with everything else
  npx cdk synth   has its rule, queue, dead-letter queue, function, alarms and role
`;
}

/** As the formatter is set (biome.json). */
const LINE_WIDTH = 120;

/** The part of an event's contract that a subscriber's files contain. */
export type SubscribedEvent = Pick<EventContract<unknown>, 'source' | 'detailType' | 'schemaName' | 'schemaVersion'>;

/**
 * Renders the files of a new subscriber, formatted. They compile, pass the linter and their test, and log their decision.
 *
 * @param name a valid one: see `subscriberNameProblem` and `functionNameProblem`
 * @param where which of the events it gets; all of them by default
 */
export function renderSubscriber(name: string, event: SubscribedEvent, where?: WrittenWhere): NewFile[] {
  return [
    { path: `services/${name}/subscription.ts`, text: subscription(event, where) },
    { path: `services/${name}/handler.ts`, text: handler(name, event) },
    { path: `services/${name}/${name}.ts`, text: decision(name, event) },
    { path: `test/unit/services/${name}/${name}.test.ts`, text: test(name, event) },
  ];
}

function subscription({ detailType }: SubscribedEvent, where?: WrittenWhere): string {
  const chosen = where
    ? renderWhere(where)
    : "  // where: { field: ['value'] }, // only those with such data; without this, all";
  return `${importOf('type { Subscription }', '../shared/subscription.ts')}

export const subscription: Subscription = {
  event: '${detailType}',
${chosen}
  // access: ['put-user-objects'], // what it may access; without this, nothing
  // replays: 'skip', // if an effect must not repeat, such as a mail
  // See the type for more options, with defaults and ranges.
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

const telemetry = createTelemetry();

/** Handles every ${event.detailType}. If it throws, the event is delivered again. */
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

/** Decides what ${name} does about an event. It uses no SDK, clock or environment, so that a test needs none. */
${signature(functionName(name), `event: ${type}`)} {
  return \`nothing yet about \${event.metadata.eventId}\`;
}
`;
}

/** The formatter puts a parameter that does not fit on its own line. */
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

/** Written like this, because an import statement above would look like an import of this file. */
function importOf(what: string, from: string): string {
  return `import ${what} from '${from}';`;
}

function typeName({ detailType, schemaVersion }: SubscribedEvent): string {
  return `${detailType}V${schemaVersion}`;
}
