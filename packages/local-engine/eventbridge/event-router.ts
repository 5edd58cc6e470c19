import type { Journal } from '../journal/journal.ts';
import type { Bus, Rule } from './bus.ts';
import type { BusEvent } from './bus-event.ts';
import type { RuleDelivery } from './rule-delivery.ts';

/** What became of an event on its bus. */
export interface Routed {
  /** Whether a rule matched it. */
  readonly isMatched: boolean;
  /** ARNs of the targets that it went to. */
  readonly targets: readonly string[];
}

/** Takes events from their bus to its archives, and to the targets of the rules that match them. */
export class EventRouter {
  readonly #journal: Journal;
  readonly #delivery: RuleDelivery;

  constructor({ journal, delivery }: { journal: Journal; delivery: RuleDelivery }) {
    this.#journal = journal;
    this.#delivery = delivery;
  }

  /**
   * An event that was just put on the bus: the archives keep it, and all rules see it.
   * @param traceHeader of the request that put it, which goes on to the queues
   */
  publish(bus: Bus, event: BusEvent, traceHeader?: string): void {
    const body = JSON.stringify(event);
    for (const archive of bus.archives.values()) {
      if (archive.offer(event, body)) {
        this.#journal.write('archived', { archive: archive.props.name, eventId: event.id });
      }
    }
    this.#route(event, body, bus.rules.values(), traceHeader);
  }

  /** A replayed event: no archive keeps it, and these rules alone see it. */
  replay(bus: Bus, event: BusEvent, rules: Iterable<Rule>): Routed {
    const { id: eventId, source, 'detail-type': detailType, detail, 'replay-name': replay } = event;
    this.#journal.write('event', { bus: bus.name, eventId, source, detailType, detail, replay });
    return this.#route(event, JSON.stringify(event), rules);
  }

  #route(event: BusEvent, body: string, rules: Iterable<Rule>, traceHeader?: string): Routed {
    const { id: eventId, 'replay-name': replay } = event;
    const targets: string[] = [];
    let isMatched = false;
    for (const rule of rules) {
      const matched = rule.isEnabled && rule.matches(event);
      const reason = matched ? undefined : whyNot(rule, event);
      this.#journal.write('rule', { bus: rule.busName, rule: rule.name, eventId, matched, reason, replay });
      if (!matched) continue;
      isMatched = true;
      for (const target of rule.targets) {
        targets.push(target.arn);
        const delivery = { ruleArn: rule.arn, ruleName: rule.name, target, eventId, body };
        void this.#delivery.deliver(traceHeader === undefined ? delivery : { ...delivery, traceHeader });
      }
    }
    return { isMatched, targets };
  }
}

function whyNot(rule: Rule, event: BusEvent): string | undefined {
  return rule.isEnabled ? rule.matches.explain(event) : 'the rule is disabled';
}
