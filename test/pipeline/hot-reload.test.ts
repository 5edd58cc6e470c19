import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AwsClients } from '../../operations/aws/aws-clients.ts';
import { findStack } from '../../operations/deployed/stack.ts';
import { UsersTable } from '../../operations/deployed/users-table.ts';
import { ProjectCopy } from '../support/project-copy.ts';
import type { RunningCommand } from '../support/running-command.ts';

const MAIN = 'cli/main.ts';
const HANDLER = 'services/uri-recorder/handler.ts';
const DECISION = 'services/uri-recorder/record-uri.ts';

let copy: ProjectCopy;
let dev: RunningCommand;
let clients: AwsClients;
let users: UsersTable;

beforeAll(async () => {
  copy = await ProjectCopy.create();
  dev = copy.start('node', [MAIN, 'dev', '--port', '0', '--no-samples', '--logs']);
  await dev.shows(/Starting the engine/);
  await edit(HANDLER, 'bucket URI recorded', 'URI recorded');
  const [, endpoint = ''] = await dev.shows(/ runs at (\S+) /);
  const target = { endpoint, region: 'ap-northeast-1' };
  clients = new AwsClients(target);
  users = new UsersTable(clients.of(DynamoDBClient), await findStack(clients.of(CloudFormationClient), target));
  await dev.shows(/loaded at once/);
  // What was saved while it started.
  await dev.shows(/↻ uri-recorder reloaded/);
});

afterAll(async () => {
  clients?.destroy();
  await dev?.stop();
  await copy?.remove();
});

async function edit(file: string, text: string, replacement: string): Promise<void> {
  const before = await copy.read(file);
  if (!before.includes(text)) throw new Error(`${file} does not hold ${text}`);
  await copy.write(file, before.replace(text, replacement));
}

test('given a saved file, when the next event comes, then the new code handles it, and what was there is kept', async () => {
  await users.register('alice');
  await dev.shows(/uri-recorder: INFO {2}URI recorded {2}userId=alice/);
  const before = await users.register('alice');
  await edit(HANDLER, "'URI recorded'", "'the row has its URI'");
  await dev.shows(/↻ uri-recorder reloaded in \d+\.\d s/);
  await users.register('bob');
  await dev.shows(/uri-recorder: INFO {2}the row has its URI {2}userId=bob/);
  expect(before).toEqual({ status: 'exists', uri: expect.stringMatching(/^s3:/) });
  expect(await users.register('alice')).toEqual(before);
});

test('given a syntax error, when it is saved, then it is shown by file and line, and the last good version goes on', async () => {
  const good = await copy.read(DECISION);
  await copy.write(DECISION, `${good}const = 1;\n`);
  const line = good.split('\n').length;
  await dev.shows(
    new RegExp(`✖ .*record-uri\\.ts:${line}: Expected identifier.*; the last good version keeps running`),
  );
  await users.register('carol');
  await dev.shows(/uri-recorder: INFO {2}the row has its URI {2}userId=carol/);
  await copy.write(DECISION, good);
  await dev.shows(/↻ fixed/);
});

test('given a wrong subscription, when it is saved, then what is allowed is shown, and the last good version goes on', async () => {
  await edit('services/uri-recorder/subscription.ts', "'record-bucket-uris'", "'drop-users-table'");
  await dev.shows(/✖ .*access must be a list .*got \["drop-users-table"\]; the last good version keeps running/);
  await users.register('dave');
  await dev.shows(/uri-recorder: INFO {2}the row has its URI {2}userId=dave/);
  await edit('services/uri-recorder/subscription.ts', "'drop-users-table'", "'record-bucket-uris'");
  await dev.shows(/↻ fixed/);
});

test('given a new folder, when the next event comes, then its subscriber takes it too; a removed one takes no more', async () => {
  await copy.run('node', [MAIN, 'new', 'subscriber', 'made-meanwhile', '--on', 'BucketCreated']);
  await dev.shows(/↻ made-meanwhile added in/);
  await users.register('erin');
  await dev.shows(/made-meanwhile: INFO {2}decided {2}userId=erin/);
  await rm(join(copy.folder, 'services/made-meanwhile'), { recursive: true });
  await dev.shows(/↻ made-meanwhile removed in/);
  await users.register('frank');
  await dev.shows(/uri-recorder: INFO {2}the row has its URI {2}userId=frank/);
});

test('given Ctrl-C before it is all up, it stops as well', async () => {
  const starting = copy.start('node', [MAIN, 'dev', '--port', '0', '--no-samples']);
  await starting.shows(/Try next/);
  expect(await starting.stop()).toBe(0);
});
