import { describe, expect, it } from '@jest/globals';
import { retirementVariables } from '../../../../services/bucket-retirer/retirement-settings.ts';
import { bucketName } from '../../../../services/bucket-service/bucket-name.ts';
import { userIdTag } from '../../../../services/bucket-service/bucket-tags.ts';
import { type AwsRequest, useAws } from '../handled.ts';
import { createdBucket, REGISTERED_AT, registrationEvent } from '../registrations.ts';
import { SETTINGS } from './world.ts';

const USER = 'mina';
const NAME = bucketName({ userId: USER, registeredAt: REGISTERED_AT }, SETTINGS);
const VARIABLES = {
  ...retirementVariables(SETTINGS),
  USERS_TABLE_NAME: 'users',
  USER_ID_ATTRIBUTE: 'user-id',
  POWERTOOLS_LOG_LEVEL: 'DEBUG',
};
const envelope = registrationEvent(USER);
const eventId = 'deletion-of-mina';
const userDeleted = {
  ...envelope,
  'detail-type': 'UserDeleted',
  detail: {
    metadata: { schemaVersion: 1, eventId, correlationId: eventId },
    data: { userId: USER, deletedAt: REGISTERED_AT + 60 },
  },
};
const bucketCreated = {
  ...envelope,
  'detail-type': 'BucketCreated',
  source: 'bucket-service',
  detail: createdBucket(USER, NAME),
};

interface Aws {
  readonly hasRow: boolean;
  /** Of the one bucket that S3 lists. */
  readonly tags: Readonly<Record<string, string>>;
  readonly rules?: string;
}

const OURS = { userIdSha256: userIdTag(USER) };
const RETIRED = { ...OURS, retiredAt: '1714600000', emptiedFrom: '2024-06-30' };
const EMPTYING = `<Rule><ID>user-bucket-pipeline-retired</ID><Status>Enabled</Status><Filter><Prefix></Prefix></Filter></Rule>`;

/** A table and an S3 in that state. */
function aws({ hasRow, tags, rules = '' }: Aws) {
  return ({ operation, url }: AwsRequest) => {
    if (operation === 'GetItem') return { body: hasRow ? `{"Item":{"user-id":{"S":"${USER}"}}}` : '{}' };
    if (operation !== 'GET') return {};
    if (url.includes('tagging')) {
      const set = Object.entries(tags).map(([key, value]) => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`);
      return { body: `<Tagging><TagSet>${set.join('')}</TagSet></Tagging>` };
    }
    if (url.includes('lifecycle')) return { body: `<LifecycleConfiguration>${rules}</LifecycleConfiguration>` };
    return {
      body: `<ListAllMyBucketsResult><Buckets><Bucket><Name>${NAME}</Name></Bucket></Buckets></ListAllMyBucketsResult>`,
    };
  };
}

const handled = useAws();

/** The log lines without what every line has. */
const linesOf = (output: Awaited<ReturnType<typeof handled>>['output'], level: string) =>
  output
    .log(level)
    .map(({ message, bucketName: name }) => ({ message, ...(name !== undefined && { bucketName: name }) }));

describe('bucket-retirer, given a user who left', () => {
  it('has S3 empty their bucket some day, and reports that', async () => {
    const before = Math.floor(Date.now() / 1000);
    const { output, failed, requests } = await handled(
      'bucket-retirer',
      userDeleted,
      VARIABLES,
      aws({ hasRow: false, tags: OURS }),
    );
    expect(failed).toBe(0);
    const [read] = requests;
    expect(JSON.parse(read?.body ?? '')).toMatchObject({
      TableName: 'users',
      Key: { 'user-id': { S: USER } },
      ConsistentRead: true,
    });
    const puts = requests.filter(({ operation }) => operation === 'PUT');
    expect(puts.map(({ url }) => url.split('?')[0])).toEqual([`/${NAME}/`, `/${NAME}/`]);
    const retiredAt = Number(/<Key>retiredAt<\/Key><Value>(\d+)</.exec(puts[0]?.body ?? '')?.[1]);
    expect(retiredAt).toBeGreaterThanOrEqual(before);
    expect(retiredAt).toBeLessThanOrEqual(Date.now() / 1000);
    expect(puts[1]?.body).toContain('<ID>user-bucket-pipeline-retired</ID>');
    expect(output.units()).toEqual({ EventsHandled: 'Count', BucketsRetired: 'Count' });
    expect(output.metric('BucketsRetired')).toBe(1);
    expect(linesOf(output, 'INFO')).toEqual([{ message: 'bucket retired: its user left', bucketName: NAME }]);
    expect(linesOf(output, 'DEBUG')).toEqual([]);
  });

  it('given that it did so before, changes nothing, and says so to those who look for it', async () => {
    const { output, requests } = await handled(
      'bucket-retirer',
      userDeleted,
      VARIABLES,
      aws({ hasRow: false, tags: RETIRED, rules: EMPTYING }),
    );
    expect(requests.filter(({ operation }) => operation === 'PUT')).toEqual([]);
    expect(output.units()).toEqual({ EventsHandled: 'Count' });
    expect(linesOf(output, 'DEBUG')).toEqual([{ message: 'no bucket to retire or to restore' }]);
  });

  it('given a bucket that is not tagged as theirs, leaves it alone, and warns', async () => {
    const { output, requests } = await handled(
      'bucket-retirer',
      userDeleted,
      VARIABLES,
      aws({ hasRow: false, tags: { userIdSha256: 'x' } }),
    );
    expect(requests.filter(({ operation }) => operation === 'PUT')).toEqual([]);
    expect(linesOf(output, 'WARN')).toEqual([
      { message: 'a bucket with a name of this user is not tagged as theirs; it stays as it is', bucketName: NAME },
    ]);
  });

  it.each(Object.keys(VARIABLES).filter((name) => !name.startsWith('POWERTOOLS')))(
    'without %s, does not load, and names it',
    async (missing) => {
      const loading = handled('bucket-retirer', userDeleted, { ...VARIABLES, [missing]: '' }, () => ({}));
      await expect(loading).rejects.toThrow(`environment variables missing or empty: ${missing} `);
    },
  );
});

describe('bucket-restorer, given the bucket of a user', () => {
  it('who is back, restores it, and reports that', async () => {
    const { output, failed, requests } = await handled(
      'bucket-restorer',
      bucketCreated,
      VARIABLES,
      aws({ hasRow: true, tags: RETIRED, rules: EMPTYING }),
    );
    expect(failed).toBe(0);
    const changes = requests.filter(({ operation }) => operation !== 'GET' && operation !== 'GetItem');
    expect(changes.map(({ operation, url }) => `${operation} ${url}`)).toEqual([
      expect.stringMatching(`^DELETE /${NAME}/\\?lifecycle`),
      expect.stringMatching(`^PUT /${NAME}/\\?tagging`),
    ]);
    expect(changes[1]?.body).not.toContain('retiredAt');
    expect(output.units()).toEqual({ EventsHandled: 'Count', BucketsRestored: 'Count' });
    expect(output.metric('BucketsRestored')).toBe(1);
    expect(linesOf(output, 'INFO')).toEqual([{ message: 'bucket restored: its user is back', bucketName: NAME }]);
    expect(linesOf(output, 'DEBUG')).toEqual([]);
  });

  it('who left before it was there, retires it', async () => {
    const { output } = await handled('bucket-restorer', bucketCreated, VARIABLES, aws({ hasRow: false, tags: OURS }));
    expect(output.metric('BucketsRetired')).toBe(1);
  });

  it('who left, but of a replay, changes nothing: they may have left long ago', async () => {
    const replayed = { ...bucketCreated, 'replay-name': 'monday' };
    const { output, requests } = await handled(
      'bucket-restorer',
      replayed,
      VARIABLES,
      aws({ hasRow: false, tags: OURS }),
    );
    expect(output.units()).toEqual({ EventsHandled: 'Count' });
    expect(requests.map(({ operation }) => operation)).toEqual(['GetItem']);
  });
});
