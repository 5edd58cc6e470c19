import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  INERT_RESOURCE_TYPES,
  RESOURCE_TYPES,
} from '../../../../packages/local-engine/cloudformation/resource-types.ts';
import { FACTOR } from '../../../support/limits.ts';
import { RunningCommand } from '../../../support/running-command.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const PACKAGE = join(ROOT, 'packages/local-engine');
const README = readFileSync(join(PACKAGE, 'README.md'), 'utf8');

/** The README's app, synthesized once: a folder in which its code blocks are files, and imports find the project's packages. */
let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'readme-app-'));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  for (const [, name = '', code = ''] of README.matchAll(/```js\n\/\/ (\S+)\n(.*?)```/gs)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    // A slow machine gets more time.
    const patient = code.replace('new SkippingClock()', `new SkippingClock({ timeFactor: ${FACTOR} })`);
    writeFileSync(join(folder, name), patient);
  }
  await run('app.mjs');
});
afterAll(() => rm(folder, { recursive: true }));

async function run(script: string): Promise<string> {
  return (await promisify(execFile)(process.execPath, [script], { cwd: folder })).stdout;
}

test("the README's app runs with the README's command, until SIGTERM", async () => {
  const args = [join(PACKAGE, 'command/local-engine.mjs'), 'cdk.out', '--port', '0'];
  const command = new RunningCommand(process.execPath, args, { cwd: folder, env: process.env });
  const [, endpoint = ''] = await command.shows(/^Greetings on (http:\S+), /m);
  await command.shows(/AWS_SECRET_ACCESS_KEY/);
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const sqs = new SQSClient({ endpoint, region: 'ap-northeast-1', credentials });
  const QueueUrl = `${endpoint}/123456789012/names`;
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'Ada', DelaySeconds: 900 }));
  const AttributeNames = ['ApproximateNumberOfMessagesDelayed'] as const;
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...AttributeNames] }),
  );
  expect(Attributes).toEqual({ ApproximateNumberOfMessagesDelayed: '1' });
  sqs.destroy();
  expect(await command.stop('SIGTERM')).toBe(0);
});

test("the README's test of the app, with clock, faults and journal, passes", async () => {
  expect(await run('greeter.test.mjs')).toBe('greeted twice, after 2 faults\n');
});

test('the README lists every resource type', () => {
  const types = [...RESOURCE_TYPES.keys()].map((type) => `\`${type.split('::').at(-1)}\``);
  expect(types.filter((type) => !README.includes(type))).toEqual([]);
  expect(Object.keys(INERT_RESOURCE_TYPES).filter((type) => !README.includes(`\`${type}\``))).toEqual([]);
});
