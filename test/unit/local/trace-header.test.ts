import { expect, test } from '@jest/globals';
import { requestIdOf, traceHeaderOf } from '../../../local/gateway/trace-header.ts';

const REQUEST_ID = '6f5c1a52-8f5e-4b67-9a55-2d1c8e4f7b90';
const ROOT = 'Root=1-6f5c1a52-8f5e4b679a552d1c8e4f7b90';

test('the trace of an invocation has the form of X-Ray, and leads back to the invocation', () => {
  expect(traceHeaderOf(REQUEST_ID)).toBe(`${ROOT};Sampled=0`);
  expect(requestIdOf(traceHeaderOf(REQUEST_ID))).toBe(REQUEST_ID);
});

test.each([
  ['with a parent', `${ROOT};Parent=53995c3f42cd8ad8;Sampled=1`, REQUEST_ID],
  ['behind another field', `Sampled=1;${ROOT}`, REQUEST_ID],
  ['of another form', 'Root=1-2-3', undefined],
  ['that is longer than one', `${ROOT}00`, undefined],
  ['that is empty', '', undefined],
  ['that came twice', [ROOT, ROOT], undefined],
  ['that is missing', undefined, undefined],
])('given a header %s', (_, header, requestId) => {
  expect(requestIdOf(header)).toBe(requestId);
});
