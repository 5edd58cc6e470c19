import { describe, expect, it } from '@jest/globals';
import { PermanentError, RetryableError } from '../../../../services/shared/errors.ts';
import { type LoggedError, reportFailure } from '../../../../services/shared/failure-report.ts';
import { networkError, serviceError } from '../service-errors.ts';

const asLogged = (error: unknown) => reportFailure(error).error as LoggedError;

describe('the report of a failure', () => {
  it('without a cause has no error', () => {
    expect(reportFailure(new RetryableError('later', { hint: 'wait' }))).toStrictEqual({
      problem: 'later',
      hint: 'wait',
      retryable: true,
      next: expect.stringContaining('visibility timeout'),
    });
  });

  it('of what is no error has it as a text', () => {
    expect(reportFailure('no')).toStrictEqual({ problem: 'no', next: expect.any(String), error: 'no' });
    expect(reportFailure(new PermanentError('no', { hint: 'h', cause: 7 }))).toMatchObject({ error: '7' });
  });

  it('has of an answered call its status and what AWS support asks for', () => {
    const error = serviceError('AccessDenied', 403, { $metadata: { httpStatusCode: 403, requestId: 'r' } });
    expect(asLogged(error)).toStrictEqual({
      name: 'AccessDenied',
      message: 'AccessDenied happened',
      stack: error.stack,
      status: 403,
      requestId: 'r',
    });
  });

  it('has of a call without an answer the code of Node.js', () => {
    const error = networkError('ECONNRESET');
    expect(asLogged(error)).toStrictEqual({
      name: 'Error',
      message: error.message,
      stack: error.stack,
      code: 'ECONNRESET',
    });
  });

  it('leaves out fields that are of another kind than they should be, and a stack that is not there', () => {
    const odd = Object.assign(new Error('odd'), {
      code: { S: 'jane' },
      $metadata: { httpStatusCode: '403', requestId: 7 },
    });
    Reflect.deleteProperty(odd, 'stack');
    expect(asLogged(odd)).toStrictEqual({ name: 'Error', message: 'odd' });
  });

  it('tells six errors of a long chain of causes', () => {
    const chain = Array.from({ length: 10 }, (_, index) => index).reduceRight<Error | undefined>(
      (cause, index) => new Error(String(index), { cause }),
      undefined,
    );
    const told: string[] = [];
    for (let at: LoggedError | undefined = asLogged(chain); at; at = at.cause as LoggedError | undefined)
      told.push(at.message);
    expect(told).toEqual(['0', '1', '2', '3', '4', '5']);
  });
});

it.each([
  ['PermanentError', PermanentError],
  ['RetryableError', RetryableError],
])('%s says its kind where only the text of an error is kept', (name, Type) => {
  expect(String(new Type('no', { hint: 'h' }))).toBe(`${name}: no`);
});
