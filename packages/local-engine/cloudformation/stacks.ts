import { isDeepStrictEqual, types } from 'node:util';
import type { Services } from '../services.ts';
import type { Storage } from '../storage/storage.ts';
import type { AssembledStack } from './assembly.ts';
import { RESOURCE_TYPES } from './resource-types.ts';
import { type ResolvedResource, type ResolvedStack, resolveStacks } from './stack.ts';
import { planUpdate, type StackChange, type Step } from './stack-update.ts';
import type { ResourceType } from './template/resource-type.ts';
import { TemplateError } from './template/template.ts';

/** A running stack. */
export interface DeployedStack extends ResolvedStack {
  /** When an update last changed it, in Unix epoch milliseconds. @default - none did */
  readonly updatedAt?: number;
}

interface Action {
  readonly action: 'create' | 'start' | 'update' | 'remove' | 'rollBack' | 'retain';
  readonly resource: ResolvedResource;
}

/** The running stacks, and their updates. */
export class Stacks {
  readonly #services: Services;
  readonly #dates: StackDates;
  #deployed: readonly DeployedStack[] = [];
  #lastTurn: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(services: Services) {
    this.#services = services;
    this.#dates = new StackDates(services.storage);
  }

  get deployed(): readonly DeployedStack[] {
    return this.#deployed;
  }

  /**
   * Updates the running stacks to what their templates say, and keeps all state. All or nothing: if a step fails, the steps before
   * it are rolled back. Only removals, at the very end, may fail without a rollback. Updates wait for each other.
   * @param read called when it is this update's turn
   * @throws TemplateError for what the engine does not know, cannot create, or cannot change while it runs. If several steps
   * fail, the error is about the first and names the others; its cause is an AggregateError of all.
   */
  update(read: () => Promise<readonly AssembledStack[]>): Promise<readonly StackChange[]> {
    const update = this.#lastTurn.then(async () => this.#updateTo(await read()));
    this.#lastTurn = update.catch(() => {});
    return update;
  }

  /** Refuses further updates. Resolves when the last one has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#lastTurn;
  }

  async #updateTo(assembled: readonly AssembledStack[]): Promise<readonly StackChange[]> {
    if (this.#isClosed) throw new Error('The engine has stopped, so it cannot be updated. Start it again.');
    const { account, endpoint, clock, journal } = this.#services;
    const running = new Map(this.#deployed.map((stack) => [stack.name, stack]));
    const now = clock.now();
    const wanted = resolveStacks(assembled, { account, endpoint }, (name) => this.#dates.of(name)?.createdAt ?? now);
    const { changes, steps, removals, retained } = planUpdate(this.#deployed, wanted);
    await this.#apply(steps);
    this.#deployed = wanted.map((stack) => {
      const before = running.get(stack.name);
      return { ...stack, ...(before ? dated(stack, before, changes, now) : this.#dates.of(stack.name)) };
    });
    for (const { name } of running.values()) this.#dates.forget(name);
    for (const stack of this.#deployed) this.#dates.keep(stack.name, stack);
    for (const resource of retained) await this.#do('retain', resource);
    const left = await this.#doAll(removals.map((resource) => ({ action: 'remove', resource })));
    const isLeft = ({ logicalId, stack, change }: StackChange) =>
      change === 'removed' && left.some(({ resource }) => resource.logicalId === logicalId && resource.stack === stack);
    for (const change of changes) if (!isLeft(change)) journal.write('resource', { ...change });
    const [first, ...others] = left.map(({ error }) => error);
    if (first) throw withOthers(first, others, 'The stack is updated, but some removed resources are still there.');
    return changes;
  }

  async #apply(steps: readonly Step[]): Promise<void> {
    const done: Step[] = [];
    try {
      for (const step of steps) {
        const pending = this.#do(step.action, step.resource);
        // Without a pause if there is no promise: no event comes between a rule and the policy of its queue.
        if (types.isPromise(pending)) await pending;
        done.push(step);
      }
      // Nothing starts before everything exists.
      for (const { action, resource } of steps) if (action === 'create') this.#do('start', resource);
    } catch (error) {
      const undo = (step: Step): Action =>
        step.action === 'create'
          ? { action: 'rollBack', resource: step.resource }
          : { action: 'update', resource: step.before };
      const others = (await this.#doAll(done.reverse().map(undo))).map((failure) => failure.error);
      if (others.length === 0) throw error;
      throw withOthers(error as TemplateError, others, 'Some of the steps before it could not be rolled back.');
    }
  }

  /** Tries all actions, also after a failure. @returns those that failed */
  async #doAll(actions: readonly Action[]): Promise<(Action & { error: TemplateError })[]> {
    const failed: (Action & { error: TemplateError })[] = [];
    for (const it of actions) {
      try {
        await this.#do(it.action, it.resource);
      } catch (error) {
        failed.push({ ...it, error: error as TemplateError });
      }
    }
    return failed;
  }

  #do(action: Action['action'], resource: ResolvedResource): void | Promise<void> {
    const type = RESOURCE_TYPES.get(resource.type) as ResourceType<Services>;
    const failed = (cause: unknown) => {
      throw new TemplateError(resource.logicalId, (cause as Error).message, { cause });
    };
    try {
      const run = action === 'rollBack' ? (type.rollBack ?? type.remove) : type[action];
      const pending = run?.({ ...resource, services: this.#services });
      return types.isPromise(pending) ? pending.catch(failed) : pending;
    } catch (cause) {
      return failed(cause);
    }
  }
}

/** The first error, with its consequence and the other failures. */
function withOthers(first: TemplateError, others: readonly TemplateError[], consequence: string): TemplateError {
  const { logicalId, message } = first;
  const also = others.map((other) => ` Also ${other.message}`).join('');
  return new TemplateError(logicalId, `${message.slice(logicalId.length + 2)} ${consequence}${also}`, {
    cause: new AggregateError([first, ...others], consequence),
  });
}

function dated(
  stack: ResolvedStack,
  before: DeployedStack,
  changes: readonly StackChange[],
  now: number,
): Pick<DeployedStack, 'updatedAt'> {
  const isChanged =
    changes.some((change) => change.stack === stack.name) || !isDeepStrictEqual(stack.outputs, before.outputs);
  const updatedAt = isChanged ? now : before.updatedAt;
  return updatedAt === undefined ? {} : { updatedAt };
}

type Dates = Pick<DeployedStack, 'createdAt' | 'updatedAt'>;

const TABLE = `
  CREATE TABLE IF NOT EXISTS stacks (name TEXT PRIMARY KEY, created_at INTEGER NOT NULL, updated_at INTEGER) WITHOUT ROWID, STRICT
`;

/** When stacks were created and last updated, by name. The ARN of a table's stream contains the time, so it must not change. */
class StackDates {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    storage.db.exec(TABLE);
    this.#storage = storage;
  }

  /** Undefined for a new stack. */
  of(name: string): Dates | undefined {
    const row = this.#storage.db.prepare('SELECT created_at, updated_at FROM stacks WHERE name = ?').get(name);
    if (row === undefined) return undefined;
    const { created_at: createdAt, updated_at: updatedAt } = row as { created_at: number; updated_at: number | null };
    return { createdAt, ...(updatedAt !== null && { updatedAt }) };
  }

  keep(name: string, { createdAt, updatedAt }: Dates): void {
    this.#storage.db.prepare('INSERT OR REPLACE INTO stacks VALUES (?, ?, ?)').run(name, createdAt, updatedAt ?? null);
    this.#storage.changed();
  }

  forget(name: string): void {
    this.#storage.db.prepare('DELETE FROM stacks WHERE name = ?').run(name);
    this.#storage.changed();
  }
}
