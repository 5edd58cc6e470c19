import { paginateListBuckets, S3Client } from '@aws-sdk/client-s3';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  NoSuchResourceException,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import type { Check } from './check.ts';
import type { Finding } from './finding.ts';
import type { Mends } from './mends.ts';
import { THRESHOLDS } from './thresholds.ts';

const NAME = 'bucket quota';

/** General purpose buckets of an account, which S3 manages from one Region. Source: Service Quotas, Amazon S3. */
const QUOTA = { ServiceCode: 's3', QuotaCode: 'L-DC2B2D3D' };
const QUOTA_REGION = 'us-east-1';

/** The largest page. Source: S3 API reference, ListBuckets. */
const PAGE_SIZE = 10_000;

export interface QuotaFacts {
  /** Buckets of the account, in all Regions. */
  readonly buckets: number;
  readonly quota: number;
}

/** Whether there is room for the buckets of more users. */
export const bucketQuota: Check = {
  name: NAME,
  async run({ deployed: { clients }, mends }) {
    const s3 = clients.of(S3Client);
    const countBuckets = async () => {
      let buckets = 0;
      for await (const { Buckets = [] } of paginateListBuckets({ client: s3, pageSize: PAGE_SIZE }, {})) {
        buckets += Buckets.length;
      }
      return buckets;
    };
    const [buckets, quota] = await Promise.all([
      countBuckets(),
      readQuota(clients.of(ServiceQuotasClient, QUOTA_REGION)),
    ]);
    return [judgeQuota({ buckets, quota }, mends)];
  },
};

/** Of an account that never asked for more, only the default may be known. */
async function readQuota(quotas: ServiceQuotasClient): Promise<number> {
  try {
    const { Quota } = await quotas.send(new GetServiceQuotaCommand(QUOTA));
    return Quota?.Value ?? 0;
  } catch (error) {
    if (!(error instanceof NoSuchResourceException)) throw error;
    const { Quota } = await quotas.send(new GetAWSDefaultServiceQuotaCommand(QUOTA));
    return Quota?.Value ?? 0;
  }
}

export function judgeQuota({ buckets, quota }: QuotaFacts, mends: Mends): Finding {
  const part = buckets / quota;
  const format = (number: number) => number.toLocaleString('en-US');
  const about = { check: NAME, subject: 'account' };
  const detail = `${format(buckets)} of ${format(quota)} buckets, ${Math.floor(part * 100)}%`;
  if (part < THRESHOLDS.bucketQuotaWarning) return { ...about, status: 'ok', detail };
  const wanted = `--service-code ${QUOTA.ServiceCode} --quota-code ${QUOTA.QuotaCode} --desired-value ${quota * 2}`;
  const mend = mends.aws(`service-quotas request-service-quota-increase --region ${QUOTA_REGION} ${wanted}`);
  const isFull = part >= THRESHOLDS.bucketQuotaProblem;
  return {
    ...about,
    status: isFull ? 'problem' : 'warning',
    detail: `${detail}; a full account refuses new buckets`,
    mend,
  };
}
