import type { Storage } from '../storage/storage.ts';
import type { Bus, Buses, Rule, RuleProps } from './buses.ts';
import { compileEventPattern } from './event-pattern/event-pattern.ts';

const TABLE = `
  CREATE TABLE IF NOT EXISTS rule_changes (
    bus TEXT NOT NULL, name TEXT NOT NULL, props TEXT NOT NULL, template TEXT, PRIMARY KEY (bus, name)
  )`;

/** A rule as the API made or changed it. The properties are stored as JSON: renaming one loses the changes of an earlier version. */
interface RuleChange {
  readonly props: string;
  /** The template's rule of that name, as JSON text, when the change was made; null for a rule that is in no template. */
  readonly template: string | null;
}

/**
 * The rules of all buses: those of templates, and those that the API made, which SQLite keeps for the next start. A stack's
 * update leaves alone what the API made. It undoes what the API changed only when the template changes that rule, as
 * CloudFormation does.
 */
export class Rules {
  readonly #buses: Buses;
  readonly #storage: Storage;

  constructor(buses: Buses, storage: Storage) {
    this.#buses = buses;
    this.#storage = storage;
    storage.db.exec(TABLE);
  }

  /** Adds to a new bus the rules that the API made there in an earlier run. */
  restore(bus: Bus): void {
    const rows = this.#storage.db.prepare('SELECT props, template FROM rule_changes WHERE bus = ?').all(bus.name);
    for (const { props, template } of rows) if (template === null) this.#set(JSON.parse(String(props)));
  }

  /**
   * Adds a template's rule, or changes the one of that name in one step: no event falls between the old and the new.
   * @throws InvalidEventPatternError
   */
  deploy(props: RuleProps): void {
    const template = JSON.stringify(props);
    const change = this.#storage.db
      .prepare('SELECT props, template FROM rule_changes WHERE bus = ? AND name = ?')
      .get(props.busName, props.name) as RuleChange | undefined;
    if (change?.template === template) {
      this.#set(JSON.parse(change.props), template);
      return;
    }
    this.#set(props, template);
    if (change) this.#forgetChange(props.busName, props.name);
  }

  /**
   * Removes a rule of a template or of the API. Does nothing if there is none.
   * @param keepsStored whether what the API changed of it stays stored, for a rule of that name
   */
  remove(busName: string, ruleName: string, { keepsStored = false } = {}): void {
    this.#buses.find(busName)?.rules.delete(ruleName);
    if (!keepsStored) this.#forgetChange(busName, ruleName);
  }

  /** Adds or changes a rule by API, in one step. @throws InvalidEventPatternError */
  change(props: RuleProps): void {
    const template = this.#buses.get(props.busName).rules.get(props.name)?.template;
    this.#set(props, template);
    this.#storage.db
      .prepare('INSERT OR REPLACE INTO rule_changes (bus, name, props, template) VALUES (?, ?, ?, ?)')
      .run(props.busName, props.name, JSON.stringify(props), template ?? null);
    this.#storage.changed();
  }

  #forgetChange(busName: string, ruleName: string): void {
    this.#storage.db.prepare('DELETE FROM rule_changes WHERE bus = ? AND name = ?').run(busName, ruleName);
    this.#storage.changed();
  }

  #set(props: RuleProps, template?: string): void {
    const matches = compileEventPattern(props.pattern);
    const rule: Rule = { ...props, matches, ...(template !== undefined && { template }) };
    this.#buses.get(props.busName).rules.set(props.name, rule);
  }
}
