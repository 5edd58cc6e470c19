import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { Violation } from '../../schemas/event-contract.ts';
import { putEvents, putEventsWith, requireBus } from '../aws/event-bridge.ts';
import { timeAt } from '../aws/pipeline-time.ts';
import { listBusRules, type TriedRule, tryRules } from '../bus-rules/index.ts';
import { type OnStack, requireOutput } from '../deployed/stack.ts';
import { CommandFailure } from '../messages/errors.ts';
import {
  type ContractCheck,
  checkContract,
  type DeliveredEvent,
  deliveredEvent,
  type EventDraft,
} from './event-draft.ts';
import type { NewEvent } from './new-event.ts';

/** What would happen to an event, if it were published now. */
export interface TriedEvent extends ContractCheck {
  readonly event: DeliveredEvent;
  readonly rules: readonly TriedRule[];
}

export interface TryOptions {
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  readonly signal?: AbortSignal;
}

/** Says of every rule of the bus whether it would match an event, and of its contract whether it is valid. Publishes nothing. */
export async function tryEvent(on: OnStack, draft: EventDraft, { now, signal }: TryOptions): Promise<TriedEvent> {
  const event = deliveredEvent(draft, on.stack, now);
  const rules = await tryRules(on, await listBusRules(on, signal), event, signal);
  return { event, ...checkContract(draft, event), rules };
}

/** An event that was published. */
export interface PublishedEvent {
  /** The envelope's id, from EventBridge. */
  readonly id: string;
  /** `metadata.eventId` */
  readonly eventId: string;
}

/**
 * Publishes an event, if it keeps to its contract.
 * @throws CommandFailure if it does not, or if the bus does not exist or refuses it
 */
export async function publishEvent(on: OnStack, { draft, eventId }: NewEvent): Promise<PublishedEvent> {
  const { type, source, detail } = draft;
  const { violations } = checkContract(draft, deliveredEvent(draft, on.stack, timeAt(on.target)));
  if (violations.length > 0) throw new CommandFailure(invalidText(violations));
  const client = on.clients.of(EventBridgeClient);
  const EventBusName = requireOutput(on.stack, 'EventBusName');
  await requireBus(client, EventBusName);
  const { send, pause } = putEventsWith(client);
  let id = '';
  const [refused] = await putEvents(
    [{ EventBusName, Source: source, DetailType: type, Detail: JSON.stringify(detail) }],
    {
      send: async (entries) => {
        const answer = await send(entries);
        id = answer.Entries?.[0]?.EventId ?? '';
        return answer;
      },
      pause,
    },
  );
  if (refused === undefined) return { id, eventId };
  throw new CommandFailure(`the bus ${EventBusName} refused the event: ${refused.code}, ${refused.message}`);
}

/** What speaks against publishing an event, in one line; undefined if nothing does. */
export function triedProblem({ event, violations, rules }: TriedEvent): string | undefined {
  if (violations.length > 0) return invalidText(violations);
  if (rules.some(({ isMatched, isEnabled }) => isMatched && isEnabled)) return undefined;
  return `no rule would match this ${event['detail-type']}: no subscriber gets it`;
}

function invalidText(violations: readonly Violation[]): string {
  const problems = [...new Set(violations.map(({ field, problem }) => `${field} ${problem}`))];
  return `the event is not valid: ${problems.join('; ')}`;
}
