import { describe, expect, test } from '@jest/globals';
import { Buckets } from '../../../../packages/local-engine/s3/buckets.ts';
import { resourceTaggingApi } from '../../../../packages/local-engine/s3/tags.ts';
import { allPagesToCome } from '../../../support/pages.ts';
import { ACCOUNT, makeParts } from '../support/parts.ts';
import { apiRequest } from '../support/requests.ts';

interface Page {
  readonly ResourceTagMappingList: readonly { ResourceARN: string; Tags: readonly { Key: string; Value: string }[] }[];
  readonly PaginationToken: string;
}

/** As S3 keeps a bucket's tags. */
const tagging = (tags: Readonly<Record<string, string>>) =>
  JSON.stringify(Object.entries(tags).map(([Key, Value]) => ({ Key, Value })));

function taggingWith(tagged: Readonly<Record<string, Readonly<Record<string, string>> | undefined>>) {
  const buckets = new Buckets(makeParts().storage);
  const add = (name: string, tags?: Readonly<Record<string, string>>, region = ACCOUNT.region) => {
    buckets.add({ name, region, namespace: 'global', constraint: region, createdAt: 0 });
    if (tags) buckets.putSetting(name, 'tagging', tagging(tags));
  };
  for (const [name, tags] of Object.entries(tagged)) add(name, tags);
  const api = resourceTaggingApi({ account: ACCOUNT, buckets });
  const get = async (request: object = {}, operation = 'GetResources'): Promise<Page> => {
    const { body } = await api.handle(operation, apiRequest('POST', '/', { body: JSON.stringify(request) }));
    return JSON.parse(String(body));
  };
  const names = async (request: object = {}) =>
    (await get(request)).ResourceTagMappingList.map(({ ResourceARN }) => ResourceARN.split(':').at(-1));
  return { add, get, names };
}

describe('GetResources', () => {
  test('given tagged buckets, it gives them with their tags, in order', async () => {
    const { get } = taggingWith({ b: { app: 'x', user: 'a & b' }, a: { app: 'y' }, untagged: undefined });
    expect(await get()).toEqual({
      ResourceTagMappingList: [
        { ResourceARN: 'arn:aws:s3:::a', Tags: [{ Key: 'app', Value: 'y' }] },
        {
          ResourceARN: 'arn:aws:s3:::b',
          Tags: [
            { Key: 'app', Value: 'x' },
            { Key: 'user', Value: 'a & b' },
          ],
        },
      ],
      PaginationToken: '',
    });
  });

  test.each([
    { TagFilters: [{ Key: 'app' }], found: ['a', 'b', 'c'] },
    { TagFilters: [{ Key: 'app', Values: [] }], found: ['a', 'b', 'c'] },
    { TagFilters: [{ Key: 'app', Values: ['x'] }], found: ['a', 'c'] },
    { TagFilters: [{ Key: 'app', Values: ['x', 'y'] }], found: ['a', 'b', 'c'] },
    { TagFilters: [{ Key: 'app', Values: ['x'] }, { Key: 'stage' }], found: ['c'] },
    { TagFilters: [{ Key: 'x' }], found: [] },
    { TagFilters: [], found: ['a', 'b', 'c'] },
    { ResourceTypeFilters: ['s3'], found: ['a', 'b', 'c'] },
    { ResourceTypeFilters: ['s3:bucket'], TagFilters: [{ Key: 'stage', Values: ['dev'] }], found: ['c'] },
    { ResourceARNList: ['arn:aws:s3:::b', 'arn:aws:s3:::none', 'arn:aws:s3:::d'], found: ['b'] },
  ])('given %j, it finds those', async ({ found, ...request }) => {
    const { names } = taggingWith({
      a: { app: 'x' },
      b: { app: 'y' },
      c: { app: 'x', stage: 'dev' },
      d: undefined,
    });
    expect(await names(request)).toEqual(found);
  });

  test('given a bucket in another Region, it is not among those of this one', async () => {
    const { add, names } = taggingWith({ a: { app: 'x' } });
    add('b', { app: 'x' }, 'us-east-1');
    expect(await names()).toEqual(['a']);
  });
});

describe('pages of GetResources', () => {
  const many = (count: number, tags: (index: number) => Readonly<Record<string, string>>) =>
    Object.fromEntries(
      Array.from({ length: count }, (_, index) => [`b${String(index).padStart(6, '0')}`, tags(index)]),
    );

  const allPages = ({ get }: ReturnType<typeof taggingWith>, request: object): Promise<Page[]> =>
    allPagesToCome(
      (PaginationToken = '') => get({ ...request, PaginationToken }),
      ({ PaginationToken }) => (PaginationToken === '' ? undefined : PaginationToken),
    );
  const sizes = (pages: readonly Page[]) => pages.map(({ ResourceTagMappingList }) => ResourceTagMappingList.length);

  test('given more than a page, tokens lead through each bucket once', async () => {
    const pages = await allPages(taggingWith(many(120, () => ({ app: 'x' }))), { ResourcesPerPage: 50 });
    expect(sizes(pages)).toEqual([50, 50, 20]);
    const arns = pages.flatMap((page) => page.ResourceTagMappingList.map(({ ResourceARN }) => ResourceARN));
    expect(new Set(arns).size).toBe(120);
    expect(arns).toEqual(arns.toSorted());
  });

  test('given as many as a page, there is no further one', async () => {
    expect(sizes(await allPages(taggingWith(many(100, () => ({ app: 'x' }))), { ResourcesPerPage: 100 }))).toEqual([
      100,
    ]);
  });

  test('given something rare among very many, empty pages lead to it', async () => {
    const buckets = taggingWith(many(4100, (index) => ({ app: index === 4050 ? 'rare' : 'x' })));
    const pages = await allPages(buckets, { TagFilters: [{ Key: 'app', Values: ['rare'] }] });
    expect(sizes(pages)).toEqual([0, 0, 1]);
  });
});

describe('what is refused', () => {
  test.each([
    { request: { ResourcesPerPage: 0 }, says: 'resourcesPerPage' },
    { request: { ResourcesPerPage: 101 }, says: 'less than or equal to 100' },
    { request: { PaginationToken: 'mine' }, says: 'PaginationToken is invalid' },
    { request: { ResourceTypeFilters: ['sqs'] }, says: 'sqs: the local engine has tags of S3 buckets only' },
    { request: { TagsPerPage: 100 }, says: 'TagsPerPage' },
    { request: { ResourceARNList: ['a'], TagFilters: [{ Key: 'a' }] }, says: 'cannot be given together' },
    { request: { TagFilters: [{ Values: ['x'] }] }, says: 'must have a Key' },
    { request: { TagFilters: [{ Key: 'a', Values: Array(21).fill('x') }] }, says: '20 values at most' },
    { request: { TagFilters: Array(51).fill({ Key: 'a' }) }, says: '50 keys at most' },
  ])('given $request, it says why', async ({ request, says }) => {
    await expect(taggingWith({}).get(request)).rejects.toMatchObject({
      code: 'InvalidParameterException',
      message: expect.stringContaining(says),
    });
  });

  test.each([
    { request: { TagFilters: 'app' }, says: 'TagFilters: STRING_VALUE cannot be converted to List' },
    { request: { TagFilters: [{ Key: 'a', Values: 'x' }] }, says: 'TagFilters[0].Values: STRING_VALUE cannot' },
    { request: { TagFilters: [null] }, says: 'TagFilters[0]: NULL_VALUE cannot be converted to Structure' },
  ])('given $request, it says that types are wrong', async ({ request, says }) => {
    await expect(taggingWith({}).get(request)).rejects.toMatchObject({
      code: 'SerializationException',
      message: expect.stringContaining(says),
    });
  });

  test('given another operation, it says that it does not have it', async () => {
    await expect(taggingWith({}).get({}, 'TagResources')).rejects.toMatchObject({ code: 'UnknownOperationException' });
  });
});
