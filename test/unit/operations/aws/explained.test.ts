import { describe, expect, test } from '@jest/globals';
import { AwsClients, batchesOf, LOCAL_CREDENTIALS } from '../../../../operations/aws/aws-clients.ts';
import {
  explainAwsError,
  ifFound,
  isNotFound,
  isOfCredentials,
  isStackNotFound,
  RECREATE_HINT,
} from '../../../../operations/aws/aws-failure.ts';
import { denialIn, explainDenial } from '../../../../operations/aws/denial.ts';
import { awsCommand, chooseTarget, pipelineCommand, shellWord } from '../../../../operations/aws/target.ts';

const named = (name: string, message = name, fields: object = {}) =>
  Object.assign(new Error(message), { name, ...fields });
const AWS = { stackName: 'mine' };
const LOCAL = { endpoint: 'http://127.0.0.1:4566', region: 'eu-west-1' };

describe('what does not exist', () => {
  test.each([
    'NotFoundException',
    'ResourceNotFoundException',
    'QueueDoesNotExist',
    'AWS.SimpleQueueService.NonExistentQueue',
  ])('is what a service says with %s: a call has no answer then', async (name) => {
    const error = named(name);
    expect(isNotFound(error)).toBe(true);
    expect(await ifFound(Promise.reject(error))).toBeUndefined();
  });

  test('is not what another error says, which a call fails with', async () => {
    const error = named('Throttling');
    expect([isNotFound(error), isNotFound('NotFoundException'), isNotFound({ name: 'NotFoundException' })]).toEqual([
      false,
      false,
      false,
    ]);
    await expect(ifFound(Promise.reject(error))).rejects.toBe(error);
    expect(await ifFound(Promise.resolve(7))).toBe(7);
    expect(RECREATE_HINT).toMatch(/^recreate it/);
  });

  test.each([
    [named('ValidationError', 'Stack with id x does not exist'), true],
    [named('ValidationError', 'no'), false],
    [named('Other', 'Stack with id x does not exist'), false],
    [{ name: 'ValidationError', message: 'does not exist' }, false],
  ])('is a stack of CloudFormation by its message alone: %#', (error, isIt) => {
    expect(isStackNotFound(error)).toBe(isIt);
  });
});

test.each([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'UnrecognizedClientException',
])('%s is of the credentials', (name) => {
  expect([isOfCredentials(named(name)), isOfCredentials({ name })]).toEqual([true, false]);
  expect(explainAwsError(named(name), AWS)).toMatchObject({
    message: `AWS does not accept these credentials: ${name}; log in again, or set AWS_PROFILE`,
  });
});

describe('a failed call', () => {
  test.each(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'ETIMEDOUT'])(
    'by %s says that AWS cannot be reached',
    (code) => {
      const hint = code === 'ENOTFOUND' ? '; check the network, and that the Region exists: ' : '';
      expect(explainAwsError(named('Error', 'no', { code }), AWS)).toMatchObject({
        message: expect.stringMatching(
          new RegExp(`^AWS cannot be reached: no${hint}${hint === '' ? '$' : 'AWS_REGION'}`),
        ),
      });
    },
  );

  test.each<[string, Error, string]>([
    ['a reset', named('Error', 'reset', { code: 'ECONNRESET' }), 'http://127.0.0.1:4566 cannot be reached: reset'],
    ['a token', named('TokenProviderError', 'none'), 'no AWS credentials: none; log in, for example with'],
    [
      'no JSON',
      named('SyntaxError', 'x Deserialization error: y'),
      'the server at http://127.0.0.1:4566 is neither AWS',
    ],
    ['a response alone', named('Odd', ' a\n b ', { $response: {} }), 'Odd: a b'],
    ['a control character', named('Odd', 'a\u001b', { $metadata: {} }), 'Odd: a\\u{1b}'],
  ])('by %s is explained', (_case, error, message) => {
    expect(explainAwsError(error, LOCAL)).toMatchObject({
      name: 'CommandFailure',
      message: expect.stringContaining(message),
    });
  });

  test('without anything of a call stays what it is', () => {
    const error = named('UnknownError');
    expect(explainAwsError(error, LOCAL)).toBe(error);
  });
});

describe('a denial', () => {
  const deny = (rest: string) =>
    denialIn(`not authorized to perform: s3:GetObject on resource: "arn:aws:s3:::b", ${rest}`);

  test('has what its message says, and nothing else', () => {
    expect(deny('')).toStrictEqual({ action: 's3:GetObject', resource: 'arn:aws:s3:::b', isExplicit: false });
    expect(denialIn('not authorized to perform s3:GetObject on resource arn:aws:s3:::b')).toStrictEqual({
      action: 's3:GetObject',
      resource: 'arn:aws:s3:::b',
      isExplicit: false,
    });
    expect(
      denialIn('User: x is not authorized to perform: s3:GetObject on resource: b because no session policy allows it'),
    ).toStrictEqual({
      action: 's3:GetObject',
      resource: 'b',
      principal: 'x',
      policy: 'session policy',
      isExplicit: false,
    });
    expect(deny('with an explicit deny in a permissions boundary')).toMatchObject({
      policy: 'permissions boundary',
      isExplicit: true,
    });
  });

  test('without a name is of the caller; of a person it is theirs', () => {
    const denial = { action: 'a:B', resource: 'r', isExplicit: false };
    expect(explainDenial(denial)).toMatchObject({
      text: 'no statement allows the caller a:B on r',
      remedy: { where: 'in a policy of the caller' },
    });
    expect(explainDenial({ ...denial, principal: 'arn:aws:iam::1:user/ann' }).text).toBe(
      'no statement allows arn:aws:iam::1:user/ann a:B on r',
    );
  });

  test.each(['arn:aws:iam::1:user/ann', 'x y', '', 'events.amazonaws.com/'])(
    'of a resource to %j, which is no service, has no statement that would help',
    (principal) => {
      const denial = { action: 'a:B', resource: 'r', policy: 'resource-based policy', isExplicit: false, principal };
      expect(explainDenial(denial)).not.toHaveProperty('remedy');
    },
  );
});

describe('a target', () => {
  test.each([
    [{ stack: 's' }, 'npx pipeline dlq list --stack s'],
    [{ port: 5000 }, 'npx pipeline dlq list --port 5000'],
    [{ stack: 's', port: 5000 }, 'npx pipeline dlq list --stack s'],
    [{}, 'npx pipeline dlq list'],
  ])('is repeated by a command: %j', (options, command) => expect(pipelineCommand('dlq list', options)).toBe(command));

  test('is an endpoint of the AWS CLI only on this machine', () => {
    expect(awsCommand('sqs list-queues', LOCAL)).toBe('aws --endpoint-url http://127.0.0.1:4566 sqs list-queues');
    expect(awsCommand('sqs list-queues', AWS)).toBe('aws sqs list-queues');
  });

  test.each(['https://localhost:1', 'http://localhost:1'])('may be %s', (endpoint) => {
    expect(chooseTarget({}, { AWS_ENDPOINT_URL: endpoint })).toMatchObject({ endpoint });
  });

  test.each(['ftp://localhost', 'xhttp://localhost', 'httpsx://localhost'])('may not be %s', (endpoint) => {
    expect(() => chooseTarget({}, { AWS_ENDPOINT_URL: endpoint })).toThrow(`got ${endpoint}`);
  });

  test.each([
    ['a.b/c:d=e@f+g-1_2', 'a.b/c:d=e@f+g-1_2'],
    ['', "''"],
    ['a b', "'a b'"],
    ['!a', "'!a'"],
    ['a!', "'a!'"],
    ["it's", "'it'\\''s'"],
  ])('%j is the word %s', (text, word) => expect(shellWord(text)).toBe(word));
});

test('parts of a list have at most that many things', () => {
  expect([...batchesOf([1, 2, 3, 4, 5], 2)]).toEqual([[1, 2], [3, 4], [5]]);
  expect([...batchesOf([1, 2], 2)]).toEqual([[1, 2]]);
  expect([...batchesOf([], 2)]).toEqual([]);
});

test('the SDK may write into the credentials of one client', () => {
  class Client {
    readonly settings: { credentials?: object };
    readonly config = { region: async () => 'eu-west-1' };
    readonly middlewareStack = { remove: () => true, add: () => {} };
    constructor(settings: object) {
      this.settings = settings;
    }
    destroy(): void {}
  }
  const { credentials } = new AwsClients(LOCAL).of(Client).settings;
  expect(credentials).toEqual(LOCAL_CREDENTIALS);
  expect(credentials).not.toBe(LOCAL_CREDENTIALS);
});
