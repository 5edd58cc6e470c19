import { arnOf } from '../core/account.ts';
import type { ActionsOf, CallPlace, RequiredAction } from '../iam/required-action.ts';
import { jsonBody } from '../protocols/json-protocol.ts';

interface Entry {
  readonly EventBusName?: string;
  readonly Source?: string;
  readonly DetailType?: string;
}

/** What an entry of PutEvents needs leave for. */
export function putEventsAction({ EventBusName, Source, DetailType }: Entry, { account }: Place): RequiredAction {
  const bus = EventBusName ?? 'default';
  return {
    action: 'events:PutEvents',
    resource: bus.startsWith('arn:') ? bus : arnOf(account, 'events', `event-bus/${bus}`),
    context: () => ({ 'events:source': Source, 'events:detail-type': DetailType }),
  };
}

type Place = Pick<CallPlace, 'account'>;

/**
 * Only what functions do: events are put, each entry on its own bus. Whether AWS refuses a call as a whole when it may put
 * only some of its entries is not confirmed; here it does.
 * Source: Service authorization reference, Amazon EventBridge.
 */
export const eventsActions: ActionsOf = (operation, request, place) => {
  const { Entries = [] } = jsonBody(request) as { Entries?: unknown };
  // A malformed entry is refused by the service itself.
  const entries = Array.isArray(Entries) ? (Entries as readonly (Entry | null)[]) : [];
  return operation === 'PutEvents' ? entries.map((entry) => putEventsAction(entry ?? {}, place)) : undefined;
};
