import { display } from '../../../operations/messages/display.ts';
import { type TriedEvent, triedText } from '../../../operations/try-events/index.ts';
import { columns } from '../../output/output.ts';

/** What would happen to an event, for people: its contract, and a line for each rule. */
export function triedEventText({ event, contract, violations, rules }: TriedEvent): string {
  const { 'detail-type': type, source } = event;
  const standing = contract === undefined ? 'no contract' : `${violations.length > 0 ? 'breaks' : 'fits'} ${contract}`;
  const heading = display`${type} from ${source}: ${standing}\n`;
  const lines = rules.map((rule) => [
    rule.kind === 'subscriber' ? rule.who : `${rule.who} (${KINDS[rule.kind]})`,
    triedText(rule),
  ]);
  return heading + (lines.length > 0 ? columns(lines) : 'the bus has no rules\n');
}

const KINDS = { other: 'another rule', temporary: 'watches the bus', aws: "EventBridge's own" } as const;

/** The same for `--json`. */
export function triedEventJson({ event, contract, violations, rules }: TriedEvent): object {
  return {
    event,
    ...(contract !== undefined && { contract }),
    violations: violations.map(({ field, problem }) => ({ field, problem })),
    rules: rules.map(({ who, rule, kind, isEnabled, isMatched, mismatches }) => {
      return { who, rule, kind, enabled: isEnabled, matched: isMatched, mismatches };
    }),
  };
}
