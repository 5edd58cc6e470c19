import { type Account, arnOf } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import { compileEventPattern, type EventMatcher, InvalidEventPatternError } from '../event-pattern/index.ts';
import type { Storage } from '../storage/storage.ts';
import { readStored } from '../storage/storage-error.ts';
import type { Archive } from './archive.ts';
import type { RuleTarget } from './targets/target.ts';

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
  /** The template's rule as JSON text; the API may have changed the rule since. @default - it is in no template */
  readonly template?: string;
}

/** What is stored of a bus. Times are Unix epoch milliseconds. */
interface BusRecord {
  readonly createdAt: number;
  /** When it was created, or its description changed. */
  readonly modifiedAt: number;
  readonly description?: string;
}

/** A bus with its rules and archives, which are listed by name. */
export interface Bus extends BusRecord {
  readonly name: string;
  readonly arn: string;
  readonly rules: Map<string, Rule>;
  readonly archives: Map<string, Archive>;
}

const TABLES = `
  CREATE TABLE IF NOT EXISTS event_buses (
    name TEXT PRIMARY KEY, created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, description TEXT
  ) STRICT;
  CREATE TABLE IF NOT EXISTS rule_changes (
    bus TEXT NOT NULL, name TEXT NOT NULL, props TEXT NOT NULL, template TEXT, PRIMARY KEY (bus, name)
  ) STRICT`;

/** The account's buses. SQLite keeps their times and descriptions: templates do not contain them, and the next start needs them. */
export class Buses {
  readonly #account: Account;
  readonly #clock: Clock;
  readonly #storage: Storage;
  readonly #buses = new Map<string, Bus>();

  constructor({ account, clock, storage }: { account: Account; clock: Clock; storage: Storage }) {
    storage.db.exec(TABLES);
    this.#account = account;
    this.#clock = clock;
    this.#storage = storage;
  }

  /** @throws AwsError if there is one of that name */
  create(name: string, description?: string): Bus {
    if (this.#buses.has(name)) {
      throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
    }
    const arn = arnOf(this.#account, 'events', `event-bus/${name}`);
    const bus = { name, arn, ...this.#record(name, description), rules: new Map(), archives: new Map() };
    this.#buses.set(name, bus);
    return bus;
  }

  /** Gives a bus another description. @throws AwsError if there is no such bus */
  describe(name: string, description?: string): void {
    const { arn, rules, archives } = this.get(name);
    this.#buses.set(name, { name, arn, rules, archives, ...this.#record(name, description) });
  }

  /** Does nothing if there is none. @param keepsStored whether its times stay stored, for a bus of that name */
  remove(name: string, { keepsStored = false } = {}): void {
    this.#buses.delete(name);
    if (!keepsStored) this.#storage.run('DELETE FROM event_buses WHERE name = ?', name);
  }

  all(): readonly Bus[] {
    return [...this.#buses.values()];
  }

  /** @param nameOrArn as requests and templates give a bus; the ARN of another account or Region matches no bus here */
  find(nameOrArn: unknown): Bus | undefined {
    const bus = this.#buses.get(busName(nameOrArn));
    return bus === undefined || bus.name === nameOrArn || bus.arn === nameOrArn ? bus : undefined;
  }

  /** @throws AwsError if there is none */
  get(nameOrArn: unknown): Bus {
    const bus = this.find(nameOrArn);
    if (bus) return bus;
    throw new AwsError('ResourceNotFoundException', `Event bus ${busName(nameOrArn)} does not exist.`);
  }

  /** The archives of all buses. */
  archives(): readonly Archive[] {
    return this.all().flatMap(({ archives }) => [...archives.values()]);
  }

  /** An archive's name is unique in the account. */
  archive(name: string): Archive | undefined {
    return this.archives().find(({ props }) => props.name === name);
  }

  /** Stores a bus that is new or has another description. Returns what is stored of it. */
  #record(name: string, description?: string): BusRecord {
    const before = this.#storage.prepared('SELECT * FROM event_buses WHERE name = ?').get(name);
    const now = this.#clock.now();
    const isUnchanged = before?.description === (description ?? null);
    const createdAt = Number(before?.created_at ?? now);
    const modifiedAt = isUnchanged ? Number(before.modified_at) : now;
    if (!isUnchanged) {
      const insert = 'INSERT OR REPLACE INTO event_buses VALUES (?, ?, ?, ?)';
      this.#storage.run(insert, name, createdAt, modifiedAt, description ?? null);
    }
    return { createdAt, modifiedAt, ...(description !== undefined && { description }) };
  }
}

/** `main`, of `main` and of `arn:aws:events:REGION:ACCOUNT:event-bus/main`. */
export function busName(nameOrArn: unknown): string {
  return String(nameOrArn).replace(/^arn:.*:event-bus\//, '');
}

/** The ARN of a rule on the default bus does not name the bus. */
export function ruleArn(account: Account, bus: string, rule: string): string {
  return arnOf(account, 'events', bus === 'default' ? `rule/${rule}` : `rule/${bus}/${rule}`);
}

/** The name of the bus that a rule is on, by the rule's ARN. */
export function busOfRule(arn: string): string {
  const [, bus, rule] = arn.split('/');
  return bus === undefined || rule === undefined ? 'default' : bus;
}

/**
 * The rules of all buses: those of templates, and those that the API made or changed, which SQLite keeps for the next start,
 * with the template's rule as it was then. Their properties are stored as JSON: renaming one loses the changes of an earlier
 * version. A stack's update leaves alone what the API made. It undoes what the API changed only when the template changes that
 * rule, as CloudFormation does.
 */
export class Rules {
  readonly #buses: Buses;
  readonly #storage: Storage;

  constructor(buses: Buses, storage: Storage) {
    this.#buses = buses;
    this.#storage = storage;
  }

  /** Adds to a new bus the rules that the API made there in an earlier run. */
  restore(bus: Bus): void {
    const select = 'SELECT name, props FROM rule_changes WHERE bus = ? AND template IS NULL';
    for (const { name, props } of this.#storage.prepared(select).all(bus.name)) {
      this.#set(storedRule(bus.name, String(name), String(props)));
    }
  }

  /**
   * Adds a template's rule, or changes the one of that name in one step: no event falls between the old and the new.
   * @throws InvalidEventPatternError
   */
  deploy(props: RuleProps): void {
    const template = JSON.stringify(props);
    const select = 'SELECT props, template FROM rule_changes WHERE bus = ? AND name = ?';
    const change = this.#storage.prepared(select).get(props.busName, props.name);
    const isKept = change?.template === template;
    this.#set(isKept ? storedRule(props.busName, props.name, String(change.props)) : props, template);
    if (change && !isKept) this.#forgetChange(props.busName, props.name);
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
    const insert = 'INSERT OR REPLACE INTO rule_changes (bus, name, props, template) VALUES (?, ?, ?, ?)';
    this.#storage.run(insert, props.busName, props.name, JSON.stringify(props), template ?? null);
  }

  #forgetChange(busName: string, ruleName: string): void {
    this.#storage.run('DELETE FROM rule_changes WHERE bus = ? AND name = ?', busName, ruleName);
  }

  #set(props: RuleProps, template?: string): void {
    const matches = compileEventPattern(props.pattern);
    const rule: Rule = { ...props, matches, ...(template !== undefined && { template }) };
    this.#buses.get(props.busName).rules.set(props.name, rule);
  }
}

/** @throws SyntaxError for what no engine has stored */
function storedRule(bus: string, name: string, text: string): RuleProps {
  const stored = { what: `the rule ${name} of the bus ${bus}`, table: 'rule_changes', text };
  return readStored<RuleProps>(stored, (props) => {
    try {
      compileEventPattern(props.pattern);
    } catch (error) {
      if (error instanceof InvalidEventPatternError) return `has an invalid event pattern (${error.message})`;
      throw error;
    }
    if (typeof props.name !== 'string') return 'has no name';
    if (typeof props.arn !== 'string') return 'has no ARN';
    return Array.isArray(props.targets) ? undefined : 'has no list of targets';
  });
}
