import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import { encodeToken, nameInToken } from '../protocols/operations.ts';
import { OWNERSHIPS, ownershipDocument } from './bucket-documents.ts';
import type { BucketNamespace } from './buckets.ts';
import { headerNotImplemented, invalidArgument, malformedXml } from './errors.ts';
import { ownerXml } from './list-objects.ts';
import { documentOf } from './payload.ts';
import { emptyAnswer, type Operation, type S3Request } from './request.ts';
import { tagsIn } from './tags.ts';
import { childrenOf, documentAnswer, fields, parseXml, textOf, type XmlElement } from './xml-document.ts';

/** Regions whose name may be in a location. us-east-1 never is. Source: S3's service model, BucketLocationConstraint. */
const LOCATIONS: ReadonlySet<string> = new Set(
  (
    'EU af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ' +
    'ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 ' +
    'cn-north-1 cn-northwest-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 ' +
    'eusc-de-east-1 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-2 us-gov-east-1 us-gov-west-1 ' +
    'us-west-1 us-west-2'
  ).split(' '),
);

/** Elements of CreateBucketConfiguration; the others are of directory buckets. */
const ELEMENTS = new Set(['LocationConstraint', 'Tags']);

const RESERVED_PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const RESERVED_SUFFIXES = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

/** Of one page. Source: S3 API reference, ListBuckets. */
const MOST_BUCKETS = 10_000;

/** A request with one of these is for pages. Their answers have each bucket's Region. */
const PAGE_PARAMETERS = ['max-buckets', 'continuation-token', 'prefix', 'bucket-region'];

/** Source: S3 API reference, CreateBucket and error responses; answers recorded on AWS. */
export const createBucket: Operation = ({ account, clock, buckets }, request) => {
  const { bucket: name, headers } = request;
  const configuration = bucketConfiguration(documentOf(request));
  const constraint = constraintIn(configuration, request.region);
  const region = constraint === 'EU' ? 'eu-west-1' : constraint === '' ? 'us-east-1' : constraint;
  const namespace = namespaceIn(headers);
  checkLocation(region, request.region);
  checkNewBucketName(name, namespace, { ...account, region });
  checkSupported(headers);
  const ownership = ownershipIn(headers);
  const tags = configuration && childrenOf(configuration, 'Tags')[0];
  const tagging = tags && tags.children.length > 0 ? JSON.stringify(tagsIn(tags, 'bucket')) : undefined;
  const isAtHost = namespace === 'global' && region !== 'us-east-1';
  const answer = emptyAnswer(200, { location: isAtHost ? `http://${name}.s3.${account.urlSuffix}/` : `/${name}` });
  if (buckets.find(name)) {
    // us-east-1 alone answers 200, but not for account-regional names.
    if (region === 'us-east-1' && namespace === 'global') return answer;
    const message = 'Your previous request to create the named bucket succeeded and you already own it.';
    throw new AwsError('BucketAlreadyOwnedByYou', message, 409, { BucketName: name });
  }
  buckets.add({ name, createdAt: clock.now(), region, namespace, constraint });
  if (ownership !== undefined) buckets.putSetting(name, 'ownershipControls', ownership);
  if (tagging !== undefined) buckets.putSetting(name, 'tagging', tagging);
  return answer;
};

/** The document of a new bucket, which may be empty. @throws AwsError MalformedXML */
export function bucketConfiguration(document: string): XmlElement | undefined {
  return document.trim() === '' ? undefined : parseXml(document, 'CreateBucketConfiguration');
}

/** What GetBucketLocation answers: empty for us-east-1. @throws AwsError */
function constraintIn(configuration: XmlElement | undefined, endpointRegion: string): string {
  if (configuration === undefined) return '';
  if (configuration.children.some(({ name }) => !ELEMENTS.has(name))) throw malformedXml();
  const constraint = textOf(configuration, 'LocationConstraint');
  if (constraint === undefined) return '';
  const isKnown = LOCATIONS.has(constraint) || constraint === endpointRegion;
  if (isKnown && constraint !== 'us-east-1') return constraint;
  throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid', 400, {
    LocationConstraint: constraint,
  });
}

function namespaceIn(headers: S3Request['headers']): BucketNamespace {
  const namespace = headers['x-amz-bucket-namespace'] ?? 'global';
  if (namespace === 'global' || namespace === 'account-regional') return namespace;
  throw invalidArgument('Invalid x-amz-bucket-namespace header', 'x-amz-bucket-namespace', namespace);
}

/** The location must be the endpoint's Region, and is left out for us-east-1. */
function checkLocation(location: string, endpointRegion: string): void {
  if (location === endpointRegion) return;
  const message =
    `The ${location === 'us-east-1' ? 'unspecified' : location} location constraint is incompatible ` +
    `for the region specific endpoint this request was sent to.`;
  throw new AwsError('IllegalLocationConstraintException', message);
}

/**
 * Refuses a name that S3 would refuse for a new general purpose bucket.
 * Source: S3 user guide, general purpose bucket naming rules and account regional namespaces.
 * @throws AwsError
 */
export function checkNewBucketName(name: string, namespace: BucketNamespace, { id, region }: Account): void {
  const isLegal =
    isBucketName(name) &&
    !RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix)) &&
    !RESERVED_SUFFIXES.some((suffix) => name.endsWith(suffix));
  if (!isLegal) {
    throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', 400, { BucketName: name });
  }
  if (namespace === 'global' && name.endsWith('-an')) {
    throw new AwsError('MissingNamespaceHeader', `${name}: a name that ends with -an needs x-amz-bucket-namespace.`);
  }
  if (namespace === 'account-regional' && !name.endsWith(`-${id}-${region}-an`)) {
    const message = `${name}: an account-regional bucket name must end with -${id}-${region}-an.`;
    throw new AwsError('InvalidBucketName', message);
  }
}

/** Whether a text has the form of a general purpose bucket's name. Source: S3 user guide, bucket naming rules. */
export function isBucketName(text: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text) && !text.includes('..') && !/^\d+\.\d+\.\d+\.\d+$/.test(text);
}

/** What the engine does not have is refused before it makes a bucket, so that no bucket lacks a part of the request. */
function checkSupported(headers: S3Request['headers']): void {
  const isLocked = headers['x-amz-bucket-object-lock-enabled']?.toLowerCase() === 'true';
  if (isLocked) throw headerNotImplemented('x-amz-bucket-object-lock-enabled');
  const grant = Object.keys(headers).find((name) => name.startsWith('x-amz-grant-'));
  if (grant !== undefined) throw headerNotImplemented(grant);
  const acl = headers['x-amz-acl'];
  if (acl !== undefined && acl !== 'private') throw headerNotImplemented('x-amz-acl');
}

function ownershipIn(headers: S3Request['headers']): string | undefined {
  const ownership = headers['x-amz-object-ownership'];
  if (ownership === undefined) return undefined;
  if (OWNERSHIPS.has(ownership)) return ownershipDocument(ownership);
  throw invalidArgument(`Invalid x-amz-object-ownership header: ${ownership}`, 'x-amz-object-ownership');
}

/** Source: S3 API reference, HeadBucket. */
export const headBucket: Operation = ({ buckets }, { bucket }) =>
  emptyAnswer(200, {
    'x-amz-bucket-region': buckets.find(bucket)?.region ?? '',
    'x-amz-access-point-alias': 'false',
    'content-type': 'application/xml',
  });

export const getBucketLocation: Operation = ({ buckets }, { bucket }) =>
  documentAnswer('LocationConstraint', buckets.find(bucket)?.constraint ?? '');

/** Removes its multipart uploads too. @throws AwsError if it still holds an object */
export const deleteBucket: Operation = ({ buckets, objects, uploads }, { bucket }) => {
  if (!objects.isEmpty(bucket)) {
    const message = 'The bucket you tried to delete is not empty';
    throw new AwsError('BucketNotEmpty', message, 409, { BucketName: bucket });
  }
  uploads.removeAll(bucket);
  buckets.remove(bucket);
  return emptyAnswer(204);
};

/**
 * The account's buckets in order of their names, in pages if the request is for pages.
 * @throws AwsError also for a request without pages where there are more buckets than S3 would list without them. S3 does not
 * document the code.
 */
export const listBuckets: Operation = ({ buckets, account }, { query }) => {
  const isPaginated = PAGE_PARAMETERS.some((name) => query.has(name));
  const limit = maxBuckets(query.get('max-buckets'));
  const prefix = query.get('prefix') ?? undefined;
  const region = bucketRegion(query.get('bucket-region'), account);
  const token = query.get('continuation-token');
  const found = buckets.page({
    limit: limit + 1,
    ...(token && { after: nameInToken(token, invalidToken) }),
    ...(prefix !== undefined && { prefix }),
    ...(region !== undefined && { region }),
  });
  const hasMore = found.length > limit;
  if (hasMore && !isPaginated) {
    const message = `There are more than ${MOST_BUCKETS} buckets. List them in pages: give MaxBuckets.`;
    throw new AwsError('InvalidRequest', message);
  }
  const listed = found.slice(0, limit);
  const described = listed.map((bucket) => {
    const CreationDate = new Date(bucket.createdAt).toISOString();
    const BucketRegion = isPaginated ? bucket.region : undefined;
    return `<Bucket>${fields({ Name: bucket.name, CreationDate, BucketRegion })}</Bucket>`;
  });
  const next = hasMore ? encodeToken({ name: listed.at(-1)?.name }) : undefined;
  return documentAnswer(
    'ListAllMyBucketsResult',
    `${ownerXml(account)}<Buckets>${described.join('')}</Buckets>` +
      fields({ ContinuationToken: next, Prefix: prefix }),
  );
};

function maxBuckets(text: string | null): number {
  if (text === null) return MOST_BUCKETS;
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && number <= MOST_BUCKETS) return number;
  throw new AwsError('InvalidArgument', `Argument max-buckets must be an integer between 1 and ${MOST_BUCKETS}.`);
}

/** Source: answers recorded on AWS. @throws AwsError for a Region that S3 does not have */
function bucketRegion(name: string | null, account: Account): string | undefined {
  if (name === null) return undefined;
  const isRegion = name === 'us-east-1' || name === account.region || (name !== 'EU' && LOCATIONS.has(name));
  if (isRegion) return name;
  throw invalidArgument(`Argument value ${name} is not a valid AWS Region`, 'bucket-region');
}

const invalidToken = () => new AwsError('InvalidArgument', 'The continuation token provided is incorrect.');
