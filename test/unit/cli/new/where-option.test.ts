import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { planSubscriber } from '../../../../cli/commands/new/new-subscriber.ts';
import { parseWhere, renderWhere } from '../../../../cli/commands/new/where-option.ts';
import { BucketCreated } from '../../../../schemas/generated/event-contracts.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..', '..');
const parse = (...texts: string[]) => parseWhere(texts, BucketCreated);

describe('conditions on the command line', () => {
  test.each<[string[], object]>([
    [['region=eu-west-1'], { region: ['eu-west-1'] }],
    [
      ['region=eu-west-1', 'region = us-*', 'region=*-2'],
      { region: ['eu-west-1', { prefix: 'us-' }, { suffix: '-2' }] },
    ],
    [['region=ap-*-1', 'userId=a*b*'], { region: [{ wildcard: 'ap-*-1' }], userId: [{ wildcard: 'a*b*' }] }],
    [['userId=7', 'userId=a=b'], { userId: ['7', 'a=b'] }],
    [['createdAt=7'], { createdAt: [7] }],
    [['createdAt<9', 'createdAt>=5'], { createdAt: [{ numeric: ['>=', 5, '<', 9] }] }],
    [['createdAt<=9'], { createdAt: [{ numeric: ['<=', 9] }] }],
    [['region!=eu-west-1'], { region: [{ 'anything-but': 'eu-west-1' }] }],
    [['createdAt!=1', 'createdAt!=2'], { createdAt: [{ 'anything-but': [1, 2] }] }],
    [['region!=eu-*', 'region!=us-*'], { region: [{ 'anything-but': { prefix: ['eu-', 'us-'] } }] }],
    [['{"region":[{"equals-ignore-case":"EU-WEST-1"}]}'], { region: [{ 'equals-ignore-case': 'EU-WEST-1' }] }],
  ])('%j', (texts, where) => {
    expect(parse(...texts)).toEqual(where);
  });

  test.each<[string[], string]>([
    [['region'], '--where region has no condition; write it as FIELD=VALUE, '],
    [['=x'], '--where =x has no condition; '],
    [['__proto__=x'], '--where __proto__=x has no condition; '],
    [['{"region"'], '--where {"region" is not JSON; '],
    [
      ['{"region":"eu-west-1"}'],
      '--where region must be a list of what it may be, such as ["eu-west-1"]; got "eu-west-1"',
    ],
    [['regoin=x'], '--where regoin is not a field of bucket-created.v1; the fields are userId, '],
    [['region.name=x'], '--where region.name is not a field of bucket-created.v1'],
    [['userId='], '--where userId: "" can never match; '],
    [['region=EU'], '--where region: "EU" can never match; '],
    [['createdAt=soon'], '--where createdAt: "soon" can never match; by bucket-created.v1 it is a whole number, '],
    [['createdAt>soon'], '--where compares createdAt with a number; got "soon"'],
    [['createdAt>9', 'createdAt<5'], '--where createdAt: the lower bound is not less than the upper'],
    [['createdAt>9', 'createdAt>5'], '--where cannot combine createdAt>9, createdAt>5: give either values, '],
    [['region=a', 'region!=b'], '--where cannot combine region=a, region!=b: '],
    [['region!=a', 'region!=b*'], '--where cannot exclude values and parts of texts of region together'],
    [['region=a**b'], '--where region: wildcard has two "*" in a row'],
  ])('%j is refused', (texts, problem) => {
    expect(() => parse(...texts)).toThrow(
      expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(problem) }),
    );
  });
});

test('a subscriber is planned with its conditions, and refused with a wrong one', () => {
  const planned = planSubscriber({ name: 'audit', event: 'BucketCreated', where: ['region=eu-*'] }, () => false);
  expect(planned.where).toEqual({ region: [{ prefix: 'eu-' }] });
  expect(planned.files[0]?.text).toContain("\n  where: {\n    region: [{ prefix: 'eu-' }],\n  },\n");
  const wrong = { name: 'audit', event: 'BucketCreated', where: ['size=S'] };
  expect(() => planSubscriber(wrong, () => false)).toThrow('--where size is not a field');
});

test('what is written is formatted, and says the same', async () => {
  const long = Array.from({ length: 9 }, (_, index) => `${'x'.repeat(8)}${index}`);
  const where = {
    plain: ['a', 7, true, { numeric: ['>', 1, '<=', 2] }],
    'with-hyphen': [{ 'anything-but': { prefix: ['a', 'b'] } }],
    quotes: ["it's", '"x"', `'"`, '\\', 'a\nb', '김'],
    nested: { inner: { long, exists: [{ exists: false }] } },
    ...Object.fromEntries([6, 7, 8, 9].map((more) => [`edge${more}`, [...long.slice(0, 7), 'y'.repeat(more)]])),
  };
  const folder = await mkdtemp(join(tmpdir(), 'where-'));
  try {
    await copyFile(join(ROOT, 'biome.json'), join(folder, 'biome.json'));
    const file = join(folder, 'subscription.ts');
    await writeFile(file, `export const subscription = {\n${renderWhere(where)}\n};\n`);
    const biome = join(ROOT, 'node_modules', '.bin', 'biome');
    await promisify(execFile)(biome, ['check', '--write', '--colors=off', '.'], { cwd: folder });
    expect(await readFile(file, 'utf8')).toBe(`export const subscription = {\n${renderWhere(where)}\n};\n`);
    expect((await import(file)).subscription).toEqual({ where });
  } finally {
    await rm(folder, { recursive: true });
  }
});
