import type { TableDescription } from '@aws-sdk/client-dynamodb';
import { describe, expect, test } from '@jest/globals';
import { registrationTemplate } from '../../../../cdk/constructs/registration-pipe.ts';
import { findKeyAndStreamProblems, findPlaceProblems } from '../../../../cli/commands/deploy/existing-table.ts';

const tableArn = 'arn:aws:dynamodb:ap-northeast-1:123456789012:table/USER-DB';
const tableStreamArn = `${tableArn}/stream/2026-03-01T12:00:00.000`;
const WANTED = { existingTable: { tableArn, tableStreamArn }, userIdAttribute: 'userId' };
const PLACE = { account: '123456789012', region: 'ap-northeast-1' };

const GOOD: TableDescription = {
  TableName: 'USER-DB',
  KeySchema: [{ AttributeName: 'userId', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'userId', AttributeType: 'S' }],
  LatestStreamArn: tableStreamArn,
  StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
};
const ANOTHER = 'use a table with one row per user, whose only key is a string';

test('the event is made of nothing but what every view of a stream shows', () => {
  const paths = [...registrationTemplate('userId', 1).matchAll(/<\$\.([\w.]+)>/g)].map(([, path]) => path);
  expect([...new Set(paths)]).toEqual(['eventID', 'dynamodb.Keys.userId.S', 'dynamodb.ApproximateCreationDateTime']);
});

describe('an existing table', () => {
  test.each(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'] as const)(
    'given a stream that shows %s, it can be used',
    (StreamViewType) => {
      const table = { ...GOOD, StreamSpecification: { StreamEnabled: true, StreamViewType } };
      expect(findKeyAndStreamProblems(WANTED, table)).toEqual([]);
    },
  );

  test.each<[string, TableDescription | undefined, unknown, unknown]>([
    ['none', undefined, `there is no table ${tableArn}`, 'correct tableArn, or set AWS_PROFILE to its account'],
    [
      'no stream',
      { ...GOOD, StreamSpecification: undefined, LatestStreamArn: undefined },
      'the table has no stream: no new row would become an event',
      'aws dynamodb update-table --table-name USER-DB --stream-specification StreamEnabled=true,StreamViewType=KEYS_ONLY, ' +
        'then take tableStreamArn from: aws dynamodb describe-table --table-name USER-DB --query Table.LatestStreamArn --output text',
    ],
    [
      'a stream that is turned off, which still has a name',
      { ...GOOD, StreamSpecification: { StreamEnabled: false } },
      'the table has no stream: no new row would become an event',
      expect.stringContaining('StreamEnabled=true'),
    ],
    [
      'another stream by now',
      { ...GOOD, LatestStreamArn: `${tableArn}/stream/2026-11-01T00:00:00.000` },
      `${tableStreamArn} is no longer the table's stream: the stream was turned off since, or the table restored`,
      `-c tableStreamArn=${tableArn}/stream/2026-11-01T00:00:00.000`,
    ],
    [
      'a view type of the future',
      { ...GOOD, StreamSpecification: { StreamEnabled: true, StreamViewType: 'KEYS_AND_TTL' as 'KEYS_ONLY' } },
      'the stream shows KEYS_AND_TTL, which this version does not support; it supports KEYS_ONLY, NEW_IMAGE, OLD_IMAGE, NEW_AND_OLD_IMAGES',
      'the view of a stream cannot be changed, so turn it off and on again, which its other readers must follow: ' +
        'aws dynamodb update-table --table-name USER-DB --stream-specification StreamEnabled=false, then: ' +
        'aws dynamodb update-table --table-name USER-DB --stream-specification StreamEnabled=true,StreamViewType=KEYS_ONLY, ' +
        'then take tableStreamArn from: aws dynamodb describe-table --table-name USER-DB --query Table.LatestStreamArn --output text',
    ],
    [
      'no view type',
      { ...GOOD, StreamSpecification: { StreamEnabled: true } },
      expect.stringContaining('the stream shows none'),
      expect.stringContaining('StreamEnabled=false, then: '),
    ],
    [
      'a key of another name',
      {
        ...GOOD,
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      },
      "the table's key is id, but userIdAttribute is userId: every user id would be empty",
      'write "userIdAttribute": "id" into the stage in cdk.json',
    ],
    [
      'a key that is a number',
      { ...GOOD, AttributeDefinitions: [{ AttributeName: 'userId', AttributeType: 'N' }] },
      "the table's key userId is of the type N, not a string (S)",
      ANOTHER,
    ],
    [
      'a sort key',
      { ...GOOD, KeySchema: [...(GOOD.KeySchema ?? []), { AttributeName: 'createdAt', KeyType: 'RANGE' }] },
      'the table has the sort key createdAt: a user may have many rows in it',
      ANOTHER,
    ],
  ])('given %s, it is refused with the fix', (_, table, problem, fix) => {
    expect(findKeyAndStreamProblems(WANTED, table)).toEqual([{ problem, fix }]);
  });

  test('given a wrong key and no stream, both are reported at once', () => {
    expect(
      findKeyAndStreamProblems({ ...WANTED, userIdAttribute: 'id' }, { ...GOOD, StreamSpecification: undefined }),
    ).toHaveLength(2);
  });

  test.each([{ account: '210987654321' }, { region: 'eu-west-1' }])('given a deployment to %j, is refused', (other) => {
    expect(findPlaceProblems(WANTED, PLACE)).toEqual([]);
    expect(findPlaceProblems(WANTED, { ...PLACE, ...other })).toEqual([
      {
        problem: expect.stringContaining(
          'the table is in account 123456789012, ap-northeast-1, and the stack would be in',
        ),
        fix: 'set AWS_REGION and AWS_PROFILE to where the table is, or correct tableArn',
      },
    ]);
  });
});
