import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compileCache } from '../support/assembly.ts';
import { projectContext } from './support/synthesize.ts';

const run = promisify(execFile);

/** Runs the app as the CDK CLI does, but with an environment that holds nothing of this machine's: no credentials. */
async function runApp(outdir: string, context: object): Promise<{ code: number; stderr: string }> {
  const env = {
    PATH: process.env.PATH,
    ...compileCache(),
    CDK_OUTDIR: outdir,
    CDK_VALIDATION: 'false', // twice as fast; `cdk synth` in CI validates
    CDK_CONTEXT_JSON: JSON.stringify({ ...projectContext, ...context }),
  };
  try {
    const { stderr } = await run(process.execPath, ['cdk/app.ts'], { env });
    return { code: 0, stderr };
  } catch (error) {
    return error as { code: number; stderr: string };
  }
}

interface SynthesizedFunction {
  readonly name: string;
  readonly bundle: string;
  readonly variables: Readonly<Record<string, string>>;
}

/** The functions of an assembly, with what stands for a value that only a deployment knows filled in. */
function functionsOf(outdir: string, stack: string): SynthesizedFunction[] {
  const { Resources } = JSON.parse(readFileSync(join(outdir, `${stack}.template.json`), 'utf8'));
  const known: Readonly<Record<string, string>> = { 'AWS::AccountId': '123456789012' };
  return Object.entries<{ Type: string; Properties: { Code: { S3Key: string }; Environment: { Variables: object } } }>(
    Resources,
  )
    .filter(([, { Type }]) => Type === 'AWS::Lambda::Function')
    .map(([name, { Properties }]) => ({
      name,
      bundle: join(outdir, `asset.${Properties.Code.S3Key.replace('.zip', '')}`, 'index.mjs'),
      variables: Object.fromEntries(
        Object.entries<string | { Ref: string }>(Properties.Environment.Variables as Record<string, string>).map(
          ([key, value]) => [key, typeof value === 'string' ? value : (known[value.Ref] ?? value.Ref)],
        ),
      ),
    }));
}

describe('the CDK app', () => {
  let outdir: string;
  let again: string;
  let outcome: { code: number; stderr: string };

  beforeAll(async () => {
    outdir = mkdtempSync(join(tmpdir(), 'assembly-'));
    again = mkdtempSync(join(tmpdir(), 'assembly-'));
    outcome = await runApp(outdir, { stage: 'prod' });
  });

  afterAll(() => {
    for (const folder of [outdir, again]) rmSync(folder, { recursive: true });
  });

  test('synthesizes the chosen stage without credentials, with as little as a template needs', () => {
    expect(outcome.code).toBe(0);
    const template = JSON.parse(readFileSync(join(outdir, 'user-bucket-pipeline-prod.template.json'), 'utf8'));
    expect(Object.keys(template).sort()).toEqual(['Description', 'Outputs', 'Resources']);
    expect(JSON.stringify(template)).not.toContain('aws:cdk:path');
    expect(Object.values<{ Type: string }>(template.Resources).map(({ Type }) => Type)).not.toContain(
      'AWS::CDK::Metadata',
    );

    const manifest = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8'));
    expect(manifest.artifacts['user-bucket-pipeline-prod']).toMatchObject({
      environment: 'aws://unknown-account/unknown-region',
      properties: { terminationProtection: true },
    });
  });

  test('in the stage prod, destroys no data when the stack goes, when a resource leaves it, or when one is replaced', () => {
    const template = JSON.parse(readFileSync(join(outdir, 'user-bucket-pipeline-prod.template.json'), 'utf8'));
    const resources = Object.entries<{ Type: string; DeletionPolicy?: string; UpdateReplacePolicy?: string }>(
      template.Resources,
    );
    const data = ['DynamoDB::Table', 'Events::EventBus', 'Events::Archive', 'Logs::LogGroup'].map(
      (name) => `AWS::${name}`,
    );
    for (const type of data) expect(resources.map(([, { Type }]) => Type)).toContain(type);

    const isDlq = (id: string, type: string) => type === 'AWS::SQS::Queue' && id.includes('DeadLetters');
    const kept = resources.filter(([id, { Type }]) => data.includes(Type) || isDlq(id, Type));
    expect(kept.filter(([, { DeletionPolicy }]) => DeletionPolicy !== 'RetainExceptOnCreate')).toEqual([]);
    expect(kept.filter(([, { UpdateReplacePolicy }]) => UpdateReplacePolicy !== 'Retain')).toEqual([]);
    expect(kept.filter(([id, { Type }]) => isDlq(id, Type)).length).toBeGreaterThanOrEqual(3);

    // What may be destroyed holds nothing that is not elsewhere too: the archive has the events, the repository the schemas.
    const destroyed = resources.filter(([, each]) =>
      [each.DeletionPolicy, each.UpdateReplacePolicy].includes('Delete'),
    );
    expect([...new Set(destroyed.map(([, { Type }]) => Type))].sort()).toEqual([
      'AWS::EventSchemas::Registry',
      'AWS::EventSchemas::Schema',
      'AWS::SQS::Queue',
    ]);
  });

  test('bundles handlers that load, with the variables that the stack sets, on the runtime that it asks for', async () => {
    const functions = functionsOf(outdir, 'user-bucket-pipeline-prod');
    expect(functions.map(({ name }) => name.replace(/Function.*/, ''))).toEqual(
      expect.arrayContaining(['BucketService', 'UriRecorder']),
    );
    for (const { bundle, variables } of functions) {
      const script = `import(${JSON.stringify(pathToFileURL(bundle).href)}).then(({ handler }) => console.log(typeof handler, process.moduleLoadList.some((name) => name.includes('undici/undici'))))`;
      const env = { ...variables, AWS_REGION: 'eu-west-1', AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x' };
      const { stdout } = await run(process.execPath, ['-e', script], { env, cwd: tmpdir() });
      expect(stdout.trim()).toBe('function false'); // undici takes a third of a cold start (lean-imports.ts)
    }
  });

  test('gives the same assets and template every time, so that a deployment changes only what has changed', async () => {
    await runApp(again, { stage: 'prod' });
    const assets = (folder: string) => readdirSync(folder).filter((name) => name.startsWith('asset.'));
    expect(assets(again)).toEqual(assets(outdir));
    const template = (folder: string) => readFileSync(join(folder, 'user-bucket-pipeline-prod.template.json'), 'utf8');
    expect(template(again)).toBe(template(outdir));
  });

  test('refuses a context value that it does not know, and synthesizes no other stage instead', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'assembly-'));
    const { code, stderr } = await runApp(empty, { stgae: 'prod' });
    expect(code).toBe(1);
    expect(stderr.trimEnd()).toMatch(/^stgae is no context value of this project .*; did you mean stage\?$/);
    expect(readdirSync(empty)).toEqual([]);
    rmSync(empty, { recursive: true });
  });

  test('refuses a wrong config in one line per problem, with no stack trace and no assembly', async () => {
    const stages = { dev: { logRetentionDays: 2, bucketCors: 'yes' } };
    const empty = mkdtempSync(join(tmpdir(), 'assembly-'));
    const { code, stderr } = await runApp(empty, { stage: 'dev', stages });
    expect(code).toBe(1);
    const lines = stderr.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^stages\.dev\.logRetentionDays must be one of 1, 3, .*; got 2$/);
    expect(lines[1]).toBe('stages.dev.bucketCors must be true or false; got "yes"');
    expect(readdirSync(empty)).toEqual([]);
    rmSync(empty, { recursive: true });
  });
});
