import { Stack } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { METRICS_NAMESPACE } from '../../services/shared/metric-names.ts';

/**
 * Where services of a stack put their metrics: one namespace for each stack, since a metric has no other dimension than its
 * service. Two stages in one account would else be one service level, and one alarm.
 */
export function metricsNamespace(scope: Construct): string {
  return `${METRICS_NAMESPACE}/${Stack.of(scope).stackName}`;
}
