import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { SAMPLE_USERS } from '../../operations/users/index.ts';
import { testAssembly } from '../support/assembly.ts';
import { type Ended, pipeline, RunningDev, startCommand } from '../support/cli.ts';

const STACK = 'user-bucket-pipeline-dev';

/** The buckets of the URIs in an output. */
function bucketsIn(output: string): string[] {
  return [...output.matchAll(/s3:\/\/(\S+)/g)].map(([, bucket = '']) => bucket);
}

/** A name that S3 takes in the account-regional namespace of that Region. */
function legalBucket(region: string): RegExp {
  return new RegExp(`^(?=.{3,63}$)siu[a-z0-9-]+-\\d{14}-123456789012-${region}-an$`);
}

function expectFailure({ exitCode, stderr }: Ended, code: number, message: RegExp): void {
  expect(withoutProgress(stderr).trimEnd().split('\n')).toEqual([expect.stringMatching(message)]);
  expect(exitCode).toBe(code);
}

/** A command reports its progress only if it takes long, so only on a slow machine. */
function withoutProgress(stderr: string): string {
  return stderr.replaceAll(/^\w+: [\d,]+ of [\d,]+ \(.*\n/gm, '');
}

/** A copy of the assembly, with the template changed. */
async function brokenAssembly(breakIt: (template: { Resources: Record<string, Resource> }) => void): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'broken-assembly-'));
  await cp(testAssembly(), folder, { recursive: true });
  const file = (await readdir(folder)).find((name) => name.endsWith('.template.json')) ?? '';
  const template = JSON.parse(await readFile(join(folder, file), 'utf8'));
  breakIt(template);
  await writeFile(join(folder, file), JSON.stringify(template));
  return folder;
}

interface Resource {
  Type: string;
  Properties: Record<string, unknown>;
}

describe('pipeline dev --once', () => {
  test('synthesizes the stack, registers the sample users and ends well when each has a bucket of its own', async () => {
    const { exitCode, stdout, stderr } = await pipeline(['dev', '--once', '--port', '0']);
    expect(stderr).toBe('');
    const buckets = bucketsIn(stdout);
    expect(buckets).toHaveLength(SAMPLE_USERS.length);
    expect(new Set(buckets).size).toBe(SAMPLE_USERS.length);
    for (const bucket of buckets) expect(bucket).toMatch(legalBucket('ap-northeast-1'));
    expect(stdout).toMatch(/^✔ test4 {2}row \d+ ms, bucket \d+ ms, URI \d+ ms\n {2}› s3:\/\/siutest4-/m);
    expect(stdout.trimEnd()).toMatch(/\n10 of 10 sample users have their bucket\.$/);
    expect(exitCode).toBe(0);
  });

  test.each(['us-east-1', 'cn-north-1', 'mars-north-1'])('works in a Region of any name: %s', async (region) => {
    const args = ['dev', '--once', '--port', '0', '--region', region, '--assembly', testAssembly()];
    const { exitCode, stdout } = await pipeline(args);
    expect(bucketsIn(stdout).filter((bucket) => legalBucket(region).test(bucket))).toHaveLength(10);
    expect(exitCode).toBe(0);
  });

  test('fails, naming the users and how far they came, when they are not recorded in time', async () => {
    const assembly = await brokenAssembly(({ Resources }) => {
      // Whoever else takes the event: other subscribers may have been added.
      for (const { Type, Properties } of Object.values(Resources)) {
        if (Type !== 'AWS::Events::Rule') continue;
        if (JSON.stringify(Properties.EventPattern).includes('BucketCreated')) Properties.State = 'DISABLED';
      }
    });
    try {
      const args = ['dev', '--once', '--timeout', '2', '--port', '0', '--assembly', assembly];
      expectFailure(
        await pipeline(args),
        1,
        // How far each comes in that time is up to the machine.
        /^error: 10 of 10 sample users not recorded within 2 s: test4.*: .+$/,
      );
    } finally {
      await rm(assembly, { recursive: true });
    }
  });

  test('refuses a stack that the engine cannot run, by logical id', async () => {
    const assembly = await brokenAssembly(({ Resources }) => {
      Resources.Fleet = { Type: 'AWS::EC2::Fleet', Properties: {} };
    });
    try {
      const ended = await pipeline(['dev', '--once', '--port', '0', '--assembly', assembly]);
      expectFailure(ended, 1, /^error: the local engine cannot run this stack: Fleet: .*AWS::EC2::Fleet/);
    } finally {
      await rm(assembly, { recursive: true });
    }
  });
});

describe('pipeline register', () => {
  let dev: RunningDev;
  let dynamodb: DynamoDBClient;
  let table: string;

  beforeAll(async () => {
    dev = await RunningDev.start(['--no-samples', '--assembly', testAssembly()]);
    const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
    dynamodb = new DynamoDBClient({ endpoint: dev.endpoint, region: 'ap-northeast-1', credentials });
    const { stdout } = await pipeline(['register', 'first', '--json', '--port', dev.port]);
    expect(JSON.parse(stdout)).toEqual({ userId: 'first', status: 'registered' });
    table = await tableName();
  });

  afterAll(async () => {
    dynamodb.destroy();
    await dev.stop();
  });

  async function tableName(): Promise<string> {
    const answer = await fetch(dev.endpoint, {
      method: 'POST',
      headers: {
        authorization: 'AWS4-HMAC-SHA256 Credential=local/20240430/ap-northeast-1/cloudformation/aws4_request',
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'Action=DescribeStacks&Version=2010-05-15',
    });
    const [, name = ''] = /UsersTableName<\/OutputKey><OutputValue>([^<]+)/.exec(await answer.text()) ?? [];
    return name;
  }

  async function row(userId: string) {
    const Key = { userId: { S: userId } };
    return (await dynamodb.send(new GetItemCommand({ TableName: table, Key, ConsistentRead: true }))).Item;
  }

  test('with --wait shows the URI that stands in the row', async () => {
    const { exitCode, stdout, stderr } = await pipeline(['register', 'alice', '--wait', '--port', dev.port]);
    expect(stdout).toBe(`alice  ${(await row('alice'))?.s3_bucket_uri?.S}\n`);
    expect(bucketsIn(stdout)).toEqual([expect.stringMatching(/^siualice-/)]);
    expect({ exitCode, stderr: withoutProgress(stderr) }).toEqual({ exitCode: 0, stderr: '' });
  });

  test('refuses a user who exists, leaves the row as it is, and registers the others', async () => {
    await pipeline(['register', 'bob', '--wait', '--port', dev.port]);
    await dynamodb.send(
      new UpdateItemCommand({
        TableName: table,
        Key: { userId: { S: 'bob' } },
        UpdateExpression: 'SET colour = :colour',
        ExpressionAttributeValues: { ':colour': { S: 'green' } },
      }),
    );
    const before = await row('bob');
    const again = await pipeline(['register', 'bob', 'carol', '--wait', '--port', dev.port]);
    expectFailure(again, 1, /^error: 1 of 2 existed already, unchanged: bob$/);
    expect(again.stdout).toContain(`bob    already exists, unchanged (${before?.s3_bucket_uri?.S})\n`);
    expect(await row('bob')).toEqual(before);
    expect(before?.colour).toEqual({ S: 'green' });
    expect((await row('carol'))?.s3_bucket_uri?.S).toMatch(/^s3:\/\/siucarol-/);
  });

  test('with --json prints one object per user and nothing else, whatever the id', async () => {
    const ids = ['Kim "MJ" \\ Seoul', '김민지', '{"S":"x"}\n'];
    const { exitCode, stdout } = await pipeline(['register', ...ids, '--wait', '--json', '--port', dev.port]);
    const reports = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(reports).toHaveLength(3);
    for (const userId of ids) {
      const uri = (await row(userId))?.s3_bucket_uri?.S;
      expect(uri).toMatch(/^s3:\/\/siu/);
      expect(reports).toContainEqual({ userId, status: 'registered', uri });
    }
    expect(exitCode).toBe(0);
  });

  test('with --count makes up users who all get their own bucket', async () => {
    const { exitCode, stdout } = await pipeline(['register', '--count', '150', '--wait', '--port', dev.port]);
    expect(new Set(bucketsIn(stdout)).size).toBe(150);
    expect(stdout).toMatch(/\n150 users registered, 150 with a bucket, in [\d.]+ s \(\d+\/s\)\n$/);
    expect(exitCode).toBe(0);
    const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName: table }));
    const made = Items.filter(({ userId }) => /^user-[a-z0-9]+-\d{3}$/.test(userId?.S ?? ''));
    expect(made).toHaveLength(150);
    for (const { s3_bucket_uri: uri } of made) expect(stdout).toContain(`  ${uri?.S}\n`);
  });

  test('finds a stack that is named as it does on AWS, and says so if there is none', async () => {
    const env = {
      AWS_ENDPOINT_URL: dev.endpoint,
      AWS_ACCESS_KEY_ID: 'local',
      AWS_SECRET_ACCESS_KEY: 'local',
      AWS_REGION: 'ap-northeast-1',
    };
    const found = await pipeline(['register', 'dave', '--json', '--stack', STACK], env);
    expect(JSON.parse(found.stdout)).toEqual({ userId: 'dave', status: 'registered' });
    expect(await row('dave')).toBeDefined();
    const missing = await pipeline(['register', 'erin', '--stack', 'nobody'], env);
    expectFailure(
      missing,
      1,
      /^error: there is no stack nobody in ap-northeast-1; check the name, the Region and the account, or deploy it with npm run deploy$/,
    );
    expect(await row('erin')).toBeUndefined();
  });

  test('a second engine on the same port is refused', async () => {
    const ended = await pipeline(['dev', '--once', '--port', dev.port, '--assembly', testAssembly()]);
    expectFailure(ended, 1, new RegExp(`^error: port ${dev.port} is in use: .*--port`));
    expect(ended.stdout).toBe(''); // before anything is synthesized
  });
});

test('a user whose URI does not come is named, with what to do, after the timeout', async () => {
  const assembly = await brokenAssembly(({ Resources }) => {
    for (const { Type, Properties } of Object.values(Resources)) {
      if (Type === 'AWS::Events::Rule') Properties.State = 'DISABLED';
    }
  });
  const dev = await RunningDev.start(['--no-samples', '--assembly', assembly]);
  try {
    const args = ['register', 'alice', '--wait', '--timeout', '1', '--json', '--port', dev.port];
    const ended = await pipeline(args);
    expectFailure(
      ended,
      1,
      /^error: 1 of 1 registered, but no URI within 1 s: alice; .*npx pipeline trace USER_ID --port \d+ /,
    );
    expect(JSON.parse(ended.stdout)).toEqual({
      userId: 'alice',
      status: 'registered',
      problem: 'no URI within 1 s',
    });
  } finally {
    await dev.stop();
    await rm(assembly, { recursive: true });
  }
});

test('without sample users, nothing stands in their place', async () => {
  const dev = startCommand(['dev', '--port', '0', '--no-samples', '--assembly', testAssembly()]);
  await dev.shows(/Ctrl-C stops it\./);
  await dev.endBy('SIGTERM');
  expect(dev.shown).toMatch(/, account \d+\n\nTry next, /);
});

test.each<NodeJS.Signals>(['SIGINT', 'SIGTERM'])('%s stops the engine cleanly and frees its port', async (signal) => {
  const dev = await RunningDev.start(['--no-samples', '--assembly', testAssembly()]);
  expect(await (await fetch(dev.endpoint)).text()).toContain(STACK);
  expect(await dev.stop(signal)).toBe(0);
  const refused = new Promise((resolve) => {
    createConnection(Number(dev.port), '127.0.0.1')
      .on('error', ({ code }: NodeJS.ErrnoException) => resolve(code))
      .on('connect', () => resolve('still open'));
  });
  expect(await refused).toBe('ECONNREFUSED');
});
