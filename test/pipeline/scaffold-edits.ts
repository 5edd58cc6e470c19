/** What is in a written file, and what a developer puts in its place. */
type Edit = readonly [from: string | RegExp, to: string];

const TELEMETRY = 'createTelemetry();\n';
const DECISION = / {2}return `nothing yet .*\n/;
const LOG_LINE = / {4}logger\.info\('decided'.*\n/;

/** What developers write into new subscribers: one that logs, one that writes an object, one that publishes. */
export const WRITTEN_BY_HAND: Readonly<Record<string, readonly Edit[]>> = {
  'services/tried-log/tried-log.ts': [
    ['nothing yet about', 'Your bucket is ready:'],
    ['event.metadata.eventId', 'event.data.bucketUrl'],
  ],
  'test/unit/services/tried-log/tried-log.test.ts': [
    ['it does nothing yet', 'the owner reads where the bucket is'],
    ['event.metadata.eventId', 'event.data.bucketUrl'],
  ],

  'services/tried-file/subscription.ts': [["// access: ['put-user-objects'],", "access: ['put-user-objects'],"]],
  'services/tried-file/tried-file.ts': [
    ['Decides what tried-file does about an event.', 'What stands in the welcome file.'],
    ['nothing yet about', 'Welcome! This bucket is yours:'],
    ['event.metadata.eventId', 'event.data.bucketUrl'],
  ],
  'services/tried-file/handler.ts': [
    [/^/, "import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';\n"],
    [/(?=import { createSubscriber)/, "import { createClient } from '../shared/aws-client.ts';\n"],
    [TELEMETRY, `${TELEMETRY}const s3 = createClient(S3Client, telemetry);\n`],
    [
      LOG_LINE,
      `    const file = { Bucket: event.data.bucketName, Key: 'welcome.txt', Body: triedFile(event) };
    await s3.send(new PutObjectCommand(file));
    logger.info('welcome file written');
`,
    ],
  ],
  'test/unit/services/tried-file/tried-file.test.ts': [
    ['it does nothing yet', 'the file says whose bucket it is'],
    ['event.metadata.eventId', 'event.data.bucketUrl'],
  ],

  'services/tried-publish/subscription.ts': [[/\/\/ access: .*/, "access: ['publish-events'],"]],
  'services/tried-publish/tried-publish.ts': [
    [/^/, "import type { ScaffoldTriedV1 } from '../../schemas/generated/scaffold-tried.v1.ts';\n"],
    [': string {', ': ScaffoldTriedV1 {'],
    [
      DECISION,
      `  const { eventId, correlationId } = event.metadata;
  return {
    metadata: { schemaVersion: 1, eventId: eventId.concat(':ScaffoldTried'), correlationId, causationId: eventId },
    data: { userId: event.data.userId, occurredAt: event.data.registeredAt },
  };
`,
    ],
  ],
  'services/tried-publish/handler.ts': [
    [/^/, "import { ScaffoldTriedV1 } from '../../schemas/generated/scaffold-tried.v1.ts';\n"],
    [/(?=import { createSubscriber)/, "import { publishToBus } from '../shared/bus.ts';\n"],
    [TELEMETRY, `${TELEMETRY}const publish = publishToBus(telemetry);\n`],
    [LOG_LINE, "    await publish(ScaffoldTriedV1, triedPublish(event));\n    logger.info('published');\n"],
  ],
  'test/unit/services/tried-publish/tried-publish.test.ts': [
    ['it does nothing yet', 'the new event tells of that user'],
    ['toContain(event.metadata.eventId)', 'toMatchObject({ data: { userId: event.data.userId } })'],
  ],
};

/** A file as the developer leaves it. */
export function editedByHand(file: string, text: string): string {
  return (WRITTEN_BY_HAND[file] ?? []).reduce((before, [from, to]) => {
    const after = before.replace(from, () => to);
    if (after === before) throw new Error(`${file} does not hold ${from}`);
    return after;
  }, text);
}

/** The lines of a text that were added to another one or changed. */
export function linesWritten(before: string, after: string): string[] {
  const left = before.split('\n');
  return after.split('\n').filter((line) => {
    const index = left.indexOf(line);
    if (index !== -1) left.splice(index, 1);
    return index === -1;
  });
}
