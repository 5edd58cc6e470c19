import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';

const OF_BUCKETS = {
  AWS_REGION: 'ap-northeast-1',
  EVENT_BUS_NAME: 'bus',
  BUCKET_ACCOUNT_ID: '123456789012',
  BUCKET_CORS: 'false',
  BUCKET_NAMESPACE: 'account-regional',
  BUCKET_NAME_PREFIX: 'siu',
  BUCKET_PUBLIC_LISTING: 'false',
  BUCKET_LIFECYCLE: '{}',
  BUCKET_TAGS: '{}',
  BUCKET_TLS_ONLY: 'false',
};
const OF_ROWS = { USERS_TABLE_NAME: 'users', USER_ID_ATTRIBUTE: 'userId' };
const VARIABLES = {
  'bucket-service/handler.ts': OF_BUCKETS,
  'bucket-service/handler-where-users-leave.ts': { ...OF_BUCKETS, ...OF_ROWS },
  'uri-recorder/handler.ts': OF_ROWS,
};
const before = process.env;

async function loadHandler(file: string, variables: Record<string, string>) {
  process.env = { ...before, ...variables };
  // A composition root reads the environment once, when it is loaded.
  return import(`../../../services/${file}?${randomUUID()}`);
}

afterEach(() => {
  process.env = before;
});

describe.each(Object.entries(VARIABLES))('%s', (file, variables) => {
  it('loads with the variables that the stack gives it', async () => {
    expect(await loadHandler(file, variables)).toEqual(expect.objectContaining({ handler: expect.any(Function) }));
  });

  it.each(Object.keys(variables))('without %s, does not load, and names it', async (missing) => {
    await expect(loadHandler(file, { ...variables, [missing]: '' })).rejects.toThrow(
      `environment variables missing or empty: ${missing} `,
    );
  });
});
