import { expect, test } from '@jest/globals';
import { SkippingClock } from '../../../../packages/local-engine/core/clock.ts';
import { Faults } from '../../../../packages/local-engine/journal/faults.ts';
import { Journal } from '../../../../packages/local-engine/journal/journal.ts';
import { Queues } from '../../../../packages/local-engine/sqs/queues.ts';
import { dataFolder, openStorage } from '../support/folder.ts';

const QUEUE = {
  name: 'a',
  arn: 'arn:aws:sqs:eu-west-1:123456789012:a',
  url: 'http://localhost/123456789012/a',
  attributes: {},
};

/** Queues on a data folder, where an earlier run of the engine left a message, which was changed then. @param change as SQL */
async function onChangedMessage(change: string): Promise<Queues> {
  const storage = openStorage(dataFolder());
  const clock = new SkippingClock();
  const journal = new Journal(clock);
  const newQueues = () => new Queues({ clock, journal, faults: new Faults(journal), storage });
  const first = newQueues();
  first.create(QUEUE);
  await first.send(QUEUE.arn, 'body');
  first.close();
  storage.run(`UPDATE queue_messages SET ${change}`);
  return newQueues();
}

// Found by `npm run fuzz -- --target data-folders --seed 1000222`: the second attempt hid why the first one had failed.
test('given a stored message that cannot be read, there is no queue, and each attempt to make it says why', async () => {
  const queues = await onChangedMessage('sent_at = 9007199254740992');
  expect(() => queues.create(QUEUE)).toThrow('Value is too large');
  expect(queues.all()).toEqual([]);
  expect(() => queues.create(QUEUE)).toThrow('Value is too large');
  queues.close();
});
