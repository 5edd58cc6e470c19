/** Where the stack runs, as its pseudo parameters say. */
export interface Account {
  /** Twelve digits. */
  readonly id: string;
  readonly region: string;
  readonly partition: string;
  /** Domain of the partition's endpoints. */
  readonly urlSuffix: string;
}

/** The account that the engine stands in for, in a region of any name. */
export function localAccount(region: string, id: string): Account {
  if (region.startsWith('cn-')) return { id, region, partition: 'aws-cn', urlSuffix: 'amazonaws.com.cn' };
  if (region.startsWith('us-gov-')) return { id, region, partition: 'aws-us-gov', urlSuffix: 'amazonaws.com' };
  return { id, region, partition: 'aws', urlSuffix: 'amazonaws.com' };
}

/** An ARN in that account, such as `arnOf(account, 'sqs', 'my-queue')`. */
export function arnOf({ partition, region, id }: Account, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${id}:${resource}`;
}
