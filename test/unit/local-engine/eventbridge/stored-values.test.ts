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
test.each([
  ['{"S":null}', 'does not name its rule'],
  ['{"delivery":{"ruleArn":"r"}}', 'does not name its target'],
  ['{"delivery":{"ruleArn":"r","target":{"arn":"t"}}}', 'has no event'],
  ['{"delivery":{"ruleArn":"r","target":{"arn":"t"},"body":"{}"},"due":1,"retries":0}', 'does not say how far it is'],
])('given %s for a stored delivery, the start is refused: it %s', (progress, problem) => {
  storage.run('INSERT INTO rule_deliveries VALUES (?, ?)', 7, progress);
  const remedy = 'to start without it, delete its row from the table rule_deliveries in engine.db';
  const said = new SyntaxError(`the delivery 7 of a rule ${problem}: ${progress}; ${remedy}`);
  expect(() => services.delivery.resume()).toThrow(said);
});

test('given a stored replay that is none, the start is refused', () => {
  storage.run('INSERT INTO replays VALUES (?, ?)', 'a', '{}');
  expect(() => servicesOn(storage)).toThrow('the replay a has no proper name: {}; to start without it, delete');
});

const PATTERN = '"pattern":{"a":[1]}';
test.each([
  ['{}', /^the rule a of the bus main has an invalid event pattern \(.+\): \{\}; to start without it, delete its row/],
  [`{${PATTERN}}`, /^the rule a of the bus main has no name: \{"pattern".*; .* the table rule_changes in engine\.db$/],
  [`{${PATTERN},"name":"a"}`, / has no ARN: /],
  [`{${PATTERN},"name":"a","arn":"r"}`, / has no list of targets: /],
  ['null', /^the rule a of the bus main is not an object: null; /],
  ['{"name"', /^the rule a of the bus main is not JSON: \{"name"; /],
  [`{"name":"${'x'.repeat(300)}"}`, / has an invalid event pattern .*: \{"name":"x{191}…; /],
])('given %s for a stored rule, the start is refused, and says of which rule, why, and what to do', (props, said) => {
  storage.run('INSERT INTO rule_changes (bus, name, props) VALUES (?, ?, ?)', 'main', 'a', props);
  const bus = services.events.buses.create('main');
  const restore = () => services.events.rules.restore(bus);
  expect(restore).toThrow(SyntaxError);
  expect(restore).toThrow(said);
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
  expect(() => servicesOn(lasting, clock)).toThrow('the replay a has no proper name: {}; ');
  expect(started).toBeGreaterThan(0);
  expect(pending.size).toBe(0);
});
