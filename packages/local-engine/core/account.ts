/** Where the stacks run: the values of their pseudo parameters. */
export interface Account {
  /** Twelve digits. */
  readonly id: string;
  readonly region: string;
  readonly partition: string;
  /** Domain of the partition's endpoints. */
  readonly urlSuffix: string;
}

/** By the beginning of the Region's name. Source: the partition table that the AWS SDKs share. */
const PARTITIONS: readonly (readonly [regionPrefix: string, partition: string, urlSuffix: string])[] = [
  ['cn-', 'aws-cn', 'amazonaws.com.cn'],
  ['us-gov-', 'aws-us-gov', 'amazonaws.com'],
  ['us-iso-', 'aws-iso', 'c2s.ic.gov'],
  ['us-isob-', 'aws-iso-b', 'sc2s.sgov.gov'],
  ['eu-isoe-', 'aws-iso-e', 'cloud.adc-e.uk'],
  ['us-isof-', 'aws-iso-f', 'csp.hci.ic.gov'],
  ['eusc-', 'aws-eusc', 'amazonaws.eu'],
];

/** The engine's account, in a Region of any name. */
export function localAccount(region: string, id: string): Account {
  const found = PARTITIONS.find(([regionPrefix]) => region.startsWith(regionPrefix));
  const [, partition, urlSuffix] = found ?? ['', 'aws', 'amazonaws.com'];
  return { id, region, partition, urlSuffix };
}

/** An ARN in that account, such as `arnOf(account, 'sqs', 'my-queue')`. */
export function arnOf({ partition, region, id }: Account, service: string, resource: string): string {
  return `arn:${partition}:${service}:${region}:${id}:${resource}`;
}
