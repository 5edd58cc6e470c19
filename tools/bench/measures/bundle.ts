/**
 * Cold starts on AWS: the CPU that importing a function's bundle takes, and handling its first event, against a bare handler that
 * makes the same calls with the same clients and has nothing else: bundled in the same way, and bundled as usual, without
 * lean-imports.ts. Each import is a process of its own, with the variables of Lambda.
 */
import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { BUNDLE_OPTIONS, bundle } from '../../../cdk/handler-bundles.ts';
import { withAssembly } from '../assembly.ts';
import { AwsStub } from '../aws-stub.ts';
import { median, print, rounded } from '../figures.ts';
import { functionsIn } from '../synthesized-functions.ts';

const ROUNDS = 40;
const TARGET_RATIO = 1.1;
const HERE = join(import.meta.dirname, '..');
const SAMPLES = join(HERE, '..', '..', 'schemas', 'samples');

/** The services, and an event for each. */
const EVENTS = { 'bucket-service': 'user-registered.v1.json', 'uri-recorder': 'bucket-created.v1.json' };

/** Imports a bundle and handles one event, as Lambda's runtime does; prints the CPU of both, in milliseconds. */
const COLD_START = `
  const [, file, event] = process.argv;
  const context = { awsRequestId: 'r', functionName: 'f', getRemainingTimeInMillis: () => 10000 };
  const milliseconds = ({ user, system }) => (user + system) / 1000;
  const begun = process.cpuUsage();
  const { handler } = await import(file);
  const imported = milliseconds(process.cpuUsage(begun));
  const result = await handler(JSON.parse(event), context);
  const handled = milliseconds(process.cpuUsage(begun));
  if (result !== undefined && result.batchItemFailures.length > 0) throw new Error('the event was not handled');
  process.stdout.write('\\n' + JSON.stringify({ imported, handled }));
  process.exit();
`;

/** What Lambda sets itself. Source: Lambda developer guide, defined runtime environment variables. */
const LAMBDA_VARIABLES = {
  AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
  AWS_LAMBDA_FUNCTION_NAME: 'f',
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '512',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'key',
  AWS_SECRET_ACCESS_KEY: 'secret',
  AWS_SESSION_TOKEN: 'token',
  _X_AMZN_TRACE_ID: 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1',
};

interface ColdStart {
  readonly imported: number;
  readonly handled: number;
}

const aws = await AwsStub.start();
try {
  await withAssembly(async (assembly) => {
    for (const { name, file, variables } of await functionsIn(assembly)) {
      if (name in EVENTS) await measure(name as keyof typeof EVENTS, file, variables, assembly);
    }
  });
} finally {
  aws.stop();
}

async function measure(
  name: keyof typeof EVENTS,
  file: string,
  variables: Readonly<Record<string, string>>,
  folder: string,
): Promise<void> {
  const handlerFile = join(HERE, 'bare', `${name}.ts`);
  const bare = join(folder, `${name}.bare.mjs`);
  const made = await bundle([{ name, folder: dirname(handlerFile), handlerFile }]);
  await writeFile(bare, made.get(name) ?? '');
  const usual = join(folder, `${name}.usual.mjs`);
  await build({ ...BUNDLE_OPTIONS, entryPoints: [handlerFile], outfile: usual });
  const starts: Record<'own' | 'bare' | 'usual', ColdStart>[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const own = await coldStart(name, file, variables);
    const other = await coldStart(name, bare, variables);
    if (own.calls.join() !== other.calls.join()) throw new Error(`${name} calls ${own.calls}, and bare ${other.calls}`);
    starts.push({ own: own.cpu, bare: other.cpu, usual: (await coldStart(name, usual, variables)).cpu });
  }
  const [bytes, bareBytes] = await Promise.all([file, bare].map(async (each) => (await readFile(each)).length));
  for (const [what, key, target] of [
    ['importing the bundle', 'imported', { target: TARGET_RATIO }],
    ['a cold start, its first event included', 'handled', {}],
  ] as const) {
    print({
      measure: `CPU of ${what}, ${name}, against a bare handler`,
      unit: 'x',
      value: median(starts.map(({ own, bare }) => own[key] / bare[key])),
      ...target,
    });
    const of = (which: 'own' | 'bare' | 'usual') => median(starts.map((start) => start[which][key]));
    const others = { bare: of('bare'), bareBundledAsUsual: of('usual') };
    print({ measure: `CPU of ${what}, ${name}`, unit: 'ms', value: of('own'), ...others });
  }
  print({
    measure: `size of the bundle, ${name}`,
    unit: 'KB',
    value: (bytes ?? 0) / 1000,
    bare: rounded((bareBytes ?? 0) / 1000),
  });
}

/** Runs one cold start in a new process. @returns its CPU, and which calls it made */
async function coldStart(
  name: keyof typeof EVENTS,
  file: string,
  variables: Readonly<Record<string, string>>,
): Promise<{ readonly cpu: ColdStart; readonly calls: readonly string[] }> {
  const body = await readFile(join(SAMPLES, EVENTS[name]), 'utf8');
  const record = { messageId: 'm', body, attributes: { ApproximateReceiveCount: '1' } };
  const args = [
    '--input-type=module',
    '-e',
    COLD_START,
    pathToFileURL(file).href,
    JSON.stringify({ Records: [record] }),
  ];
  const env = { ...variables, ...LAMBDA_VARIABLES, AWS_ENDPOINT_URL: aws.url };
  const { stdout } = await promisify(execFile)(process.execPath, args, { env });
  return { cpu: JSON.parse(stdout.slice(stdout.lastIndexOf('\n'))), calls: aws.takeCalls() };
}
