import type { Bus, Rule, RuleProps } from './bus.ts';
import type { Buses } from './buses.ts';
import { compileEventPattern } from './event-pattern/event-pattern.ts';
import type { RuleChanges } from './rule-changes.ts';

/**
 * The rules of all buses: those of templates, and those that the API made. A stack's update leaves alone what the API made,
 * and gives up what the API changed only with the rule's next change in the template, as CloudFormation does.
 */
export class Rules {
  readonly #buses: Buses;
  readonly #changes: RuleChanges;

  constructor(buses: Buses, changes: RuleChanges) {
    this.#buses = buses;
    this.#changes = changes;
  }

  /** Puts on a new bus what the API made there in an earlier run. */
  restore(bus: Bus): void {
    for (const { props, template } of this.#changes.of(bus.name)) if (template === undefined) this.#set(props);
  }

  /**
   * Adds a template's rule, or changes the one of that name in one go: no event falls between the old and the new.
   * @throws InvalidEventPatternError
   */
  deploy(props: RuleProps): void {
    const template = JSON.stringify(props);
    const change = this.#changes.find(props.busName, props.name);
    if (change?.template === template) {
      this.#set(change.props, template);
      return;
    }
    this.#set(props, template);
    if (change) this.#changes.remove(props.busName, props.name);
  }

  /**
   * Takes a rule away, whoever made it. Does not mind if there is none.
   * @param keepsChange whether what the API changed of it waits for a rule of that name
   */
  remove(busName: string, ruleName: string, keepsChange = false): void {
    this.#buses.find(busName)?.rules.delete(ruleName);
    if (!keepsChange) this.#changes.remove(busName, ruleName);
  }

  /** Makes or changes a rule by API, in one go. @throws InvalidEventPatternError */
  change(props: RuleProps): void {
    const template = this.#buses.get(props.busName).rules.get(props.name)?.template;
    this.#set(props, template);
    this.#changes.save({ props, ...(template !== undefined && { template }) });
  }

  #set(props: RuleProps, template?: string): void {
    const matches = compileEventPattern(props.pattern);
    const rule: Rule = { ...props, matches, ...(template !== undefined && { template }) };
    this.#buses.get(props.busName).rules.set(props.name, rule);
  }
}

/** A rule's properties alone, to be changed. */
export function propsOf({ matches: _matches, template: _template, ...props }: Rule): RuleProps {
  return props;
}
