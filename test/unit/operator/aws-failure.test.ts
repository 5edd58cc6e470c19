import { describe, expect, test } from '@jest/globals';
import { explainAwsError } from '../../../operator/aws-failure.ts';
import { CommandFailure } from '../../../operator/errors.ts';
import type { Target } from '../../../operator/target.ts';

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
      /^no local engine at http:\/\/127.0.0.1:4566; start one with npm start, or name a deployed stack with --stack$/,
    ],
    ['no network', failure('Error', 'ENOTFOUND x', { code: 'ENOTFOUND' }), AWS, /^AWS cannot be reached: ENOTFOUND x$/],
    ['no answer', failure('TimeoutError', 'too long'), AWS, /^AWS cannot be reached: too long$/],
    ['no credentials', failure('CredentialsProviderError', 'no\nproviders'), AWS, /^no AWS credentials: no providers$/],
    ['no Region', failure('Error', 'Region is missing'), AWS, /^no AWS Region: set AWS_REGION/],
    [
      'a web page',
      failure('SyntaxError', 'Unexpected <\n  Deserialization error: look', { $response: {}, $metadata: {} }),
      LOCAL,
      /^what answers at http:\/\/127.0.0.1:4566 is not AWS and not the local engine$/,
    ],
    [
      'another API',
      failure('UnknownError', 'UnknownError', { $metadata: {} }),
      LOCAL,
      /^what answers at .* is not AWS/,
    ],
    ['a refusal', failure('AccessDenied', 'you may\nnot', { $metadata: {} }), AWS, /^AccessDenied: you may not$/],
  ])('%s', (_, error, target, message) => {
    const explained = explainAwsError(error, target);
    expect(explained).toBeInstanceOf(CommandFailure);
    expect((explained as Error).message).toMatch(message);
    expect((explained as Error).message).not.toContain('\n');
    expect((explained as Error).cause).toBe(error);
  });
});

test('an error that is no failure of a call stays what it is', () => {
  for (const error of [new TypeError('bug'), new CommandFailure('said already'), 'text']) {
    expect(explainAwsError(error, LOCAL)).toBe(error);
  }
});
