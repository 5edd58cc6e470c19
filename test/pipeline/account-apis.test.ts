import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  GetTemplateCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
import { CloudWatchClient, GetMetricDataCommand, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Pipeline } from '../support/pipeline.ts';

const StackName = 'user-bucket-pipeline-dev';

describe('what an operator asks of the account, with AWS’s own clients', () => {
  let pipeline: Pipeline;
  const clients: { destroy(): void }[] = [];
  beforeAll(async () => {
    pipeline = await Pipeline.start();
  });
  afterAll(async () => {
    for (const client of clients) client.destroy();
    await pipeline.stop();
  });

  /** A client of that kind, ended after the tests. */
  function client<T extends { destroy(): void }>(Client: new (settings: ReturnType<typeof settingsOf>) => T): T {
    const made = new Client(settingsOf(pipeline));
    clients.push(made);
    return made;
  }

  describe('CloudFormation', () => {
    test('every resource of the stack is listed, those without effect here among them', async () => {
      const pages = paginateListStackResources({ client: client(CloudFormationClient) }, { StackName });
      const listed = [];
      for await (const { StackResourceSummaries = [] } of pages) listed.push(...StackResourceSummaries);
      const ids = listed.map(({ LogicalResourceId }) => LogicalResourceId);
      const [stack] = pipeline.engine.stacks;
      expect(ids).toEqual(stack?.resources.map(({ logicalId }) => logicalId));
      expect(listed.find(({ ResourceType }) => ResourceType === 'AWS::DynamoDB::Table')).toMatchObject({
        PhysicalResourceId: pipeline.table,
        ResourceStatus: 'CREATE_COMPLETE',
        LastUpdatedTimestamp: expect.any(Date),
      });
      expect(listed.some(({ ResourceType }) => ResourceType === 'AWS::CloudWatch::Alarm')).toBe(true);
    });

    test('a resource is found by its physical id, and the template of its stack can be read', async () => {
      const cloudFormation = client(CloudFormationClient);
      const { StackResources = [] } = await cloudFormation.send(
        new DescribeStackResourcesCommand({ PhysicalResourceId: pipeline.table }),
      );
      expect(StackResources[0]).toMatchObject({ StackName, Timestamp: expect.any(Date) });
      const { TemplateBody = '' } = await cloudFormation.send(new GetTemplateCommand({ StackName }));
      expect(Object.keys(JSON.parse(TemplateBody).Resources)).toContain(StackResources[0]?.LogicalResourceId);
    });
  });

  describe('CloudWatch', () => {
    const range = () => ({ StartTime: new Date(Date.now() - 300_000), EndTime: new Date() });

    test('how many messages wait in a queue can be read, and a metric that nobody publishes is empty', async () => {
      const QueueUrl = pipeline.output('PipeDlqUrl');
      await pipeline.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }));
      const metric = (MetricName: string) => ({
        MetricStat: {
          Metric: {
            Namespace: 'AWS/SQS',
            MetricName,
            Dimensions: [{ Name: 'QueueName', Value: QueueUrl.split('/').at(-1) }],
          },
          Period: 60,
          Stat: 'Maximum',
        },
      });
      const { MetricDataResults } = await client(CloudWatchClient).send(
        new GetMetricDataCommand({
          ...range(),
          MetricDataQueries: [
            { Id: 'visible', ...metric('ApproximateNumberOfMessagesVisible') },
            { Id: 'age', ...metric('ApproximateAgeOfOldestMessage') },
            { Id: 'nothing', ...metric('NumberOfMessagesSent') },
          ],
        }),
      );
      expect(MetricDataResults).toMatchObject([
        { Id: 'visible', Values: [1], Timestamps: [expect.any(Date)], StatusCode: 'Complete' },
        { Id: 'age', Values: [expect.any(Number)], StatusCode: 'Complete' },
        { Id: 'nothing', Values: [], Timestamps: [], StatusCode: 'Complete' },
      ]);
    });

    test('statistics of one metric can be read, and a mistake has the name of AWS’s error', async () => {
      const cloudWatch = client(CloudWatchClient);
      const wanted = {
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: pipeline.output('BucketServiceQueueUrl').split('/').at(-1) }],
        Statistics: ['Sum' as const],
        ...range(),
      };
      const { Datapoints } = await cloudWatch.send(new GetMetricStatisticsCommand({ ...wanted, Period: 60 }));
      expect(Datapoints).toEqual([{ Timestamp: expect.any(Date), Sum: 0, Unit: 'Count' }]);
      const mistake = cloudWatch.send(new GetMetricStatisticsCommand({ ...wanted, Period: 7 }));
      await expect(mistake).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
    });
  });

  describe('Service Quotas', () => {
    const BUCKETS = { ServiceCode: 's3', QuotaCode: 'L-DC2B2D3D' };

    test.each([
      { operation: 'GetServiceQuota', Command: GetServiceQuotaCommand },
      { operation: 'GetAWSDefaultServiceQuota', Command: GetAWSDefaultServiceQuotaCommand },
    ])('the account may have ten thousand buckets, says $operation', async ({ Command }) => {
      const { Quota } = await client(ServiceQuotasClient).send(new Command(BUCKETS));
      expect(Quota).toMatchObject({ ...BUCKETS, Value: 10_000 });
    });

    test('a quota that is not known is none', async () => {
      const call = client(ServiceQuotasClient).send(
        new GetServiceQuotaCommand({ ...BUCKETS, QuotaCode: 'L-00000000' }),
      );
      await expect(call).rejects.toMatchObject({ name: 'NoSuchResourceException' });
    });
  });
});

function settingsOf({ engine }: Pipeline) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return { endpoint: engine.endpoint, region: engine.account.region, credentials };
}
