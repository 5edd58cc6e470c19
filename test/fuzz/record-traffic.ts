/**
 * `node test/fuzz/record-traffic.ts`: writes recorded-requests.json, the requests that the SDK's clients, the functions and the
 * operators' commands really send. They are kept, so that a seed makes the same input on every machine. Run it again when the
 * SDK or a command has changed what it sends.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutBucketCorsCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { DirectRequest } from '../../packages/local-engine/gateway/answers.ts';
import synthesizeOnce, { testAssembly } from '../support/assembly.ts';
import { pipeline as command } from '../support/cli.ts';
import { namesIn } from '../support/malformed/send-malformed.ts';
import { Pipeline } from '../support/pipeline.ts';
import removeAssembly from '../support/remove-assembly.ts';
import { placeholders, RECORDED_FILE, type RecordedRequest } from './recorded-requests.ts';

/** Of each kind of request so many, the first that differ. */
const MOST_OF_A_KIND = 2;
/** Longer bodies are other ones with more of the same. */
const MOST_BODY_BYTES = 4000;
/** What the sender of a recorded request adds again, and what tells of the machine that sent it. */
const LEFT_OUT = [
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'authorization',
  'user-agent',
  'x-amz-user-agent',
];
/** What is a new value in each run, and says nothing to the engine. */
const VARYING = [
  [/\b20\d{6}T\d{6}Z\b/g, '20260101T000000Z'],
  [/Root=1-[0-9a-f]{8}-[0-9a-f]{24}/g, 'Root=1-00000000-000000000000000000000000'],
  [/\b20\d{12}-/g, '20260101000000-'],
  [/chunk-signature=[0-9a-f]{64}/g, `chunk-signature=${'0'.repeat(64)}`],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, '00000000-0000-4000-8000-000000000000'],
] as const;

const sent: DirectRequest[] = [];
const server = createServer(async (incoming, outgoing) => {
  const request = await read(incoming);
  sent.push(request);
  const { status, headers, body } = await running.engine.exchange(request);
  outgoing.writeHead(status, headers).end(body);
});
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const { port } = server.address() as AddressInfo;
await synthesizeOnce();
const folder = await mkdtemp(join(tmpdir(), 'pipeline-record-'));
const running = await Pipeline.start({
  assemblies: [testAssembly()],
  inProcessEndpoint: `http://127.0.0.1:${port}`,
});
const names = await namesIn(running);
try {
  await useObjects();
  await useQueues();
  await running.register('recorded');
  await running.recorded('recorded');
  await running.idle();
  await useCommands();
} finally {
  await running.stop();
  server.close();
  await removeAssembly();
  await rm(folder, { recursive: true, force: true });
}
const requests = oneOfEachKind();
await writeFile(RECORDED_FILE, `${JSON.stringify(requests, null, 1)}\n`);
console.log(`${requests.length} of ${sent.length} requests: ${RECORDED_FILE}`);

async function read(incoming: IncomingMessage): Promise<DirectRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const headers = Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]);
  const { method = 'GET', url: target = '/' } = incoming;
  return { method, target, headers: Object.fromEntries(headers), body: Buffer.concat(chunks) };
}

/** Those that differ in more than values, in the order of their kinds: it is the same in each run. */
function oneOfEachKind(): RecordedRequest[] {
  const kinds = new Map<string, RecordedRequest[]>();
  const formOf = ({ headers, body }: RecordedRequest) => `${Object.keys(headers)} ${body.replaceAll(/\w+/g, 'x')}`;
  for (const each of sent.filter(({ body }) => body.length <= MOST_BODY_BYTES)) {
    const kind = kindOf(each);
    const request = withoutVarying(each);
    const same = kinds.get(kind) ?? [];
    const isNew = same.every((other) => formOf(other) !== formOf(request));
    if (isNew && same.length < MOST_OF_A_KIND) kinds.set(kind, [...same, request]);
  }
  return [...kinds].toSorted(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, same]) => same);
}

function kindOf({ method, target, headers }: DirectRequest): string {
  const { pathname, searchParams } = new URL(target, 'http://localhost');
  const asked = headers['x-amz-target'] ?? `${pathname.split('/').length} ${[...searchParams.keys()].toSorted()}`;
  const isCopy = headers['x-amz-copy-source'] !== undefined;
  return [serviceOf(headers), method, asked, isCopy, headers['content-encoding']].join(' ');
}

/** As the signature names it; nothing for a request without one. */
function serviceOf({ authorization = '' }: DirectRequest['headers']): string {
  return /\/([a-z0-9-]+)\/aws4_request/.exec(authorization)?.[1] ?? '';
}

function withoutVarying({ method, target, headers, body }: DirectRequest): RecordedRequest {
  const kept = Object.entries(headers).filter(([name]) => !LEFT_OUT.includes(name));
  const request = {
    service: serviceOf(headers),
    method,
    target,
    headers: Object.fromEntries(kept),
    body: body.toString('latin1'),
  };
  const changes = [...VARYING, ...placeholders(names)];
  const put = (text: string, [from, to]: (typeof changes)[number]) => text.replaceAll(from, to);
  return JSON.parse(changes.reduce(put, JSON.stringify(request)));
}

async function useObjects(): Promise<void> {
  const { s3 } = running;
  const Bucket = names.bucket;
  const object = { Bucket, Key: 'a/b c.txt' };
  await s3.send(new PutObjectCommand({ ...object, Body: 'hello', ContentType: 'text/plain', Metadata: { a: 'b' } }));
  await s3.send(new PutObjectCommand({ ...object, Body: Buffer.from('hello'), ChecksumAlgorithm: 'SHA256' }));
  await s3.send(
    new PutObjectCommand({ Bucket, Key: 'stream', Body: Readable.from([Buffer.from('hello')]), ContentLength: 5 }),
  );
  await s3.send(new GetObjectCommand({ ...object, Range: 'bytes=0-1' }));
  await s3.send(new HeadObjectCommand(object));
  await s3.send(new CopyObjectCommand({ Bucket, Key: 'copy', CopySource: `${Bucket}/a/b%20c.txt` }));
  await s3.send(new ListObjectsV2Command({ Bucket, Prefix: 'a/', Delimiter: '/' }));
  await s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } }));
  const CORSRules = [{ AllowedMethods: ['GET'], AllowedOrigins: ['https://example.org'], MaxAgeSeconds: 5 }];
  await s3.send(new PutBucketCorsCommand({ Bucket, CORSConfiguration: { CORSRules } }));
  const Rules = [{ ID: 'a', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 1 } } as const];
  await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
  const Statement = {
    Effect: 'Allow',
    Principal: { AWS: '123456789012' },
    Action: 's3:GetObject',
    Resource: `arn:aws:s3:::${Bucket}/*`,
  };
  const Policy = JSON.stringify({ Version: '2012-10-17', Statement });
  await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
  const upload = {
    Bucket,
    Key: 'parts',
    UploadId: (await s3.send(new CreateMultipartUploadCommand({ Bucket, Key: 'parts' }))).UploadId,
  };
  const { ETag } = await s3.send(new UploadPartCommand({ ...upload, PartNumber: 1, Body: 'part' }));
  await s3.send(
    new CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] } }),
  );
  await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects: [{ Key: 'copy' }, { Key: 'parts' }] } }));
}

async function useQueues(): Promise<void> {
  const { sqs } = running;
  const QueueUrl = names.queueUrl;
  const MessageAttributes = {
    a: { DataType: 'String', StringValue: 'b' },
    n: { DataType: 'Number', StringValue: '1' },
  };
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"a":1}', MessageAttributes, DelaySeconds: 1 }));
  await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: '1', MessageBody: 'not an event' }] }));
}

/** Those that ask the most different things. What they print, and whether they find something, is of no interest here. */
async function useCommands(): Promise<void> {
  const file = join(folder, 'events.jsonl');
  const commands = [
    ['register', 'by-command', '--wait'],
    ['show', 'recorded'],
    ['trace', 'recorded'],
    ['doctor'],
    ['metrics'],
    ['outputs'],
    ['events', '--from', '1h'],
    ['events', 'export', file, '--from', '1h'],
    ['events', 'import', file, '--yes'],
    ['replay', '--all-subscribers', '--from', '1h', '--name', 'recorded', '--yes'],
    ['replay', '--list'],
    ['replay', '--cancel', 'recorded'],
    ['dlq', 'list'],
    ['dlq', 'show'],
    ['dlq', 'redrive', '--yes'],
    ['dlq', 'purge', '--foreign', '--yes'],
    ['reconcile', '--fix', '--yes'],
    ['lab', 'faults'],
    ['lab', 'fault', 's3:CreateBucket', '--code', 'SlowDown'],
    ['lab', 'faults', '--remove-all'],
    ['lab', 'skip', '1m'],
    ['lab', 'stop-pipe'],
    ['lab', 'start-pipe'],
  ];
  for (const args of commands) {
    const { exitCode, stderr } = await command([...args, '--port', String(port)]);
    if (exitCode === 2) throw new Error(`pipeline ${args.join(' ')}: ${stderr}`);
  }
}
