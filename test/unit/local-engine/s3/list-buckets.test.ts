import { describe, expect, test } from '@jest/globals';
import { makeS3 } from '../support/s3.ts';
import { xmlElements } from '../support/xml.ts';

/** S3 with these buckets, and a short way to list them. */
async function s3With(...names: readonly string[]) {
  const made = makeS3();
  for (const name of names) await made.create(name);
  const list = async (query = '') => {
    const { body } = await made.ask('GET', `/${query}`);
    const token = xmlElements(body, 'ContinuationToken')[0];
    return { names: xmlElements(body, 'Name'), body, ...(token !== undefined && { token }) };
  };
  return { ...made, list };
}

describe('ListBuckets', () => {
  test('given buckets, they come in order of their names, with the times of their creation', async () => {
    const { create, clock, list } = await s3With('bbb', 'a.b', 'a-b');
    clock.skip(3_600_000);
    const now = clock.now();
    await create('aaa');
    const { names, body } = await list();
    expect(names).toEqual(['a-b', 'a.b', 'aaa', 'bbb']);
    const dates = xmlElements(body, 'CreationDate').map((date) => Date.parse(date));
    expect((dates[2] ?? 0) - (dates[3] ?? 0)).toBeGreaterThanOrEqual(3_600_000);
    expect(Math.abs((dates[2] ?? 0) - now)).toBeLessThan(60_000);
    expect(xmlElements(body, 'ID')).toEqual([expect.stringMatching(/^[0-9a-f]{64}$/)]);
  });

  test('given pages, each bucket comes once, with its Region', async () => {
    const { list } = await s3With('aaa', 'bbb', 'ccc', 'ddd', 'eee');
    const first = await list('?max-buckets=2');
    const second = await list(`?max-buckets=2&continuation-token=${first.token}`);
    const third = await list(`?max-buckets=2&continuation-token=${second.token}`);
    expect([first, second, third].map(({ names }) => names)).toEqual([['aaa', 'bbb'], ['ccc', 'ddd'], ['eee']]);
    expect(third).not.toHaveProperty('token');
    expect(xmlElements(first.body, 'BucketRegion')).toEqual(['ap-northeast-1', 'ap-northeast-1']);
    expect(xmlElements((await list()).body, 'BucketRegion')).toEqual([]);
  });

  test('given buckets that are made and deleted meanwhile, the next page begins behind the last one', async () => {
    const { ask, create, list } = await s3With('aaa', 'bbb', 'ccc');
    const { token } = await list('?max-buckets=2');
    await ask('DELETE', '/bbb');
    await create('abc');
    expect((await list(`?continuation-token=${token}`)).names).toEqual(['ccc']);
  });

  test.each([
    { query: '?prefix=si', names: ['si-a', 'siu', 'siuz'] },
    { query: '?prefix=siu', names: ['siu', 'siuz'] },
    { query: '?prefix=siu&max-buckets=1', names: ['siu'] },
    { query: '?prefix=x', names: [] },
    { query: '?bucket-region=ap-northeast-1', names: ['other', 'si-a', 'siu', 'siuz'] },
    { query: '?bucket-region=us-east-1', names: ['far'] },
    { query: '?bucket-region=us-east-1&prefix=s', names: [] },
  ])('given $query, it lists $names', async ({ query, names }) => {
    const { create, list } = await s3With('siu', 'siuz', 'si-a', 'other');
    await create('far', { region: 'us-east-1' });
    const listed = await list(query);
    expect(listed.names).toEqual(names);
    expect(xmlElements(listed.body, 'Prefix')).toEqual(/prefix=(\w+)/.exec(query)?.slice(1) ?? []);
  });

  test('given a prefix and pages, they go on within it', async () => {
    const { list } = await s3With('aaa', 'ba1', 'ba2', 'ba3', 'ccc');
    const { token } = await list('?prefix=ba&max-buckets=1');
    expect((await list(`?prefix=ba&continuation-token=${token}`)).names).toEqual(['ba2', 'ba3']);
  });

  test.each(['?max-buckets=0', '?max-buckets=10001', '?max-buckets=x', '?continuation-token=mine'])(
    'given %s, it is refused',
    async (query) => {
      const { list } = await s3With();
      await expect(list(query)).rejects.toMatchObject({ code: 'InvalidArgument', status: 400 });
    },
  );

  test.each(['eu-east-1', 'EU', ''])('given %j, which is no Region, it is refused', async (region) => {
    const { list } = await s3With('aaa');
    await expect(list(`?bucket-region=${region}`)).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: `Argument value ${region} is not a valid AWS Region`,
      details: { ArgumentName: 'bucket-region' },
    });
  });

  test('given more buckets than S3 lists at once, they must be listed in pages', async () => {
    const { s3, list } = await s3With();
    for (let index = 0; index <= 10_000; index++) {
      s3.buckets.add({
        name: `b${index}`,
        region: 'ap-northeast-1',
        namespace: 'global',
        constraint: '',
        createdAt: 0,
      });
    }
    await expect(list()).rejects.toMatchObject({ code: 'InvalidRequest', message: expect.stringContaining('pages') });
    const { names, token } = await list('?max-buckets=10000');
    expect(names).toHaveLength(10_000);
    expect((await list(`?continuation-token=${token}`)).names).toHaveLength(1);
  });
});

describe('HeadBucket and DeleteBucket', () => {
  test('given a bucket, HEAD answers with its Region', async () => {
    const { ask } = await s3With('mine');
    const { status, headers } = await ask('HEAD', '/mine');
    expect([status, headers['x-amz-bucket-region']]).toEqual([200, 'ap-northeast-1']);
  });

  test.each(['HEAD', 'DELETE'])('given %s of a bucket that is not there, the code is NoSuchBucket', async (method) => {
    const { ask } = await s3With();
    await expect(ask(method, '/none')).rejects.toMatchObject({ code: 'NoSuchBucket', status: 404 });
  });
});
