import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { TemplateResource } from '../../../../packages/local-engine/cloudformation/template/template.ts';
import { runCommand } from '../../../../packages/local-engine/command/command.ts';
import { dataFolder } from '../support/folder.ts';

type Resources = Readonly<Record<string, TemplateResource>>;

const queue = (QueueName: string): TemplateResource => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName } });

/** Writes a cloud assembly of one stack as `cdk synth` does, its manifest last. */
function synthesize(folder: string, resources: Resources): void {
  const artifact = { type: 'aws:cloudformation:stack', properties: { templateFile: 'template.json' } };
  writeFileSync(join(folder, 'template.json'), JSON.stringify({ Resources: resources }));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ artifacts: { Shop: artifact } }));
}

function assembly(resources: Resources = { Orders: queue('orders') }): string {
  const folder = dataFolder();
  synthesize(folder, resources);
  return folder;
}

/** A command that runs in this process, with what it has printed, stopped after the test. */
class Running {
  readonly printed: string[] = [];
  readonly errors: string[] = [];
  readonly ended: Promise<number>;
  readonly #controller = new AbortController();
  #heard: () => void = () => {};

  constructor(args: readonly string[]) {
    const to = (lines: string[]) => (line: string) => {
      lines.push(line);
      this.#heard();
    };
    const { signal } = this.#controller;
    this.ended = runCommand(args, { print: to(this.printed), printError: to(this.errors), signal });
    running.push(this);
  }

  /** Resolves with what a printed line matches. */
  async shows(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      for (const line of [...this.printed, ...this.errors]) {
        const found = pattern.exec(line);
        if (found) return found;
      }
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  stop(): Promise<number> {
    this.#controller.abort();
    return this.ended;
  }
}

const running: Running[] = [];
let server: Server | undefined;
afterEach(async () => {
  await Promise.all(running.splice(0).map((command) => command.stop()));
  server?.close();
  server = undefined;
});

async function queuesAt(endpoint: string): Promise<string[]> {
  const client = new SQSClient({
    endpoint,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const { QueueUrls = [] } = await client.send(new ListQueuesCommand({}));
  client.destroy();
  return QueueUrls.map((url) => url.split('/').at(-1) ?? '');
}

describe('given an assembly', () => {
  test('it runs behind the endpoint that the command prints, until it is stopped', async () => {
    const command = new Running([assembly(), '--port', '0', '--region', 'eu-west-1']);
    const [, endpoint = ''] = await command.shows(/^Shop on (http:\/\/127\.0\.0\.1:\d+), in eu-west-1\./);
    expect(command.printed.join('\n')).toContain(`export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=eu-west-1`);
    expect(await queuesAt(endpoint)).toEqual(['orders']);
    expect(await command.stop()).toBe(0);
    expect(command.errors).toEqual([]);
    await expect(queuesAt(endpoint)).rejects.toThrow('ECONNREFUSED');
  });

  test('with --watch, when it is synthesized again, what runs is updated', async () => {
    const folder = assembly();
    const command = new Running([folder, '--port', '0', '--watch']);
    const [, endpoint = ''] = await command.shows(/ on (http:\S+),/);
    await command.shows(/AWS_SECRET_ACCESS_KEY/);
    synthesize(folder, { Orders: queue('orders'), Returns: queue('returns') });
    await command.shows(/^updated: Returns added$/);
    expect(await queuesAt(endpoint)).toEqual(['orders', 'returns']);
    expect(await command.stop()).toBe(0);
  });

  test('with --watch, when what is synthesized cannot run, the last good version does', async () => {
    const folder = assembly();
    const command = new Running([folder, '--port', '0', '--watch']);
    const [, endpoint = ''] = await command.shows(/ on (http:\S+),/);
    await command.shows(/AWS_SECRET_ACCESS_KEY/);
    synthesize(folder, { Teapot: { Type: 'AWS::Kitchen::Teapot' } });
    await command.shows(/^not updated: Teapot: .*AWS::Kitchen::Teapot.* The last good version keeps running\.$/);
    expect(await queuesAt(endpoint)).toEqual(['orders']);
    expect(await command.stop()).toBe(0);
  });

  test('with --data, one engine at a time uses the folder', async () => {
    const [folder, data] = [assembly(), dataFolder()];
    const first = new Running([folder, '--port', '0', '--data', data]);
    await first.shows(/AWS_SECRET_ACCESS_KEY/);
    const second = new Running([folder, '--port', '0', '--data', data]);
    expect(await second.ended).toBe(1);
    expect(second.errors.join()).toMatch(/^error: .*another engine/);
    expect(await first.stop()).toBe(0);
  });
});

describe('given what cannot run, the command says what to do', () => {
  test.each<[string, () => string[], RegExp]>([
    ['a folder that holds no assembly', () => [dataFolder()], /is not a cloud assembly: .* npx cdk synth/],
    [
      'a resource type that the engine does not know',
      () => [assembly({ Teapot: { Type: 'AWS::Kitchen::Teapot' } }), '--port', '0'],
      /^error: Teapot: has the type AWS::Kitchen::Teapot/,
    ],
  ])('%s', async (_given, args, message) => {
    const command = new Running(args());
    expect(await command.ended).toBe(1);
    expect(command.errors.join('\n')).toMatch(message);
    expect(command.printed).toEqual([]);
  });

  test('a port in use', async () => {
    server = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server?.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const command = new Running([assembly(), '--port', String(port)]);
    expect(await command.ended).toBe(1);
    expect(command.errors).toEqual([
      `error: port ${port} is in use. Stop the program that uses it, or choose another port with --port (0 takes any free one).`,
    ]);
  });
});

test.each([
  { args: [], says: /^error: Name the folder that cdk synth wrote, such as cdk\.out\. See: local-engine --help$/ },
  { args: ['cdk.out', '--port', '70000'], says: /--port must be a number from 0 to 65535; got "70000"\./ },
  { args: ['cdk.out', '--port', '1e3'], says: /got "1e3"/ },
  { args: ['cdk.out', '--region', 'Berlin'], says: /--region must be the name of an AWS Region, .*got "Berlin"/ },
  { args: ['cdk.out', '--allow-host', 'a.test:1'], says: /--allow-host: "a\.test:1" is not a host name\./ },
  { args: ['cdk.out', '--environments', '0'], says: /--environments must be a number from 1 to 1000; got "0"\./ },
  { args: ['cdk.out', '--colour'], says: /^error: Unknown option '--colour'\. See: local-engine --help$/ },
  { args: ['cdk.out', '--port'], says: /^error: Option '--port <value>' argument missing\. See/ },
])('given the arguments $args, the usage is wrong', async ({ args, says }) => {
  const command = new Running(args);
  expect(await command.ended).toBe(2);
  expect(command.errors).toEqual([expect.stringMatching(says)]);
});

test.each(['--help', '-h'])('given %s, the options are shown', async (option) => {
  const command = new Running([option]);
  expect(await command.ended).toBe(0);
  expect(command.printed.join('\n')).toMatch(/^Usage: local-engine CDK_OUT\.\.\. \[options\]\n.*--watch/s);
});
