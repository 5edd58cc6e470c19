import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { localAccount } from '../../../packages/local-engine/core/account.ts';
import { SkippingClock } from '../../../packages/local-engine/core/clock.ts';
import { createServices, type Services } from '../../../packages/local-engine/services.ts';
import { Storage } from '../../../packages/local-engine/storage/storage.ts';
import { EngineState } from '../../fuzz/engine-state.ts';

const QUEUE_ARN = 'arn:aws:sqs:ap-northeast-1:123456789012:a';

let folder: string;
let services: Services;
let before: EngineState;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-state-'));
  services = createServices({
    account: localAccount('ap-northeast-1', '123456789012'),
    endpoint: 'http://localhost',
    clock: new SkippingClock(),
    storage: new Storage(folder),
  });
  services.queues.create({ name: 'a', arn: QUEUE_ARN, url: 'http://localhost/123456789012/a', attributes: {} });
  before = new EngineState(services);
});

afterEach(async () => {
  before.close();
  services.alarms.stop();
  services.queues.close();
  services.storage.abandon();
  await rm(folder, { recursive: true });
});

test('given nothing but an entry in the journal, nothing has changed', () => {
  services.journal.write('api-call', { service: 's3' });
  services.storage.commit();
  expect(before.changed()).toBeUndefined();
});

test.each<[part: string, change: () => unknown]>([
  ['the table bucket_settings', () => services.s3.buckets.putSetting('b', 'cors', '{}')],
  ['the table queue_messages', () => services.queues.send(QUEUE_ARN, 'body')],
  ['faults in memory', () => services.faults.fail('s3:CreateBucket', 'SlowDown')],
  ['buses in memory', () => services.events.buses.get('default').rules.clear()],
])('given a change of %s, it is said', async (part, change) => {
  services.events.rules.change({
    name: 'r',
    arn: 'r',
    busName: 'default',
    pattern: '{"a":[1]}',
    isEnabled: true,
    targets: [],
  });
  before.close();
  before = new EngineState(services);
  await change();
  expect(before.changed()).toMatch(new RegExp(`^${part}`));
});

test('given a table without a key, whose changes cannot be seen, it is refused', () => {
  services.storage.db.exec('CREATE TABLE keyless (a TEXT)');
  expect(() => new EngineState(services)).toThrow('The table keyless has no key, so its changes cannot be seen.');
});
