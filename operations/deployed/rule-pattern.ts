import { fieldsOf } from '../messages/json-fields.ts';

/** The conditions of a subscriber's rule that matter for replays. */
export interface RulePattern {
  readonly 'detail-type'?: readonly unknown[];
  readonly 'replay-name'?: readonly unknown[];
}

/** The types of events that a rule matches; undefined where it may match any, as with a condition such as a prefix. */
export function typesIn({ 'detail-type': types }: RulePattern): readonly string[] | undefined {
  return types?.every((type) => typeof type === 'string') ? types : undefined;
}

/** Whether a rule matches no replayed event: that of a subscriber with `replays: 'skip'`. */
export function skipsReplays({ 'replay-name': conditions = [] }: RulePattern): boolean {
  return conditions.length > 0 && conditions.every(isAbsence);
}

function isAbsence(condition: unknown): boolean {
  return fieldsOf(condition).exists === false;
}
