import { type Account, arnOf } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Archive } from './archive.ts';
import type { Bus, Rule } from './bus.ts';
import type { BusRecords } from './bus-records.ts';

/** The account's buses, with what hangs on them. */
export class Buses {
  readonly #account: Account;
  readonly #records: BusRecords;
  readonly #buses = new Map<string, Bus>();

  constructor(account: Account, records: BusRecords) {
    this.#account = account;
    this.#records = records;
  }

  /** @throws AwsError if there is one of that name */
  create(name: string, description?: string): Bus {
    if (this.#buses.has(name)) {
      throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
    }
    const arn = arnOf(this.#account, 'events', `event-bus/${name}`);
    const bus = { name, arn, ...this.#records.put(name, description), rules: new Map(), archives: new Map() };
    this.#buses.set(name, bus);
    return bus;
  }

  /** Gives a bus another description. @throws AwsError if there is no such bus */
  describe(name: string, description?: string): void {
    const { arn, rules, archives } = this.get(name);
    this.#buses.set(name, { name, arn, rules, archives, ...this.#records.put(name, description) });
  }

  /** Does nothing if there is none. @param keepsStored whether the storage still knows when it was made */
  remove(name: string, keepsStored = false): void {
    this.#buses.delete(name);
    if (!keepsStored) this.#records.remove(name);
  }

  all(): readonly Bus[] {
    return [...this.#buses.values()];
  }

  /** @param nameOrArn as requests and templates give a bus; the ARN of another account or Region is that of no bus here */
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

  /** A rule on that bus. @throws AwsError if there is none */
  rule(bus: Bus, ruleName: string): Rule {
    const rule = bus.rules.get(ruleName);
    if (rule) return rule;
    throw new AwsError('ResourceNotFoundException', `Rule ${ruleName} does not exist on EventBus ${bus.name}.`);
  }

  /** Of all buses. */
  archives(): readonly Archive[] {
    return this.all().flatMap(({ archives }) => [...archives.values()]);
  }

  /** Archives' names are unique in an account, whatever their bus. */
  archive(name: string): Archive | undefined {
    return this.archives().find(({ props }) => props.name === name);
  }
}

/** `main`, of `main` and of `arn:aws:events:REGION:ACCOUNT:event-bus/main`. */
export function busName(nameOrArn: unknown): string {
  return String(nameOrArn).replace(/^arn:.*:event-bus\//, '');
}

/** The default bus has no part in its rules' ARNs. @param bus its name */
export function ruleArn(account: Account, bus: string, rule: string): string {
  return arnOf(account, 'events', bus === 'default' ? `rule/${rule}` : `rule/${bus}/${rule}`);
}

/** The name of the bus that a rule is on, by the rule's ARN. */
export function busOfRule(arn: string): string {
  const [, bus, rule] = arn.split('/');
  return bus === undefined || rule === undefined ? 'default' : bus;
}
