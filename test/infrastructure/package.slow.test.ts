import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { synthesize } from '../../cdk/synthesize.ts';
import { OtherRepository } from './support/other-repository.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '..', '..');

/** An app that must compile, and mistakes in it that must not: were a type missing, they would pass as `any`. */
const TYPES = `
import { App, Stack } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { fromRecord, importEventBus, StreamPipe, Subscriber } from 'user-bucket-pipeline/cdk';
import { BucketCreated, UserRegistered } from 'user-bucket-pipeline/events';
import { createSubscriber, createTelemetry } from 'user-bucket-pipeline/subscriber';

const stack = new Stack(new App(), 'Types');
const code = Code.fromInline('//');
const bus = importEventBus(stack, 'Imported', 'dev');
new Subscriber(stack, 'One', { serviceName: 'one', code, event: BucketCreated, bus });
new Subscriber(stack, 'Two', { serviceName: 'two', code, event: UserRegistered, bus: new EventBus(stack, 'Own') });
// @ts-expect-error: there is no such choice
new Subscriber(stack, 'Three', { serviceName: 'three', code, event: UserRegistered, bus, replays: 'sometimes' });
// @ts-expect-error: that is no bus
new Subscriber(stack, 'Four', { serviceName: 'four', code, event: UserRegistered, bus: 'default' });
new Subscriber(stack, 'Five', { serviceName: 'five', code, event: BucketCreated, bus, where: { region: ['eu-west-1'] } });
// @ts-expect-error: the event has no such field
new Subscriber(stack, 'Six', { serviceName: 'six', code, event: BucketCreated, bus, where: { regoin: ['eu-west-1'] } });
const pipe = { owner: 'Orders', streamArn: 'arn', bus, event: { source: 'shop', detailType: 'OrderPaid' } };
new StreamPipe(stack, 'Seven', { ...pipe, template: { data: { id: fromRecord('$.eventID') } } });
// @ts-expect-error: there is no such change
new StreamPipe(stack, 'Eight', { ...pipe, template: '{}', changes: ['UPSERT'] });

const handler = createSubscriber({
  contract: BucketCreated,
  telemetry: createTelemetry(),
  async handle({ data }, { logger }) {
    logger.info('new bucket', { bucketName: data.bucketName });
    // @ts-expect-error: the event has no such field
    logger.info('new bucket', { bucketName: data.bucketname });
  },
});
// @ts-expect-error: that is not what a queue delivers
await handler({ bucketName: 'no queue delivers this' }, {} as never);
`;

describe('the package, in the repository of another team', () => {
  let other: OtherRepository;

  beforeAll(async () => {
    other = await OtherRepository.create();
    await other.write('types.ts', TYPES);
  });

  afterAll(() => other?.remove());

  test('asks for the same versions as the project, of exactly what it imports', async () => {
    const { dependencies, devDependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    const project = { ...dependencies, ...devDependencies };
    const manifest = await other.packageManifest();
    const { 'user-bucket-pipeline': tarball, ...ofApp } = await other.versions();
    expect(project).toMatchObject({ ...manifest.dependencies, ...manifest.peerDependencies, ...ofApp });

    expect(Object.keys(manifest.peerDependencies)).toEqual(['aws-cdk-lib', 'constructs']);
    expect(Object.keys(manifest.dependencies)).toEqual(
      expect.arrayContaining(['@aws-lambda-powertools/logger', '@types/aws-lambda', 'esbuild']),
    );
    for (const ofOthers of [
      'aws-cdk-lib',
      'commander',
      'dynalite',
      '@aws-sdk/client-s3',
      'json-schema-to-typescript',
    ]) {
      expect(manifest.dependencies).not.toHaveProperty([ofOthers]);
    }
    const { name, version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
    expect(tarball).toBe(`file:${name}-${version}.tgz`);
  });

  test('holds nothing to compile, no path of this machine, the license and what its parts can do', async () => {
    const files = await other.packageFiles();
    const paths = [...files.keys()];
    expect(paths.length).toBeGreaterThan(30);
    expect(paths.filter((path) => /\.[cm]?tsx?$/.test(path) && !path.endsWith('.d.ts'))).toEqual([]);
    expect(paths).toContain(join(other.packageFolder, 'LICENSE'));
    expect(files.get(join(other.packageFolder, 'API.md'))).toBe(
      await readFile(join(ROOT, 'docs', 'cdk-api.md'), 'utf8'),
    );
    for (const [path, text] of files) {
      expect([path, [ROOT, tmpdir(), homedir()].filter((place) => text.includes(place))]).toEqual([path, []]);
      expect([path, text.match(/'\..*\.ts'/g)]).toEqual([path, null]); // an import of a source
    }
  });

  test('synthesizes the same stack there as here, with a handler that loads', async () => {
    const [there, here] = [join(other.folder, 'cdk.out'), join(other.folder, 'cdk.out.here')];
    await Promise.all([
      synthesize({ folder: other.folder, outdir: there }),
      synthesize({ folder: join(ROOT, 'examples', 'external-subscriber'), outdir: here }),
    ]);
    expect(await templateOf(there)).toEqual(await templateOf(here));

    const asset = (await readdir(there)).find((name) => name.startsWith('asset.')) ?? 'no asset';
    const bundle = pathToFileURL(join(there, asset, 'index.mjs')).href;
    const script = `import(${JSON.stringify(bundle)}).then(({ handler }) => console.log(typeof handler))`;
    const env = { DIRECTORY_TABLE_NAME: 'directory', AWS_REGION: 'eu-west-1', POWERTOOLS_SERVICE_NAME: 'directory' };
    const { stdout } = await run(process.execPath, ['-e', script], { cwd: tmpdir(), env });
    expect(stdout.trim()).toBe('function');
  });

  test.each(['true', 'false'])(
    'has types that tell right from wrong there, with exactOptionalPropertyTypes %s',
    async (exact) => {
      expect(await other.typeCheck('--exactOptionalPropertyTypes', exact)).toBe('');
    },
  );
});

describe('building the package', () => {
  test('refuses a folder that holds something else, and leaves it alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'not-a-package-'));
    try {
      await writeFile(join(folder, 'package.json'), '{ "name": "user-bucket-pipeline", "exports": { "./cdk": "x" } }');
      const build = run(process.execPath, ['tools/package/build-package.ts', folder], { cwd: ROOT });
      const stderr = `error: ${folder} holds something other than this package; name an empty or a new folder\n`;
      await expect(build).rejects.toMatchObject({ code: 1, stderr });
      expect(await readdir(folder)).toEqual(['package.json']);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

/** The stack's template, without the hash of its bundle: that of sources and that of the package need not be alike. */
async function templateOf(assembly: string): Promise<object> {
  const text = await readFile(join(assembly, 'bucket-directory-dev.template.json'), 'utf8');
  return JSON.parse(text.replace(/"[0-9a-f]{64}\.zip"/, '"BUNDLE"'));
}
