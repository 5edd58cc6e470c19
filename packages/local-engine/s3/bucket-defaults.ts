import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import { type ApiResponse, xmlResponse } from '../protocols/http.ts';
import { isPublic } from './bucket-policy-document.ts';
import { ownerId, ownerXml } from './s3-list-objects.ts';
import type { OperationName } from './s3-operations.ts';
import { s3Document, xml } from './xml-document.ts';

/**
 * What every bucket has that nothing was set of. The operations that would set it are refused, so that no bucket has anything
 * else. Source: answers recorded on AWS.
 */
const DOCUMENTS = {
  GetBucketAccelerateConfiguration: s3Document('AccelerateConfiguration', ''),
  // Source: S3 user guide, default encryption since 2023.
  GetBucketEncryption: s3Document(
    'ServerSideEncryptionConfiguration',
    '<Rule><ApplyServerSideEncryptionByDefault>' +
      `${xml('SSEAlgorithm', 'AES256')}</ApplyServerSideEncryptionByDefault>${xml('BucketKeyEnabled', false)}</Rule>`,
  ),
  GetBucketLogging: s3Document('BucketLoggingStatus', ''),
  GetBucketNotificationConfiguration: s3Document('NotificationConfiguration', ''),
  GetBucketRequestPayment: s3Document('RequestPaymentConfiguration', xml('Payer', 'BucketOwner')),
  GetBucketVersioning: s3Document('VersioningConfiguration', ''),
} satisfies Partial<Record<OperationName, string>>;

export type DefaultName = keyof typeof DOCUMENTS;

export function defaultAnswer(name: DefaultName): ApiResponse {
  return xmlResponse(DOCUMENTS[name]);
}

/** What no bucket has, by the code and the message that say so. */
const MISSING = {
  GetBucketReplication: ['ReplicationConfigurationNotFoundError', 'The replication configuration was not found'],
  GetBucketWebsite: ['NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration'],
  GetObjectLockConfiguration: [
    'ObjectLockConfigurationNotFoundError',
    'Object Lock configuration does not exist for this bucket',
  ],
} as const satisfies Partial<Record<OperationName, readonly [code: string, message: string]>>;

export function missingConfiguration(name: keyof typeof MISSING, BucketName: string): AwsError {
  const [code, message] = MISSING[name];
  return new AwsError(code, message, 404, { BucketName });
}

/** The owner may do everything with a bucket and each of its objects, and there are no other grants. */
export function ownersAcl(account: Account): ApiResponse {
  const grantee =
    '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">' +
    `${xml('ID', ownerId(account))}</Grantee>`;
  const grant = `<Grant>${grantee}${xml('Permission', 'FULL_CONTROL')}</Grant>`;
  const list = `<AccessControlList>${grant}</AccessControlList>`;
  return xmlResponse(s3Document('AccessControlPolicy', ownerXml(account) + list));
}

/** @param policy as it is kept */
export function policyStatus(policy: string): ApiResponse {
  return xmlResponse(s3Document('PolicyStatus', xml('IsPublic', isPublic(policy))));
}
