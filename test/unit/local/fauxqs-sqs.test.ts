import { describe, expect, test } from '@jest/globals';
import { type ApiRequest, type ApiResponse, jsonResponse } from '../../../local/gateway/http.ts';
import { fauxqsSqs } from '../../../local/sqs/fauxqs-sqs.ts';
import { ACCOUNT } from './support/parts.ts';

/** fauxqs as a server that gives one answer, and what it was asked. */
function fauxqsThatAnswers(answer: ApiResponse) {
  const asked: Pick<ApiRequest, 'method' | 'headers' | 'body'>[] = [];
  const call = fauxqsSqs(ACCOUNT, async (request) => {
    asked.push(request);
    return answer;
  });
  return { asked, call };
}

describe('an operation of fauxqs', () => {
  test('given a request, it is passed on as JSON', async () => {
    const { asked, call } = fauxqsThatAnswers(jsonResponse({ MessageId: 'm1' }));
    const request = { QueueUrl: 'http://x/1/q', MessageBody: '안녕', DelaySeconds: 0 };
    expect(await call('SendMessage', request)).toEqual({ MessageId: 'm1' });
    expect(asked[0]).toMatchObject({
      method: 'POST',
      headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': 'AmazonSQS.SendMessage' },
    });
    expect(JSON.parse(String(asked[0]?.body))).toEqual(request);
  });

  test('given messages, their sender is of the engine’s account, and their bodies are as they were', async () => {
    const Body = JSON.stringify({ SenderId: '000000000000' });
    const answer = { Messages: [{ Body, Attributes: { SenderId: '000000000000' } }] };
    const { call } = fauxqsThatAnswers(jsonResponse(answer));
    expect(await call('ReceiveMessage', {})).toEqual({ Messages: [{ Body, Attributes: { SenderId: ACCOUNT.id } }] });
  });

  test('given an answer without a body, it is empty', async () => {
    const { call } = fauxqsThatAnswers({ status: 200, headers: {}, body: '' });
    expect(await call('DeleteMessage', {})).toEqual({});
  });

  test('given an error, it is thrown with its code, without a namespace, and its status', async () => {
    const answer = { __type: 'com.amazonaws.sqs#OverLimit', message: 'Too many' };
    const { call } = fauxqsThatAnswers(jsonResponse(answer, { status: 403 }));
    await expect(call('ReceiveMessage', {})).rejects.toMatchObject({
      code: 'OverLimit',
      status: 403,
      message: 'Too many',
    });
  });
});
