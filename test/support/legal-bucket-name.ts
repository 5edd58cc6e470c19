import type { BucketNamespace } from '../../services/bucket-service/bucket-name.ts';

const RESERVED_PREFIXES = ['xn--', 'sthree-', 'amzn-s3-demo-'];
const RESERVED_SUFFIXES = ['-s3alias', '--ol-s3', '.mrap', '--x-s3', '--table-s3'];

/** Whether S3 accepts a bucket name in that namespace (S3 user guide, bucket naming rules). */
export function isLegalBucketName(name: string, namespace: BucketNamespace): boolean {
  return (
    name.length <= 63 &&
    /^[a-z0-9][a-z0-9.-]+[a-z0-9]$/.test(name) &&
    !name.includes('..') &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !RESERVED_PREFIXES.some((prefix) => name.startsWith(prefix)) &&
    !RESERVED_SUFFIXES.some((suffix) => name.endsWith(suffix)) &&
    (namespace === 'account-regional' ? /.-\d{12}-[a-z0-9-]+-an$/.test(name) : !name.endsWith('-an'))
  );
}
