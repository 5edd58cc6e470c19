import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import { OWNERSHIPS, ownershipDocument } from './bucket-access.ts';
import { type BucketNamespace, checkNewBucketName } from './bucket-names.ts';
import { headerNotImplemented, invalidArgument, malformedXml } from './s3-errors.ts';
import { documentOf } from './s3-payload.ts';
import type { S3Request } from './s3-request.ts';
import { tagsIn } from './s3-tags.ts';
import { childrenOf, parseXml, textOf, type XmlElement } from './xml-document.ts';

/** The bucket that a request asks for. */
interface NewBucket {
  readonly region: string;
  readonly namespace: BucketNamespace;
  /** What GetBucketLocation says. */
  readonly constraint: string;
  /** Documents that it has from its beginning and that are not those of every new bucket, by setting. */
  readonly settings: ReadonlyMap<string, string>;
  /** As the answer names it. */
  readonly location: string;
}

/** Regions whose name may stand in a location. us-east-1 never does. Source: S3's service model, BucketLocationConstraint. */
const LOCATIONS: ReadonlySet<string> = new Set(
  (
    'EU af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1 ' +
    'ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1 ' +
    'cn-north-1 cn-northwest-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 ' +
    'eusc-de-east-1 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-2 us-gov-east-1 us-gov-west-1 ' +
    'us-west-1 us-west-2'
  ).split(' '),
);

/** Whether S3 has a Region of this name. */
export function isRegion(name: string): boolean {
  return name === 'us-east-1' || (name !== 'EU' && LOCATIONS.has(name));
}

/** What may stand in CreateBucketConfiguration; the others are of directory buckets. */
const ELEMENTS = new Set(['LocationConstraint', 'Tags']);

/**
 * Source: S3 API reference, CreateBucket and error responses; answers recorded on AWS.
 * @throws AwsError for a request that S3 would refuse, whoever has the bucket
 */
export function newBucket(request: S3Request, account: Account): NewBucket {
  const { bucket: name, headers } = request;
  const text = documentOf(request);
  const configuration = text.trim() === '' ? undefined : parseXml(text, 'CreateBucketConfiguration');
  const constraint = constraintIn(configuration, request.region);
  const region = constraint === 'EU' ? 'eu-west-1' : constraint === '' ? 'us-east-1' : constraint;
  const namespace = namespaceIn(headers);
  checkLocation(region, request.region);
  checkNewBucketName(name, namespace, { ...account, region });
  checkHeaders(headers);
  const settings = new Map<string, string>();
  const ownership = ownershipIn(headers);
  if (ownership !== undefined) settings.set('ownershipControls', ownership);
  const tags = configuration && childrenOf(configuration, 'Tags')[0];
  if (tags !== undefined && tags.children.length > 0) {
    settings.set('tagging', JSON.stringify(tagsIn(tags, 'bucket')));
  }
  const isAtHost = namespace === 'global' && region !== 'us-east-1';
  const location = isAtHost ? `http://${name}.s3.${account.urlSuffix}/` : `/${name}`;
  return { region, namespace, constraint, settings, location };
}

/** Empty for us-east-1. */
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

/** The location must be the endpoint's region, and is left out for us-east-1. */
function checkLocation(location: string, endpointRegion: string): void {
  if (location === endpointRegion) return;
  const message =
    `The ${location === 'us-east-1' ? 'unspecified' : location} location constraint is incompatible ` +
    `for the region specific endpoint this request was sent to.`;
  throw new AwsError('IllegalLocationConstraintException', message);
}

/** A bucket cannot be made half: what the engine does not have is refused before it is made. */
function checkHeaders(headers: S3Request['headers']): void {
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
