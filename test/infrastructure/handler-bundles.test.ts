import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

const PROJECT = join(import.meta.dirname, '..', '..');
const BUNDLES = pathToFileURL(join(PROJECT, 'cdk', 'handler-bundles.ts')).href;

/** In a process of its own: esbuild refuses to run among Jest's globals. */
const SCRIPT = `
  import { writeFile } from 'node:fs/promises';
  const [, folder, handlerFile, bundles] = process.argv;
  const { bundle } = await import(bundles);
  await bundle([{ name: 'some', folder, handlerFile }])
    .then((made) => writeFile(folder + '/index.mjs', made.get('some')))
    .catch(({ name, message }) => console.log(JSON.stringify({ name, message })));
`;

/** Saves the source that the handler imports, each time with the next text, and bundles the handler again. */
const SAVES = `
  import { writeFile } from 'node:fs/promises';
  const [, folder, handlerFile, bundles, memory, ...texts] = process.argv;
  const { bundleMemory } = await import(memory);
  const { bundle } = await import(bundles);
  bundleMemory.keepParsed();
  const made = [];
  for (const text of texts) {
    await writeFile(folder + '/decision.ts', text);
    const name = 'some';
    made.push(await bundle([{ name, folder, handlerFile }]).then(
      (all) => Buffer.from(all.get(name)).toString(),
      (error) => error.name,
    ));
  }
  console.log(JSON.stringify(made));
  process.exit();
`;

const run = promisify(execFile);
const runModule = (script: string, args: readonly string[], env?: NodeJS.ProcessEnv) =>
  run(process.execPath, ['--input-type=module', '-e', script, ...args], { cwd: PROJECT, ...(env && { env }) });

let folder: string;
beforeEach(async () => {
  // In the project, where it finds the AWS SDK.
  folder = await mkdtemp(join(PROJECT, 'node_modules', '.handler-bundles-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Bundles a handler of this source. @returns what the script printed */
async function bundleSource(source: string): Promise<string> {
  const file = join(folder, 'handler.ts');
  await writeFile(file, source);
  return (await runModule(SCRIPT, [folder, file, BUNDLES])).stdout;
}

/** Calls the bundled handler in a new process. @returns what it returned, and whether undici was loaded */
async function callBundled(env: NodeJS.ProcessEnv = {}): Promise<unknown> {
  const script = `
    const { handler } = await import(${JSON.stringify(pathToFileURL(join(folder, 'index.mjs')).href)});
    const returned = await handler().catch(({ message }) => message);
    const undici = process.moduleLoadList.some((name) => name.includes('undici/undici'));
    console.log(JSON.stringify({ returned, undici }));
  `;
  return JSON.parse((await runModule(script, [], env)).stdout);
}

test('given a handler with a syntax error, it is refused by file and line, without a stack', async () => {
  const { name, message } = JSON.parse(await bundleSource('export const handler = async () => {};\nconst = 1;\n'));
  expect(name).toBe('ConfigError');
  expect(message).toMatch(/handler\.ts:2: Expected identifier/);
  expect(message.split('\n')).toHaveLength(1);
});

test('given a handler that is saved again and again, its bundle is that of a new process each time, also after a mistake', async () => {
  const memory = new URL('./bundle-memory.ts', BUNDLES).href;
  const file = join(folder, 'handler.ts');
  const source = "import { decide } from './decision.ts';\nexport const handler = async () => decide();\n";
  await writeFile(file, source);
  const saved = ['export const decide = () => 1;\n', 'const = 1;\n', 'export const decide = () => 3;\n'];
  const { stdout } = await runModule(SAVES, [folder, file, BUNDLES, memory, ...saved]);
  const [first, mistake, last] = JSON.parse(stdout);
  await bundleSource(source);
  expect(last).toBe(await readFile(join(folder, 'index.mjs'), 'utf8'));
  expect(first).not.toBe(last);
  expect(mistake).toBe('ConfigError');
});

test('given a handler that imports modules of Node.js in any way, it gets them, and undici is not loaded with them', async () => {
  await bundleSource(`
    import http, { Agent } from 'node:http';
    import * as path from 'path';
    const { request } = await import('https');
    export const handler = async () => [http.Agent === Agent, typeof Agent, path.basename('/a/b'), typeof request];
  `);
  expect(await callBundled()).toEqual({ returned: [true, 'function', 'b', 'function'], undici: false });
});

test('given a handler with an AWS client, the client takes its credentials from the environment, and nowhere else', async () => {
  await bundleSource(`
    import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
    const client = new DynamoDBClient({});
    export const handler = async () => (await client.config.credentials()).accessKeyId;
  `);
  const lambda = { AWS_REGION: 'eu-west-1' };
  const keys = { AWS_ACCESS_KEY_ID: 'from-lambda', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' };
  expect(await callBundled({ ...lambda, ...keys })).toEqual({ returned: 'from-lambda', undici: false });
  const profile = { AWS_PROFILE: 'default', AWS_SHARED_CREDENTIALS_FILE: join(folder, 'credentials') };
  await writeFile(
    profile.AWS_SHARED_CREDENTIALS_FILE,
    '[default]\naws_access_key_id=from-file\naws_secret_access_key=secret\n',
  );
  expect(await callBundled({ ...lambda, ...profile })).toMatchObject({
    returned: 'Unable to find environment variable credentials.',
  });
});

test('given bucket-service, only a stage where users leave gets the client that reads rows', async () => {
  const services = join(PROJECT, 'services', 'bucket-service');
  const bundled = async (file: string) => {
    await runModule(SCRIPT, [folder, join(services, file), BUNDLES]);
    return readFile(join(folder, 'index.mjs'), 'utf8');
  };
  const client = 'DynamoDB_20120810'; // as its requests name the API
  const usual = await bundled('handler.ts');
  expect(usual).not.toContain(client);
  expect(usual).toContain('S3Client');
  const whereUsersLeave = await bundled('handler-where-users-leave.ts');
  expect(whereUsersLeave).toContain(client);
  // A dynamic import would bring all of the client's commands.
  expect(whereUsersLeave).not.toContain('CreateTableCommand');
});
