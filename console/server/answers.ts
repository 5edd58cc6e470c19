import type { ServerResponse } from 'node:http';
import type { Refusal } from '../contract/info.ts';
import type { Turn } from './turns.ts';

/**
 * The page may load only what this server has, and run no text as code or as markup.
 * Source: W3C, Content Security Policy Level 3; Trusted Types.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** Of every answer. */
const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const TYPES = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  json: 'application/json; charset=utf-8',
  svg: 'image/svg+xml',
  stream: 'text/event-stream; charset=utf-8',
} as const;

export type AnswerType = keyof typeof TYPES;

/** Sends a whole answer. @param cache how long a browser may keep it. @default not at all */
export function send(
  response: ServerResponse,
  type: AnswerType,
  body: string,
  { status = 200, cache = 'no-store' } = {},
): void {
  const own = { 'content-type': TYPES[type], 'content-length': Buffer.byteLength(body), 'cache-control': cache };
  response.writeHead(status, { ...HEADERS, ...own });
  response.end(body);
}

export function sendJson(response: ServerResponse, value: object, status = 200): void {
  send(response, 'json', JSON.stringify(value), { status });
}

export function refuse(response: ServerResponse, status: number, error: string): void {
  sendJson(response, { error } satisfies Refusal, status);
}

/** How long a browser waits before it connects again, in milliseconds. */
const RETRY_MS = 1000;

/** A quiet stream sends a comment that often, in milliseconds: a server that is gone is noticed. */
const BEAT_MS = 15_000;

/** Something to send, and what identifies it when a browser connects again. */
export interface StreamItem {
  readonly id: string;
  readonly data: object;
}

/** When a browser asks again whose turn is over, or has not come yet, in milliseconds. */
const NEXT_TURN_MS = 2000;

/** Tells a page that the stream is not lost: other pages have their turn. */
const TURN_IS_OVER = `retry: ${NEXT_TURN_MS}\nevent: turn\ndata: {}\n\n`;

/**
 * Sends items as server-sent events as they come, until the browser is gone, the turn is over, or there are no more. Waits for a
 * slow browser. Source: HTML standard, server-sent events.
 */
export async function sendStream(
  response: ServerResponse,
  items: AsyncIterable<StreamItem>,
  turn?: Turn,
): Promise<void> {
  beginStream(response);
  const beat = setInterval(() => response.write(':\n\n'), BEAT_MS);
  // At once: the reading that is under way may take seconds.
  const endTurn = () => response.end(TURN_IS_OVER);
  turn?.signal.addEventListener('abort', endTurn);
  try {
    for await (const { id, data } of items) {
      if (response.destroyed || response.writableEnded) break;
      const isTaken = response.write(`id: ${id}\ndata: ${JSON.stringify(data)}\n\n`);
      if (!isTaken) await drained(response);
      turn?.sent();
    }
    response.end();
  } finally {
    clearInterval(beat);
    turn?.signal.removeEventListener('abort', endTurn);
  }
}

/** Answers a stream whose turn has not come: it asks again. */
export function postponeStream(response: ServerResponse): void {
  beginStream(response);
  response.end(TURN_IS_OVER);
}

function beginStream(response: ServerResponse): void {
  response.writeHead(200, { ...HEADERS, 'content-type': TYPES.stream, 'cache-control': 'no-store' });
  response.write(`retry: ${RETRY_MS}\n\n`);
}

/** Resolves when a response can take more, or is closed. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      response.off('drain', end).off('close', end);
      resolve();
    };
    response.on('drain', end).on('close', end);
  });
}

/** The same after a failure, which may last. */
const RETRY_AFTER_FAILURE_MS = 5000;

/** Ends a stream with the reason; the browser connects again, and shows it meanwhile. */
export function failStream(response: ServerResponse, error: string): void {
  response.end(
    `retry: ${RETRY_AFTER_FAILURE_MS}\nevent: failure\ndata: ${JSON.stringify({ error } satisfies Refusal)}\n\n`,
  );
}
