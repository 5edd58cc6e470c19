import { describe, expect, test } from '@jest/globals';
import { App, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { AttributeType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { registrationTemplate } from '../../cdk/constructs/registration-pipe.ts';
import { templateText } from '../../cdk/constructs/stream-template.ts';
import { fromRecord, StreamPipe, type StreamPipeProps } from '../../cdk/index.ts';
import { resource } from './support/template.ts';

/** A stack of another team: a table of orders, a bus, and a pipe between them. */
function stackWith(props: Partial<StreamPipeProps> = {}): Stack {
  const stack = new Stack(new App(), 'Orders');
  const table = new Table(stack, 'Table', {
    partitionKey: { name: 'orderId', type: AttributeType.STRING },
    stream: StreamViewType.NEW_IMAGE,
  });
  new StreamPipe(stack, 'Orders', {
    owner: 'Orders pipe',
    streamArn: table.tableStreamArn,
    bus: new EventBus(stack, 'Bus'),
    event: { source: 'orders', detailType: 'OrderPaid' },
    template: { data: { orderId: fromRecord('$.dynamodb.Keys.orderId.S') } },
    ...props,
  });
  return stack;
}

const pipeOf = (props?: Partial<StreamPipeProps>) =>
  resource(Template.fromStack(stackWith(props)), 'AWS::Pipes::Pipe')[1];
const patternsOf = ({ Properties }: ReturnType<typeof pipeOf>) =>
  Properties.SourceParameters.FilterCriteria.Filters.map(({ Pattern }: { Pattern: string }) => JSON.parse(Pattern));

describe('a stream pipe', () => {
  test('passes every change, unless it is told which', () => {
    const paid = { dynamodb: { NewImage: { status: { S: ['PAID'] } } } } as const;
    const gift = { dynamodb: { NewImage: { kind: { S: [{ prefix: 'gift' }] } } } } as const;
    expect(patternsOf(pipeOf())).toEqual([{ eventName: ['INSERT', 'MODIFY', 'REMOVE'] }]);
    expect(patternsOf(pipeOf({ changes: ['MODIFY'], filters: [paid, gift] }))).toEqual([
      { eventName: ['MODIFY'], ...paid },
      { eventName: ['MODIFY'], ...gift },
    ]);
  });

  test('keeps its log and dead letters, and says what waits, unless it is told otherwise', () => {
    const template = Template.fromStack(stackWith());
    expect(resource(template, 'AWS::SQS::Queue')[1].DeletionPolicy).toBe('RetainExceptOnCreate');
    expect(resource(template, 'AWS::Logs::LogGroup')[1].DeletionPolicy).toBe('RetainExceptOnCreate');
    expect(resource(template, 'AWS::Logs::LogGroup')[1].Properties.RetentionInDays).toBe(90);
    const said = Object.values(template.findResources('AWS::CloudWatch::Alarm')).map(({ Properties }) => {
      return String(Properties.AlarmDescription);
    });
    expect(said).toEqual(
      expect.arrayContaining([expect.stringMatching(/^Orders pipe: executions fail, and changes wait/)]),
    );
    const without = Template.fromStack(stackWith({ removalPolicy: RemovalPolicy.DESTROY, consequence: 'orders wait' }));
    expect(resource(without, 'AWS::SQS::Queue')[1].DeletionPolicy).toBe('Delete');
    expect(JSON.stringify(without.toJSON())).toContain('executions fail, and orders wait');
  });

  test('takes a template as it is written, or as the detail with values of the record', () => {
    const { InputTemplate } = pipeOf().Properties.TargetParameters;
    expect(InputTemplate).toBe('{\n  "data": {\n    "orderId": <$.dynamodb.Keys.orderId.S>\n  }\n}');
    expect(pipeOf({ template: '{"a": 1}' }).Properties.TargetParameters.InputTemplate).toBe('{"a": 1}');
  });

  test.each<[Partial<StreamPipeProps>, string]>([
    [{ streamArn: undefined }, 'its table has no stream; set one on the table, of any view type'],
    [{ filters: [] }, 'a pipe has 1 to 5 filters; got 0'],
    [{ filters: Array.from({ length: 6 }, () => ({ a: ['b'] }) as const) }, 'a pipe has 1 to 5 filters; got 6'],
    [{ filters: [{ a: [{ wildcard: '*' }] }] }, 'its filter: a: a pipe does not support wildcard'],
    [{ filters: [{ a: ['x'.repeat(4096)] }] }, 'its filter: it has 4147 characters; at most 4096 are allowed'],
    [{ changes: [] }, 'changes must name at least one kind of change'],
    [{ parallelizationFactor: 11 }, 'parallelizationFactor must be a whole number from 1 to 10; got 11'],
    [
      { event: { source: 'aws.orders', detailType: 'x' } },
      'the source of an event has 1 to 256 characters, and does not begin with aws.; got aws.orders',
    ],
    [{ event: { source: 'x', detailType: '' } }, 'the detail-type of an event has 1 to 128 characters; got '],
  ])('with %j is refused', (props, problem) => {
    expect(() => stackWith(props)).toThrow(`Orders pipe: ${problem}`);
  });
});

describe('a template', () => {
  test('of the registration pipe is the one that is deployed', () => {
    expect(registrationTemplate('userId', 1)).toBe(`{
  "metadata": {
    "schemaVersion": 1,
    "eventId": <$.eventID>,
    "correlationId": <$.eventID>
  },
  "data": {
    "userId": <$.dynamodb.Keys.userId.S>,
    "registeredAt": <$.dynamodb.ApproximateCreationDateTime>
  }
}`);
  });

  test('has any JSON, and a field may have any name', () => {
    const text = templateText({
      list: ['a < b', 1, true, fromRecord('$.a[0].b')],
      recordPath: '$.no',
      deep: { recordPath: 'x' },
    });
    expect(JSON.parse(text.replace('<$.a[0].b>', '"filled"'))).toEqual({
      list: ['a < b', 1, true, 'filled'],
      recordPath: '$.no',
      deep: { recordPath: 'x' },
    });
  });

  test.each(['eventID', '$', '$.', '$.a..b', '$.a b', '$.a["b"]', '$.ü'])('refuses the path %j', (path) => {
    expect(() => fromRecord(path)).toThrow(
      `fromRecord: a pipe understands paths such as $.dynamodb.Keys.id.S; got ${path}`,
    );
  });

  test.each([
    [{ a: 'x <$.eventID>' }, 'a pipe would fill in x <$.eventID>; use fromRecord, outside of other text'],
    [{ a: ['<aws.pipes.event>'] }, 'a pipe would fill in <aws.pipes.event>'],
    [{ a: 'x'.repeat(8192) }, 'a pipe takes at most 8192 characters; got 8205'],
  ])('refuses what AWS would refuse, or read in another way', (template, problem) => {
    expect(() => templateText(template)).toThrow(`template: ${problem}`);
  });
});
