import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Engine, startEngine } from '../../packages/local-engine/engine.ts';
import { testAssembly } from '../support/assembly.ts';
import { type ChangedAssembly, changedAssembly, ofType, type Resources } from '../support/changed-assembly.ts';

describe('starting the engine', () => {
  let assembly: ChangedAssembly;
  let engine: Engine | undefined;
  beforeEach(async () => {
    assembly = await changedAssembly();
  });
  afterEach(async () => {
    await engine?.stop();
    engine = undefined;
    await assembly.remove();
  });

  const start = async () => {
    engine = await startEngine({ assemblies: [assembly.folder], port: 0 });
  };

  test('runs the assembly as it was synthesized', async () => {
    await start();
    expect(engine?.stacks.map(({ name }) => name)).toEqual(['user-bucket-pipeline-dev']);
  });

  test.each<[string, (resources: Resources) => void, RegExp]>([
    [
      'an unknown resource type',
      (resources) => Object.assign(resources, { Teapot: { Type: 'AWS::Kitchen::Teapot', Properties: {} } }),
      /^Teapot: .*AWS::Kitchen::Teapot/,
    ],
    [
      'an unknown property of a queue',
      (resources) => Object.assign(ofType(resources, 'AWS::SQS::Queue'), { Colour: 'red' }),
      /^RegistrationPipeDeadLettersQueue\w+: .*Colour/,
    ],
    [
      'an unknown property deep in a rule',
      (resources) => {
        const [target] = ofType(resources, 'AWS::Events::Rule', 'BucketService').Targets as Record<string, unknown>[];
        Object.assign(target ?? {}, { HttpParameters: {} });
      },
      /^BucketServiceRule\w+: .*Targets\[0\].*HttpParameters/,
    ],
    [
      'an unknown intrinsic function',
      (resources) =>
        Object.assign(ofType(resources, 'AWS::Events::EventBus'), { Name: { 'Fn::Cidr': ['10.0.0.0/8'] } }),
      /^EventBus\w+: .*Fn::Cidr/,
    ],
    [
      'a pattern that AWS would refuse',
      (resources) =>
        Object.assign(ofType(resources, 'AWS::Events::Rule', 'BucketService'), { EventPattern: { source: [] } }),
      /^BucketServiceRule\w+: .*source/,
    ],
    [
      'a pipe filter with an operator that pipes lack',
      (resources) => {
        const { FilterCriteria } = ofType(resources, 'AWS::Pipes::Pipe').SourceParameters as { FilterCriteria: object };
        Object.assign(FilterCriteria, { Filters: [{ Pattern: '{"eventName":[{"wildcard":"INS*"}]}' }] });
      },
      /^RegistrationPipe\w+: .*wildcard/,
    ],
    [
      'a path of the pipe that cannot be read',
      (resources) => {
        const { EventBridgeEventBusParameters } = ofType(resources, 'AWS::Pipes::Pipe').TargetParameters as {
          EventBridgeEventBusParameters: object;
        };
        Object.assign(EventBridgeEventBusParameters, { Source: "$.dynamodb.NewImage['x'].S" });
      },
      /^RegistrationPipe\w+: .*NewImage/,
    ],
    [
      'a batch size that is no number',
      (resources) =>
        Object.assign(ofType(resources, 'AWS::Lambda::EventSourceMapping', 'BucketService'), { BatchSize: 'ten' }),
      /^BucketServiceDelivery\w+: .*"ten"/,
    ],
    [
      'a condition of a queue policy that would be misjudged',
      (resources) => {
        const { Statement } = ofType(resources, 'AWS::SQS::QueuePolicy', 'RegistrationPipe').PolicyDocument as {
          Statement: object[];
        };
        Object.assign(Statement[0] ?? {}, { Condition: { DateLessThan: { 'aws:CurrentTime': 'x' } } });
      },
      /^RegistrationPipeDeadLettersQueuePolicy\w+: .*DateLessThan/,
    ],
    [
      'a function whose code is not in the assembly',
      (resources) =>
        Object.assign(ofType(resources, 'AWS::Lambda::Function', 'BucketService').Code as object, {
          S3Key: 'nowhere.zip',
        }),
      /^BucketServiceFunction\w+: .*nowhere\.zip/,
    ],
  ])('refuses %s by its logical id', async (_case, edit, message) => {
    await assembly.change(edit);
    await expect(start()).rejects.toThrow(message);
  });

  test('refuses a folder that is no assembly', async () => {
    await rm(join(assembly.folder, 'manifest.json'));
    await expect(start()).rejects.toThrow(/is not a cloud assembly.*npx cdk synth/);
  });

  test('refuses two stacks of one name, and says where they are', async () => {
    const both = startEngine({ assemblies: [testAssembly(), assembly.folder], port: 0 });
    await expect(both).rejects.toThrow(`${assembly.folder} and ${testAssembly()} both have`);
  });

  test('refuses a port that is taken', async () => {
    await start();
    const port = Number(new URL(engine?.endpoint ?? '').port);
    await expect(startEngine({ assemblies: [assembly.folder], port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
