import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  GetTemplateCommand,
  paginateListStackResources,
} from '@aws-sdk/client-cloudformation';
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
});

function settingsOf({ engine }: Pipeline) {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return { endpoint: engine.endpoint, region: engine.account.region, credentials };
}
