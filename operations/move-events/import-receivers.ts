import { compileEventPattern, InvalidEventPatternError } from '../../packages/local-engine/event-pattern/index.ts';
import { type BusRule, tryRules } from '../bus-rules/index.ts';
import { skipsReplays } from '../deployed/rule-pattern.ts';
import type { OnStack } from '../deployed/stack.ts';
import { fieldsOf } from '../messages/json-fields.ts';
import { deliveredEvent } from '../try-events/index.ts';
import type { MovedEvent } from './moved-event.ts';

export interface ImportChoice {
  /** Whether subscribers that skip replays get the events as well. */
  readonly includeSkipped: boolean;
  /** Milliseconds since the Unix epoch. */
  readonly now: number;
  /** Of an import that is continued. @default a new one */
  readonly name?: string | undefined;
}

type NamedChoice = ImportChoice & { readonly name: string };

export interface ImportedType {
  readonly type: string;
  readonly events: number;
  /** Who gets them: the subscribers and other rules whose patterns match. */
  readonly receivers: readonly ImportReceiver[];
  /** Subscribers that skip replays, and so imports: they get none of these events. */
  readonly skipping: readonly string[];
  /** Those that skip replays, and would get some of them all the same: their rules do not ask what an event came of. */
  readonly unguarded: readonly string[];
}

export interface ImportReceiver {
  /** A subscriber, or the name of another rule. */
  readonly who: string;
  /** How many of the events it gets: a rule may ask for what is in them. */
  readonly events: number;
}

/**
 * The detail that is published: with what it came of, as a repair's events have (decision 0013). The rule of a subscriber that
 * skips replays does not match it. An event that says already what it came of keeps that.
 */
export function importedDetail(
  { detail }: { readonly detail: Readonly<Record<string, unknown>> },
  { name, includeSkipped }: { readonly name: string; readonly includeSkipped: boolean },
): Readonly<Record<string, unknown>> {
  const metadata = fieldsOf(detail.metadata);
  return includeSkipped ? detail : { ...detail, metadata: { replayName: name, ...metadata } };
}

type GoodEvent = Extract<MovedEvent, { kind: 'good' }>;

/** How many events of a type a rule matches: as they are, and as they would be imported. */
interface RuleCounts {
  readonly rule: BusRule;
  /** @default - the pattern asks for what only AWS knows */
  readonly matches?: (event: object) => boolean;
  asTheyAre: number;
  imported: number;
}

/** Counts who gets the events of a type. Each event is looked at: a rule may ask for what is in it. */
export class TypeReceivers {
  readonly #on: OnStack;
  readonly #first: GoodEvent;
  readonly #choice: NamedChoice;
  readonly #rules: readonly RuleCounts[];
  #events = 0;

  constructor(on: OnStack, rules: readonly BusRule[], first: GoodEvent, choice: NamedChoice) {
    this.#on = on;
    this.#first = first;
    this.#choice = choice;
    this.#rules = rules.map((rule) => ({ rule, ...matcherOf(rule), asTheyAre: 0, imported: 0 }));
  }

  add(event: GoodEvent): void {
    this.#events += 1;
    const [asItIs, imported] = [this.#delivered(event, true), this.#delivered(event, this.#choice.includeSkipped)];
    for (const counts of this.#rules) {
      if (counts.matches?.(asItIs)) counts.asTheyAre += 1;
      if (counts.matches?.(imported)) counts.imported += 1;
    }
  }

  async found(): Promise<Omit<ImportedType, 'type'>> {
    await this.#askAboutOthers();
    const of = (isMeant: (counts: RuleCounts) => boolean) => this.#rules.filter(isMeant).map(({ rule }) => rule.who);
    const { includeSkipped } = this.#choice;
    return {
      events: this.#events,
      receivers: this.#rules
        .filter(({ imported }) => imported > 0)
        .map(({ rule: { who }, imported: events }) => ({ who, events })),
      skipping: of(({ asTheyAre, imported }) => asTheyAre > 0 && imported === 0),
      unguarded: includeSkipped ? [] : of(({ rule, imported }) => imported > 0 && skipsReplays(rule.pattern)),
    };
  }

  /** EventBridge itself says of rules that cannot be read here whether they match; it is asked about the first event alone. */
  async #askAboutOthers(): Promise<void> {
    const others = this.#rules.filter(({ matches }) => matches === undefined);
    for (const counts of others) {
      const ask = async (includeSkipped: boolean) => {
        const [tried] = await tryRules(this.#on, [counts.rule], this.#delivered(this.#first, includeSkipped));
        return tried?.isMatched ? this.#events : 0;
      };
      counts.asTheyAre = await ask(true);
      counts.imported = await ask(this.#choice.includeSkipped);
    }
  }

  #delivered(event: GoodEvent, includeSkipped: boolean): object {
    const { type, source } = event;
    const detail = importedDetail(event, { name: this.#choice.name, includeSkipped });
    return deliveredEvent({ type, source, detail }, this.#on.stack, this.#choice.now);
  }
}

/** By AWS's rules as the engine has them: EventBridge would have to be asked for each event. */
function matcherOf({ pattern }: BusRule): Pick<RuleCounts, 'matches'> {
  try {
    return { matches: compileEventPattern(pattern) };
  } catch (error) {
    if (error instanceof InvalidEventPatternError) return {};
    throw error;
  }
}
