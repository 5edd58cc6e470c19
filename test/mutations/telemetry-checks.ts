import type { JournalEntry } from '../../packages/local-engine/journal/journal.ts';
import { type Check, expectEntry, expectThat } from './check.ts';
import { keptLines } from './mutation.ts';

/** That of the stage `dev`, where its dashboard and alarms look. */
const NAMESPACE = 'UserBucketPipeline/user-bucket-pipeline-dev';

/**
 * What services tell of themselves. They have handled an event by then.
 * @param services each with a metric that it counts
 */
export function telemetryChecks(who: string, services: Readonly<Record<string, string>>): readonly Check[] {
  return [
    {
      name: `${who} log by their names, each in its log group`,
      async run(pipeline) {
        for (const service of Object.keys(services)) {
          const isOfService = (line: string) => line.includes(`"service":"${service}"`) && line.includes('"userId"');
          const entry = await expectEntry(pipeline, `a log line of ${service}`, isLine(isOfService), isTrouble);
          expectThat(
            keptLines(pipeline).some((line) => line === entry.line),
            `the line of ${service} in its log group`,
          );
        }
      },
    },
    {
      name: `${who} count where the dashboard looks, by their names`,
      async run(pipeline) {
        for (const [service, metric] of Object.entries(services)) {
          const counts = (line: string) => line.includes(`"${metric}":`) && line.includes('"_aws"');
          const { line } = await expectEntry(pipeline, `the metric ${metric}`, isLine(counts), isTrouble);
          const { _aws, service: dimension } = JSON.parse(String(line));
          expectThat(_aws.CloudWatchMetrics[0].Namespace === NAMESPACE, `${metric} in ${NAMESPACE}`);
          expectThat(dimension === service, `${metric} to be of ${service}`);
        }
      },
    },
  ];
}

const isLine =
  (matches: (line: string) => boolean) =>
  ({ hop, line }: JournalEntry) =>
    hop === 'log' && matches(String(line));

/** Powertools' name for a service that has none. */
const isForeign = isLine((line) => line.includes('"service":"service_undefined"'));

/** A line that may not be written is in no other way to be seen: the function goes on. */
export const isLost = ({ hop, action }: JournalEntry) => hop === 'denied' && String(action).startsWith('logs:');

const isTrouble = (entry: JournalEntry) => isForeign(entry) || isLost(entry);

export const TELEMETRY_CHECKS = telemetryChecks('services', {
  'bucket-service': 'BucketsCreated',
  'uri-recorder': 'UrisRecorded',
});
