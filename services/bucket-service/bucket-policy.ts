import type { BucketSettings } from './bucket-settings.ts';

/**
 * The statements of a bucket's policy. A bucket has one policy, and PutBucketPolicy replaces it whole, so that every option
 * which needs a statement has its place here.
 *
 * @param bucketArn such as `arn:aws:s3:::siutest4-20240430062715`
 * @returns empty where the bucket needs no policy
 */
export function policyStatements(bucketArn: string, { publicListing, tlsOnly }: BucketSettings): object[] {
  return [
    ...(publicListing ? [publicListingStatement(bucketArn)] : []),
    ...(tlsOnly ? [tlsOnlyStatement(bucketArn)] : []),
  ];
}

function publicListingStatement(bucketArn: string): object {
  return {
    Sid: 'PublicListing',
    Effect: 'Allow',
    Principal: '*',
    Action: ['s3:GetBucketLocation', 's3:ListBucket'],
    Resource: bucketArn,
  };
}

/** Source: S3 user guide, security best practices, "Enforce encryption of data in transit". A deny is no public policy. */
function tlsOnlyStatement(bucketArn: string): object {
  return {
    Sid: 'TlsOnly',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [bucketArn, `${bucketArn}/*`],
    Condition: { Bool: { 'aws:SecureTransport': 'false' } },
  };
}
