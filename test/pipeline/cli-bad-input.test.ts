import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { pipeline, pipelineProcess } from '../support/cli.ts';

/** Servers that are not the engine. */
const strangers: Server[] = [];

beforeAll(async () => {
  for (const [status, body] of [
    [200, '<html><body>Hello</body></html>'] as const,
    [404, '{"no": "such page"}'] as const,
  ]) {
    const stranger = createServer((_request, response) => response.writeHead(status).end(body));
    strangers.push(stranger);
    await new Promise<void>((listening) => stranger.listen(0, '127.0.0.1', listening));
  }
});

afterAll(() => Promise.all(strangers.map((stranger) => new Promise((closed) => stranger.close(closed)))));

function strangersPort(index: number): string {
  const address = strangers[index]?.address() as AddressInfo;
  return String(address.port);
}

/** Ports below 10 are nobody's on a machine that one develops on. */
const FREE_PORT = '9';

test.each<[string, () => string[], number, RegExp]>([
  ['an unknown command', () => ['frobnicate'], 2, /unknown command 'frobnicate'/],
  ['an unknown option of dev', () => ['dev', '--frob'], 2, /unknown option '--frob'/],
  ['an unknown option of register', () => ['register', 'a', '--frob'], 2, /unknown option '--frob'/],
  ['an argument too many', () => ['dev', 'x'], 2, /too many arguments/],
  ['a port out of range', () => ['dev', '--port', '65536'], 2, /'65536' is invalid.* from 0 to 65535/],
  ['a port that is no number', () => ['dev', '--port', '4566x'], 2, /'4566x' is invalid/],
  ['a port to listen on for register', () => ['register', 'a', '--port', '0'], 2, /'0' is invalid.* from 1 to 65535/],
  ['an option without its value', () => ['dev', '--region'], 2, /argument missing/],
  ['a Region of no such form', () => ['dev', '--region', 'A_B'], 2, /'A_B' is invalid.* such as eu-west-1/],
  ['a context value of no such form', () => ['dev', '-c', 'stage'], 2, /'stage' is invalid.* key=value/],
  [
    'a misspelt context value',
    () => ['dev', '-c', 'stgae=prod'],
    2,
    /-c: stgae is no context value .*; did you mean stage\?/,
  ],
  ['a host with a port', () => ['dev', '--allow-host', 'a.test:1'], 2, /--allow-host: "a\.test:1" is not a host name/],
  ['a folder that is no assembly', () => ['dev', '--assembly', 'docs'], 1, /docs is not a cloud assembly/],
  ['nobody to register', () => ['register'], 2, /name the users to register/],
  ['an empty user id', () => ['register', 'a', ''], 2, /a user id must not be empty/],
  ['a user id of 2049 bytes', () => ['register', 'x'.repeat(2049)], 2, /at most 2048 bytes in UTF-8; .* has 2049/],
  ['no users', () => ['register', '--count', '0'], 2, /'0' is invalid.* from 1 to/],
  ['two places at once', () => ['register', 'a', '--port', '1', '--stack', 's'], 2, /cannot be used with/],
  ['no engine', () => ['register', 'a', '--port', FREE_PORT], 1, /no local engine at \S+:9; start one with npm start/],
  ['a web page', () => ['register', 'a', '--port', strangersPort(0)], 1, /has no stack; is it the local engine/],
  ['another API', () => ['register', 'a', '--port', strangersPort(1)], 1, /is neither AWS nor the local engine/],
  ['no Region', () => ['register', 'a', '--stack', 's'], 1, /no AWS Region: set AWS_REGION/],
  [
    'a broken config',
    () => ['dev', '--once', '--port', '0', '-c', 'stage=nowhere'],
    1,
    /the stack cannot be synthesized: stage must be one of dev, prod, the stages in cdk\.json \(to add a stage, write .* there\); got "nowhere"/,
  ],
])('%s gives one clear line and the right exit code', async (_, args, exitCode, message) => {
  const ended = await pipeline(args());
  expect(ended.stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(/^error: /)]);
  expect(ended.stderr).toMatch(message);
  expect(ended.exitCode).toBe(exitCode);
});

test('a process that refuses its arguments ends so too', async () => {
  expect(await pipelineProcess(['dev', '--frob'])).toEqual({
    exitCode: 2,
    stdout: '',
    stderr: "error: unknown option '--frob'\n",
  });
});

test('AWS without credentials is refused in one line', async () => {
  const { exitCode, stderr } = await pipeline(['register', 'a', '--stack', 's'], { AWS_REGION: 'eu-west-1' });
  expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(/^error: no AWS credentials: /)]);
  expect(exitCode).toBe(1);
});

test.each([
  ['--help', ['--help'], ['Usage: pipeline', 'dev [options]', 'register [options] [userId...]', 'Exit codes']],
  ['dev --help', ['dev', '--help'], ['Usage: pipeline dev', '--once', '--no-samples', '--assembly', '4566']],
  ['register --help', ['register', '--help'], ['Usage: pipeline register', '--count', '--wait', '--json', '--stack']],
])('%s tells how to use it, and is no failure', async (_, args, parts) => {
  const { exitCode, stdout } = await pipeline(args);
  for (const part of parts) expect(stdout).toContain(part);
  expect(exitCode).toBe(0);
});
