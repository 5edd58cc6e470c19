import { AwsError } from '../core/aws-error.ts';
import { xmlResponse } from '../protocols/http.ts';
import {
  ALL_PUBLIC_ACCESS_BLOCKED,
  blocksPublicPolicies,
  checkedAccessBlock,
  checkedLifecycle,
  checkedOwnership,
  checkPolicy,
  DEFAULT_OWNERSHIP,
  isPublic,
  ownershipDocument,
} from './bucket-documents.ts';
import type { Buckets } from './buckets.ts';
import { checkedCors } from './cors.ts';
import { ownerId, ownerXml } from './list-objects.ts';
import { documentOf } from './payload.ts';
import { emptyAnswer, type Operation, type S3Request, type S3State } from './request.ts';
import { parseTagging, type Tag, taggingDocument } from './tags.ts';
import { documentAnswer, s3Document, xml } from './xml-document.ts';

type SettingName = 'tagging' | 'cors' | 'policy' | 'publicAccessBlock' | 'ownershipControls' | 'lifecycle';

interface Setting {
  /** Code and message where a bucket has none. */
  readonly missing: readonly [code: string, message: string];
  /** What every new bucket has. @default - none */
  readonly initial?: string;
  /** Of the answer to PUT. @default 200 */
  readonly status?: number;
  /** The document as it is kept. @throws AwsError for one that S3 would refuse */
  check(document: string, state: S3State, request: S3Request): string;
  /** The document of the answer. @default - as it is kept */
  answer?(kept: string): string;
  readonly isJson?: boolean;
}

const SETTINGS: Readonly<Record<SettingName, Setting>> = {
  tagging: {
    missing: ['NoSuchTagSet', 'The TagSet does not exist'],
    status: 204,
    check: (document) => JSON.stringify(parseTagging(document, 'bucket')),
    answer: (kept) => taggingDocument(JSON.parse(kept) as Tag[]),
  },
  cors: {
    missing: ['NoSuchCORSConfiguration', 'The CORS configuration does not exist'],
    check: checkedCors,
  },
  policy: {
    missing: ['NoSuchBucketPolicy', 'The bucket policy does not exist'],
    status: 204,
    isJson: true,
    check: (document, { buckets, account }, { bucket }) => {
      const block = findSetting(buckets, bucket, 'publicAccessBlock');
      checkPolicy(document, bucket, account, block !== undefined && blocksPublicPolicies(block));
      return document;
    },
  },
  publicAccessBlock: {
    missing: ['NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found'],
    initial: ALL_PUBLIC_ACCESS_BLOCKED,
    check: checkedAccessBlock,
  },
  ownershipControls: {
    missing: ['OwnershipControlsNotFoundError', 'The bucket ownership controls were not found'],
    initial: ownershipDocument(DEFAULT_OWNERSHIP),
    check: checkedOwnership,
  },
  lifecycle: {
    missing: ['NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist'],
    check: checkedLifecycle,
  },
};

/** Kept instead of a document that every new bucket has, after its removal. */
const REMOVED = '';

/** An empty set of tags is none. */
const NO_TAGS = '[]';

/** As it is kept; undefined for none. */
export function findSetting(buckets: Buckets, bucket: string, name: SettingName): string | undefined {
  const kept = buckets.setting(bucket, name) ?? SETTINGS[name].initial;
  return kept === REMOVED ? undefined : kept;
}

/** @throws AwsError if there is none */
function existingSetting({ buckets }: S3State, { bucket }: S3Request, name: SettingName): string {
  const kept = findSetting(buckets, bucket, name);
  if (kept !== undefined) return kept;
  throw new AwsError(...SETTINGS[name].missing, 404, { BucketName: bucket });
}

export function getSetting(name: SettingName): Operation {
  const { answer, isJson = false } = SETTINGS[name];
  return (state, request) => {
    const kept = existingSetting(state, request, name);
    const document = answer?.(kept) ?? kept;
    if (isJson) return { status: 200, headers: { 'content-type': 'application/json' }, body: document };
    return xmlResponse(document);
  };
}

export function putSetting(name: SettingName): Operation {
  const { check, status = 200 } = SETTINGS[name];
  return (state, request) => {
    const kept = check(documentOf(request), state, request);
    if (kept === NO_TAGS) return removeSetting(name)(state, request);
    state.buckets.putSetting(request.bucket, name, kept);
    return emptyAnswer(status);
  };
}

export function removeSetting(name: SettingName): Operation {
  return ({ buckets }, { bucket }) => {
    // For a setting that every new bucket has, the removal must be kept.
    if (SETTINGS[name].initial === undefined) buckets.removeSetting(bucket, name);
    else buckets.putSetting(bucket, name, REMOVED);
    return emptyAnswer(204);
  };
}

export const getBucketPolicyStatus: Operation = (state, request) =>
  documentAnswer('PolicyStatus', xml('IsPublic', isPublic(existingSetting(state, request, 'policy'))));

/** The owner may do everything with a bucket and each of its objects, and there are no other grants. */
export const getOwnersAcl: Operation = ({ account }) => {
  const grantee =
    '<Grantee xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="CanonicalUser">' +
    `${xml('ID', ownerId(account))}</Grantee>`;
  const grant = `<Grant>${grantee}${xml('Permission', 'FULL_CONTROL')}</Grant>`;
  return documentAnswer('AccessControlPolicy', `${ownerXml(account)}<AccessControlList>${grant}</AccessControlList>`);
};

/**
 * Settings of every bucket. The operations that change them are refused. Source: answers recorded on AWS.
 */
const DEFAULTS = {
  accelerate: s3Document('AccelerateConfiguration', ''),
  // Source: S3 user guide, default encryption since 2023.
  encryption: s3Document(
    'ServerSideEncryptionConfiguration',
    '<Rule><ApplyServerSideEncryptionByDefault>' +
      `${xml('SSEAlgorithm', 'AES256')}</ApplyServerSideEncryptionByDefault>${xml('BucketKeyEnabled', false)}</Rule>`,
  ),
  logging: s3Document('BucketLoggingStatus', ''),
  notification: s3Document('NotificationConfiguration', ''),
  requestPayment: s3Document('RequestPaymentConfiguration', xml('Payer', 'BucketOwner')),
  versioning: s3Document('VersioningConfiguration', ''),
};

export function getDefault(name: keyof typeof DEFAULTS): Operation {
  return () => xmlResponse(DEFAULTS[name]);
}

/** An operation that reads what no bucket has. @param error its code and message */
export function getMissing(...error: [code: string, message: string]): Operation {
  return (_state, { bucket }) => {
    throw new AwsError(...error, 404, { BucketName: bucket });
  };
}
