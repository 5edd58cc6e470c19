import { AwsError } from '../core/aws-error.ts';
import { nestsDeeper } from '../core/json-text.ts';

/** Levels of a detail. Source: EventBridge user guide, eb-putevents. */
const MAX_NESTING = 1000;

/**
 * The detail of an entry.
 * @throws AwsError MalformedDetail in AWS's words (recorded in 2024), with a `reason` for the journal. It quotes nothing of the detail:
 * a message comes into logs
 */
export function parseDetail(text: string): Readonly<Record<string, unknown>> {
  const detail = parseJson(text);
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) {
    throw malformed('it must be a JSON object');
  }
  if (holdsUnsafeInteger(text)) {
    throw malformed('it holds an integer that 64 bits cannot');
  }
  if (nestsDeeper(text, MAX_NESTING)) {
    throw malformed(`it is nested more than ${MAX_NESTING} levels deep`);
  }
  return detail as Record<string, unknown>;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message quotes the text, which would come into logs that way.
    throw malformed('it is not JSON');
  }
}

function malformed(reason: string): AwsError {
  return new AwsError('MalformedDetail', 'Detail is malformed.', 400, { reason });
}

const INT64 = { smallest: -(2n ** 63n), largest: 2n ** 63n - 1n };

/** Whether valid JSON text holds an integer outside int64; read from the text, since parsing rounds it. */
function holdsUnsafeInteger(text: string): boolean {
  if (!/\d{19}/.test(text)) return false;
  const tokens = text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/gs);
  return [...tokens].some(([token]) => {
    return /^-?\d+$/.test(token) && (BigInt(token) < INT64.smallest || BigInt(token) > INT64.largest);
  });
}
