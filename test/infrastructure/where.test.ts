import { describe, expect, test } from '@jest/globals';
import { type AskedEvent, whereProblems } from '../../cdk/where/index.ts';
import type { DetailSchema } from '../../schemas/detail-schema.ts';

const CREATED: AskedEvent = { source: 'bucket-service', detailType: 'BucketCreated', schemaVersion: 'any' };
const FIELDS = 'userId, registeredAt, bucketName, region, bucketUri, bucketUrl, bucketPathUrl, createdAt';

describe('by a contract of this project', () => {
  test.each<[object]>([
    [{}],
    [{ region: ['eu-west-1', { prefix: 'us-' }, { suffix: '-2' }, { wildcard: 'ap-*-1' }] }],
    [{ region: [{ 'equals-ignore-case': 'EU-WEST-1' }, { 'anything-but': ['eu-west-1'] }] }],
    [{ region: [{ 'anything-but': { prefix: ['eu-', 'us-'] } }], userId: ['10.0.0.1', { cidr: '10.0.0.0/8' }] }],
    [{ registeredAt: [0, 253402300799, { numeric: ['>', 253402300798] }, { numeric: ['>=', 1, '<', 2] }] }],
  ])('given %j, which an event can fulfil, has nothing to say', (where) => {
    expect(whereProblems(where, CREATED)).toEqual([]);
  });

  test.each<[unknown, string[]]>([
    ['region', ['where must be an object of fields of data; got "region"']],
    [
      { region: 'eu-west-1' },
      ['where.region must be a list of what it may be, such as ["eu-west-1"]; got "eu-west-1"'],
    ],
    [{ region: [null] }, ['where.region cannot be compared with null: CloudFormation leaves it out']],
    [
      { regoin: ['eu-west-1'] },
      [`where.regoin is not a field of bucket-created.v1; the fields are ${FIELDS}; did you mean region?`],
    ],
    [{ region: { name: ['x'] } }, ['where.region.name is not a field of bucket-created.v1']],
    [
      { region: ['EU', 'eu-west-1'] },
      [
        'where.region: "EU" can never match; by bucket-created.v1 it is a text, of the form ^[a-z]{2,}(-[a-z]+)+-[0-9]+$',
      ],
    ],
    [
      { registeredAt: [-1, { numeric: ['>', 253402300799] }, { numeric: ['>', 1, '<', 2] }, { prefix: '1' }] },
      ['-1', '{"numeric":[">",253402300799]}', '{"numeric":[">",1,"<",2]}', '{"prefix":"1"}'].map(
        (condition) =>
          `where.registeredAt: ${condition} can never match; by bucket-created.v1 it is a whole number, at least 0, at most 253402300799`,
      ),
    ],
    [
      { userId: [{ exists: false }, 7] },
      ['{"exists":false}', '7'].map(
        (condition) =>
          `where.userId: ${condition} can never match; by bucket-created.v1 it is a text, of at least 1 character, of at most 2048 characters`,
      ),
    ],
  ])('given %j, says why no event is like that', (where, problems) => {
    expect(whereProblems(where, CREATED)).toEqual(problems);
  });

  test.each<[object, RegExp]>([
    [{ region: [] }, /^where\.region: an empty array is not allowed/],
    [{ region: [{ begins: 'eu-' }] }, /^where\.region: operator "begins" is unknown; allowed: prefix, /],
    [{ region: [{ prefix: 'a', suffix: 'b' }] }, /^where\.region: an object in the array needs one operator/],
    [{ createdAt: [{ numeric: ['<', 5, '>', 0] }] }, /^where\.createdAt: there are too many elements/],
    [{ createdAt: [{ numeric: ['>', 5, '<', 0] }] }, /^where\.createdAt: the lower bound is not less than the upper/],
    [{ userId: [{ wildcard: '*:*:*:*:*:event-bus/*' }] }, /^where\.userId: Rule is too complex/],
    [{ userId: [{ cidr: '10.0.0.1' }] }, /^where\.userId: cidr "10\.0\.0\.1" must have one "\/"/],
    [{ userId: ['x'.repeat(4096)] }, /^where: it has 4\d{3} characters; at most 4096 are allowed/],
  ])('given %j, says what AWS would say', (where, problem) => {
    expect(whereProblems(where, CREATED)).toEqual([expect.stringMatching(problem)]);
  });
});

/** A shop's event, in two versions. Of the second, each of two kinds has a field of its own. */
function versions(): DetailSchema[] {
  const schema = (data: object, $defs: object = {}) => ({ type: 'object', $defs, properties: { data } });
  const common = { source: 'shop', detailType: 'ShirtOrdered' };
  const size = { type: 'string', enum: ['S', 'M'] };
  const gift = {
    type: 'object',
    required: ['kind'],
    properties: { kind: { const: 'gift' }, wish: { type: 'string' } },
  };
  const sale = {
    type: 'object',
    required: ['kind', 'price'],
    properties: { kind: { const: 'sale' }, price: { type: 'number', exclusiveMinimum: 0, maximum: 1 } },
  };
  const line = { type: 'object', required: ['size'], properties: { size: { $ref: '#/$defs/size' } } };
  const both = {
    type: 'object',
    required: ['size', 'isNew'],
    properties: {
      size: { $ref: '#/$defs/size' },
      isNew: { type: 'boolean' },
      count: { type: 'integer', minimum: 1, maximum: 2 },
      code: { type: 'string', maxLength: 3 },
      lines: { type: 'array', items: line },
      words: { type: 'array', items: { type: 'string' } },
      address: line,
    },
    oneOf: [gift, sale],
  };
  return [
    { ...common, schemaVersion: 2, schemaName: 'shirt-ordered.v2', schema: schema(both, { size }) },
    { ...common, schemaVersion: 1, schemaName: 'shirt-ordered.v1', schema: schema({ properties: { old: size } }) },
  ];
}

describe('by any contract', () => {
  const problems = (where: object, schemaVersion: AskedEvent['schemaVersion'] = 'any') =>
    whereProblems(where, { source: 'shop', detailType: 'ShirtOrdered', schemaVersion }, versions());

  test.each<[object]>([
    [{ size: [{ prefix: 'S' }, { 'anything-but': 'S' }] }],
    [{ isNew: [true] }],
    [{ count: [{ 'anything-but': [2, 3] }, { exists: false }] }],
    [{ code: [{ prefix: 'abc' }, { wildcard: 'a*\\*c' }] }],
    [{ lines: { size: ['S', { exists: false }] }, words: ['x', { exists: false }, { exists: true }] }],
    [{ address: { size: ['S', { exists: false }] } }],
    [{ kind: ['gift', 'sale'], wish: ['x', { exists: false }] }],
    [{ kind: ['sale'], wish: [{ exists: false }] }],
    [{ price: [{ numeric: ['<', 0.001] }, { numeric: ['>', 0.1, '<', 0.2] }] }],
  ])('%j can match', (where) => {
    expect(problems(where)).toEqual([]);
  });

  test.each<[object, string]>([
    [{ size: ['XL'] }, 'where.size: "XL" can never match; by shirt-ordered.v2 it is "S" or "M"'],
    [
      { size: [{ 'anything-but': ['S', 'M'] }] },
      'where.size: {"anything-but":["S","M"]} can never match; by shirt-ordered.v2 it is "S" or "M"',
    ],
    [{ isNew: ['true'] }, 'where.isNew: "true" can never match; by shirt-ordered.v2 it is true or false'],
    [
      { count: [{ 'anything-but': [1, 2] }] },
      'where.count: {"anything-but":[1,2]} can never match; by shirt-ordered.v2 it is a whole number, at least 1, at most 2',
    ],
    [
      { code: [{ suffix: 'abcd' }] },
      'where.code: {"suffix":"abcd"} can never match; by shirt-ordered.v2 it is a text, of at most 3 characters',
    ],
    [{ lines: { size: ['L'] } }, 'where.lines.size: "L" can never match; by shirt-ordered.v2 it is "S" or "M"'],
    [{ address: ['S'] }, 'where.address: "S" can never match; by shirt-ordered.v2 it is an object'],
    [
      { address: [{ exists: true }] },
      'where.address: {"exists":true} can never match; by shirt-ordered.v2 it is an object',
    ],
    [{ kind: ['lost'] }, 'where.kind: "lost" can never match; by shirt-ordered.v2 it is "gift", or "sale"'],
    [
      { price: [{ numeric: ['<=', 0] }] },
      'where.price: {"numeric":["<=",0]} can never match; by shirt-ordered.v2 it is a number, at least 0, at most 1',
    ],
    [
      { kind: ['gift'], price: [{ numeric: ['>', 0.5] }] },
      'where can never match: by shirt-ordered.v2, no event has all of kind, price like this',
    ],
  ])('%j cannot: %s', (where, problem) => {
    expect(problems(where)).toEqual([problem]);
  });

  test('given a version, its fields count', () => {
    expect(problems({ old: ['S'] }, 1)).toEqual([]);
    expect(problems({ old: ['S'] })).toEqual([
      expect.stringMatching(/^where\.old is not a field of shirt-ordered\.v2/),
    ]);
  });

  test('given an event without a contract, only what AWS would refuse is refused', () => {
    const other = { source: 'shop', detailType: 'Unknown', schemaVersion: 'any' } as const;
    expect(whereProblems({ anything: ['x'] }, other, versions())).toEqual([]);
    expect(whereProblems({ anything: [] }, other, versions())).toHaveLength(1);
  });
});
