/** EventBridge: buses, rules, archives and replays, and their API. */

import { type ServiceApi, TRACE_HEADER } from '../protocols/http.ts';
import { jsonService } from '../protocols/json-protocol.ts';
import { RequestSchemas } from '../protocols/request-schema.ts';
import type { EventBridge } from './event-bridge.ts';

export { EventBridge, type PutEventsResult, type PutEventsResultEntry } from './event-bridge.ts';
export type { PutEventsEntry } from './put-events.ts';
export { eventsActions, putEventsAction } from './put-events.ts';
export { ARCHIVE_POSITION } from './replay.ts';
export {
  type BusPolicyServices,
  busPoliciesOf,
  eventArchive,
  eventBus,
  eventBusPolicy,
  eventRule,
} from './resources.ts';
export { RuleDelivery } from './rule-delivery.ts';

export function eventBridgeApi({ events }: { readonly events: EventBridge }): ServiceApi {
  const api = jsonService(
    '1.1',
    (operation, members, { headers }) => {
      const trace = headers[TRACE_HEADER];
      return events.handle(operation, members, typeof trace === 'string' ? trace : undefined);
    },
    new RequestSchemas('@aws-sdk/client-eventbridge'),
  );
  return { ...api, operations: events.operations };
}
