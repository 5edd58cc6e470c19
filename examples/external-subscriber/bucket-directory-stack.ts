import { CfnOutput, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import type { Code } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { ForwardedEvents, importEventBus, Subscriber } from 'user-bucket-pipeline/cdk';
import { BucketCreated } from 'user-bucket-pipeline/events';

export interface BucketDirectoryStackProps extends StackProps {
  /** The stage of the pipeline whose buckets are listed. */
  readonly stage: string;

  /**
   * The bus of that stage in another account.
   * @default - that of the stage in this account
   */
  readonly busArn?: string;

  /** The bundled handler. */
  readonly code: Code;
}

/** The support team's directory: which user a bucket belongs to. It is fed by the events of another team's bus. */
export class BucketDirectoryStack extends Stack {
  constructor(scope: Construct, id: string, props: BucketDirectoryStackProps) {
    super(scope, id, props);

    const directory = new Table(this, 'Directory', {
      partitionKey: { name: 'bucketName', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      // As a subscriber's log and dead-letter queue: what it holds came over the bus, and does not come again.
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    const forwarded =
      props.busArn === undefined
        ? undefined
        : new ForwardedEvents(this, 'Pipeline', { busArn: props.busArn, events: [BucketCreated] });
    const subscriber = new Subscriber(this, 'BucketDirectory', {
      serviceName: 'bucket-directory',
      bus: forwarded?.bus ?? importEventBus(this, 'PipelineBus', props.stage),
      event: BucketCreated,
      code: props.code,
    });
    subscriber.function.addEnvironment('DIRECTORY_TABLE_NAME', directory.tableName);
    directory.grant(subscriber.role, 'dynamodb:PutItem');

    new CfnOutput(this, 'DirectoryTableName', { value: directory.tableName });
    new CfnOutput(this, 'RuleArn', {
      value: forwarded?.ruleArn ?? subscriber.ruleArn,
      description: 'To replay events to this stack alone',
    });
  }
}
