import { isChange, isEvent, type Pipeline } from '../support/pipeline.ts';
import { type Check, expectEntry, expectThat, isFailure } from './check.ts';

const USER = 'mutant';

/** What happens to one registration when all goes well. */
export const FLOW_CHECKS: readonly Check[] = [
  {
    name: 'a new user gets a bucket, and its addresses stand in the row',
    async run(pipeline) {
      await pipeline.register(USER);
      const isRecorded = (entry: Parameters<typeof isChange>[0]) => isChange(entry, 'MODIFY', USER);
      await expectEntry(pipeline, `the URI of ${USER}`, isRecorded, isFailure);
      const row = (await pipeline.row(USER)) ?? {};
      const bucket = row.s3_bucket_uri?.S?.replace('s3://', '') ?? '';
      expectThat((await pipeline.buckets()).includes(bucket), `a bucket of the name in the row, ${bucket}`);
      expectThat(row.s3_bucket_url?.S?.includes(bucket) ?? false, 'its URL in the row');
    },
  },
  {
    name: 'what the pipeline writes into the row is no registration',
    async run(pipeline) {
      const filtered = await expectEntry(
        pipeline,
        'the look at the changed row',
        ({ hop, eventName }) => hop === 'pipe-filter' && eventName === 'MODIFY',
        isFailure,
      );
      expectThat(filtered.passed === false, 'the changed row to be left out');
    },
  },
  {
    name: 'subscribers get their events from those who may publish them, and no others',
    async run(pipeline) {
      const like = { UserRegistered: 'users-table', BucketCreated: 'bucket-service' };
      for (const [detailType, source] of Object.entries(like)) {
        await expectNoDelivery(pipeline, 'somebody-else', detailType);
        await expectNoDelivery(pipeline, source, 'SomethingElse');
      }
    },
  },
];

/** No rule takes an event of this source and type. */
export async function expectNoDelivery(pipeline: Pipeline, source: string, detailType: string): Promise<void> {
  const isPut = (entry: Parameters<typeof isEvent>[0]) => isEvent(entry, detailType) && entry.source === source;
  await pipeline.put(source, detailType, { metadata: {}, data: {} });
  const { eventId } = await expectEntry(pipeline, `${detailType} of ${source} on the bus`, isPut, () => false);
  const matched = pipeline.entries(
    (entry) => entry.hop === 'rule' && entry.eventId === eventId && entry.matched === true,
  );
  expectThat(
    matched.length === 0,
    `no rule for ${detailType} of ${source}; ${matched.map(({ rule }) => rule)} matched`,
  );
}
