import type { Construct } from 'constructs';
import type { UserPipeProps } from './registration-pipe.ts';
import { StreamPipe } from './stream-pipe.ts';

/**
 * Reads deleted rows from the users table's stream and puts each on the bus as UserDeleted, whoever deleted the row. It is a pipe of
 * its own, because a pipe gives all its events one detail-type and one template (decision 0034).
 */
export class DeletionPipe extends StreamPipe {
  constructor(scope: Construct, id: string, { userIdAttribute, ...props }: UserPipeProps) {
    super(scope, id, {
      ...props,
      owner: 'Deletion pipe',
      description: 'Deleted rows of the sign-up table, as events',
      consequence: 'buckets of users who left are not retired',
      changes: ['REMOVE'],
      template: deletionTemplate(userIdAttribute, props.event.schemaVersion),
    });
  }
}

/**
 * The pipe's input template: a stream record in, the `detail` of UserDeleted out. As that of the registration pipe, apart from
 * `deletedBy`, which only records of the time to live have: within quotes, a missing value is an empty text however AWS treats a
 * missing path, and AWS writes this value, so it holds no quote.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-streams.html
 */
export function deletionTemplate(userIdAttribute: string, schemaVersion: number): string {
  return [
    '{',
    '  "metadata": {',
    `    "schemaVersion": ${schemaVersion},`,
    '    "eventId": <$.eventID>,',
    '    "correlationId": <$.eventID>',
    '  },',
    '  "data": {',
    `    "userId": <$.dynamodb.Keys.${userIdAttribute}.S>,`,
    '    "deletedAt": <$.dynamodb.ApproximateCreationDateTime>,',
    '    "deletedBy": "<$.userIdentity.principalId>"',
    '  }',
    '}',
  ].join('\n');
}
