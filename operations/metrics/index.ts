/** Metrics: the numbers of the stack's dashboard, and its alarms. What is read is defined on the dashboard alone: see decision 0019. */
export { RUNBOOK } from '../../services/shared/alarm-guide.ts';
export type { AlarmState, AlarmThreshold, StackAlarm } from './alarms.ts';
export { followMetrics } from './follow-metrics.ts';
export { type MeasuredGraph, type Metrics, readMetrics } from './read-metrics.ts';
export { isSum, type Point, readPoints, type WantedMetric } from './read-values.ts';
export type { ServiceLevel } from './service-level.ts';
