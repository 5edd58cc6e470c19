import { describe, expect, test } from '@jest/globals';
import middy from '@middy/core';
import validator from '@middy/validator';
import fc from 'fast-check';
import { describeValidationErrors, type EnvelopeOf } from '../../../schemas/event-contract.ts';
import { BucketCreated, UserRegistered } from '../../../schemas/generated/event-contracts.ts';

type Path = readonly string[];
type Json = Record<string, unknown>;

const userRegistered = {
  metadata: { schemaVersion: 1, eventId: 'e1', correlationId: 'e1' },
  data: { userId: 'u42', registeredAt: 1714458435 },
};
const bucketCreated = {
  metadata: { schemaVersion: 1, eventId: 'e2', correlationId: 'e1', causationId: 'e1' },
  data: {
    userId: 'u42',
    registeredAt: 1714458435,
    bucketName: 'siuu42-20240430062715',
    region: 'eu-west-1',
    bucketUri: 's3://siuu42-20240430062715',
    bucketUrl: 'https://siuu42-20240430062715.s3.eu-west-1.amazonaws.com/',
    bucketPathUrl: 'https://s3.eu-west-1.amazonaws.com/siuu42-20240430062715',
    createdAt: 1714458436,
  },
};
const cases = [
  { name: 'UserRegistered', validate: UserRegistered.validateDetail, valid: userRegistered },
  { name: 'BucketCreated', validate: BucketCreated.validateDetail, valid: bucketCreated },
];

/** A copy of a value with one field set, or taken away where the new value is undefined. */
function withField(value: Json, [first, ...rest]: Path, replacement: unknown): Json {
  const copy = { ...value };
  if (first === undefined) return copy;
  if (rest.length > 0) copy[first] = withField(copy[first] as Json, rest, replacement);
  else if (replacement === undefined) delete copy[first];
  else copy[first] = replacement;
  return copy;
}

function fieldsOf(value: Json, path: Path = []): Path[] {
  return Object.entries(value).flatMap(([name, field]) => [
    [...path, name],
    ...(typeof field === 'object' ? fieldsOf(field as Json, [...path, name]) : []),
  ]);
}

describe.each(cases)('the $name validator', ({ validate, valid }) => {
  test('accepts the event, also with fields that a later release may add', () => {
    expect(validate(valid)).toBe(true);
    expect(validate({ ...valid, trace: 1, data: { ...valid.data, plan: { name: 'free' } } })).toBe(true);
  });

  test.each(fieldsOf(valid).map((path) => [path.join('.'), path] as const))('wants %s, and names it', (name, path) => {
    expect(validate(withField(valid, path, undefined))).toBe(false);
    expect(describeValidationErrors(validate.errors)).toBe(`${name} is missing`);
  });

  test.each(fieldsOf(valid).map((path) => [path.join('.'), path] as const))(
    'refuses a %s of another type',
    (name, path) => {
      for (const wrong of [null, true, [], [1]]) {
        expect(validate(withField(valid, path, wrong))).toBe(false);
        expect(describeValidationErrors(validate.errors)).toContain(`${name} must be `);
      }
    },
  );

  test('refuses what is no object at all', () => {
    for (const wrong of [undefined, null, 'text', 1, []]) {
      expect(validate(wrong)).toBe(false);
      expect(describeValidationErrors(validate.errors)).toBe('value must be object');
    }
  });

  test('refuses the next version, and says which one it wants', () => {
    expect(validate(withField(valid, ['metadata', 'schemaVersion'], 2))).toBe(false);
    expect(describeValidationErrors(validate.errors)).toBe('metadata.schemaVersion must be 1');
  });

  test('forgets the errors of the call before', () => {
    expect(validate({})).toBe(false);
    expect(validate(valid)).toBe(true);
    expect(validate.errors).toBeNull();
  });

  test('accepts every user id that DynamoDB accepts as a partition key, having come as JSON', () => {
    // "binary" is every code point but the surrogates, which have no UTF-8 form and so never reach a table.
    const userIds = fc.string({ unit: 'binary', minLength: 1, maxLength: 2048 });
    fc.assert(
      fc.property(userIds, (userId) => {
        fc.pre(Buffer.byteLength(userId) <= 2048);
        return validate(JSON.parse(JSON.stringify(withField(valid, ['data', 'userId'], userId))));
      }),
    );
  });

  test('counts characters, not UTF-16 units', () => {
    expect(validate(withField(valid, ['data', 'userId'], '🪣'.repeat(2048)))).toBe(true);
    expect(validate(withField(valid, ['data', 'userId'], '🪣'.repeat(2049)))).toBe(false);
    expect(validate(withField(valid, ['data', 'userId'], ''))).toBe(false);
  });

  test('accepts whole seconds, however they are written, and refuses milliseconds', () => {
    const at = (text: string) => validate(withField(valid, ['data', 'registeredAt'], JSON.parse(text)));
    expect(['0', '1714458435', '1714458435.0', '1.714458435e9'].map(at)).toEqual([true, true, true, true]);
    expect(['-1', '1714458435.5', '1714458435000', '"1714458435"'].map(at)).toEqual([false, false, false, false]);
  });
});

describe('the BucketCreated validator', () => {
  test.each([
    ['bucketName', ['ab', 'a'.repeat(64), 'Upper', '-hyphen', 'hyphen-', 'under_score', 'line\n']],
    ['region', ['', 'us-east', 'US-EAST-1', 'us-east-1a']],
    ['bucketUri', ['siuu42', 'S3://siuu42', 's3://', 's3://siuu42/']],
    ['bucketUrl', ['http://b.s3.eu-west-1.amazonaws.com/', 'https://b.s3.eu-west-1.amazonaws.com', 'https:///']],
    ['bucketPathUrl', ['https://s3.eu-west-1.amazonaws.com/', 'https://s3.eu-west-1.amazonaws.com/siuu42/']],
  ])('refuses a malformed %s', (field, malformed) => {
    for (const value of malformed) {
      expect(BucketCreated.validateDetail(withField(bucketCreated, ['data', field], value))).toBe(false);
    }
  });

  test.each(['us-gov-west-1', 'us-iso-east-1', 'eusc-de-east-1', 'ap-southeast-7', 'cn-northwest-1'])(
    'knows the Region %s',
    (region) => {
      expect(BucketCreated.validateDetail(withField(bucketCreated, ['data', 'region'], region))).toBe(true);
    },
  );
});

describe('the envelope validator', () => {
  const envelope = {
    version: '0',
    id: 'a',
    'detail-type': 'UserRegistered',
    source: 'users-table',
    account: '123456789012',
    time: '2024-04-30T06:27:16Z',
    region: 'eu-west-1',
    resources: [],
    detail: userRegistered,
  };

  test('accepts the event as delivered, and as replayed', () => {
    expect(UserRegistered.validateEnvelope(envelope)).toBe(true);
    expect(UserRegistered.validateEnvelope({ ...envelope, 'replay-name': 'r' })).toBe(true);
  });

  test.each(Object.keys(envelope))('wants %s', (name) => {
    expect(UserRegistered.validateEnvelope(withField(envelope, [name], undefined))).toBe(false);
    expect(describeValidationErrors(UserRegistered.validateEnvelope.errors)).toBe(`${name} is missing`);
  });

  test('names everything that is wrong, down into the detail, and shows no value', () => {
    const wrong = {
      ...envelope,
      source: 'elsewhere',
      resources: ['a', 1],
      detail: withField(withField(userRegistered, ['data', 'userId'], ['secret']), ['metadata', 'eventId'], undefined),
    };
    expect(UserRegistered.validateEnvelope(wrong)).toBe(false);
    expect(describeValidationErrors(UserRegistered.validateEnvelope.errors)).toBe(
      'source must be "users-table"; resources[1] must be string; detail.metadata.eventId is missing; detail.data.userId must be string',
    );
  });

  test("serves as @middy/validator's event schema", async () => {
    const handler = middy<EnvelopeOf<typeof UserRegistered>, string>()
      // The middleware calls the function, although its types ask for a whole Ajv.
      .use(validator({ eventSchema: UserRegistered.validateEnvelope as never }))
      .handler(async (event) => event.detail.data.userId);
    const context = {} as never;

    await expect(handler(envelope as EnvelopeOf<typeof UserRegistered>, context)).resolves.toBe('u42');
    await expect(handler({ ...envelope, detail: {} } as never, context)).rejects.toMatchObject({
      message: 'Event object failed validation',
      cause: { data: [{ keyword: 'required' }, { keyword: 'required' }] },
    });
  });
});
