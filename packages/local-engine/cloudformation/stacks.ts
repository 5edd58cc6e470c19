import { isDeepStrictEqual, types } from 'node:util';
import type { Services } from '../services.ts';
import type { Storage } from '../storage/storage.ts';
import type { AssembledStack } from './assembly.ts';
import { checkExportsInUse } from './exports.ts';
import { RESOURCE_TYPES } from './resource-types.ts';
import { type ResolvedResource, type ResolvedStack, resolveStacks } from './stack.ts';
import { planUpdate, type StackChange, type Step } from './stack-update.ts';
import type { ResourceType } from './template/resource-type.ts';
import { TemplateError } from './template/template.ts';

/** A stack that runs: what DescribeStacks tells of it. */
export interface DeployedStack extends ResolvedStack {
  /** Unix epoch milliseconds of the last update that changed it. @default - it is as it was made */
  readonly updatedAt?: number;
}

interface Action {
  readonly action: 'create' | 'start' | 'update' | 'remove' | 'takeBack' | 'leave';
  readonly resource: ResolvedResource;
}

/** The stacks that run, one after the other brought to what their templates say. */
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
   * Brings what runs to what the templates say, with all state kept. All or nothing: what cannot be made takes back what
   * was made before it. Only what cannot be removed, at the very end, leaves the update made. Updates take turns.
   * @param read called when its turn has come
   * @throws TemplateError for what the engine does not know, cannot make, or cannot change while it runs. Where more than
   * one step failed it is about the first, names the others, and has all of them in an AggregateError as its cause.
   */
  update(read: () => Promise<readonly AssembledStack[]>): Promise<readonly StackChange[]> {
    const update = this.#lastTurn.then(async () => this.#bringTo(await read()));
    this.#lastTurn = update.catch(() => {});
    return update;
  }

  /** Takes no more updates. Resolves when the last one has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#lastTurn;
  }

  async #bringTo(assembled: readonly AssembledStack[]): Promise<readonly StackChange[]> {
    if (this.#isClosed) throw new Error('The engine is stopped and cannot be updated.');
    const { account, endpoint, clock, journal } = this.#services;
    const running = new Map(this.#deployed.map((stack) => [stack.name, stack]));
    const now = clock.now();
    const wanted = resolveStacks(assembled, { account, endpoint }, (name) => this.#dates.of(name)?.createdAt ?? now);
    checkExportsInUse(this.#deployed, wanted);
    const { changes, steps, removals, left: staying } = planUpdate(this.#deployed, wanted);
    await this.#make(steps);
    this.#deployed = wanted.map((stack) => {
      const before = running.get(stack.name);
      return { ...stack, ...(before ? dated(stack, before, changes, now) : this.#dates.of(stack.name)) };
    });
    for (const { name } of running.values()) this.#dates.forget(name);
    for (const stack of this.#deployed) this.#dates.keep(stack.name, stack);
    for (const resource of staying) await this.#do('leave', resource);
    const left = await this.#doAll(removals.map((resource) => ({ action: 'remove', resource })));
    const isLeft = ({ logicalId, stack, change }: StackChange) =>
      change === 'removed' && left.some(({ resource }) => resource.logicalId === logicalId && resource.stack === stack);
    for (const change of changes) if (!isLeft(change)) journal.write('resource', { ...change });
    const [first, ...others] = left.map(({ error }) => error);
    if (first) throw withOthers(first, others, 'The stack is updated, but some of what it no longer has is left.');
    return changes;
  }

  async #make(steps: readonly Step[]): Promise<void> {
    const done: Step[] = [];
    try {
      for (const step of steps) {
        const pending = this.#do(step.action, step.resource);
        // No pause where there is nothing to wait for: no event comes between a rule and the policy of its queue.
        if (types.isPromise(pending)) await pending;
        done.push(step);
      }
      // Nothing moves before everything is there to take it.
      for (const { action, resource } of steps) if (action === 'create') this.#do('start', resource);
    } catch (error) {
      const rollback = done
        .reverse()
        .map(
          (step): Action =>
            step.action === 'create'
              ? { action: 'takeBack', resource: step.resource }
              : { action: 'update', resource: step.before },
        );
      const left = await this.#doAll(rollback);
      const others = left.map((failure) => failure.error);
      if (others.length === 0) throw error;
      throw withOthers(error as TemplateError, others, 'Not all that was done before it could be taken back.');
    }
  }

  /** Tries each, whatever becomes of the others. Returns those that failed. */
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
      const run = action === 'takeBack' ? (type.takeBack ?? type.remove) : type[action];
      const pending = run?.({ ...resource, services: this.#services });
      return types.isPromise(pending) ? pending.catch(failed) : pending;
    } catch (cause) {
      return failed(cause);
    }
  }
}

/** The first error, with what follows from it and what else failed. */
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

interface Dates {
  /** Unix epoch milliseconds. */
  readonly createdAt: number;
  /** Unix epoch milliseconds of the last update that changed it. @default - it is as it was made */
  readonly updatedAt?: number;
}

const TABLE = `
  CREATE TABLE IF NOT EXISTS stacks (name TEXT PRIMARY KEY, created_at INTEGER NOT NULL, updated_at INTEGER) WITHOUT ROWID
`;

/** When stacks were made and last updated, by name: the ARN of a table's stream holds the time, and must stay. */
export class StackDates {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    storage.db.exec(TABLE);
    this.#storage = storage;
  }

  /** Undefined for a stack that is new. */
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
