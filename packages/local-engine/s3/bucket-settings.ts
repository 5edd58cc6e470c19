import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import { type ApiResponse, xmlResponse } from '../protocols/http.ts';
import {
  ALL_PUBLIC_ACCESS_BLOCKED,
  blocksPublicPolicies,
  checkedAccessBlock,
  checkedOwnership,
  DEFAULT_OWNERSHIP,
  ownershipDocument,
} from './bucket-access.ts';
import { checkPolicy } from './bucket-policy-document.ts';
import type { Buckets } from './buckets.ts';
import { checkedLifecycle } from './lifecycle-document.ts';
import { checkedCors } from './s3-cors.ts';
import { documentOf } from './s3-payload.ts';
import type { S3Request } from './s3-request.ts';
import { parseTagging, taggingDocument } from './s3-tags.ts';
import type { Tag } from './tag-filters.ts';

export type SettingName = 'tagging' | 'cors' | 'policy' | 'publicAccessBlock' | 'ownershipControls' | 'lifecycle';

interface Setting {
  /** Code and message where a bucket has none. */
  readonly missing: readonly [code: string, message: string];
  /** What every new bucket has. @default - none */
  readonly initial?: string;
  /** Of the answer to PUT. @default 200 */
  readonly status?: number;
  /** The document as it is kept. @throws AwsError for one that S3 would refuse */
  check(document: string, bucket: string): string;
  /** The document of the answer. @default - as it is kept */
  answer?(kept: string): string;
  /** @default 'application/xml' */
  readonly contentType?: string;
}

/** Reads, changes and removes the settings of buckets. */
export class BucketSettings {
  readonly #buckets: Buckets;
  readonly #settings: Readonly<Record<SettingName, Setting>>;

  constructor(buckets: Buckets, account: Account) {
    this.#buckets = buckets;
    this.#settings = {
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
        contentType: 'application/json',
        check: (document, bucket) => {
          const block = this.find(bucket, 'publicAccessBlock');
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
  }

  /** As it is kept; undefined for none. */
  find(bucket: string, name: SettingName): string | undefined {
    const kept = this.#buckets.setting(bucket, name) ?? this.#settings[name].initial;
    return kept === REMOVED ? undefined : kept;
  }

  /** @throws AwsError if there is none */
  get({ bucket }: S3Request, name: SettingName): ApiResponse {
    const { missing, answer, contentType = 'application/xml' } = this.#settings[name];
    const kept = this.find(bucket, name);
    if (kept === undefined) throw new AwsError(...missing, 404, { BucketName: bucket });
    const document = answer?.(kept) ?? kept;
    if (contentType !== 'application/xml')
      return { status: 200, headers: { 'content-type': contentType }, body: document };
    return xmlResponse(document);
  }

  /** @throws AwsError for a document that S3 would refuse */
  put(request: S3Request, name: SettingName): ApiResponse {
    const { check, status = 200 } = this.#settings[name];
    const kept = check(documentOf(request), request.bucket);
    if (kept === NO_TAGS) return this.remove(request, name);
    this.#buckets.putSetting(request.bucket, name, kept);
    return { status, headers: {}, body: '' };
  }

  remove({ bucket }: S3Request, name: SettingName): ApiResponse {
    // What a new bucket has by itself must be known to be gone.
    if (this.#settings[name].initial === undefined) this.#buckets.removeSetting(bucket, name);
    else this.#buckets.putSetting(bucket, name, REMOVED);
    return { status: 204, headers: {}, body: '' };
  }
}

/** In the place of a document that every new bucket has. */
const REMOVED = '';

/** An empty set of tags is none. */
const NO_TAGS = '[]';
