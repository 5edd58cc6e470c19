import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';

const VARIABLES = {
  'bucket-service': {
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
  },
  'uri-recorder': { USERS_TABLE_NAME: 'users', USER_ID_ATTRIBUTE: 'userId' },
};
const before = process.env;

async function loadHandler(service: string, variables: Record<string, string>) {
  process.env = { ...before, ...variables };
  // A composition root reads the environment once, when it is loaded.
  return import(`../../../services/${service}/handler.ts?${randomUUID()}`);
}

afterEach(() => {
  process.env = before;
});

describe.each(Object.entries(VARIABLES))('the handler of %s', (service, variables) => {
  it('loads with the variables that the stack gives it', async () => {
    expect(await loadHandler(service, variables)).toEqual(expect.objectContaining({ handler: expect.any(Function) }));
  });

  it.each(Object.keys(variables))('without %s, does not load, and names it', async (missing) => {
    await expect(loadHandler(service, { ...variables, [missing]: '' })).rejects.toThrow(
      `environment variables missing or empty: ${missing} `,
    );
  });
});
