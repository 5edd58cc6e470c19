import type { Account } from '../account.ts';
import { AwsError } from '../aws-error.ts';
import { type ApiRequest, xmlElements } from '../gateway/http.ts';
import { type BucketNamespace, checkNewBucketName } from './bucket-names.ts';

/** Of every document that S3 answers with. */
export const S3_XML = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

/** The bucket that a request asks for. */
interface NewBucket {
  readonly region: string;
  readonly namespace: BucketNamespace;
  /** Documents that it has from its beginning, by setting. */
  readonly settings: ReadonlyMap<string, string>;
  /** As the answer names it. */
  readonly location: string;
}

/**
 * Source: S3 API reference, CreateBucket and error responses.
 * @throws AwsError for a request that S3 would refuse, whoever has the bucket
 */
export function newBucket(request: ApiRequest, name: string, account: Account): NewBucket {
  const document = request.body.toString('utf8');
  const constraint = xmlElements(document, 'LocationConstraint')[0];
  if (constraint === 'us-east-1') {
    throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid');
  }
  const region = constraint === 'EU' ? 'eu-west-1' : (constraint ?? 'us-east-1');
  const isGlobal = request.headers['x-amz-bucket-namespace'] !== 'account-regional';
  const namespace = isGlobal ? 'global' : 'account-regional';
  checkLocation(region, request.region);
  checkNewBucketName(name, namespace, { ...account, region });
  const settings = new Map([
    ['publicAccessBlock', ALL_PUBLIC_ACCESS_BLOCKED],
    ['ownershipControls', OWNER_ENFORCED],
  ]);
  const tags = xmlElements(document, 'Tags')[0];
  if (tags !== undefined) settings.set('tagging', `<Tagging ${S3_XML}><TagSet>${tags}</TagSet></Tagging>`);
  const location = isGlobal && region !== 'us-east-1' ? `http://${name}.s3.${account.urlSuffix}/` : `/${name}`;
  return { region, namespace, settings, location };
}

/** Every new bucket blocks public access. Source: S3 user guide, blocking public access. */
const ALL_PUBLIC_ACCESS_BLOCKED =
  `<PublicAccessBlockConfiguration ${S3_XML}>` +
  ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets']
    .map((name) => `<${name}>true</${name}>`)
    .join('') +
  '</PublicAccessBlockConfiguration>';

/** Access control lists are off in a new bucket. Source: S3 user guide, about-object-ownership. */
const OWNER_ENFORCED = `<OwnershipControls ${S3_XML}><Rule><ObjectOwnership>BucketOwnerEnforced</ObjectOwnership></Rule></OwnershipControls>`;

/** The location must be the endpoint's region, and is left out for us-east-1. */
function checkLocation(location: string, endpointRegion: string): void {
  if (location === endpointRegion) return;
  const message =
    `The ${location === 'us-east-1' ? 'unspecified' : location} location constraint is incompatible ` +
    `for the region specific endpoint this request was sent to.`;
  throw new AwsError('IllegalLocationConstraintException', message);
}
