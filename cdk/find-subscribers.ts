import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { isJsonObject } from '../schemas/event-contract.ts';
import { type EventName, eventContracts, newestContracts } from '../schemas/generated/event-contracts.ts';
import { anyOf, type Field, quote, wholeNumber } from '../services/shared/field.ts';
import {
  SUBSCRIBER_ACCESS,
  SUBSCRIPTION_DEFAULTS,
  type Subscription,
  type SubscriptionOptions,
} from '../services/shared/subscription.ts';
import type { AnyWhere } from '../services/shared/where.ts';
import { ConfigError } from './context.ts';
import { SHARED_FOLDER, subscriberId, subscriberNameProblem } from './subscriber-name.ts';
import { whereProblems } from './where/index.ts';

/** A folder under `services/` that subscribes to an event, with every default filled in. */
export interface FoundSubscriber {
  /** The folder's name, such as `bucket-service`. */
  readonly name: string;
  /** The name as a construct id, such as `BucketService`. */
  readonly id: string;
  readonly folder: string;
  readonly handlerFile: string;
  readonly event: { readonly source: string; readonly detailType: string };
  readonly subscription: CompleteSubscription;
}

/** A subscription with every default. That its parts fit each other was checked when it was found. */
export interface CompleteSubscription extends Required<SubscriptionOptions> {
  readonly event: EventName;
  readonly schemaVersion: number | 'any';
  readonly where: AnyWhere;
}

const CONTRACTS: Readonly<Record<string, { source: string; detailType: string }>> = newestContracts;

const FIELDS: { readonly [Name in keyof CompleteSubscription]: Field<unknown> } = {
  event: { ...anyOf('', Object.keys(CONTRACTS)), default: undefined },
  schemaVersion: {
    default: SUBSCRIPTION_DEFAULTS.schemaVersion,
    allowed: 'any, or the number of a version of the event',
    accepts: (value) => value === 'any' || Number.isInteger(value),
  },
  where: {
    default: SUBSCRIPTION_DEFAULTS.where,
    allowed: 'an object of fields of data',
    accepts: isJsonObject,
  },
  access: {
    default: SUBSCRIPTION_DEFAULTS.access,
    allowed: `a list without repeats of ${Object.keys(SUBSCRIBER_ACCESS).join(', ')}`,
    accepts: (value) =>
      Array.isArray(value) &&
      new Set(value).size === value.length &&
      value.every((access) => Object.hasOwn(SUBSCRIBER_ACCESS, access)),
  },
  timeoutSeconds: wholeNumber(SUBSCRIPTION_DEFAULTS.timeoutSeconds, 1, 900),
  concurrency: wholeNumber(SUBSCRIPTION_DEFAULTS.concurrency, 2, 1_000),
  batchSize: wholeNumber(SUBSCRIPTION_DEFAULTS.batchSize, 1, 10),
  replays: anyOf(SUBSCRIPTION_DEFAULTS.replays, ['receive', 'skip']),
};

/**
 * Finds every `<servicesFolder>/<name>/subscription.ts`, in the order of their names.
 *
 * @throws {ConfigError} naming every folder and field that is wrong, what is allowed there and what was received
 */
export async function findSubscribers(servicesFolder: string): Promise<FoundSubscriber[]> {
  const names = (await readdir(servicesFolder, { withFileTypes: true }))
    .filter((entry) => entry.isDirectory() && entry.name !== SHARED_FOLDER)
    .map((entry) => entry.name)
    .filter((name) => holds(servicesFolder, name, 'subscription.ts') || holds(servicesFolder, name, 'handler.ts'))
    .sort();

  const found = await Promise.all(names.map((name) => readSubscriber(name, join(servicesFolder, name))));
  const problems = found.flatMap((each) => (Array.isArray(each) ? each : []));
  if (problems.length > 0) throw new ConfigError(problems);
  const subscribers = found.filter((each): each is FoundSubscriber => !Array.isArray(each));
  refuseTooManyWildcards(subscribers);
  return subscribers;
}

/** Rules with a wildcard that a bus can have (EventBridge user guide, eb-create-pattern-operators). */
const MOST_WILDCARD_RULES = 30;

function refuseTooManyWildcards(subscribers: readonly FoundSubscriber[]): void {
  const names = subscribers
    .filter(({ subscription }) => JSON.stringify(subscription.where).includes('"wildcard":'))
    .map(({ name }) => name);
  if (names.length <= MOST_WILDCARD_RULES) return;
  const text = `a bus can have ${MOST_WILDCARD_RULES} rules with a wildcard, but ${names.length} subscriptions have one in where`;
  throw new ConfigError([`${text}: ${names.join(', ')}; use prefix or suffix in some of them`]);
}

/** The subscriber in a folder, or its problems. */
async function readSubscriber(name: string, folder: string): Promise<FoundSubscriber | string[]> {
  const where = `services/${name}`;
  const nameProblem = subscriberNameProblem(name);
  if (nameProblem !== undefined) return [`${where}: ${nameProblem}`];

  for (const file of ['subscription.ts', 'handler.ts']) {
    if (existsSync(join(folder, file))) continue;
    const files = (await readdir(folder)).sort().join(', ');
    return [`${where} must hold a ${file}; it holds ${files}`];
  }

  const file = pathToFileURL(join(folder, 'subscription.ts')).href;
  const exported: Record<string, unknown> | Error = await import(file).catch((error: Error) => error);
  if (exported instanceof Error) return [`${where}/subscription.ts cannot be loaded: ${exported.message}`];
  const { subscription } = exported;
  if (typeof subscription !== 'object' || subscription === null) {
    const names = Object.keys(exported).join(', ') || 'nothing';
    return [`${where}/subscription.ts must export an object named subscription; it exports ${names}`];
  }
  const problems = findFieldProblems(`${where}/subscription.ts`, { event: undefined, ...subscription });
  if (problems.length > 0) return problems;

  const complete: CompleteSubscription = { ...SUBSCRIPTION_DEFAULTS, ...(subscription as Subscription) };
  const contract = CONTRACTS[complete.event];
  if (contract === undefined) throw new Error(`${where}: no contract is named ${complete.event}`);
  const versions = eventContracts.filter(({ detailType }) => detailType === contract.detailType);
  const isPublished = versions.some(({ schemaVersion }) => schemaVersion === complete.schemaVersion);
  if (complete.schemaVersion !== 'any' && !isPublished) {
    const known = versions.map(({ schemaVersion }) => schemaVersion).join(', ');
    const got = quote(complete.schemaVersion);
    return [
      `${where}/subscription.ts: schemaVersion must be any, or a version of ${complete.event} (${known}); got ${got}`,
    ];
  }
  const event = { source: contract.source, detailType: contract.detailType };
  const impossible = whereProblems(complete.where, { ...event, schemaVersion: complete.schemaVersion });
  if (impossible.length > 0) return impossible.map((problem) => `${where}/subscription.ts: ${problem}`);
  return {
    name,
    id: subscriberId(name),
    folder,
    handlerFile: join(folder, 'handler.ts'),
    event,
    subscription: complete,
  };
}

function holds(...path: string[]): boolean {
  return existsSync(join(...path));
}

function findFieldProblems(where: string, subscription: Record<string, unknown>): string[] {
  return Object.entries(subscription).flatMap(([name, value]) => {
    const field = (FIELDS as Readonly<Record<string, Field<unknown>>>)[name];
    if (field === undefined) {
      return [
        `${where}: ${name} is not a field; the fields are ${Object.keys(FIELDS).join(', ')}; got ${quote(value)}`,
      ];
    }
    return field.accepts(value) ? [] : [`${where}: ${name} must be ${field.allowed}; got ${quote(value)}`];
  });
}
