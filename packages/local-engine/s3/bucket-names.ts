import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';

export type BucketNamespace = 'global' | 'account-regional';

const RESERVED_PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const RESERVED_SUFFIXES = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

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
  if (!isLegal)
    throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', 400, { BucketName: name });
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
