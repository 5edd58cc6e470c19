import { readServiceFailure } from '../../services/shared/service-failure.ts';

/** What a look at one part of something says. */
export type Part<T> =
  | { readonly kind: 'set'; readonly value: T }
  /** It is not there, or not set. */
  | { readonly kind: 'none' }
  /** Nobody may look: the error's code, and the permission that is needed. */
  | { readonly kind: 'hidden'; readonly code: string; readonly needs: string }
  /** The local engine has no such setting. */
  | { readonly kind: 'unknown' };

export const NONE = { kind: 'none' } as const;

/** What S3 answers for a bucket, or a setting of it, that is not there (S3 API reference, error responses). */
const NOT_THERE = new Set([
  'NoSuchBucket',
  'NoSuchBucketPolicy',
  'NoSuchCORSConfiguration',
  'NoSuchPublicAccessBlockConfiguration',
  'NoSuchTagSet',
  'ServerSideEncryptionConfigurationNotFoundError',
]);

/**
 * Looks at one part, whose absence and whose missing permission are answers as well.
 * @param needs the permission
 * @throws what may pass, such as throttling or a lost connection, when it has lasted
 */
export async function part<T>(needs: string, look: () => Promise<T | undefined>): Promise<Part<T>> {
  try {
    const value = await look();
    // An empty text says as little as none.
    return value === undefined || value === '' ? NONE : { kind: 'set', value };
  } catch (error) {
    const { code, status, transient } = readServiceFailure(error);
    if (NOT_THERE.has(code)) return NONE;
    if (code === 'NotImplemented') return { kind: 'unknown' };
    if (transient || status === undefined) throw error;
    return { kind: 'hidden', code, needs };
  }
}
