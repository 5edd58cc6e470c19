import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { unescapeXml } from '../../../../packages/local-engine/protocols/xml.ts';
import { allPagesToCome } from '../../../support/pages.ts';
import { s3WithBucket } from '../support/s3.ts';
import { xmlElements } from '../support/xml.ts';

async function bucketOf(keys: readonly string[]) {
  const made = await s3WithBucket();
  for (const key of keys) await made.put(encodeURIComponent(key), 'x');
  const list = async (parameters: Readonly<Record<string, string>>) => {
    const { body } = await made.get(`?${new URLSearchParams(parameters)}`);
    const prefixes = xmlElements(body, 'CommonPrefixes').map((element) => xmlElements(element, 'Prefix')[0] ?? '');
    const element = (name: string) => {
      const [text] = xmlElements(body, name);
      return text === undefined ? undefined : unescapeXml(text);
    };
    return {
      body,
      keys: xmlElements(body, 'Key').map(unescapeXml),
      prefixes: prefixes.map(unescapeXml),
      isTruncated: element('IsTruncated') === 'true',
      element,
    };
  };
  return { ...made, list };
}

/** What S3 lists: keys in the order of their bytes, those with the delimiter behind the prefix grouped. */
function expected(keys: readonly string[], prefix: string, delimiter: string): string[] {
  const sorted = [...new Set(keys)]
    .filter((key) => key.startsWith(prefix))
    .toSorted((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  const grouped = sorted.map((key) => {
    const at = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
    return at < 0 ? key : key.slice(0, at + delimiter.length);
  });
  return [...new Set(grouped)];
}

const byBytes = (one: string, other: string) => Buffer.compare(Buffer.from(one), Buffer.from(other));

describe('pages of objects', () => {
  test.each(['1', '2'])(
    'given version %s, each key and prefix comes once, in order, at any page size',
    async (version) => {
      const key = fc
        .array(fc.constantFrom('a', 'b', '/', '~', 'é', '\uFFFD', '😀', '\u{10FFFF}', ' ', '&'), {
          minLength: 1,
          maxLength: 4,
        })
        .map((parts) => parts.join(''));
      const asked = fc.record({
        keys: fc.uniqueArray(key, { minLength: 1, maxLength: 12 }),
        prefix: fc.constantFrom('', 'a', '/', '😀'),
        delimiter: fc.constantFrom('', '/', 'é', '//'),
        size: fc.integer({ min: 1, max: 5 }),
      });
      await fc.assert(
        fc.asyncProperty(asked, async ({ keys, prefix, delimiter, size }) => {
          const { list } = await bucketOf(keys);
          const first = { ...(version === '2' && { 'list-type': '2' }), prefix, delimiter, 'max-keys': String(size) };
          const read = async (place: Readonly<Record<string, string>> = {}) => {
            const page = await list({ ...first, ...place });
            return { ...page, entries: [...page.keys, ...page.prefixes].toSorted(byBytes) };
          };
          const pages = await allPagesToCome(read, ({ isTruncated, element, entries }) => {
            if (!isTruncated) return undefined;
            return version === '2'
              ? { 'continuation-token': element('NextContinuationToken') ?? '' }
              : { marker: element('NextMarker') ?? entries.at(-1) ?? '' };
          });
          for (const { entries } of pages) expect(entries.length).toBeLessThanOrEqual(size);
          expect(pages.flatMap(({ entries }) => entries)).toEqual(expected(keys, prefix, delimiter));
        }),
        { numRuns: 100 },
      );
    },
  );

  test('given a prefix of very many keys, a page that groups them reads none of them but the first', async () => {
    const { list, storage } = await bucketOf([]);
    storage.db.exec(`
      WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 200000)
      INSERT INTO objects SELECT 'mine', CAST('many/' || printf('%06d', n) AS BLOB), 0, 0, '""', 0, 'no JSON' FROM numbers;
      UPDATE objects SET properties = '{"headers":{},"tags":[],"storageClass":"STANDARD","checksum":{}}'
        WHERE key = CAST('many/000001' AS BLOB);
    `);
    expect(await list({ 'list-type': '2', delimiter: '/' })).toMatchObject({ keys: [], prefixes: ['many/'] });
  });
});

describe('as recorded on AWS', () => {
  const FOLDER = ['folder/aSubfolder/subFile1', 'folder/aSubfolder/subFile2', 'folder/file1', 'folder/file2'];

  test('given markers, a common prefix that was seen does not come again', async () => {
    const { list } = await bucketOf(FOLDER);
    const asked = { prefix: 'folder/', delimiter: '/', 'max-keys': '1' };
    const first = await list(asked);
    expect(first).toMatchObject({ keys: [], prefixes: ['folder/aSubfolder/'], isTruncated: true });
    expect(first.element('NextMarker')).toBe('folder/aSubfolder/');
    const second = await list({ ...asked, marker: 'folder/aSubfolder/' });
    expect(second).toMatchObject({ keys: ['folder/file1'], prefixes: [], isTruncated: true });
    const third = await list({ ...asked, marker: 'folder/file1' });
    expect(third).toMatchObject({ keys: ['folder/file2'], isTruncated: false });
    expect(third.element('NextMarker')).toBeUndefined();
    const inside = await list({ ...asked, marker: 'folder/aSubfolder/subFile1' });
    expect(inside).toMatchObject({ keys: ['folder/file1'], prefixes: [] });
  });

  test('given no delimiter, there is no NextMarker', async () => {
    const { list } = await bucketOf(['a', 'b']);
    const page = await list({ 'max-keys': '1' });
    expect([page.isTruncated, page.element('NextMarker'), page.element('Marker')]).toEqual([true, undefined, '']);
  });

  test('given a token and StartAfter, the token counts', async () => {
    const { list } = await bucketOf(['a', 'b', 'c', 'd']);
    const first = await list({ 'list-type': '2', 'max-keys': '1' });
    const token = first.element('NextContinuationToken') ?? '';
    const next = await list({ 'list-type': '2', 'continuation-token': token, 'start-after': 'c' });
    expect(next.keys).toEqual(['b', 'c', 'd']);
    expect(next.element('StartAfter')).toBeUndefined();
    expect(await list({ 'list-type': '2', 'start-after': 'b' })).toMatchObject({ keys: ['c', 'd'] });
  });

  test.each(['', 'no-token'])('given the token %j, it is incorrect', async (token) => {
    const { list } = await bucketOf(['a']);
    await expect(list({ 'list-type': '2', 'continuation-token': token })).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: 'The continuation token provided is incorrect',
      details: { ArgumentName: 'continuation-token' },
    });
  });

  test('given no objects, the answer says so', async () => {
    const { list } = await bucketOf([]);
    const { element, body } = await list({ 'list-type': '2' });
    const said = ['Name', 'Prefix', 'KeyCount', 'MaxKeys', 'IsTruncated'].map(element);
    expect(said).toEqual(['mine', '', '0', '1000', 'false']);
    expect(body).not.toContain('Delimiter');
  });

  test('given a delimiter that looks encoded, it is taken as it is and encoded again', async () => {
    const { list } = await bucketOf(['test/foo/bar/123']);
    const page = await list({ prefix: 'test/', delimiter: '%2F', 'encoding-type': 'url' });
    expect(page.keys).toEqual(['test/foo/bar/123']);
    expect(page.element('Delimiter')).toBe('%252F');
  });

  test.each([
    [{ marker: 'é 0' }, { Marker: '%C3%A9+0', NextMarker: '%C3%A9+2' }],
    [{ 'list-type': '2', 'start-after': 'é 0' }, { StartAfter: '%C3%A9+0' }],
    [
      { versions: '', 'key-marker': 'é 0' },
      { KeyMarker: '%C3%A9+0', NextKeyMarker: '%C3%A9+2' },
    ],
  ])('given %j and that keys are encoded, they are so wherever they stand', async (parameters, markers) => {
    const { list } = await bucketOf(['é 1/x', 'é 2', 'é 3']);
    const asked = { prefix: 'é ', delimiter: '/', 'max-keys': '2', 'encoding-type': 'url' };
    const { keys, prefixes, body, element } = await list({ ...asked, ...parameters });
    expect([keys, prefixes, element('Prefix')]).toEqual([['%C3%A9+2'], ['%C3%A9+1/'], '%C3%A9+']);
    const said = Object.keys(markers).map((name) => [name, element(name)]);
    expect(Object.fromEntries(said)).toEqual(markers);
    expect(body).not.toContain('é');
  });

  test('each object has its checksum, size, class and whole seconds, and its owner where that is asked', async () => {
    const { list } = await bucketOf(['a']);
    const { element } = await list({ 'list-type': '2' });
    const said = ['ETag', 'Size', 'StorageClass', 'ChecksumAlgorithm', 'ChecksumType', 'Owner'].map(element);
    expect(said).toEqual([
      '"9dd4e461268c8034f5c8564e155c67a6"',
      '1',
      'STANDARD',
      'CRC64NVME',
      'FULL_OBJECT',
      undefined,
    ]);
    expect(element('LastModified')).toMatch(/:\d\d\.000Z$/);
    const withOwner = await list({ 'list-type': '2', 'fetch-owner': 'true' });
    expect(withOwner.element('ID')).toMatch(/^[0-9a-f]{64}$/);
    expect((await list({})).element('ID')).toMatch(/^[0-9a-f]{64}$/);
  });

  test('given no versions, each object is its latest one, and pages lead through them', async () => {
    const { list } = await bucketOf(['a', 'b', 'c']);
    const first = await list({ versions: '', 'max-keys': '2' });
    expect([first.keys, xmlElements(first.body, 'VersionId'), xmlElements(first.body, 'IsLatest')]).toEqual([
      ['a', 'b'],
      ['null', 'null'],
      ['true', 'true'],
    ]);
    expect([first.element('NextKeyMarker'), first.element('NextVersionIdMarker')]).toEqual(['b', 'null']);
    expect((await list({ versions: '', 'key-marker': 'b', 'version-id-marker': 'null' })).keys).toEqual(['c']);
    await expect(list({ versions: '', 'version-id-marker': 'x' })).rejects.toMatchObject({
      message: 'A version-id marker cannot be specified without a key marker.',
    });
  });

  test('given no keys to list, the page is empty and nothing follows', async () => {
    const { list } = await bucketOf(['a']);
    const page = await list({ 'list-type': '2', 'max-keys': '0' });
    expect([page.keys, page.isTruncated, page.element('MaxKeys')]).toEqual([[], false, '0']);
  });

  test.each([
    [{ 'max-keys': 'x' }, 'Provided max-keys not an integer or within integer range', 'max-keys'],
    [{ 'max-keys': '-1' }, 'Argument maxKeys must be an integer between 0 and 2147483647', 'max-keys'],
    [{ 'max-keys': '9999999999' }, 'Provided max-keys not an integer or within integer range', 'max-keys'],
    [{ 'encoding-type': 'base64' }, 'Invalid Encoding Method specified in Request', 'encoding-type'],
    [{ 'encoding-type': '' }, 'Invalid Encoding Method specified in Request', 'encoding-type'],
    [{ 'list-type': '3' }, 'Invalid List Type specified in Request', 'list-type'],
  ])('given %j, it is refused', async (parameters, message, ArgumentName) => {
    const { list } = await bucketOf(['a']);
    await expect(list(parameters)).rejects.toMatchObject({
      code: 'InvalidArgument',
      message,
      details: { ArgumentName },
    });
  });

  test.each(['', '?list-type=2'])("given GET /mine%s, a header has the bucket's Region", async (query) => {
    const { ask } = await s3WithBucket();
    expect((await ask('GET', `/mine${query}`)).headers).toMatchObject({ 'x-amz-bucket-region': 'ap-northeast-1' });
  });

  test('given more than a thousand, a page has a thousand', async () => {
    const { list } = await bucketOf(['a']);
    expect((await list({ 'max-keys': '5000' })).element('MaxKeys')).toBe('1000');
  });
});
