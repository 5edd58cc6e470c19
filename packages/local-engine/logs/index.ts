/** CloudWatch Logs: its API, and the lines that functions and pipes log. */
export { CloudWatchLogs } from './cloudwatch-logs.ts';
export {
  LOG_STREAM,
  type LogGroup,
  type LogGroups,
  type LogLine,
  type LogRange,
  logGroupName,
  logWriting,
} from './log-groups.ts';
export { LogLines } from './log-lines.ts';
