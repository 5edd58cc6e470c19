import { Aws, type Duration, Fn, RemovalPolicy } from 'aws-cdk-lib';
import { CfnArchive, EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Construct } from 'constructs';

export interface ArchivedEventBusProps {
  /** How the archive's name begins: 1 to 39 letters, digits, `.`, `-` and `_`. */
  readonly archiveNamePrefix: string;

  /**
   * How long events can be replayed.
   * @default - for ever
   */
  readonly archiveRetention?: Duration;

  /**
   * What happens to bus and archive when the stack is deleted. They stay together: an archive can be replayed
   * only into the bus that it was taken from.
   * @default RemovalPolicy.RETAIN
   */
  readonly removalPolicy?: RemovalPolicy;
}

/** An archive's name has 48 characters at most (API reference, CreateArchive); nine are those behind the prefix. */
const ARCHIVE_NAME_PREFIX = /^[.\-_A-Za-z0-9]{1,39}$/;

/** The bus that carries every domain event, and the archive that remembers them. */
export class ArchivedEventBus extends Construct {
  readonly bus: EventBus;
  readonly archiveArn: string;

  constructor(scope: Construct, id: string, props: ArchivedEventBusProps) {
    super(scope, id);
    const { archiveNamePrefix, removalPolicy = RemovalPolicy.RETAIN } = props;
    if (!ARCHIVE_NAME_PREFIX.test(archiveNamePrefix)) {
      const allowed = '1 to 39 letters, digits, periods, hyphens and underscores';
      throw new Error(`${this.node.path}: archiveNamePrefix must be ${allowed}; got ${archiveNamePrefix}`);
    }

    const bus = new EventBus(this, 'Bus', { description: 'Domain events of the user bucket pipeline' });
    bus.applyRemovalPolicy(removalPolicy);

    // No pattern: EventBridge then archives every event but replayed ones. The L2 archive insists on a pattern.
    const archive = new CfnArchive(this, 'Archive', {
      archiveName: Fn.join('-', [archiveNamePrefix, beginningOfStackUuid()]),
      sourceArn: bus.eventBusArn,
      description: 'Every event except replays',
      retentionDays: props.archiveRetention?.toDays() ?? 0,
    });
    archive.applyRemovalPolicy(removalPolicy);

    this.bus = bus;
    this.archiveArn = archive.attrArn;
  }
}

/**
 * Eight characters that another stack of the same name does not have: a new stack can be made beside an archive that an earlier
 * one has left. CloudFormation's own name for the archive would have the names of stack and resource in it, over 48 characters,
 * and that it cuts them is not documented (decision 0025).
 */
function beginningOfStackUuid(): string {
  const uuid = Fn.select(2, Fn.split('/', Aws.STACK_ID)); // arn:…:stack/NAME/UUID
  return Fn.select(0, Fn.split('-', uuid));
}

/** Name of the SSM parameter by which a stage publishes the ARN of its bus. */
export function eventBusParameterName(stage: string): string {
  return `/user-bucket-pipeline/${stage}/event-bus-arn`;
}

/**
 * The bus of a deployed stage, for stacks of the same account and Region that subscribe to it. CloudFormation looks the
 * parameter up at each deployment: no stack holds on to another, and synthesis asks nobody.
 *
 * @param stage such as `dev`
 */
export function importEventBus(scope: Construct, id: string, stage: string): IEventBus {
  const arn = StringParameter.valueForStringParameter(scope, eventBusParameterName(stage));
  return EventBus.fromEventBusArn(scope, id, arn);
}
