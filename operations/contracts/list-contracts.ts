import type { CatalogEntry } from '../../schemas/catalog.ts';
import { findBreakingChanges } from '../../schemas/compatibility/find-breaking-changes.ts';
import { describeFields, type FieldDescription } from '../../schemas/generator/describe-fields.ts';
import type { JsonSchema } from '../../schemas/generator/read-event-schemas.ts';
import { askEventBridge, type BusRule, conditionsOf, listBusRules } from '../bus-rules/index.ts';
import { type DeployedPipe, listPipes } from '../deployed/pipes.ts';
import { ruleConditionText } from '../deployed/rule-condition.ts';
import { skipsReplays } from '../deployed/rule-pattern.ts';
import type { OnStack } from '../deployed/stack.ts';
import { findSubscribers } from '../deployed/subscribers.ts';
import { UsageError } from '../messages/errors.ts';
import { readContracts, sampleName } from './read-contracts.ts';

/** One version of one event: its contract, and who publishes and who takes it. */
export interface ContractVersion {
  /** Such as `user-registered.v1`. */
  readonly name: string;
  /** Such as `UserRegistered`. */
  readonly type: string;
  readonly version: number;
  readonly source: string;
  readonly description: string;
  /** By whom and when it is published; empty where the contract does not say. */
  readonly published: string;
  /** The part of this stack that publishes it, such as `the pipe NAME`. @default - none that is known */
  readonly producer?: string;
  /** `changed`: it was released, and has other fields or words now. `breaking`: the change would break a reader. */
  readonly state: 'released' | 'not released' | 'changed' | 'breaking';
  readonly subscribers: readonly EventSubscriber[];
  readonly fields: readonly FieldDescription[];
  readonly samples: readonly ContractSample[];
  /** Of the event's `detail`. */
  readonly schema: JsonSchema;
}

/** How a version stands to its last release, in words. */
export const STATE_TEXTS: Readonly<Record<ContractVersion['state'], string>> = {
  released: 'released',
  changed: 'compatible changes since its release',
  'not released': 'not released, may still change',
  breaking: 'breaking changes since its release',
};

/** A sample of an event. */
export interface ContractSample {
  /** Such as `user-registered.v1.replayed`. */
  readonly name: string;
  /** What is special about it; empty for the plain one. */
  readonly special: string;
  readonly event: JsonSchema;
}

/** A rule of the bus that takes a version of an event. */
export interface EventSubscriber extends Omit<BusRule, 'pattern'> {
  /** What its events must hold besides, such as `country is kr`; empty for nothing. */
  readonly condition: string;
  readonly skipsReplays: boolean;
}

/** Every version of every event of this checkout, with those who publish and take it in a running stack. */
export async function listContracts(on: OnStack, signal?: AbortSignal): Promise<ContractVersion[]> {
  const [catalog, rules, pipes] = await Promise.all([readContracts(), listBusRules(on, signal), listPipes(on)]);
  // Temporary rules and those of EventBridge itself are about no contract.
  const lasting = rules.filter(({ kind }) => kind === 'subscriber' || kind === 'other');
  const running = { rules: lasting, pipes, signal };
  const versions: ContractVersion[] = [];
  for (const entry of catalog) versions.push(await versionOf(on, entry, running));
  return versions;
}

/**
 * A version by its name, or the newest of an event by that of the event.
 * @throws UsageError for another name, with those that there are
 */
export function findContract(versions: readonly ContractVersion[], name: string): ContractVersion {
  const found = versions.findLast((version) => version.name === name || version.type === name);
  if (found !== undefined) return found;
  throw new UsageError(`there is no contract ${name}; there are ${versions.map((version) => version.name).join(', ')}`);
}

/** What of the stack has to do with events. */
interface Running {
  readonly rules: readonly BusRule[];
  readonly pipes: readonly DeployedPipe[];
  readonly signal: AbortSignal | undefined;
}

async function versionOf(
  on: OnStack,
  entry: CatalogEntry,
  { rules, pipes, signal }: Running,
): Promise<ContractVersion> {
  const { schemaName, detailType, version, source, description, published, schema, samples } = entry;
  const producer = producerOf(on, entry, pipes);
  return {
    name: schemaName,
    type: detailType,
    version,
    source,
    description,
    published,
    ...(producer !== undefined && { producer }),
    state: stateOf(entry),
    subscribers: await subscribersOf(on, entry, rules, signal),
    fields: describeFields(schema),
    samples: samples.map((sample) => ({ name: sampleName(sample), special: sample.special, event: sample.event })),
    schema,
  };
}

/** How a version stands to its last release. */
export function stateOf({ released, schema }: Pick<CatalogEntry, 'released' | 'schema'>): ContractVersion['state'] {
  if (released === undefined) return 'not released';
  if (findBreakingChanges(released, schema).length > 0) return 'breaking';
  return JSON.stringify(released) === JSON.stringify(schema) ? 'released' : 'changed';
}

/** A pipe says in the template what it publishes; a service publishes under its own name. */
function producerOf(
  { stack }: OnStack,
  { source, detailType }: CatalogEntry,
  pipes: readonly DeployedPipe[],
): string | undefined {
  const pipe = pipes.find((each) => each.source === source && each.type === detailType);
  if (pipe !== undefined) return `the pipe ${pipe.name}`;
  return findSubscribers(stack).find(({ name }) => name === source)?.name;
}

/** The fields that say what an event is. A rule that asks for these alone takes every event of a version. */
const IDENTITY: ReadonlySet<string> = new Set(['source', 'detail-type', 'detail.metadata.schemaVersion']);

/**
 * The rules that take a version: EventBridge decides about a sample, by the rule's conditions on what the event is. Its other
 * conditions are said in words, because they are about a single event.
 */
async function subscribersOf(
  on: OnStack,
  { samples: [plain] }: CatalogEntry,
  rules: readonly BusRule[],
  signal: AbortSignal | undefined,
): Promise<EventSubscriber[]> {
  const ask = askEventBridge(on, plain?.event ?? {}, signal);
  const taken = await Promise.all(
    rules.map(async ({ pattern, ...rule }): Promise<EventSubscriber[]> => {
      const identity = conditionsOf(pattern).filter((each) => each.kind === 'field' && IDENTITY.has(each.path));
      const isTaken = await Promise.all(identity.map((condition) => ask(condition.pattern)));
      if (isTaken.includes(false)) return [];
      return [{ ...rule, condition: ruleConditionText(JSON.stringify(pattern)), skipsReplays: skipsReplays(pattern) }];
    }),
  );
  return taken.flat();
}
