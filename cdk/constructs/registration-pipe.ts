import type { Construct } from 'constructs';
import { StreamPipe } from './stream-pipe.ts';
import type { StreamPipeProps } from './stream-pipe-props.ts';
import { fromRecord, templateText } from './stream-template.ts';

/** An event that a pipe makes of a change of the users table, and how a row names its user. */
export interface UserPipeProps
  extends Omit<StreamPipeProps, 'owner' | 'description' | 'consequence' | 'changes' | 'template'> {
  /** Name of the table's partition key. */
  readonly userIdAttribute: string;

  readonly event: StreamPipeProps['event'] & { readonly schemaVersion: number };
}

/** Reads new rows from the users table's stream and puts each on the bus as UserRegistered. */
export class RegistrationPipe extends StreamPipe {
  constructor(scope: Construct, id: string, { userIdAttribute, ...props }: UserPipeProps) {
    super(scope, id, {
      ...props,
      owner: 'Registration pipe',
      description: 'New rows of the sign-up table, as events',
      consequence: 'sign-ups wait',
      // Only new rows. This leaves out the change that writes the bucket's URI, which would be a loop.
      changes: ['INSERT'],
      template: registrationTemplate(userIdAttribute, props.event.schemaVersion),
    });
  }
}

/**
 * The pipe's input template: a stream record in, the `detail` of UserRegistered out. The id is read from the keys, which every stream view type holds, and which hold
 * no other attribute.
 *
 * @param userIdAttribute name of the partition key, made of what a template path can spell: letters, digits, _ and -
 */
export function registrationTemplate(userIdAttribute: string, schemaVersion: number): string {
  return templateText({
    metadata: { schemaVersion, eventId: fromRecord('$.eventID'), correlationId: fromRecord('$.eventID') },
    data: {
      userId: fromRecord(`$.dynamodb.Keys.${userIdAttribute}.S`),
      registeredAt: fromRecord('$.dynamodb.ApproximateCreationDateTime'),
    },
  });
}
