import { once } from 'node:events';
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

test('given a browser that has left, a stream asks for one more item at most, and ends', async () => {
  const asked: number[] = [];
  const ended = Promise.withResolvers<void>();
  const server = createServer((_request, response) => {
    const left = once(response, 'close');
    async function* items(): AsyncGenerator<StreamItem> {
      try {
        for (let id = 1; ; id++) {
          asked.push(id);
          if (id === 2) await left;
          yield { id: String(id), data: {} };
        }
      } finally {
        ended.resolve();
      }
    }
    void sendStream(response, items());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const leaving = request({ port: (server.address() as AddressInfo).port, host: '127.0.0.1' }, (answer) => {
    answer.once('data', () => leaving.destroy());
    // That it was aborted is what it does.
    answer.on('error', () => undefined);
  });
  leaving.on('error', () => undefined).end();
  await ended.promise;
  await new Promise((resolve) => server.close(resolve));
  expect(asked).toEqual([1, 2]);
});
