import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import { type ApiResponse, xmlResponse } from '../protocols/http.ts';
import { encodeToken, nameInToken } from '../protocols/operations.ts';
import type { Bucket, BucketPage, Buckets } from './buckets.ts';
import { isRegion } from './s3-create-bucket.ts';
import { invalidArgument } from './s3-errors.ts';
import { ownerXml } from './s3-list-objects.ts';
import { optionalXml, s3Document, xml } from './xml-document.ts';

/** Of one page. Source: S3 API reference, ListBuckets. */
const MOST_BUCKETS = 10_000;

/** Parameters that make a request a paginated one, whose answer tells each bucket's Region. */
const PARAMETERS = ['max-buckets', 'continuation-token', 'prefix', 'bucket-region'];

/**
 * ListBuckets: the account's buckets in order of their names, in pages if the request asks for any.
 * @throws AwsError also for a request without pages where there are more buckets than S3 would list without them. S3 does not
 * say with which code.
 */
export function listBuckets(buckets: Buckets, account: Account, searchParams: URLSearchParams): ApiResponse {
  const isPaginated = PARAMETERS.some((name) => searchParams.has(name));
  const limit = maxBuckets(searchParams.get('max-buckets'));
  const prefix = searchParams.get('prefix') ?? undefined;
  const region = bucketRegion(searchParams.get('bucket-region'), account);
  const token = searchParams.get('continuation-token');
  const page: BucketPage = {
    limit: limit + 1,
    ...(token && { after: nameInToken(token, invalidToken) }),
    ...(prefix !== undefined && { prefix }),
    ...(region !== undefined && { region }),
  };
  const found = buckets.page(page);
  const hasMore = found.length > limit;
  if (hasMore && !isPaginated) {
    const message = `There are more than ${MOST_BUCKETS} buckets. List them in pages: give MaxBuckets.`;
    throw new AwsError('InvalidRequest', message);
  }
  const listed = found.slice(0, limit);
  const next = hasMore ? encodeToken({ name: listed.at(-1)?.name }) : undefined;
  return xmlResponse(
    s3Document(
      'ListAllMyBucketsResult',
      ownerXml(account) +
        `<Buckets>${listed.map((bucket) => describe(bucket, isPaginated)).join('')}</Buckets>` +
        optionalXml('ContinuationToken', next) +
        optionalXml('Prefix', prefix),
    ),
  );
}

function describe({ name, region, createdAt }: Bucket, withRegion: boolean): string {
  const created = xml('CreationDate', new Date(createdAt).toISOString());
  return `<Bucket>${xml('Name', name)}${created}${withRegion ? xml('BucketRegion', region) : ''}</Bucket>`;
}

function maxBuckets(text: string | null): number {
  if (text === null) return MOST_BUCKETS;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= MOST_BUCKETS) return number;
  throw new AwsError('InvalidArgument', `Argument max-buckets must be an integer between 1 and ${MOST_BUCKETS}.`);
}

/** Source: answers recorded on AWS. @throws AwsError for a Region that S3 does not have */
function bucketRegion(name: string | null, account: Account): string | undefined {
  if (name === null) return undefined;
  if (isRegion(name) || name === account.region) return name;
  throw invalidArgument(`Argument value ${name} is not a valid AWS Region`, 'bucket-region');
}

const invalidToken = () => new AwsError('InvalidArgument', 'The continuation token provided is incorrect.');
