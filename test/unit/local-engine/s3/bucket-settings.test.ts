import { describe, expect, test } from '@jest/globals';
import { makeS3, s3WithBucket } from '../support/s3.ts';
import { xmlElements } from '../support/xml.ts';

describe('what a new bucket has', () => {
  test('given tags at its creation, GetBucketTagging gives them', async () => {
    const { ask, create } = makeS3();
    const tags = '<Tag><Key>user</Key><Value>a = b</Value></Tag><Tag><Key>stage</Key><Value>dev</Value></Tag>';
    await create('mine', { tags: `<Tags>${tags}</Tags>` });
    const { status, body } = await ask('GET', '/mine?tagging');
    expect(status).toBe(200);
    expect(xmlElements(body, 'TagSet')).toEqual([tags]);
  });

  test('given nothing, all public access is blocked', async () => {
    const { ask, create } = makeS3();
    await create('mine');
    const { body } = await ask('GET', '/mine?publicAccessBlock');
    const switches = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];
    expect(switches.map((name) => xmlElements(body, name))).toEqual(Array(4).fill(['true']));
  });

  test('given nothing, the owner of the bucket owns all objects, and there are no access control lists', async () => {
    const { ask, create } = makeS3();
    await create('mine');
    const { body } = await ask('GET', '/mine?ownershipControls');
    expect(xmlElements(body, 'ObjectOwnership')).toEqual(['BucketOwnerEnforced']);
  });

  test.each([
    { setting: 'tagging', code: 'NoSuchTagSet' },
    { setting: 'cors', code: 'NoSuchCORSConfiguration' },
    { setting: 'policy', code: 'NoSuchBucketPolicy' },
    { setting: 'lifecycle', code: 'NoSuchLifecycleConfiguration' },
  ])('given nothing, the answer to ?$setting is $code', async ({ setting, code }) => {
    const { ask, create } = makeS3();
    await create('mine');
    await expect(ask('GET', `/mine?${setting}`)).rejects.toMatchObject({
      code,
      status: 404,
      details: { BucketName: 'mine' },
    });
  });
});

const rule = (content: string) => `<CORSConfiguration><CORSRule>${content}</CORSRule></CORSConfiguration>`;
const METHOD = '<AllowedMethod>GET</AllowedMethod>';
const ORIGIN = '<AllowedOrigin>*</AllowedOrigin>';
const tagging = (tags: string) => `<Tagging><TagSet>${tags}</TagSet></Tagging>`;
const tag = (key: string, value = 'v') => `<Tag><Key>${key}</Key><Value>${value}</Value></Tag>`;
const lifecycle = (content: string) => `<LifecycleConfiguration>${content}</LifecycleConfiguration>`;
const EXPIRY = '<Expiration><Days>1</Days></Expiration>';
const lifecycleRule = (content: string) => `<Rule><Status>Enabled</Status><Filter/>${content}</Rule>`;
const statement = (more: object = {}) => ({
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::mine/*',
  ...more,
});
const policy = (...statements: readonly object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const DOCUMENTS = {
  tagging: tagging(tag('a', 'x = y')),
  cors: rule(METHOD + ORIGIN),
  policy: policy(statement()),
  publicAccessBlock:
    '<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls></PublicAccessBlockConfiguration>',
  ownershipControls:
    '<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>',
  lifecycle: lifecycle(`<Rule><ID>one</ID><Status>Enabled</Status><Filter><Prefix/></Filter>${EXPIRY}</Rule>`),
};

describe('settings that are put, read and deleted', () => {
  test.each([
    { setting: 'tagging', put: 204, says: '<Value>x = y</Value>', code: 'NoSuchTagSet' },
    { setting: 'cors', put: 200, says: '<AllowedOrigin>*</AllowedOrigin>', code: 'NoSuchCORSConfiguration' },
    { setting: 'policy', put: 204, says: DOCUMENTS.policy, code: 'NoSuchBucketPolicy' },
    {
      setting: 'publicAccessBlock',
      put: 200,
      says: '<BlockPublicAcls>true</BlockPublicAcls>',
      code: 'NoSuchPublicAccessBlockConfiguration',
    },
    {
      setting: 'ownershipControls',
      put: 200,
      says: '<ObjectOwnership>ObjectWriter</ObjectOwnership>',
      code: 'OwnershipControlsNotFoundError',
    },
    { setting: 'lifecycle', put: 200, says: '<Days>1</Days>', code: 'NoSuchLifecycleConfiguration' },
  ] as const)('given ?$setting, it comes back until it is deleted, twice', async ({ setting, put, says, code }) => {
    const { ask } = await s3WithBucket();
    const target = `/mine?${setting}`;
    expect(await ask('PUT', target, { body: DOCUMENTS[setting] })).toMatchObject({ status: put, body: '' });
    const read = await ask('GET', target);
    const contentType = setting === 'policy' ? 'application/json' : 'application/xml';
    expect([read.status, read.headers['content-type']]).toEqual([200, contentType]);
    expect(read.body).toContain(says);
    for (let time = 0; time < 2; time++) {
      expect(await ask('DELETE', target)).toMatchObject({ status: 204 });
      await expect(ask('GET', target)).rejects.toMatchObject({ code, status: 404 });
    }
    expect(await ask('HEAD', '/mine')).toMatchObject({ status: 200 });
  });

  test('given another document, nothing of the first is left', async () => {
    const { ask } = await s3WithBucket();
    await ask('PUT', '/mine?tagging', { body: tagging(tag('tag1') + tag('tag2', '')) });
    await ask('PUT', '/mine?tagging', { body: tagging(tag('tag3')) });
    expect(xmlElements((await ask('GET', '/mine?tagging')).body, 'Key')).toEqual(['tag3']);
    await ask('PUT', '/mine?tagging', { body: tagging('') });
    await expect(ask('GET', '/mine?tagging')).rejects.toMatchObject({ code: 'NoSuchTagSet' });
  });

  test('given one bucket’s setting, another bucket does not have it', async () => {
    const { ask, create } = await s3WithBucket();
    await create('other');
    await ask('PUT', '/mine?cors', { body: DOCUMENTS.cors });
    await expect(ask('GET', '/other?cors')).rejects.toMatchObject({ code: 'NoSuchCORSConfiguration' });
  });

  test('given a bucket that was deleted and made again, its settings are those of a new one', async () => {
    const { ask, create } = await s3WithBucket();
    await ask('PUT', '/mine?cors', { body: DOCUMENTS.cors });
    await ask('DELETE', '/mine?publicAccessBlock');
    await ask('DELETE', '/mine');
    await create('mine');
    await expect(ask('GET', '/mine?cors')).rejects.toMatchObject({ code: 'NoSuchCORSConfiguration' });
    expect(await ask('GET', '/mine?publicAccessBlock')).toMatchObject({ status: 200 });
  });

  test.each(['GET', 'PUT', 'DELETE'])(
    'given %s of a bucket that is not there, the code is NoSuchBucket',
    async (method) => {
      await expect(makeS3().ask(method, '/none?cors')).rejects.toMatchObject({ code: 'NoSuchBucket', status: 404 });
    },
  );

  test('given a public access block with members left out, they are false', async () => {
    const { ask } = await s3WithBucket();
    await ask('PUT', '/mine?publicAccessBlock', { body: DOCUMENTS.publicAccessBlock });
    const { body } = await ask('GET', '/mine?publicAccessBlock');
    const switches = ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets'];
    expect(switches.flatMap((name) => xmlElements(body, name))).toEqual(['true', 'false', 'false', 'false']);
  });

  test('given a rule of a lifecycle without an id, it gets one', async () => {
    const { ask } = await s3WithBucket();
    await ask('PUT', '/mine?lifecycle', { body: lifecycle(lifecycleRule(EXPIRY)) });
    const { body } = await ask('GET', '/mine?lifecycle');
    expect([xmlElements(body, 'ID'), xmlElements(body, 'Days')]).toEqual([[expect.stringMatching(/./)], ['1']]);
  });

  test('given a policy for everybody, it is refused until public policies are not blocked', async () => {
    const { ask } = await s3WithBucket();
    const everybody = policy(statement({ Effect: 'Allow', Principal: { AWS: '*' } }));
    await expect(ask('PUT', '/mine?policy', { body: everybody })).rejects.toMatchObject({
      code: 'AccessDenied',
      status: 403,
    });
    await ask('PUT', '/mine?publicAccessBlock', { body: DOCUMENTS.publicAccessBlock });
    expect(await ask('PUT', '/mine?policy', { body: everybody })).toMatchObject({ status: 204 });
    expect(xmlElements((await ask('GET', '/mine?policyStatus')).body, 'IsPublic')).toEqual(['true']);
    await ask('PUT', '/mine?policy', { body: DOCUMENTS.policy });
    expect(xmlElements((await ask('GET', '/mine?policyStatus')).body, 'IsPublic')).toEqual(['false']);
  });
});

describe('settings that are refused, and change nothing', () => {
  const MALFORMED = 'The XML you provided was not well-formed or did not validate against our published schema';

  test.each([
    [
      'cors',
      rule(`<AllowedMethod>MYMETHOD</AllowedMethod>${ORIGIN}`),
      'InvalidRequest',
      'Found unsupported HTTP method in CORS config. Unsupported method is MYMETHOD',
    ],
    ['cors', '<CORSConfiguration/>', 'MalformedXML', MALFORMED],
    ['cors', rule(METHOD), 'MalformedXML', MALFORMED],
    ['cors', rule(ORIGIN), 'MalformedXML', MALFORMED],
    ['cors', rule(`${METHOD}${ORIGIN}<Other/>`), 'MalformedXML', MALFORMED],
    ['cors', rule(`${METHOD}${ORIGIN}<MaxAgeSeconds>soon</MaxAgeSeconds>`), 'MalformedXML', MALFORMED],
    [
      'cors',
      rule(`${METHOD}<AllowedOrigin>*a*</AllowedOrigin>`),
      'InvalidRequest',
      'AllowedOrigin "*a*" can not have more than one wildcard.',
    ],
    [
      'cors',
      rule(`${METHOD}${ORIGIN}<AllowedHeader>**</AllowedHeader>`),
      'InvalidRequest',
      'AllowedHeader "**" can not have more than one wildcard.',
    ],
    [
      'cors',
      rule(`${METHOD}${ORIGIN}<ExposeHeader>x-*</ExposeHeader>`),
      'InvalidRequest',
      expect.stringContaining('ExposeHeader'),
    ],
    ['cors', 'no XML', 'MalformedXML', MALFORMED],
    ['policy', '', 'MalformedPolicy', "Policies must be valid JSON and the first byte must be '{'"],
    ['policy', 'random', 'MalformedPolicy', "Policies must be valid JSON and the first byte must be '{'"],
    ['policy', '{"Statement":', 'MalformedPolicy', "Policies must be valid JSON and the first byte must be '{'"],
    ['policy', '{}', 'MalformedPolicy', 'Missing required field Statement'],
    ['policy', '{"a":1}', 'MalformedPolicy', 'Unknown field a'],
    ['policy', policy(), 'MalformedPolicy', expect.stringContaining('empty')],
    ['policy', '{"Statement":[null]}', 'MalformedPolicy', 'Policy has invalid statement'],
    ['policy', policy(statement({ Effect: 'Maybe' })), 'MalformedPolicy', 'Invalid effect: Maybe'],
    ['policy', policy(statement({ Principal: undefined })), 'MalformedPolicy', 'Missing required field Principal'],
    ['policy', policy(statement({ Action: 'sqs:SendMessage' })), 'MalformedPolicy', 'Policy has invalid action'],
    [
      'policy',
      policy(statement({ Resource: 'arn:aws:s3:::other/*' })),
      'MalformedPolicy',
      'Policy has invalid resource',
    ],
    [
      'policy',
      JSON.stringify({ Statement: statement({ Sid: 'x'.repeat(21_000) }) }),
      'PolicyTooLarge',
      expect.any(String),
    ],
    ['publicAccessBlock', '<PublicAccessBlockConfiguration/>', 'MalformedXML', MALFORMED],
    [
      'publicAccessBlock',
      '<PublicAccessBlockConfiguration><BlockPublicAcls>no</BlockPublicAcls></PublicAccessBlockConfiguration>',
      'MalformedXML',
      MALFORMED,
    ],
    ['ownershipControls', '<OwnershipControls/>', 'MalformedXML', MALFORMED],
    ['ownershipControls', '<OwnershipControls><Rule/></OwnershipControls>', 'MalformedXML', MALFORMED],
    [
      'ownershipControls',
      '<OwnershipControls><Rule><ObjectOwnership>Mine</ObjectOwnership></Rule></OwnershipControls>',
      'MalformedXML',
      MALFORMED,
    ],
    ['ownershipControls', DOCUMENTS.ownershipControls.replace(/<Rule>.*<\/Rule>/, '$&$&'), 'MalformedXML', MALFORMED],
    ['lifecycle', lifecycle(''), 'MalformedXML', MALFORMED],
    ['lifecycle', lifecycle(`<Rule><Status>Enabled</Status>${EXPIRY}</Rule>`), 'MalformedXML', MALFORMED],
    ['lifecycle', lifecycle(`<Rule><Filter/>${EXPIRY}</Rule>`), 'MalformedXML', MALFORMED],
    [
      'lifecycle',
      lifecycle(lifecycleRule('')),
      'InvalidRequest',
      'At least one action needs to be specified in a rule',
    ],
    ['lifecycle', lifecycle(lifecycleRule('<Expiration/>')), 'MalformedXML', MALFORMED],
    [
      'lifecycle',
      lifecycle(lifecycleRule('<Expiration><Days>0</Days></Expiration>')),
      'InvalidArgument',
      "'Days' for Expiration action must be a positive integer",
    ],
    [
      'lifecycle',
      lifecycle(lifecycleRule('<Expiration><Date>2026-01-01T01:00:00Z</Date></Expiration>')),
      'InvalidArgument',
      "'Date' must be at midnight GMT",
    ],
    [
      'lifecycle',
      lifecycle(lifecycleRule('<Transition><Days>1</Days><StorageClass>COLD</StorageClass></Transition>')),
      'MalformedXML',
      MALFORMED,
    ],
    [
      'lifecycle',
      lifecycle(lifecycleRule(`<ID>a</ID>${EXPIRY}`).repeat(2)),
      'InvalidArgument',
      expect.stringContaining('unique'),
    ],
    ['tagging', tagging(tag('Key1') + tag('Key1')), 'InvalidTag', 'Cannot provide multiple Tags with the same key'],
    ['tagging', tagging(tag('Key1,Key2')), 'InvalidTag', 'The TagKey you have provided is invalid'],
    ['tagging', tagging(tag('Key1', 'Val1,Val2')), 'InvalidTag', 'The TagValue you have provided is invalid'],
    ['tagging', tagging(tag('aws:prefixed')), 'InvalidTag', 'System tags cannot be added/updated by requester'],
    [
      'tagging',
      tagging(Array.from({ length: 51 }, (_, index) => tag(`k${index}`)).join('')),
      'BadRequest',
      expect.stringContaining('50'),
    ],
    ['tagging', '<Tagging/>', 'MalformedXML', MALFORMED],
  ])('given ?%s with %s, the code is %s', async (setting, document, code, message) => {
    const { ask } = await s3WithBucket();
    await ask('PUT', `/mine?${setting}`, { body: DOCUMENTS[setting as keyof typeof DOCUMENTS] });
    const before = await ask('GET', `/mine?${setting}`);
    await expect(ask('PUT', `/mine?${setting}`, { body: document })).rejects.toMatchObject({ code, message });
    expect(await ask('GET', `/mine?${setting}`)).toEqual(before);
  });
});

describe('what no bucket has here', () => {
  test('given a bucket, it has no versions and S3’s own encryption', async () => {
    const { get } = await s3WithBucket();
    const { body } = await get('?versioning');
    expect(xmlElements(body, 'Status')).toEqual([]);
    expect(xmlElements((await get('?encryption')).body, 'SSEAlgorithm')).toEqual(['AES256']);
    expect(xmlElements((await get('?requestPayment')).body, 'Payer')).toEqual(['BucketOwner']);
    expect(xmlElements((await get('?acl')).body, 'Permission')).toEqual(['FULL_CONTROL']);
  });

  test.each([
    ['replication', 'ReplicationConfigurationNotFoundError'],
    ['website', 'NoSuchWebsiteConfiguration'],
    ['object-lock', 'ObjectLockConfigurationNotFoundError'],
    ['policyStatus', 'NoSuchBucketPolicy'],
  ])('given ?%s, the code is %s', async (parameter, code) => {
    const { get } = await s3WithBucket();
    await expect(get(`?${parameter}`)).rejects.toMatchObject({ code, status: 404, details: { BucketName: 'mine' } });
  });

  test('given an object that is not there, it has no access control list', async () => {
    const { get } = await s3WithBucket();
    await expect(get('none?acl')).rejects.toMatchObject({ code: 'NoSuchKey' });
  });
});
