import { paginateListBuckets, S3Client } from '@aws-sdk/client-s3';
import {
  GetAWSDefaultServiceQuotaCommand,
  GetServiceQuotaCommand,
  NoSuchResourceException,
  ServiceQuotasClient,
} from '@aws-sdk/client-service-quotas';
import { count, numberText } from '../messages/display.ts';
import type { Check } from './check.ts';
import type { Finding } from './finding.ts';
import type { Mends } from './mends.ts';
import { THRESHOLDS } from './thresholds.ts';

const NAME = 'bucket quota';

/** General purpose buckets of an account. Source: Service Quotas, Amazon S3. */
const QUOTA = { ServiceCode: 's3', QuotaCode: 'L-DC2B2D3D' };

/**
 * The Region in which a partition keeps that quota, for all its Regions. Source: AWS General Reference, Amazon S3 endpoints and
 * quotas. A partition that is not here has one Region, or none that is known to keep it: then it is asked in the pipeline's own.
 */
const QUOTA_REGIONS: Readonly<Record<string, string>> = {
  aws: 'us-east-1',
  'aws-cn': 'cn-north-1',
  'aws-us-gov': 'us-gov-west-1',
  'aws-eusc': 'eusc-de-east-1',
};

/** @param busArn of something in the pipeline's partition and Region */
function quotaRegion(busArn: string): string {
  const [, partition = '', , region = ''] = busArn.split(':');
  return QUOTA_REGIONS[partition] ?? region;
}

/** The largest page. Source: S3 API reference, ListBuckets. */
const PAGE_SIZE = 10_000;

export interface QuotaFacts {
  /** Buckets of the account, in all Regions. */
  readonly buckets: number;
  /** Undefined if Service Quotas does not say it. */
  readonly quota: number | undefined;
  /** Where it is kept. */
  readonly region: string;
}

/** Whether there is room for the buckets of more users. */
export const bucketQuota: Check = {
  name: NAME,
  async run({ deployed, mends }) {
    const { clients } = deployed;
    const region = quotaRegion(deployed.output('EventBusArn'));
    const s3 = clients.of(S3Client);
    const countBuckets = async () => {
      let buckets = 0;
      for await (const { Buckets = [] } of paginateListBuckets({ client: s3, pageSize: PAGE_SIZE }, {})) {
        buckets += Buckets.length;
      }
      return buckets;
    };
    const [buckets, quota] = await Promise.all([countBuckets(), readQuota(clients.of(ServiceQuotasClient, region))]);
    return [judgeQuota({ buckets, quota, region }, mends)];
  },
};

/** Of an account that never asked for more, only the default may be known. */
async function readQuota(quotas: ServiceQuotasClient): Promise<number | undefined> {
  try {
    const { Quota } = await quotas.send(new GetServiceQuotaCommand(QUOTA));
    return Quota?.Value || undefined;
  } catch (error) {
    if (!(error instanceof NoSuchResourceException)) throw error;
    const { Quota } = await quotas.send(new GetAWSDefaultServiceQuotaCommand(QUOTA));
    return Quota?.Value || undefined;
  }
}

export function judgeQuota({ buckets, quota, region }: QuotaFacts, mends: Mends): Finding {
  const about = { check: NAME, subject: 'account' };
  if (quota === undefined) {
    const detail = `${count(buckets, 'bucket')}; Service Quotas does not say in ${region} how many are allowed`;
    const mend = `look it up in the console of Service Quotas in ${region}, under Amazon S3`;
    return { ...about, status: 'warning', detail, mend };
  }
  const part = buckets / quota;
  const detail = `${numberText(buckets)} of ${numberText(quota)} buckets, ${Math.floor(part * 100)}%`;
  if (part < THRESHOLDS.bucketQuotaWarning) return { ...about, status: 'ok', detail };
  const wanted = `--service-code ${QUOTA.ServiceCode} --quota-code ${QUOTA.QuotaCode} --desired-value ${quota * 2}`;
  const mend = mends.aws(`service-quotas request-service-quota-increase --region ${region} ${wanted}`);
  const isFull = part >= THRESHOLDS.bucketQuotaProblem;
  return {
    ...about,
    status: isFull ? 'problem' : 'warning',
    detail: `${detail}; a full account refuses new buckets`,
    mend,
  };
}
