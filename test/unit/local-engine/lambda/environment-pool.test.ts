import { describe, expect, test } from '@jest/globals';
import { SkippingClock } from '../../../../packages/local-engine/core/clock.ts';
import { EnvironmentPool } from '../../../../packages/local-engine/lambda/environment-pool.ts';
import { FunctionError } from '../../../../packages/local-engine/lambda/execution-environment.ts';
import { settle } from '../support/parts.ts';

const FAILURE = new FunctionError('Runtime.UnhandledError', 'no settings');

/** An environment without a process: the test says when it has started, and when it has died. */
class FakeEnvironment {
  readonly #started = Promise.withResolvers<void>();
  readonly number: number;
  isAlive = true;
  isStopped = false;

  constructor(number: number) {
    this.number = number;
  }

  ready = () => this.#started.promise;

  async stop(): Promise<void> {
    this.isStopped = true;
    this.isAlive = false;
  }

  async hasStarted(): Promise<void> {
    this.#started.resolve();
    await settle();
  }

  async couldNotStart(): Promise<void> {
    this.isAlive = false;
    this.#started.reject(FAILURE);
    await settle();
  }
}

/** A pool whose starts and invocations last as long as the test says. */
function makePool(most: number) {
  const clock = new SkippingClock({ timeFactor: 1 });
  const started: FakeEnvironment[] = [];
  const failures: FunctionError[] = [];
  let time = 0;
  const start = () => {
    const environment = new FakeEnvironment(started.length);
    started.push(environment);
    return environment;
  };
  const props = {
    start,
    most,
    clock,
    machineTime: () => time,
    onStartFailed: (failure: FunctionError) => failures.push(failure),
  };
  const pool = new EnvironmentPool<FakeEnvironment>(props);
  const served: string[] = [];
  /** Waits for an environment, and keeps it. */
  const wait = (name: string, invocations = 1) => {
    const taken: { environment?: FakeEnvironment } = {};
    const run = () => {
      const environment = pool.take();
      if (environment === undefined) return;
      taken.environment = environment;
      served.push(`${name} by ${environment.number}`);
    };
    const cancel = pool.wait({ invocations: () => invocations, run });
    return { taken, cancel };
  };
  const pass = (ms: number) => (time += ms);
  /**
   * A pool with one environment. Its INIT has lasted 100 ms, so that a new one is of use after 300 ms, and then its first
   * invocation 900 ms, and the others as given.
   */
  const warm = async (...durations: readonly number[]) => {
    pool.warmUp();
    pass(100);
    await started[0]?.hasStarted();
    for (const duration of [900, ...durations]) {
      const environment = pool.take();
      pass(duration);
      if (environment !== undefined) pool.release(environment);
    }
  };
  return { pool, props, clock, started, served, failures, wait, pass, warm };
}

type Pool = ReturnType<typeof makePool>;

/** The environment with that number, which has been started. */
function startedOf({ started }: Pool, number: number): FakeEnvironment {
  const environment = started[number];
  if (environment === undefined) throw new Error(`Only ${started.length} environments were started.`);
  return environment;
}

describe('how many environments are started', () => {
  test('given many that wait and none that runs, one is started, and serves the first', async () => {
    const it = makePool(9);
    for (const name of ['a', 'b', 'c']) it.wait(name, 100);
    expect(it.started).toHaveLength(1);
    await startedOf(it, 0).hasStarted();
    expect(it.served).toEqual(['a by 0']);
  });

  test('given one that starts, however much waits and however long, no other is started', () => {
    const it = makePool(9);
    it.wait('a', 1000);
    it.clock.skip(60_000);
    it.wait('b', 1000);
    expect(it.started).toHaveLength(1);
  });

  test('given quick invocations, each waits for the one environment', async () => {
    const it = makePool(9);
    await it.warm(10, 10);
    const first = it.pool.take();
    for (const name of ['a', 'b', 'c']) {
      const { taken } = it.wait(name);
      it.clock.skip(290);
      if (first) it.pool.release(first);
      expect(taken.environment).toBe(first);
    }
    expect(it.started).toHaveLength(1);
  });

  test('given an invocation that lasts longer than usual, another one is started when it would have been of use', async () => {
    const it = makePool(9);
    await it.warm();
    it.pool.take();
    it.wait('a');
    it.clock.skip(200);
    expect(it.started).toHaveLength(1);
    it.clock.skip(100);
    expect(it.started).toHaveLength(2);
    await startedOf(it, 1).hasStarted();
    expect(it.served).toEqual(['a by 1']);
  });

  test('given one that starts, what the running one can serve before that does not wait for it', async () => {
    const it = makePool(9);
    await it.warm();
    const first = it.pool.take();
    it.wait('a');
    it.clock.skip(300);
    if (first) it.pool.release(first);
    expect(it.served).toEqual(['a by 0']);
    await startedOf(it, 1).hasStarted();
    expect([it.started.length, it.pool.take()?.number]).toEqual([2, 1]);
  });

  test('given invocations that are known to last longer than a start, another one is started at once', async () => {
    const it = makePool(9);
    await it.warm(301);
    it.pool.take();
    it.wait('a');
    expect(it.started).toHaveLength(2);
  });

  test('given far more work than is done during a start, another one is started at once', async () => {
    const it = makePool(9);
    await it.warm(10);
    it.pool.take();
    const { cancel } = it.wait('some', 300);
    expect(it.started).toHaveLength(1);
    cancel();
    it.wait('many', 301);
    expect(it.started).toHaveLength(2);
  });

  test('given invocations that have become quick, the earlier slow ones soon count no more', async () => {
    const it = makePool(9);
    await it.warm(5_000, 10, 10, 10, 10, 10);
    it.pool.take();
    it.wait('a');
    expect(it.started).toHaveLength(1);
  });

  test('given the most that may run, what waits stays in its order, whatever the time', async () => {
    const it = makePool(2);
    await it.warm();
    const first = it.pool.take();
    it.wait('a');
    it.clock.skip(300);
    await startedOf(it, 1).hasStarted();
    for (const name of ['b', 'c']) it.wait(name, 1000);
    it.clock.skip(900_000);
    expect(it.started).toHaveLength(2);
    if (first) for (let turn = 0; turn < 2; turn++) it.pool.release(first);
    expect(it.served).toEqual(['a by 1', 'b by 0', 'c by 0']);
  });
});

describe('given what ends unusually', () => {
  test('when a start fails, it is tried once more for the one that waits', async () => {
    const it = makePool(9);
    it.wait('a');
    await startedOf(it, 0).couldNotStart();
    expect([it.served, it.failures]).toEqual([[], [FAILURE]]);
    await startedOf(it, 1).hasStarted();
    expect(it.served).toEqual(['a by 1']);
  });

  test('when a start fails twice, one that waits fails with it, and another start serves the next', async () => {
    const it = makePool(9);
    it.wait('a');
    it.wait('b');
    await startedOf(it, 0).couldNotStart();
    await startedOf(it, 1).couldNotStart();
    expect(it.served).toEqual(['a by 1']);
    it.pool.release(startedOf(it, 1));
    await startedOf(it, 2).couldNotStart();
    await startedOf(it, 3).hasStarted();
    expect(it.served).toEqual(['a by 1', 'b by 3']);
  });

  test('when a start fails that nothing waits for, the failure is reported, and the next gets a new one', async () => {
    const it = makePool(9);
    it.pool.warmUp();
    await startedOf(it, 0).couldNotStart();
    expect([it.failures, it.pool.isFree]).toEqual([[FAILURE], false]);
    it.wait('a');
    await startedOf(it, 1).hasStarted();
    expect(it.served).toEqual(['a by 1']);
  });

  test('when the only environment dies in an invocation, one is started for what waits', async () => {
    const it = makePool(9);
    await it.warm();
    const first = it.pool.take();
    it.wait('a');
    startedOf(it, 0).isAlive = false;
    if (first) it.pool.release(first);
    expect(it.started).toHaveLength(2);
  });

  test('when an idle environment has died, it is not free', async () => {
    const it = makePool(9);
    await it.warm();
    startedOf(it, 0).isAlive = false;
    expect([it.pool.isFree, it.pool.take()]).toEqual([false, undefined]);
  });

  test('when one that waits leaves its environment, the next one takes it', async () => {
    const it = makePool(9);
    const left: string[] = [];
    it.pool.wait({ invocations: () => 1, run: () => left.push('a') });
    it.wait('b');
    await startedOf(it, 0).hasStarted();
    expect([left, it.served]).toEqual([['a'], ['b by 0']]);
  });

  test('when the wait is cancelled, nothing is started for it', async () => {
    const it = makePool(9);
    await it.warm();
    it.pool.take();
    it.wait('a').cancel();
    it.clock.skip(60_000);
    expect(it.started).toHaveLength(1);
  });

  test('when other code comes during a start, that one is stopped, and what waits gets the new one', async () => {
    const it = makePool(9);
    it.wait('a');
    it.pool.renew(it.props);
    await startedOf(it, 0).hasStarted();
    expect([startedOf(it, 0).isStopped, it.served]).toEqual([true, []]);
    await startedOf(it, 1).hasStarted();
    expect(it.served).toEqual(['a by 1']);
  });

  test('when all are killed, an invocation that waits ends, and a queue waits for the next environment', async () => {
    const it = makePool(9);
    const ended: string[] = [];
    it.pool.wait({ invocations: () => 1, run: () => {}, killed: () => ended.push('invocation') });
    it.wait('queue');
    await it.pool.kill();
    expect([ended, startedOf(it, 0).isStopped, it.started.length]).toEqual([['invocation'], true, 2]);
    await startedOf(it, 1).hasStarted();
    expect(it.served).toEqual(['queue by 1']);
  });
});
