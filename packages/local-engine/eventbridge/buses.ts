import type { StatementSync } from 'node:sqlite';
import { type Account, arnOf } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { Storage } from '../storage/storage.ts';
import type { Archive } from './archive.ts';
import type { EventMatcher } from './event-pattern/event-pattern.ts';
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

const TABLE = `CREATE TABLE IF NOT EXISTS event_buses (
  name TEXT PRIMARY KEY, created_at INTEGER NOT NULL, modified_at INTEGER NOT NULL, description TEXT
)`;

/** The account's buses. SQLite keeps their times and descriptions: templates do not contain them, and the next start needs them. */
export class Buses {
  readonly #account: Account;
  readonly #clock: Clock;
  readonly #storage: Storage;
  readonly #find: StatementSync;
  readonly #buses = new Map<string, Bus>();

  constructor({ account, clock, storage }: { account: Account; clock: Clock; storage: Storage }) {
    storage.db.exec(TABLE);
    this.#account = account;
    this.#clock = clock;
    this.#storage = storage;
    this.#find = storage.db.prepare(
      'SELECT created_at AS createdAt, modified_at AS modifiedAt, description FROM event_buses WHERE name = ?',
    );
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
    if (keepsStored) return;
    this.#storage.db.prepare('DELETE FROM event_buses WHERE name = ?').run(name);
    this.#storage.changed();
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
    const before = this.#find.get(name) as
      | (Omit<BusRecord, 'description'> & { description: string | null })
      | undefined;
    const now = this.#clock.now();
    const isUnchanged = before !== undefined && before.description === (description ?? null);
    const createdAt = before?.createdAt ?? now;
    const modifiedAt = isUnchanged ? before.modifiedAt : now;
    if (!isUnchanged) {
      this.#storage.db
        .prepare('INSERT OR REPLACE INTO event_buses VALUES (?, ?, ?, ?)')
        .run(name, createdAt, modifiedAt, description ?? null);
      this.#storage.changed();
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
