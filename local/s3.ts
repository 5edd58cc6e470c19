import { buildApp } from 'fauxqs';
import type { Account } from './account.ts';
import { AwsError } from './aws-error.ts';
import { type BucketNamespace, checkNewBucketName } from './bucket-names.ts';
import { S3Store, SnsStore, type SqsStore } from './fauxqs-stores.ts';
import { type ApiRequest, type ApiResponse, escapeXml, xmlElements, xmlResponse } from './http.ts';
import { parseTarget, SETTINGS, unknownParameter } from './s3-request.ts';

const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';

interface Bucket {
  readonly region: string;
  readonly namespace: BucketNamespace;
  readonly settings: Map<string, string>;
}

/**
 * S3: fauxqs's store and object API, behind a thin layer for what it lacks: the answers of CreateBucket, namespaces,
 * tags, CORS, policies and the public access block.
 */
export class S3 {
  readonly #account: Account;
  readonly #store = new S3Store();
  readonly #buckets = new Map<string, Bucket>();
  readonly #fauxqs: ReturnType<typeof buildApp>;

  constructor({ account, sqsStore }: { account: Account; sqsStore: SqsStore }) {
    this.#account = account;
    // Names are checked here; fauxqs would refuse a dot beside a dash, which S3 allows.
    Object.assign(this.#store, { validateBucketName: () => {} });
    const stores = { sqsStore, snsStore: new SnsStore(), s3Store: this.#store };
    this.#fauxqs = buildApp({ logger: false, stores });
  }

  /** @throws AwsError what S3 would answer */
  async handle(request: ApiRequest): Promise<ApiResponse> {
    const { bucket, key, setting } = parseTarget(request);
    if (bucket !== '' && key === '') {
      if (setting !== undefined) return this.#setting(request, bucket, setting);
      if (request.url.searchParams.has('location')) return this.#location(bucket);
      const unknown = unknownParameter(request);
      if (unknown !== undefined) {
        throw new AwsError('NotImplemented', `The local engine does not implement ?${unknown} of a bucket.`, 501);
      }
      if (request.url.searchParams.has('lifecycle')) return this.forward(request);
      if (request.method === 'PUT') return this.#createBucket(request, bucket);
    }
    const response = await this.forward(request);
    if (request.method === 'DELETE' && key === '' && response.status < 300) this.#buckets.delete(bucket);
    return response;
  }

  /** Hands a request to fauxqs. */
  async forward({ method, target, headers, body }: Omit<ApiRequest, 'url' | 'region'>): Promise<ApiResponse> {
    const answer = await this.#fauxqs.inject({
      method: method as 'GET',
      url: target,
      // fauxqs takes a host name with dots for a bucket; the gateway has read the bucket from the path.
      headers: { ...(headers as Record<string, string>), host: 'localhost' },
      payload: body,
    });
    const responseHeaders = Object.entries(answer.headers).flatMap(([name, value]) =>
      value === undefined || name === 'transfer-encoding' ? [] : [[name, String(value)]],
    );
    return { status: answer.statusCode, headers: Object.fromEntries(responseHeaders), body: answer.rawPayload };
  }

  async close(): Promise<void> {
    await this.#fauxqs.close();
  }

  /** Source: S3 API reference, CreateBucket and error responses. */
  #createBucket(request: ApiRequest, name: string): ApiResponse {
    const document = request.body.toString('utf8');
    const constraint = xmlElements(document, 'LocationConstraint')[0];
    if (constraint === 'us-east-1') {
      throw new AwsError('InvalidLocationConstraint', 'The specified location-constraint is not valid');
    }
    const region = constraint === 'EU' ? 'eu-west-1' : (constraint ?? 'us-east-1');
    const isGlobal = request.headers['x-amz-bucket-namespace'] !== 'account-regional';
    const namespace: BucketNamespace = isGlobal ? 'global' : 'account-regional';
    checkLocation(region, request.region);
    checkNewBucketName(name, namespace, { ...this.#account, region });
    const location = isGlobal && region !== 'us-east-1' ? `http://${name}.s3.${this.#account.urlSuffix}/` : `/${name}`;
    if (this.#buckets.has(name)) {
      // us-east-1 alone answers 200, but not for account-regional names.
      if (region === 'us-east-1' && isGlobal) return xmlResponse('', 200, { location });
      const message = 'Your previous request to create the named bucket succeeded and you already own it.';
      throw new AwsError('BucketAlreadyOwnedByYou', message, 409, { BucketName: name });
    }
    this.#store.createBucket(name);
    const settings = new Map([['publicAccessBlock', ALL_PUBLIC_ACCESS_BLOCKED]]);
    const tags = xmlElements(document, 'Tags')[0];
    if (tags !== undefined) settings.set('tagging', `<Tagging ${NAMESPACE}><TagSet>${tags}</TagSet></Tagging>`);
    this.#buckets.set(name, { region, namespace, settings });
    return xmlResponse('', 200, { location });
  }

  #setting({ method, body }: ApiRequest, name: string, setting: string): ApiResponse {
    const { settings } = this.#bucket(name);
    if (method === 'PUT') {
      settings.set(setting, body.toString('utf8'));
      return xmlResponse('', setting === 'policy' ? 204 : 200);
    }
    if (method === 'DELETE') {
      settings.delete(setting);
      return xmlResponse('', 204);
    }
    const document = settings.get(setting);
    if (document === undefined) {
      throw new AwsError(
        SETTINGS[setting]?.missing ?? 'NoSuchConfiguration',
        `The bucket ${name} has no ${setting}.`,
        404,
      );
    }
    const contentType = setting === 'policy' ? 'application/json' : 'application/xml';
    return { status: 200, headers: { 'content-type': contentType }, body: document };
  }

  #location(name: string): ApiResponse {
    const { region } = this.#bucket(name);
    const constraint = region === 'us-east-1' ? '' : region;
    return xmlResponse(`<LocationConstraint ${NAMESPACE}>${constraint}</LocationConstraint>`);
  }

  #bucket(name: string): Bucket {
    const bucket = this.#buckets.get(name);
    if (bucket) return bucket;
    throw new AwsError('NoSuchBucket', 'The specified bucket does not exist', 404, { BucketName: name });
  }
}

/** Every new bucket blocks public access. Source: S3 user guide, blocking public access. */
const ALL_PUBLIC_ACCESS_BLOCKED =
  `<PublicAccessBlockConfiguration ${NAMESPACE}>` +
  ['BlockPublicAcls', 'IgnorePublicAcls', 'BlockPublicPolicy', 'RestrictPublicBuckets']
    .map((name) => `<${name}>true</${name}>`)
    .join('') +
  '</PublicAccessBlockConfiguration>';

/** The location must be the endpoint's region, and is left out for us-east-1. */
function checkLocation(location: string, endpointRegion: string): void {
  if (location === endpointRegion) return;
  const message =
    `The ${location === 'us-east-1' ? 'unspecified' : location} location constraint is incompatible ` +
    `for the region specific endpoint this request was sent to.`;
  throw new AwsError('IllegalLocationConstraintException', message);
}

/** S3's error document. */
export function s3Error({ code, message, status, details }: AwsError, requestId: string): ApiResponse {
  const extra = Object.entries(details).map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`);
  const body =
    `<Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>${extra.join('')}` +
    `<RequestId>${requestId}</RequestId></Error>`;
  return xmlResponse(body, status);
}
