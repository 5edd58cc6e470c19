import type { Archive } from './archive.ts';
import type { BusRecord } from './bus-records.ts';
import type { RuleTarget } from './delivery.ts';
import type { EventMatcher } from './event-pattern/event-pattern.ts';

export interface RuleProps {
  readonly name: string;
  readonly arn: string;
  readonly busName: string;
  /** An object, or JSON text. */
  readonly pattern: unknown;
  readonly isEnabled: boolean;
  readonly description?: string;
  readonly targets: readonly RuleTarget[];
}

/** A rule on a bus. */
export interface Rule extends RuleProps {
  readonly matches: EventMatcher;
  /** What the template says of it, as JSON text; the API may have changed it since. @default - it is in no template */
  readonly template?: string;
}

/** A bus with all that hangs on it. */
export interface Bus extends BusRecord {
  readonly name: string;
  readonly arn: string;
  /** By name. */
  readonly rules: Map<string, Rule>;
  /** By name. */
  readonly archives: Map<string, Archive>;
}
