import type { Creation, ResourceType } from '../cloudformation/template/resource-type.ts';
import { arnOf } from '../core/account.ts';
import { readWatch } from './alarm-definition.ts';
import type { Alarms } from './alarms.ts';

interface AlarmServices {
  readonly alarms: Alarms;
}

export const cloudWatchAlarm: ResourceType<AlarmServices> = {
  type: 'AWS::CloudWatch::Alarm',
  nameProperty: 'AlarmName',
  nameLimit: 255,
  shape: {
    ActionsEnabled: 'used',
    AlarmActions: ['used'],
    AlarmDescription: 'used',
    AlarmName: 'used',
    ComparisonOperator: 'used',
    DatapointsToAlarm: 'used',
    Dimensions: [{ Name: 'used', Value: 'used' }],
    EvaluateLowSampleCountPercentile: 'used',
    EvaluationPeriods: 'used',
    ExtendedStatistic: 'used',
    InsufficientDataActions: ['used'],
    MetricName: 'used',
    Metrics: 'json',
    Namespace: 'used',
    OKActions: ['used'],
    Period: 'used',
    Statistic: 'used',
    Tags: 'inert',
    Threshold: 'used',
    ThresholdMetricId: 'used',
    TreatMissingData: 'used',
    Unit: 'used',
  },
  identify: ({ physicalName, account }) => {
    return { ref: physicalName, attributes: { Arn: arnOf(account, 'cloudwatch', `alarm:${physicalName}`) } };
  },
  check: (properties) => void readWatch(properties),
  create: putAlarm,
  update: putAlarm,
  remove: ({ physicalName, services }) => services.alarms.remove(physicalName),
};

function putAlarm({ physicalName, identity, properties, services }: Creation<AlarmServices>): void {
  const arn = identity.attributes.Arn ?? '';
  services.alarms.put({ name: physicalName, arn, properties, watch: readWatch(properties) });
}
