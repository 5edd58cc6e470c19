import { describe, expect, test } from '@jest/globals';
import { chooseStage, refuseLocalEndpoint } from '../../../../cli/deployment/stage.ts';
import { CommandFailure, UsageError } from '../../../../operations/messages/errors.ts';

const tableArn = 'arn:aws:dynamodb:ap-northeast-1:123456789012:table/USER-DB';
const tableStreamArn = `${tableArn}/stream/2024-04-30T06:27:15.000`;

describe('the stage that a command is about', () => {
  test('given none, is the one that cdk.json names', async () => {
    const { config, stackName, cdkOptions } = await chooseStage({});
    expect(config).toMatchObject({ stage: 'dev', removalPolicy: 'destroy' });
    expect(stackName).toBe('user-bucket-pipeline-dev');
    expect(cdkOptions).toEqual(['-c', 'stage=dev']);
  });

  test.each([{ stage: 'prod' }, { context: ['stage=prod'] }])('given %j, is that one', async (options) => {
    const { config, stackName, cdkOptions } = await chooseStage(options);
    expect(config).toMatchObject({ stage: 'prod', removalPolicy: 'retain' });
    expect([stackName, ...cdkOptions]).toEqual(['user-bucket-pipeline-prod', '-c', 'stage=prod']);
  });

  test('given context values, the CDK gets them too', async () => {
    const context = [`tableArn=${tableArn}`, `tableStreamArn=${tableStreamArn}`];
    const { config, cdkOptions } = await chooseStage({ stage: 'prod', context });
    expect(config.existingTable).toEqual({ tableArn, tableStreamArn });
    expect(cdkOptions).toEqual(['-c', context[0], '-c', context[1], '-c', 'stage=prod']);
  });

  test('given a setting as a context value, says where it belongs; what is the CDK’s own is left to it', async () => {
    await expect(chooseStage({ context: ['logLevel=DEBUG'] })).rejects.toThrow('write it into stages.dev in cdk.json');
    const { cdkOptions } = await chooseStage({ context: ['@aws-cdk/core:bootstrapQualifier=mine'] });
    expect(cdkOptions).toContain('@aws-cdk/core:bootstrapQualifier=mine');
  });

  test('given a name that is not in cdk.json, is refused with how to add it', async () => {
    const refused = chooseStage({ stage: 'prdo' });
    await expect(refused).rejects.toThrow(CommandFailure);
    await expect(refused).rejects.toThrow(
      'stage must be one of dev, prod, the stages in cdk.json (to add a stage, write "NAME": {} there); got "prdo"',
    );
  });

  test.each([
    [{ context: ['tableArn'] }, '-c takes NAME=VALUE; got tableArn'],
    [
      { context: [`tableARN=${tableArn}`] },
      '-c: tableARN is no context value of this project (stage, stages, tableArn, tableStreamArn) or of the CDK; did you mean tableArn?',
    ],
    [
      { context: ['stgae=prod'] },
      '-c: stgae is no context value of this project (stage, stages, tableArn, tableStreamArn) or of the CDK; did you mean stage?',
    ],
    [{ stage: 'dev', context: ['stage=prod'] }, 'use --stage or -c stage=…, not both'],
  ])('given %j, is wrong usage', async (options, problem) => {
    await expect(chooseStage(options)).rejects.toThrow(new UsageError(problem));
  });

  test('is on AWS: an endpoint that leads elsewhere is refused', () => {
    expect(() => refuseLocalEndpoint({})).not.toThrow();
    expect(() => refuseLocalEndpoint({ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' })).toThrow(
      new UsageError(
        'AWS_ENDPOINT_URL is http://127.0.0.1:4566, but this command works on AWS: unset it; to run the pipeline here, use npm start',
      ),
    );
  });
});
