import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { fromRecord, StreamPipe } from 'user-bucket-pipeline/cdk';

/** What the row of a paid order holds, as DynamoDB's typed JSON. */
const PAID = { status: { S: ['PAID'] } } as const;

/** A shop's orders. Each that is paid becomes an event, and accounting has a queue of these. */
export class OrdersStack extends Stack {
  constructor(scope: Construct, id: string, props: StackProps = {}) {
    super(scope, id, props);

    const orders = new Table(this, 'Orders', {
      partitionKey: { name: 'orderId', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // The filter compares the row with what it was.
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    const bus = new EventBus(this, 'Bus', { description: 'What happens in the shop' });
    const pipe = new StreamPipe(this, 'PaidOrders', {
      owner: 'Pipe of paid orders',
      consequence: 'accounting waits',
      streamArn: orders.tableStreamArn,
      // Paid at once, or later. A paid order that changes in another way is no news.
      filters: [
        { eventName: ['INSERT'], dynamodb: { NewImage: PAID } },
        {
          eventName: ['MODIFY'],
          dynamodb: { NewImage: PAID, OldImage: { status: { S: [{ 'anything-but': 'PAID' }] } } },
        },
      ],
      bus,
      event: { source: 'shop', detailType: 'OrderPaid' },
      template: {
        metadata: { eventId: fromRecord('$.eventID') },
        data: {
          orderId: fromRecord('$.dynamodb.Keys.orderId.S'),
          // DynamoDB writes numbers as text, so that none loses a digit.
          total: fromRecord('$.dynamodb.NewImage.total.N'),
          paidAt: fromRecord('$.dynamodb.ApproximateCreationDateTime'),
        },
      },
    });

    const deadLetters = new Queue(this, 'DeadLetters', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    const accounting = new Queue(this, 'Accounting', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: 5 },
    });
    new Rule(this, 'Rule', {
      eventBus: bus,
      eventPattern: { source: ['shop'], detailType: ['OrderPaid'] },
      targets: [new SqsQueue(accounting, { deadLetterQueue: deadLetters })],
    });

    new CfnOutput(this, 'OrdersTableName', { value: orders.tableName });
    new CfnOutput(this, 'AccountingQueueUrl', { value: accounting.queueUrl });
    new CfnOutput(this, 'PipeName', { value: pipe.pipeName });
  }
}
