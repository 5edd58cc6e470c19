import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Pipeline } from '../support/pipeline.ts';
import { type Ended, ProjectCopy } from '../support/project-copy.ts';
import { editedByHand, linesWritten, WRITTEN_BY_HAND } from './scaffold-edits.ts';

const MAIN = 'cli/main.ts';

/** As they are written, without an edit. */
const UNEDITED = { 'tried-bucket': 'BucketCreated', 'tried-event': 'ScaffoldTried' };
/** Each then becomes what a developer makes of it. */
const EDITED = { 'tried-log': 'BucketCreated', 'tried-file': 'BucketCreated', 'tried-publish': 'UserRegistered' };
const SUBSCRIBERS = Object.entries({ ...UNEDITED, ...EDITED });

const filesOf = (name: string) => [
  `services/${name}/subscription.ts`,
  `services/${name}/handler.ts`,
  `services/${name}/${name}.ts`,
  `test/unit/services/${name}/${name}.test.ts`,
];

let copy: ProjectCopy;
let assembly: string;
let original: ReadonlyMap<string, string>;
let withEvent: ReadonlyMap<string, string>;
let scaffolded: ReadonlyMap<string, string>;
let newEvent: Ended;
let newSubscribers: Ended[];

beforeAll(async () => {
  [copy, assembly] = await Promise.all([ProjectCopy.create(), mkdtemp(join(tmpdir(), 'scaffold-assembly-'))]);
  original = await copy.files();
  newEvent = await copy.run('node', [MAIN, 'new', 'event', 'ScaffoldTried']);
  withEvent = await copy.files();
  newSubscribers = await Promise.all(
    // From some other folder, as it may be.
    SUBSCRIBERS.map(([name, event]) =>
      copy.run('node', [join('..', MAIN), 'new', 'subscriber', name, '--on', event, '--json'], { cwd: 'docs' }),
    ),
  );
  scaffolded = await copy.files();
  for (const file of Object.keys(WRITTEN_BY_HAND)) await copy.write(file, editedByHand(file, textOf(file)));
});

afterAll(async () => {
  await copy.remove();
  await rm(assembly, { recursive: true });
});

/** A file as the commands wrote it. */
function textOf(file: string): string {
  return scaffolded.get(file) ?? '';
}

/** Files whose texts differ between two looks at the copy. */
function changed(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((file) => before.get(file) !== after.get(file))
    .sort();
}

test('a new event is a schema, a sample, and what is generated from them', () => {
  const files = changed(original, withEvent);
  const generated = /^(schemas\/generated\/|docs\/events\.)/;
  expect(files.filter((file) => !generated.test(file))).toEqual([
    'schemas/samples/scaffold-tried.v1.json',
    'schemas/scaffold-tried.v1.schema.json',
  ]);
  expect(newEvent).toMatchObject({ code: 0, stderr: '' });
  for (const file of files) expect(newEvent.stdout).toContain(`  ${file}\n`);
  expect(newEvent.stdout).toMatch(/its source is scaffold-service, which is a guess: it should name the producer/i);
});

test('a new subscriber is four files, and no other changes', () => {
  expect(changed(withEvent, scaffolded)).toEqual(SUBSCRIBERS.flatMap(([name]) => filesOf(name)).sort());
  for (const [index, [name, event]] of SUBSCRIBERS.entries()) {
    const { code, stdout, stderr } = newSubscribers[index] ?? { code: -1, stdout: '', stderr: '' };
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({ name, event, files: filesOf(name) });
  }
});

test.each([
  ['logs', 'tried-log', 4],
  ['writes an object into the new bucket', 'tried-file', 15],
])('a developer writes few lines for one that %s', (_, name, most) => {
  const lines = filesOf(name).flatMap((file) => linesWritten(textOf(file), editedByHand(file, textOf(file))));
  expect(lines.length).toBeGreaterThan(1);
  expect(lines.length).toBeLessThanOrEqual(most);
});

describe('without an edit, and with those', () => {
  let ended: Record<'schemas' | 'lint' | 'types' | 'tests' | 'synth', Ended>;

  beforeAll(async () => {
    const { context } = JSON.parse(await copy.read('cdk.json'));
    const synthesis = { CDK_OUTDIR: assembly, CDK_CONTEXT_JSON: JSON.stringify(context), CDK_VALIDATION: 'false' };
    const jest = [
      '--selectProjects',
      'units',
      '--runInBand',
      '--',
      ...SUBSCRIBERS.map(([name]) => `services/${name}/`),
    ];
    const [schemas, lint, types, tests, synth] = await Promise.all([
      copy.run('node', ['schemas/generate.ts', '--check']),
      copy.run('biome', ['check', '.']),
      copy.run('tsc', ['--checkers', '1']), // other processes have the other cores
      copy.run('jest', jest),
      copy.run('node', ['cdk/app.ts'], { env: synthesis }),
    ]);
    ended = { schemas, lint, types, tests, synth };
  });

  test.each(['schemas', 'lint', 'types', 'tests', 'synth'] as const)('%s: nothing to complain about', (check) => {
    const { code, stdout, stderr } = ended[check];
    expect({ code, said: code === 0 ? '' : stdout + stderr }).toEqual({ code: 0, said: '' });
  });

  test('their own tests ran', () => {
    for (const [name] of SUBSCRIBERS)
      expect(ended.tests.stderr).toMatch(new RegExp(`^PASS .*/${name}\\.test\\.ts`, 'm'));
  });

  test('the template holds rule, queues, function, alarms, log and role of each', async () => {
    const template = await readFile(join(assembly, 'user-bucket-pipeline-dev.template.json'), 'utf8');
    const resources = Object.entries<{ Type: string }>(JSON.parse(template).Resources);
    for (const id of ['TriedBucket', 'TriedEvent', 'TriedFile']) {
      const types = resources.filter(([logicalId]) => logicalId.startsWith(id)).map(([, { Type }]) => Type);
      expect(types).toEqual(
        expect.arrayContaining([
          'AWS::Events::Rule',
          'AWS::SQS::Queue',
          'AWS::Lambda::Function',
          'AWS::Lambda::EventSourceMapping',
          'AWS::CloudWatch::Alarm',
          'AWS::Logs::LogGroup',
          'AWS::IAM::Role',
        ]),
      );
      expect(types.filter((type) => type === 'AWS::SQS::Queue')).toHaveLength(2);
      expect(types.filter((type) => type === 'AWS::CloudWatch::Alarm')).toHaveLength(5);
    }
  });

  describe('in the running pipeline', () => {
    let pipeline: Pipeline;

    beforeAll(async () => {
      pipeline = await Pipeline.start({ assemblies: [assembly] });
      await pipeline.register('alice');
    });
    afterAll(() => pipeline.stop());

    /** The line that a service logs about its event. */
    async function logged(service: string, message: string): Promise<Record<string, unknown>> {
      const matches = ({ service: logger, message: text }: Record<string, unknown>) =>
        logger === service && text === message;
      const line = await pipeline.waitFor(`the log line of ${service}`, (entry) => {
        return entry.hop === 'log' && String(entry.line).includes(service) && String(entry.line).includes(message);
      });
      expect(JSON.parse(String(line.line))).toEqual(expect.objectContaining({ userId: 'alice' }));
      return pipeline.logLines(message).find(matches) ?? {};
    }

    test('the new subscriber gets its event', async () => {
      const { decision, eventId } = await logged('tried-bucket', 'decided');
      expect(decision).toBe(`nothing yet about ${eventId}`);
      expect(eventId).toMatch(/:BucketCreated$/);
    });

    test('a service publishes the new event, and its new subscriber gets it', async () => {
      const { decision, eventId } = await logged('tried-event', 'decided');
      expect(decision).toBe(`nothing yet about ${eventId}`);
      expect(eventId).toMatch(/:ScaffoldTried$/);
    });

    test('the one that logs says what it shall', async () => {
      const { decision } = await logged('tried-log', 'decided');
      const { s3_bucket_url: url } = await pipeline.recorded('alice');
      expect(decision).toBe(`Your bucket is ready: ${url?.S}`);
    });

    test('the one that writes an object has written it', async () => {
      await logged('tried-file', 'welcome file written');
      const [Bucket] = await pipeline.buckets();
      const { Body } = await pipeline.s3.send(new GetObjectCommand({ Bucket, Key: 'welcome.txt' }));
      expect(await Body?.transformToString()).toMatch(/^Welcome! This bucket is yours: https:/);
    });
  });
});

test('a field that the event does not have fails to compile, and is named', async () => {
  const file = 'services/tried-bucket/tried-bucket.ts';
  await copy.write(file, textOf(file).replace('event.metadata.eventId', 'event.data.bucketNmae'));
  const tsconfig = { extends: './tsconfig.json', include: ['services/tried-bucket/handler.ts'] };
  await copy.write('tsconfig.one.json', JSON.stringify(tsconfig));
  const { code, stdout } = await copy.run('tsc', ['--project', 'tsconfig.one.json', '--pretty', 'false']);
  expect(stdout).toMatch(/^services\/tried-bucket\/tried-bucket\.ts\(.*'bucketNmae' does not exist on type/);
  expect(stdout.match(/error TS/g)).toHaveLength(1);
  expect(code).not.toBe(0);
});

test('what cannot be is refused with the reason, and nothing is written', async () => {
  const before = await copy.files();
  const refusals: [string[], RegExp][] = [
    [
      ['subscriber', 'Welcome', '--on', 'BucketCreated'],
      /kebab-case, every word beginning with a letter; got "Welcome"/,
    ],
    [['subscriber', 'tried-bucket', '--on', 'BucketCreated'], /services\/tried-bucket exists already/],
    [['subscriber', 'pipe', '--on', 'BucketCreated'], /must not have the name of a part of the stack/],
    [
      ['subscriber', 'tried-audit', '--on', 'ScaffoldLeft'],
      /no event ScaffoldLeft; the events are .*BucketCreated, .*ScaffoldTried/,
    ],
    [
      ['subscriber', 'tried-audit', '--json'],
      /name the event for tried-audit with --on; the events are .*BucketCreated, /,
    ],
    [['event', 'ScaffoldLeft', '--source', 'aws.users'], /must name the producer .* not beginning "aws\."/],
  ];
  await Promise.all(
    refusals.map(async ([args, reason]) => {
      const { code, stdout, stderr } = await copy.run('node', [MAIN, 'new', ...args]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr.trimEnd().split('\n')).toEqual([expect.stringMatching(/^error: /)]);
      expect(stderr).toMatch(reason);
    }),
  );
  expect(changed(before, await copy.files())).toEqual([]);
});

test('an event whose contract cannot be generated leaves nothing behind', async () => {
  await copy.write('schemas/shirt-ordered.v1.schema.json', '{');
  const before = await copy.files();
  const { code, stdout, stderr } = await copy.run('node', [MAIN, 'new', 'event', 'ScaffoldLeft', '--json']);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toMatch(
    /^error: the contract could not be generated, .* removed again: schemas\/shirt-ordered\.v1\.schema\.json: not JSON/,
  );
  expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  expect(changed(before, await copy.files())).toEqual([]);
});
