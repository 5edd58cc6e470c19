import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { CfnArchive, EventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';

export interface ArchivedEventBusProps {
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

/** The bus that carries every domain event, and the archive that remembers them. */
export class ArchivedEventBus extends Construct {
  readonly bus: EventBus;
  readonly archiveArn: string;

  constructor(scope: Construct, id: string, props: ArchivedEventBusProps = {}) {
    super(scope, id);
    const removalPolicy = props.removalPolicy ?? RemovalPolicy.RETAIN;

    const bus = new EventBus(this, 'Bus', { description: 'Domain events of the user bucket pipeline' });
    bus.applyRemovalPolicy(removalPolicy);

    // No pattern: EventBridge then archives every event but replayed ones. The L2 archive insists on a pattern.
    const archive = new CfnArchive(this, 'Archive', {
      sourceArn: bus.eventBusArn,
      description: 'Every event except replays',
      retentionDays: props.archiveRetention?.toDays() ?? 0,
    });
    archive.applyRemovalPolicy(removalPolicy);

    this.bus = bus;
    this.archiveArn = archive.attrArn;
  }
}
