import { describe, expect, test } from '@jest/globals';
import { cloudWatchApi } from '../../../../packages/local-engine/cloudwatch/cloudwatch-api.ts';
import { AwsError } from '../../../../packages/local-engine/core/aws-error.ts';
import { decodeCbor, encodeCbor } from '../../../../packages/local-engine/protocols/cbor.ts';
import { apiRequest } from '../support/requests.ts';
import { xmlElements } from '../support/xml.ts';

const AT = new Date('2026-11-25T10:20:00Z');
const CBOR_HEADERS = { 'smithy-protocol': 'rpc-v2-cbor', 'content-type': 'application/cbor' };
const JSON_HEADERS = { 'x-amz-target': 'GraniteServiceVersion20100801.GetMetricData' };

/** An API that answers with what it was asked, at a time. */
const API = cloudWatchApi((operation, request) => ({ Asked: [{ operation, ...request }], At: AT, None: undefined }));

const cborRequest = (body: Buffer) => ({
  ...apiRequest('POST', '/service/GraniteServiceVersion20100801/operation/GetMetricData', { headers: CBOR_HEADERS }),
  body,
});

describe('a call', () => {
  test('given JSON, it is answered in JSON, with times in seconds', async () => {
    const request = apiRequest('POST', '/', { headers: JSON_HEADERS, body: '{"Period":60}' });
    expect(API.operationOf(request)).toBe('GetMetricData');
    const { body } = await API.handle('GetMetricData', request);
    expect(JSON.parse(String(body))).toEqual({
      Asked: [{ operation: 'GetMetricData', Period: 60 }],
      At: AT.getTime() / 1000,
    });
  });

  test('given the query protocol, it is answered in XML', async () => {
    const request = apiRequest('POST', '/', { body: 'Action=GetMetricData&Names.member.1=a' });
    expect(API.operationOf(request)).toBe('GetMetricData');
    const { body } = await API.handle('GetMetricData', request);
    expect(xmlElements(String(body), 'GetMetricDataResult')).toEqual([
      '<Asked><member><operation>GetMetricData</operation><Names><member>a</member></Names></member></Asked>' +
        '<At>2026-11-25T10:20:00.000Z</At>',
    ]);
  });

  test.each([
    { given: 'CBOR', body: encodeCbor({ StartTime: AT }), members: { StartTime: AT } },
    { given: 'CBOR without a body', body: Buffer.alloc(0), members: {} },
  ])('given $given, it is answered in CBOR', async ({ body, members }) => {
    const request = cborRequest(body);
    expect(API.operationOf(request)).toBe('GetMetricData');
    const answer = await API.handle('GetMetricData', request);
    expect(answer.headers).toEqual({ 'content-type': 'application/cbor', 'smithy-protocol': 'rpc-v2-cbor' });
    expect(decodeCbor(answer.body as Buffer)).toEqual({ Asked: [{ operation: 'GetMetricData', ...members }], At: AT });
  });

  test('given a body that is no CBOR, it is refused', async () => {
    const call = API.handle('GetMetricData', cborRequest(Buffer.from('{}')));
    await expect(call).rejects.toMatchObject({ code: 'SerializationException' });
  });
});

describe('an error', () => {
  const error = new AwsError('MissingRequiredParameterException', 'The parameter Period is required.');
  const answerTo = (headers: object) => API.errorOf(error, { requestId: 'r1', headers: { ...headers } });

  test('given JSON, it has both codes', () => {
    const { body, headers } = answerTo(JSON_HEADERS);
    expect(JSON.parse(String(body))).toMatchObject({ __type: 'MissingRequiredParameterException' });
    expect(headers['x-amzn-query-error']).toBe('MissingParameter;Sender');
  });

  test('given the query protocol, it has the code of that', () => {
    expect(xmlElements(String(answerTo({}).body), 'Code')).toEqual(['MissingParameter']);
  });

  test('given CBOR, it has both codes', () => {
    const { status, body, headers } = answerTo(CBOR_HEADERS);
    expect(status).toBe(400);
    expect(decodeCbor(body as Buffer)).toEqual({
      __type: 'MissingRequiredParameterException',
      message: 'The parameter Period is required.',
    });
    expect(headers).toMatchObject({
      'smithy-protocol': 'rpc-v2-cbor',
      'x-amzn-query-error': 'MissingParameter;Sender',
    });
  });
});
