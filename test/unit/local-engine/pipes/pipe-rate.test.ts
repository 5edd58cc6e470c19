import { expect, test } from '@jest/globals';
import type { PipeProps } from '../../../../packages/local-engine/pipes/pipe-definition.ts';
import { settle } from '../support/parts.ts';
import { startPipe, userOf, usersOfLane } from '../support/pipe.ts';
import { register } from '../support/stream.ts';

/** A bus that answers a request when it is asked to. */
class PatientBus {
  readonly requests: { readonly users: string[]; readonly answer: () => Promise<void> }[] = [];

  readonly putEvents: PipeProps['role']['putEvents'] = (entries, taken) =>
    new Promise((resolve) => {
      const result = { FailedEntryCount: 0, Entries: entries.map(() => ({ EventId: 'id' })) };
      const answer = async () => {
        taken(result);
        resolve(result);
        await settle();
      };
      this.requests.push({ users: entries.map(userOf), answer });
    });

  get users(): string[][] {
    return this.requests.map(({ users }) => users);
  }
}

// The model with which docs/cost.md calculates what a shard carries.
test('a lane has one batch in flight, and what comes until the bus answers shares its next batches', async () => {
  const bus = new PatientBus();
  const { stream } = startPipe({ parallelizationFactor: 10, role: { putEvents: bus.putEvents } });
  const [first = '', ...others] = usersOfLane(3, 10, 13);
  const [elsewhere = ''] = usersOfLane(4, 10, 1);
  register(stream, first);
  await settle();
  for (const id of others) register(stream, id);
  register(stream, elsewhere);
  await settle();
  expect(bus.users).toEqual([[first], [elsewhere]]);
  await bus.requests[0]?.answer();
  expect(bus.users.slice(2)).toEqual([others.slice(0, 10)]);
  await bus.requests[2]?.answer();
  expect(bus.users.slice(3)).toEqual([others.slice(10)]);
});
