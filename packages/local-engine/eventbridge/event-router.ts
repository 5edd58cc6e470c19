import type { Journal } from '../journal/journal.ts';
import type { Bus, Rule } from './buses.ts';
import type { BusEvent } from './put-events.ts';
import type { RuleDelivery } from './rule-delivery.ts';

/** Takes events from their bus to its archives, and to the targets of the rules that match them. */
export class EventRouter {
  readonly #journal: Journal;
  readonly #delivery: Pick<RuleDelivery, 'deliver'>;

  constructor({ journal, delivery }: { journal: Journal; delivery: Pick<RuleDelivery, 'deliver'> }) {
    this.#journal = journal;
    this.#delivery = delivery;
  }

  /**
   * Takes a new event to the bus's archives and to all its rules.
   * @param traceHeader of the request that put it; the targets receive it
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

  /**
   * Takes a replayed event to these rules, and to no archive.
   * @returns the ARNs of the targets that it was sent to, and whether a rule matched it
   */
  replay(bus: Bus, event: BusEvent, rules: Iterable<Rule>): { isMatched: boolean; targets: readonly string[] } {
    const { id: eventId, source, 'detail-type': detailType, detail, 'replay-name': replay } = event;
    this.#journal.write('event', { bus: bus.name, eventId, source, detailType, detail, replay });
    return this.#route(event, JSON.stringify(event), rules);
  }

  #route(event: BusEvent, body: string, rules: Iterable<Rule>, traceHeader?: string) {
    const { id: eventId, 'replay-name': replay } = event;
    const targets: string[] = [];
    let isMatched = false;
    for (const rule of rules) {
      const reason = rule.isEnabled ? rule.matches.explain(event) : 'the rule is disabled';
      const matched = reason === undefined;
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
