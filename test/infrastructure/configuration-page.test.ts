import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { StageSettings } from '../../cdk/stage-settings.ts';
import { CONFIGURATION_PAGE, configurationPage } from '../../tools/docs/configuration-page.ts';
import { documentedSettings, SETTING_SOURCES } from '../../tools/docs/documented-settings.ts';
import { readInterface } from '../../tools/docs/read-interface.ts';
import { synthesize } from './support/synthesize.ts';
import { actionsOf, statementsOfRole } from './support/template.ts';

test('docs/configuration.md is up to date; if not, run: npm run config:docs', async () => {
  expect(readFileSync(CONFIGURATION_PAGE, 'utf8')).toBe(await configurationPage());
});

describe('what the page says an option costs', () => {
  const actions = (settings: Partial<StageSettings> = {}) =>
    statementsOfRole(synthesize({ settings }), 'BucketServiceRole').flatMap((statement) => actionsOf(statement));
  const always = actions();

  test.each<Partial<StageSettings>>([
    { bucketCors: true },
    { bucketPublicListing: true },
    { bucketTlsOnly: true },
    { bucketTags: { team: 'x' } },
    { bucketLifecycle: { abortUploadsAfterDays: 1 } },
  ])('with %j: names each grant that it adds, and no other', async (settings) => {
    const [name] = Object.keys(settings);
    const { costs } = (await documentedSettings()).find(({ path }) => path === name) ?? {};
    const named = [...(costs ?? '').matchAll(/`(s3:\w+)`/g)].map(([, action]) => action);
    expect(named.sort()).toEqual(
      actions(settings)
        .filter((action) => !always.includes(action))
        .sort(),
    );
  });
});

describe('the comments of the type', () => {
  let folder: string;
  let changed: string[];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'settings-'));
    changed = SETTING_SOURCES.map((file) => join(folder, basename(file)));
    for (const file of SETTING_SOURCES) copyFileSync(file, join(folder, basename(file)));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const change = (name: string, from: string, to: string) => {
    const file = join(folder, name);
    const source = readFileSync(file, 'utf8');
    expect(source).toContain(from);
    writeFileSync(file, source.replace(from, to));
  };

  test('given a default that is not the real one, are refused', async () => {
    change('stage-settings.ts', "@default 'siu'", "@default 'sui'");
    await expect(documentedSettings(changed)).rejects.toThrow(
      `bucketNamePrefix: its comment says @default 'sui', but it is "siu"`,
    );
  });

  test.each([
    ['a setting', 'stage-settings.ts', '   * @default 90\n', 'logRetentionDays: its comment has no @default'],
    [
      'a part of one',
      'bucket-lifecycle.ts',
      '   * @default - never\n',
      'bucketLifecycle.abortUploadsAfterDays: its comment has no @default',
    ],
  ])('given %s without a default, are refused', async (_, file, line, problem) => {
    change(file, line, '');
    await expect(documentedSettings(changed)).rejects.toThrow(problem);
  });

  test('given a setting that is checked and has no type, or a type and no check, are refused', async () => {
    change('stage-settings.ts', 'readonly logLevel', 'readonly logLevels');
    await expect(documentedSettings(changed)).rejects.toThrow('without a property in its type: logLevel');
    change(
      'stage-settings.ts',
      'readonly logLevels:',
      'readonly logLevel: string;\n\n  /** More. */\n  readonly more:',
    );
    await expect(documentedSettings(changed)).rejects.toThrow('more has a type, but nothing checks it');
  });

  test('given a property without any, are refused', () => {
    const source = 'export interface Some {\n  /** One. */\n  readonly one: string;\n  readonly two: string;\n}\n';
    expect(() => readInterface(source, 'Some')).toThrow('Some: without a comment: two');
  });

  test('are read as paragraphs and tags, each in one line', () => {
    const source = `export interface Some {
  /**
   * One
   * line.
   *
   * Another.
   * @default 'x'
   * @costs much
   * money
   */
  readonly one?: 'x' |
    'y';
}
`;
    expect(readInterface(source, 'Some')).toEqual([
      {
        name: 'one',
        type: "'x' | 'y'",
        isOptional: true,
        text: ['One line.', 'Another.'],
        tags: new Map([
          ['default', "'x'"],
          ['costs', 'much money'],
        ]),
      },
    ]);
    expect(readInterface(source, 'Other')).toBeUndefined();
  });
});
