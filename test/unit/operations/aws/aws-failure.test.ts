import { describe, expect, test } from '@jest/globals';
import { deniedAction, explainAwsError, isDenied } from '../../../../operations/aws/aws-failure.ts';
import type { Target } from '../../../../operations/aws/target.ts';
import { CommandFailure } from '../../../../operations/messages/errors.ts';

const LOCAL = { endpoint: 'http://127.0.0.1:4566', region: 'eu-west-1' };
const AWS = { stackName: 'mine' };

function failure(name: string, message: string, fields: object = {}): Error {
  return Object.assign(new Error(message), { name, ...fields });
}

describe('a failed AWS call is explained in one line', () => {
  test.each<[string, Error, Target, RegExp]>([
    [
      'no local engine',
      failure('Error', 'connect ECONNREFUSED', { code: 'ECONNREFUSED', $metadata: {} }),
      LOCAL,
      /^no local engine at http:\/\/127.0.0.1:4566; start one with npm start, or name the port of another with --port, or a deployed stack with --stack$/,
    ],
    [
      'no network',
      failure('Error', 'ENOTFOUND x', { code: 'ENOTFOUND' }),
      AWS,
      /^AWS cannot be reached: ENOTFOUND x; check the network, and that the Region exists: AWS_REGION, or a region in your AWS profile$/,
    ],
    [
      'a name of the local engine',
      failure('Error', 'ENOTFOUND x', { code: 'ENOTFOUND' }),
      LOCAL,
      /cannot be reached: ENOTFOUND x$/,
    ],
    ['no answer', failure('TimeoutError', 'too long'), AWS, /^AWS cannot be reached: too long$/],
    [
      'no credentials',
      failure('CredentialsProviderError', 'no\nproviders'),
      AWS,
      /^no AWS credentials: no providers; log in, for example with aws sso login, or set AWS_PROFILE$/,
    ],
    ['no Region', failure('Error', 'Region is missing'), AWS, /^no AWS Region: set AWS_REGION/],
    [
      'a Region that is no part of a host name',
      failure('Error', 'Region not accepted: region="a b" is not a valid hostname component.'),
      AWS,
      /^Region not accepted: region="a b" is not .*; set AWS_REGION, or a region in your AWS profile, to a name such as/,
    ],
    [
      'a web page',
      failure('SyntaxError', 'Unexpected <\n  Deserialization error: look', { $response: {}, $metadata: {} }),
      LOCAL,
      /^the server at http:\/\/127.0.0.1:4566 is neither AWS nor the local engine$/,
    ],
    [
      'another API',
      failure('UnknownError', 'UnknownError', { $metadata: {} }),
      LOCAL,
      /^the server at .* is neither AWS/,
    ],
    ['a refusal', failure('Throttling', 'not so\nfast', { $metadata: {} }), AWS, /^Throttling: not so fast$/],
    [
      'a missing permission',
      failure('AccessDeniedException', 'User: x is not authorized to perform: events:StartReplay', { $metadata: {} }),
      AWS,
      /^AccessDeniedException: User: x is not .*: events:StartReplay; grant the permission to these credentials, or use others, for example with AWS_PROFILE$/,
    ],
    ...['SignatureDoesNotMatch', 'RequestTimeTooSkewed', 'InvalidSignatureException', 'RequestExpired'].map(
      (name): [string, Error, Target, RegExp] => [
        name,
        failure(name, 'Signature expired', { $metadata: {} }),
        AWS,
        /^AWS does not accept the signature: Signature expired; check this machine's clock and its date, then the secret access key$/,
      ],
    ),
    [
      'credentials that have expired',
      failure('ExpiredTokenException', 'The token is expired', { $metadata: {} }),
      AWS,
      /^AWS does not accept these credentials: The token is expired; log in again, or set AWS_PROFILE$/,
    ],
  ])('%s', (_, error, target, message) => {
    const explained = explainAwsError(error, target);
    expect(explained).toBeInstanceOf(CommandFailure);
    expect((explained as Error).message).toMatch(message);
    expect((explained as Error).message).not.toContain('\n');
    expect((explained as Error).cause).toBe(error);
  });
});

test.each(['AccessDenied', 'AccessDeniedException', 'AuthorizationError', 'NotAuthorized', 'UnauthorizedOperation'])(
  'a service that says %s means a missing permission',
  (name) => {
    const error = failure(name, 'no', { $metadata: {} });
    expect(isDenied(error)).toBe(true);
    expect((explainAwsError(error, AWS) as Error).message).toContain('grant the permission to these credentials');
  },
);

test('the action that is missing is known where AWS names it', () => {
  expect(isDenied(failure('Throttling', 'no'))).toBe(false);
  expect(isDenied('AccessDenied')).toBe(false);
  expect(deniedAction(failure('AccessDenied', 'no'))).toBeUndefined();
  const message = 'User: x is not authorized to perform: s3:GetBucketTagging on resource: "arn:aws:s3:::b"';
  expect(deniedAction(failure('AccessDenied', message))).toBe('s3:GetBucketTagging');
  expect(deniedAction(failure('AccessDenied', 'not authorized to perform sqs:SendMessage'))).toBe('sqs:SendMessage');
});

test('an error that is no failure of a call stays what it is', () => {
  for (const error of [new TypeError('bug'), new CommandFailure('said already'), 'text']) {
    expect(explainAwsError(error, LOCAL)).toBe(error);
  }
});
