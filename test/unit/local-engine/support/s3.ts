import { S3 } from '../../../../packages/local-engine/s3/api.ts';
import { ACCOUNT, makeParts, type Parts } from './parts.ts';
import { apiRequest } from './requests.ts';

/** S3 and a short way to ask it. @param parts with other storage than memory, for one */
export function makeS3(parts: Parts = makeParts()) {
  const s3 = new S3({ account: ACCOUNT, ...parts });
  const ask = async (method: string, target: string, more: Parameters<typeof apiRequest>[2] = {}) => {
    const { status, headers, body } = await s3.handle(apiRequest(method, target, more));
    return { status, headers, body: String(body) };
  };
  const create = (name: string, { region = ACCOUNT.region, namespace = 'global', tags = '' } = {}) => {
    const constraint = region === 'us-east-1' ? '' : `<LocationConstraint>${region}</LocationConstraint>`;
    const body = `<CreateBucketConfiguration>${constraint}${tags}</CreateBucketConfiguration>`;
    const headers = namespace === 'global' ? {} : { 'x-amz-bucket-namespace': namespace };
    return ask('PUT', `/${name}`, { region, headers, body });
  };
  return { ...parts, s3, ask, create };
}

/** S3 with the bucket `mine`. */
export async function s3WithBucket(parts?: Parts) {
  const made = makeS3(parts);
  await made.create('mine');
  const put = (key: string, body: string | Uint8Array = '', headers: object = {}) =>
    made.ask('PUT', `/mine/${key}`, { body, headers });
  const get = (target: string, headers: object = {}) => made.ask('GET', `/mine/${target}`, { headers });
  return { ...made, put, get };
}
