import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AwsClients } from '../../operations/aws/aws-clients.ts';
import { findStack, requireOutput } from '../../operations/deployed/stack.ts';
import { UsersTable } from '../../operations/deployed/users-table.ts';
import { ProjectCopy } from '../support/project-copy.ts';
import type { RunningCommand } from '../support/running-command.ts';

const OTHER_STACK = 'bucket-directory-dev';

let copy: ProjectCopy;
let dev: RunningCommand;
let clients: AwsClients;
let endpoint: string;

beforeAll(async () => {
  copy = await ProjectCopy.create();
  const app = ['--app', 'examples/external-subscriber'];
  dev = copy.start('node', ['cli/main.ts', 'dev', '--port', '0', '--no-samples', '--logs', 'bucket-directory', ...app]);
  [, endpoint = ''] = await dev.shows(/ run at (\S+) /);
  await dev.shows(/loaded at once/);
  clients = new AwsClients({ endpoint, region: 'ap-northeast-1' });
});

afterAll(async () => {
  clients?.destroy();
  await dev?.stop();
  await copy?.remove();
});

test('given another team’s stack beside ours, when a user signs up, then its subscriber hears of the bucket', async () => {
  const cloudformation = clients.of(CloudFormationClient);
  const dynamodb = clients.of(DynamoDBClient);
  const ours = await findStack(cloudformation, { endpoint, region: 'ap-northeast-1' });
  expect(ours.name).toBe('user-bucket-pipeline-dev');
  await new UsersTable(dynamodb, ours).register('alice');
  const [, bucketName = ''] = await dev.shows(
    /bucket-directory: INFO {2}bucket listed {2}userId=alice {2}bucketName=(\S+)/,
  );

  const theirs = await findStack(cloudformation, { stackName: OTHER_STACK });
  const TableName = requireOutput(theirs, 'DirectoryTableName');
  const { Item } = await dynamodb.send(new GetItemCommand({ TableName, Key: { bucketName: { S: bucketName } } }));
  expect(Item).toMatchObject({ bucketName: { S: bucketName }, userId: { S: 'alice' } });
});

test('given that its code is saved, when the next user signs up, then the new code hears of it', async () => {
  const file = 'examples/external-subscriber/bucket-directory/handler.ts';
  await copy.write(file, (await copy.read(file)).replace("'bucket listed'", "'bucket is in the directory'"));
  await dev.shows(/↻ bucket-directory reloaded in/);
  const ours = await findStack(clients.of(CloudFormationClient), { endpoint, region: 'ap-northeast-1' });
  await new UsersTable(clients.of(DynamoDBClient), ours).register('bob');
  await dev.shows(/bucket-directory: INFO {2}bucket is in the directory {2}userId=bob/);
});
