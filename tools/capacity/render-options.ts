import { markdownTable } from '../../schemas/generator/markdown-table.ts';
import { bucketCalls } from './bucket-calls.ts';
import { REGISTRATIONS } from './line-items.ts';
import { money } from './money.ts';
import { costOf } from './prices.ts';
import type { StackFacts } from './stack-facts.ts';

/** Options of a stage that cost calls, by the variable of bucket-service that switches them on. */
const OPTIONS: readonly [option: string, variables: Readonly<Record<string, string>>][] = [
  ['bucketCors', { BUCKET_CORS: 'true' }],
  ['bucketPublicListing', { BUCKET_PUBLIC_LISTING: 'true' }],
  ['bucketTlsOnly', { BUCKET_TLS_ONLY: 'true' }],
  ['bucketTags', { BUCKET_TAGS: '{"team":"sign-up"}' }],
  ['bucketLifecycle', { BUCKET_LIFECYCLE: '{"abortUploadsAfterDays":7}' }],
];

/** What each option of a stage adds to a bucket, and to a million of them. */
export function optionTable({ subscribers }: StackFacts): string {
  const maker = subscribers.find((subscriber) => bucketCalls(subscriber) > 0);
  if (maker === undefined) throw new Error('No subscriber of the stack makes buckets.');
  const rows = OPTIONS.map(([option, variables]) => {
    const calls = bucketCalls({ ...maker, variables: { ...maker.variables, ...variables } }) - bucketCalls(maker);
    return [`\`${option}\``, String(calls), money(costOf('bucketRequests', calls * REGISTRATIONS))];
  });
  return markdownTable(['option', 'more calls a bucket', 'a million registrations'], rows);
}
