import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { type StreamItem, sendStream } from '../../../console/server/answers.ts';

test('given a slow browser, a stream waits for it each time, and leaves nothing behind', async () => {
  const many = 30;
  const waiting: number[] = [];
  const server = createServer((_request, response) => {
    async function* items(): AsyncGenerator<StreamItem> {
      for (let id = 1; id <= many; id++) {
        waiting.push(response.listenerCount('close') + response.listenerCount('drain'));
        yield { id: String(id), data: { text: 'x'.repeat(2 ** 20) } };
      }
    }
    void sendStream(response, items());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  let bytes = 0;
  await new Promise<void>((resolve, reject) => {
    const asked = request({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' }, (answer) => {
      answer.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
      });
      answer.on('end', resolve);
    });
    asked.on('error', reject).end();
  });
  await new Promise((resolve) => server.close(resolve));
  expect(bytes).toBeGreaterThan(many * 2 ** 20);
  expect(waiting).toEqual(Array(many).fill(waiting[0]));
});
