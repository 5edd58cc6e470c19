import { displayId } from '../messages/display.ts';
import { parseObject } from '../messages/json-fields.ts';

/** A value that is longer is cut. */
const VALUE_COLUMNS = 200;

/** Fields that the reader sees elsewhere, and fields for machines. */
const LEFT_OUT = new Set([
  'level',
  'message',
  'service',
  'timestamp',
  'sampling_rate',
  'xray_trace_id',
  'cold_start',
  'function_arn',
  'function_memory_size',
  'function_name',
  'function_request_id',
  'causationId',
  'correlationId',
  'eventId',
  'messageId',
]);

/**
 * A function's log line for people: level, message, and the handler's fields.
 * @param known fields that the reader sees elsewhere
 * @returns undefined for a line of metrics
 */
export function readableLogLine(line: string, known: readonly string[] = []): string | undefined {
  const parsed = parseObject(line);
  if (parsed === undefined) return shown(line);
  if ('_aws' in parsed) return undefined;
  const { level, message } = parsed;
  const fields = Object.entries(parsed).filter(([name]) => !LEFT_OUT.has(name) && !known.includes(name));
  const texts = fields.map(
    ([name, value]) => `${displayId(name)}=${shown(typeof value === 'string' ? value : JSON.stringify(value))}`,
  );
  return [...(level === undefined ? [] : [displayId(String(level))]), shown(String(message)), ...texts].join('  ');
}

/** It cannot control the terminal. */
function shown(text: string): string {
  return displayId(text, VALUE_COLUMNS);
}
