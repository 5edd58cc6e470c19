import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { localAccount } from '../../../../packages/local-engine/core/account.ts';
import { type Clock, SkippingClock } from '../../../../packages/local-engine/core/clock.ts';
import { createServices, type Services } from '../../../../packages/local-engine/services.ts';
import { Storage } from '../../../../packages/local-engine/storage/storage.ts';
import { dataFolder, openStorage } from '../support/folder.ts';

let storage: Storage;
let services: Services;

beforeEach(() => {
  storage = new Storage();
  services = servicesOn(storage);
});

afterEach(() => {
  services.alarms.stop();
  services.queues.close();
  storage.close();
});

function servicesOn(stored: Storage, clock: Clock = new SkippingClock()): Services {
  const account = localAccount('ap-northeast-1', '123456789012');
  return createServices({ account, endpoint: 'http://localhost', clock, storage: stored });
}

// Found by `npm run fuzz -- --target data-folders`: the first was a crash, the others answers 500.
test('given a stored delivery that is none, the start is refused', () => {
  storage.run('INSERT INTO rule_deliveries VALUES (?, ?)', 1, '{"S":null}');
  expect(() => services.delivery.resume()).toThrow(SyntaxError);
});

test('given a stored replay that is none, the start is refused', () => {
  storage.run('INSERT INTO replays VALUES (?, ?)', 'a', '{}');
  expect(() => servicesOn(storage)).toThrow('{} is not a replay.');
});

test.each(['{}', '{"pattern":{"a":[1]}}'])('given %s for a stored rule, the start is refused', (props) => {
  storage.run('INSERT INTO rule_changes (bus, name, props) VALUES (?, ?, ?)', 'main', 'a', props);
  const bus = services.events.buses.create('main');
  expect(() => services.events.rules.restore(bus)).toThrow(SyntaxError);
});

// Found by `npm run fuzz -- --target data-folders --seed 3`: the process did not end.
test('a start that is refused leaves no timer of a stored queue behind', async () => {
  const lasting = openStorage(dataFolder());
  const before = servicesOn(lasting);
  const url = 'http://localhost/123456789012/a';
  const arn = 'arn:aws:sqs:ap-northeast-1:123456789012:a';
  before.queues.create({ name: 'a', arn, url, attributes: { DelaySeconds: '600' }, tags: {}, isByClient: true });
  await before.queues.send(arn, 'body');
  before.queues.close();
  lasting.run('INSERT INTO replays VALUES (?, ?)', 'a', '{}');
  let started = 0;
  const pending = new Set<object>();
  const clock: Clock = {
    now: () => Date.now(),
    after: () => {
      started += 1;
      const timer = { cancel: () => void pending.delete(timer) };
      pending.add(timer);
      return timer;
    },
    limit: () => ({ cancel: () => {} }),
    timeFactor: 1,
  };
  expect(() => servicesOn(lasting, clock)).toThrow('{} is not a replay.');
  expect(started).toBeGreaterThan(0);
  expect(pending.size).toBe(0);
});
