import { randomUUID } from 'node:crypto';
import { type EventContract, listViolations, type Violation } from '../../schemas/event-contract.ts';
import { eventContracts } from '../../schemas/generated/event-contracts.ts';
import { type FoundStack, requireOutput } from '../deployed/stack.ts';
import { UsageError } from '../messages/errors.ts';
import { inexactNumbers, inexactText } from '../messages/exact-numbers.ts';
import { fieldsOf, objectProblem, parseObject } from '../messages/json-fields.ts';
import { formatTime } from '../time/time.ts';

/** What a producer says of an event; EventBridge adds the rest. */
export interface EventDraft {
  readonly type: string;
  readonly source: string;
  readonly detail: Readonly<Record<string, unknown>>;
  /** The replay that emits it, to try an event as a replayed one. A producer cannot set it. */
  readonly replayName?: string;
}

/** A whole event as the bus delivers it. Source: EventBridge user guide, eb-events-structure. */
export interface DeliveredEvent {
  readonly version: '0';
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
  readonly 'replay-name'?: string;
}

/**
 * Reads an event from JSON, as EventBridge delivers it. Only `detail-type` and `detail` have to be there; the producer is that of
 * the contract.
 * @param name of the file, for errors
 * @throws UsageError for anything else, and for a number that cannot be published as it is
 */
export function parseDraft(text: string, name: string): EventDraft {
  const event = parseObject(text);
  if (event === undefined || Array.isArray(event)) {
    throw new UsageError(`${name} ${objectProblem(text)}; it must be an event, such as those in schemas/samples/`);
  }
  const [inexact] = inexactNumbers(text);
  if (inexact !== undefined) throw new UsageError(`${name} ${inexactText(inexact)}`);
  return draftOf(event, name);
}

/** The same from parsed JSON. @throws UsageError */
export function draftOf(event: Readonly<Record<string, unknown>>, name: string): EventDraft {
  const { 'detail-type': type, source, detail, 'replay-name': replayName } = event;
  if (typeof type !== 'string' || type === '') {
    throw new UsageError(`${name} has no "detail-type"; write the name of the event there, such as UserRegistered`);
  }
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) {
    throw new UsageError(`${name} has no "detail"; write an object with metadata and data there`);
  }
  const producer = typeof source === 'string' && source !== '' ? source : contractsOf(type)[0]?.source;
  if (producer === undefined) throw new UsageError(`${name} has no "source"; write the producer's name there`);
  return { type, source: producer, detail: { ...detail }, ...(typeof replayName === 'string' && { replayName }) };
}

type Arn = [scheme: string, partition: string, service: string, region: string, account: string];

/**
 * The event as the bus will deliver it.
 * @param now milliseconds since the Unix epoch
 */
export function deliveredEvent(draft: EventDraft, stack: FoundStack, now: number): DeliveredEvent {
  const [, , , region, account] = requireOutput(stack, 'EventBusArn').split(':') as Arn;
  const { type, source, detail, replayName } = draft;
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': type,
    source,
    account,
    time: formatTime(now),
    region,
    resources: [],
    detail,
    ...(replayName !== undefined && { 'replay-name': replayName }),
  };
}

/** How an event stands to its contract. */
export interface ContractCheck {
  /** Such as `user-registered.v1`. @default - this checkout has no contract for it */
  readonly contract?: string;
  /** What is wrong with it; none for a valid event. */
  readonly violations: readonly Violation[];
}

/** The versions of an event's contract, the newest first. */
function contractsOf(type: string, contracts = eventContracts): EventContract<unknown>[] {
  return contracts.filter(({ detailType }) => detailType === type).sort((a, b) => b.schemaVersion - a.schemaVersion);
}

/**
 * The contract for the version that an event says it has; the newest if it says none that is known.
 * @param contracts every version of every event. @default those of this checkout
 */
export function contractOf(
  { type, detail }: EventDraft,
  contracts = eventContracts,
): EventContract<unknown> | undefined {
  const { schemaVersion } = fieldsOf(detail.metadata);
  const all = contractsOf(type, contracts);
  return all.find((contract) => contract.schemaVersion === schemaVersion) ?? all[0];
}

/**
 * Checks an event against its contract. An event without one has a violation that says so.
 * @param event the whole of it, as the bus delivers it
 */
export function checkContract(draft: EventDraft, event: object): ContractCheck {
  const contract = contractOf(draft);
  if (contract === undefined) {
    const known = [...new Set(eventContracts.map(({ detailType }) => detailType))].join(', ');
    const problem = `has no contract in this checkout; there are ${known}`;
    return { violations: [{ pointer: '/detail-type', field: draft.type, problem }] };
  }
  const { validateEnvelope, schemaName } = contract;
  return {
    contract: schemaName,
    violations: validateEnvelope(event) ? [] : listViolations(validateEnvelope.errors),
  };
}
