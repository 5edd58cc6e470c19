import type { Account } from '../core/account.ts';
import { AwsError } from '../core/aws-error.ts';
import type { Clock } from '../core/clock.ts';
import type { ApiRequest, ApiRequestHead, ApiResponse, CorsAnswer } from '../protocols/http.ts';
import type { Storage } from '../storage/storage.ts';
import { findSetting } from './bucket-settings.ts';
import { Buckets } from './buckets.ts';
import { corsHeaders, corsRules, crossOriginOf } from './cors.ts';
import { accessDenied, headerNotImplemented, invalidArgument, noSuchBucket } from './errors.ts';
import { Contents, ObjectStore } from './object-store.ts';
import { type AskedOperation, OPERATIONS, operationFor } from './operations.ts';
import { checkPresigned, parseRequest, type S3Request, type S3State } from './request.ts';
import { Uploads } from './uploads.ts';

interface S3Props {
  readonly account: Account;
  readonly storage: Storage;
  readonly clock: Clock;
}

/** Source: S3 API reference: an object's key has 1024 bytes of UTF-8 at most. */
const LONGEST_KEY = 1024;

type ParsedRequest = S3Request & AskedOperation;

const parsed = new WeakMap<ApiRequest, ParsedRequest>();

/** Parsed once for permissions, the journal and S3 itself. @throws AwsError for a path that S3 cannot read */
export function s3Request(request: ApiRequest): ParsedRequest {
  let found = parsed.get(request);
  if (found === undefined) {
    const read = parseRequest(request);
    found = { ...read, ...operationFor(read) };
    parsed.set(request, found);
  }
  return found;
}

/** The name of a request's operation for the journal and for faults. @throws AwsError as {@link s3Request} */
export function operationOf(request: ApiRequest): string {
  return s3Request(request).name;
}

/** S3: buckets with their settings, and objects. */
export class S3 {
  readonly buckets: Buckets;
  readonly #state: S3State;

  constructor({ account, storage, clock }: S3Props) {
    const contents = new Contents(storage);
    const [objects, uploads] = [new ObjectStore(storage, contents), new Uploads(storage, contents)];
    this.buckets = new Buckets(storage);
    this.#state = { account, clock, buckets: this.buckets, objects, contents, uploads };
  }

  /** @throws AwsError what S3 would answer */
  async handle(request: ApiRequest): Promise<ApiResponse> {
    const asked = s3Request(request);
    const { operation, refusal, name, bucket, key, query } = asked;
    if (operation === undefined) {
      // What the engine does not implement is refused only in a bucket that exists.
      const exists = bucket === '' || name === 'CreateBucket' || this.buckets.find(bucket) !== undefined;
      throw exists || refusal.code !== 'NotImplemented' ? refusal : noSuchBucket(bucket);
    }
    checkPresigned(query, this.#state.clock.now());
    if (bucket !== '' && operation !== 'CreateBucket') this.#checkBucket(asked);
    this.#checkHeaders(asked);
    if (Buffer.byteLength(key) > LONGEST_KEY) {
      const details = { Size: Buffer.byteLength(key), MaxSizeAllowed: LONGEST_KEY };
      throw new AwsError('KeyTooLongError', 'Your key is too long', 400, details);
    }
    const [, run] = OPERATIONS[operation];
    return run(this.#state, asked);
  }

  /** Headers of the answer to a page of another origin; undefined for a page that the bucket's CORS rules do not allow. */
  crossOrigin(request: ApiRequestHead): CorsAnswer | undefined {
    const asked = crossOriginOf(request);
    const document = asked && this.buckets.find(asked.bucket) && findSetting(this.buckets, asked.bucket, 'cors');
    const headers = asked && document !== undefined ? corsHeaders(corsRules(document), asked) : undefined;
    return headers && { headers };
  }

  /** @throws AwsError for a bucket that does not exist, or that the client expects to be another account's */
  #checkBucket({ bucket, headers }: S3Request): void {
    if (this.buckets.find(bucket) === undefined) throw noSuchBucket(bucket);
    const owner = headers['x-amz-expected-bucket-owner'];
    if (owner === undefined || owner === this.#state.account.id) return;
    if (/^\d{12}$/.test(owner)) throw accessDenied();
    const message = 'The value of the expected bucket owner parameter must be an AWS account ID';
    throw new AwsError('InvalidBucketOwnerAWSAccountID', message, 400, { 'x-amz-expected-bucket-owner': owner });
  }

  /** Headers that depend on what the bucket has. @throws AwsError */
  #checkHeaders({ bucket, key, headers }: S3Request): void {
    if ('x-amz-bypass-governance-retention' in headers) {
      const name = 'x-amz-bypass-governance-retention';
      throw invalidArgument(`${name} is only applicable to Object Lock enabled buckets.`, name);
    }
    const acl = headers['x-amz-acl'];
    if (key === '' || acl === undefined || acl === 'private' || acl === 'bucket-owner-full-control') return;
    const ownership = findSetting(this.buckets, bucket, 'ownershipControls');
    if (!ownership?.includes('BucketOwnerEnforced')) throw headerNotImplemented('x-amz-acl');
    throw new AwsError('AccessControlListNotSupported', 'The bucket does not allow ACLs');
  }
}
