import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, type ITable, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';

export interface UserTableProps {
  /**
   * Name of the partition key, a string attribute. For an existing table it must be that table's key:
   * synthesis makes no calls.
   */
  readonly userIdAttribute: string;

  /**
   * ARNs of an existing table and its stream. The table must be in the stack's account and Region, like every source of a
   * pipe.
   * @default - a new table
   */
  readonly existingTable?: { readonly tableArn: string; readonly tableStreamArn: string };

  /**
   * What happens to a new table when the stack is deleted. An existing one is never touched.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;

  /**
   * Whether DynamoDB refuses every DeleteTable of a new table. An existing one is never touched.
   * @default true
   */
  readonly deletionProtection?: boolean;
}

/** The sign-up table, new or existing, and its stream. */
export class UserTable extends Construct {
  readonly table: ITable | Table;
  readonly streamArn: string;

  constructor(scope: Construct, id: string, props: UserTableProps) {
    super(scope, id);

    this.table = props.existingTable
      ? Table.fromTableAttributes(this, 'Existing', { ...props.existingTable })
      : new Table(this, 'Table', {
          partitionKey: { name: props.userIdAttribute, type: AttributeType.STRING },
          billingMode: BillingMode.PAY_PER_REQUEST,
          stream: StreamViewType.NEW_AND_OLD_IMAGES,
          pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
          removalPolicy: props.removalPolicy ?? RemovalPolicy.RETAIN,
          deletionProtection: props.deletionProtection ?? true,
        });

    const { tableStreamArn } = this.table;
    if (tableStreamArn === undefined)
      throw new Error(`${this.node.path}: the table has no stream to read sign-ups from`);
    this.streamArn = tableStreamArn;
  }
}
