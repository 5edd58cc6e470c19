import { createConnection } from 'node:net';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import type { Pipeline } from '../pipeline.ts';
import { MalformedRequests, type RawRequest } from './malformed-requests.ts';
import type { Names } from './valid-requests.ts';

/** Requests that are under way at once. */
const AT_ONCE = 8;

/** After so long without an answer there will be none. */
const PATIENCE_MS = 30_000;

/** How often the pipeline's clock goes on, and how far: what waits for messages must come back. */
const TICK_MS = 20;
const SKIPPED_MS = 1000;

const STACK = /\n\s+at |\.[cm]?[jt]s:\d+/;

/**
 * Sends requests to a pipeline, and says which were answered with 500 or a stack, or not at all; with the stacks that the
 * journal has.
 */
export async function sendMalformed(
  pipeline: Pipeline,
  { seed, requests }: { seed: number; requests: number },
): Promise<string[]> {
  const malformed = new MalformedRequests(seed, await namesIn(pipeline), roleNames(pipeline));
  const failures: string[] = [];
  const ticking = setInterval(() => pipeline.clock.skip(SKIPPED_MS), TICK_MS);
  const runner = async (count: number) => {
    for (let sent = 0; sent < count; sent++) {
      const request = malformed.next();
      const answer = await send(pipeline.engine.endpoint, request);
      if (!answer.startsWith('HTTP/1.1') || /^HTTP\/1.1 500/m.test(answer) || STACK.test(answer)) {
        failures.push(`${summary(request)}\n→ ${answer.slice(0, 2000)}`);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, () => runner(Math.ceil(requests / AT_ONCE))));
  } finally {
    clearInterval(ticking);
  }
  return [...failures, ...pipeline.entries(({ hop }) => hop === 'bug').map(({ stack }) => String(stack))];
}

/** Names of what runs, after it made a bucket for requests about objects. */
export async function namesIn(pipeline: Pipeline): Promise<Names> {
  const { engine } = pipeline;
  const bucket = 'fuzzed-objects';
  await pipeline.s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const resources = engine.stacks.flatMap((stack) => stack.resources);
  const idOf = (type: string) => String(resources.find((resource) => resource.type === type)?.identity.ref);
  const { region, id } = engine.account;
  const queueUrl = pipeline.output('PipeDlqUrl');
  return {
    table: pipeline.table,
    streamArn: [...engine.services.streams.keys()][0] ?? '',
    busName: pipeline.output('EventBusName'),
    ruleName: idOf('AWS::Events::Rule').split('|').at(-1) ?? '',
    archiveArn: `arn:aws:events:${region}:${id}:archive/${idOf('AWS::Events::Archive')}`,
    queueUrl,
    queueArn: `arn:aws:sqs:${region}:${id}:${queueUrl.split('/').at(-1)}`,
    pipeName: [...engine.services.pipes.keys()][0] ?? '',
    stackName: engine.stacks[0]?.name ?? '',
    logGroup: '/local-engine/journal',
    bucket,
  };
}

/** The access keys of the functions. */
export function roleNames({ engine }: Pipeline): string[] {
  return [...engine.services.functions.values()].map(({ roleArn }) => roleArn.split('/').at(-1) ?? '');
}

/** Sends a request as it is. @returns the answer; empty if there is none */
function send(endpoint: string, { method, target, headers, body }: RawRequest): Promise<string> {
  const socket = createConnection(Number(new URL(endpoint).port), '127.0.0.1');
  const lines = [`${method} ${target} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`)];
  if (!headers.some(([name]) => name === 'content-length')) lines.push(`content-length: ${body.length}`);
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      if (isWhole(Buffer.concat(chunks).toString('latin1'), method)) socket.destroy();
    });
    // A request that the engine refuses by its head may end before all of its body is sent.
    socket.on('error', () => {});
    socket.setTimeout(PATIENCE_MS, () => socket.destroy());
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.write(Buffer.from(`${[...lines, 'connection: close'].join('\r\n')}\r\n\r\n`, 'latin1'));
    socket.write(body);
  });
}

/** Whether an answer is there with all of its body; one that lets the request go on is none. */
function isWhole(text: string, method: string): boolean {
  const parts = text.split('\r\n\r\n');
  const [head = '', ...rest] = text.startsWith('HTTP/1.1 100 ') ? parts.slice(1) : parts;
  const length = /^content-length: (\d+)/im.exec(head)?.[1];
  return rest.length > 0 && (method === 'HEAD' || rest.join('\r\n\r\n').length >= Number(length ?? 0));
}

function summary({ method, target, headers, body }: RawRequest): string {
  const shown = headers.map(([name, value]) => `${name}: ${value.slice(0, 200)}`).join('\n');
  return `${method} ${target.slice(0, 300)}\n${shown}\n${body.toString('latin1').slice(0, 1500)}`;
}
