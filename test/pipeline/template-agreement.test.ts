import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readAssembly } from '../../packages/local-engine/cloudformation/assembly.ts';
import { localAccount } from '../../packages/local-engine/core/account.ts';
import { systemClock } from '../../packages/local-engine/core/clock.ts';
import { DynamoDb } from '../../packages/local-engine/dynamodb/dynamodb.ts';
import { DynamoDbStream } from '../../packages/local-engine/dynamodb/dynamodb-stream.ts';
import { Journal } from '../../packages/local-engine/journal/journal.ts';
import { compileInputTemplate } from '../../packages/local-engine/pipes/input-template.ts';
import { Storage } from '../../packages/local-engine/storage/storage.ts';
import { UserRegistered } from '../../schemas/generated/event-contracts.ts';
import { testAssembly } from '../support/assembly.ts';

/** A record that a real table's stream held; the number had a fraction of .0 there, which JSON reads as whole. */
const REAL_RECORD = {
  eventID: '2b8a6f0e1d3c4b5a69788796a5b4c3d2',
  eventName: 'INSERT',
  eventVersion: '1.1',
  dynamodb: {
    ApproximateCreationDateTime: 1714458435.0,
    Keys: { userId: { S: 'test5' } },
    NewImage: { userId: { S: 'test5' } },
    SequenceNumber: '146700000000063054215432',
    SizeBytes: 14,
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  },
};

/** What DynamoDB takes for a string key: 1 to 2,048 bytes of UTF-8. */
const userIds = fc
  .string({ unit: 'binary', minLength: 1, maxLength: 2048 })
  .filter((id) => id.isWellFormed() && Buffer.byteLength(id) <= 2048);

describe("the pipe's template and the UserRegistered contract agree", () => {
  test('on a real record', async () => {
    const detail = JSON.parse(compileInputTemplate(await pipeTemplate())(REAL_RECORD, {}));
    expect(detail).toEqual({
      metadata: { schemaVersion: 1, eventId: REAL_RECORD.eventID, correlationId: REAL_RECORD.eventID },
      data: { userId: 'test5', registeredAt: 1714458435 },
    });
    expect(UserRegistered.validateDetail(detail)).toBe(true);
  });

  test('on the stream record of any user id that DynamoDB takes', async () => {
    const template = await pipeTemplate();
    const { dynamodb, stream } = await usersTable();
    await fc.assert(
      fc.asyncProperty(userIds, async (userId) => {
        await dynamodb.handle('DeleteItem', { TableName: 'users', Key: { userId: { S: userId } } });
        const position = stream.latest;
        await dynamodb.handle('PutItem', { TableName: 'users', Item: { userId: { S: userId }, plan: { S: '"' } } });
        const [record] = stream.read(position, 1).records;

        const detail: unknown = JSON.parse(compileInputTemplate(template)(record, {}));
        expect(UserRegistered.validateDetail(detail) || UserRegistered.validateDetail.errors).toBe(true);
        expect(detail).toHaveProperty('data.userId', userId);
        expect(detail).toHaveProperty('metadata.eventId', record?.eventID);
      }),
    );
  });
});

async function pipeTemplate(): Promise<string> {
  const [stack] = await readAssembly(testAssembly());
  const pipe = Object.values(stack?.template.Resources ?? {}).find(({ Type }) => Type === 'AWS::Pipes::Pipe');
  const { InputTemplate } = (pipe?.Properties?.TargetParameters ?? {}) as { InputTemplate?: string };
  if (InputTemplate === undefined) throw new Error('The assembly has no pipe with a template.');
  return InputTemplate;
}

async function usersTable() {
  const storage = new Storage();
  const stream = new DynamoDbStream({
    arn: 'arn:aws:dynamodb:ap-northeast-1:123456789012:table/users/stream/now',
    region: 'ap-northeast-1',
    viewType: 'NEW_AND_OLD_IMAGES',
    tableName: 'users',
    keySchema: [{ AttributeName: 'userId', KeyType: 'HASH' }],
    storage,
    clock: systemClock(),
    journal: new Journal(systemClock()),
  });
  const dynamodb = new DynamoDb(localAccount('ap-northeast-1', '123456789012'), storage);
  const definition = {
    name: 'users',
    keySchema: [{ AttributeName: 'userId', KeyType: 'HASH' }],
    attributeDefinitions: [{ AttributeName: 'userId', AttributeType: 'S' }],
    billingMode: 'PAY_PER_REQUEST',
  } as const;
  await dynamodb.createTable(definition, stream);
  return { dynamodb, stream };
}
