import { describeValidationErrors } from '../../schemas/event-contract.ts';
import { detailSchemas } from '../../schemas/generated/detail-schemas.ts';
import { eventContracts } from '../../schemas/generated/event-contracts.ts';
import { fieldsOf } from '../messages/json-fields.ts';
import { namedFields } from './contract-fields.ts';

/** An event that may be moved, or why not. */
export type MovedEvent =
  | {
      readonly kind: 'good';
      readonly type: string;
      readonly source: string;
      readonly contract: string;
      readonly detail: Readonly<Record<string, unknown>>;
      /** Fields that its contract does not name, which are left behind. */
      readonly removed: readonly string[];
    }
  | { readonly kind: 'bad'; readonly type: string; readonly problem: string };

/**
 * Checks an event by its contract. The contract names every field that an event may have, which are ids and times; what it does
 * not name may be personal, and is left behind. An event without a contract, or that breaks it, is not moved at all.
 * @param event as EventBridge delivers it
 */
export function movedEvent(event: Readonly<Record<string, unknown>>): MovedEvent {
  const { 'detail-type': detailType, source, detail } = event;
  const type = typeof detailType === 'string' ? detailType : 'an event without detail-type';
  const { schemaVersion } = fieldsOf(fieldsOf(detail).metadata);
  const contract = eventContracts.find(
    (each) => each.detailType === type && each.source === source && each.schemaVersion === schemaVersion,
  );
  const schema = detailSchemas.find(({ schemaName }) => schemaName === contract?.schemaName)?.schema;
  if (contract === undefined || schema === undefined) {
    return { kind: 'bad', type, problem: 'this checkout has no contract for its source and version' };
  }
  if (!contract.validateDetail(detail)) {
    return { kind: 'bad', type, problem: describeValidationErrors(contract.validateDetail.errors) };
  }
  const { value, removed } = namedFields(detail, schema);
  return {
    kind: 'good',
    type,
    source: contract.source,
    contract: contract.schemaName,
    detail: fieldsOf(value),
    removed: removed.map((path) => `${type} detail.${path}`),
  };
}

/** How often each of some texts was seen. */
export class Tally {
  readonly #counts = new Map<string, number>();

  add(text: string): void {
    this.#counts.set(text, (this.#counts.get(text) ?? 0) + 1);
  }

  get counts(): ReadonlyMap<string, number> {
    return this.#counts;
  }
}
