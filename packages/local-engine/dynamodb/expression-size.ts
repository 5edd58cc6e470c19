import { AwsError } from '../core/aws-error.ts';

/** Members of requests that are expressions. Source: DynamoDB API reference. */
export const EXPRESSIONS = [
  'ConditionExpression',
  'FilterExpression',
  'KeyConditionExpression',
  'ProjectionExpression',
  'UpdateExpression',
];

/** Source: DynamoDB developer guide, service quotas, expression parameters. */
const MOST_BYTES = 4096;

/**
 * dynalite's parser reads what is in parentheses again and again, up to four times as often with each level. So many
 * characters, read so often, take it a quarter of a second.
 */
const MOST_CHARACTERS_READ = 150_000;
const READ_AGAIN = 4;

/**
 * Refuses expressions that DynamoDB refuses for their size, and those that dynalite would read for minutes or years.
 * @throws AwsError ValidationException
 */
export function checkExpressionSizes(request: Readonly<Record<string, unknown>>): void {
  for (const name of EXPRESSIONS) {
    const expression = request[name];
    if (typeof expression !== 'string') continue;
    const bytes = Buffer.byteLength(expression);
    if (bytes > MOST_BYTES) {
      const message = 'Expression size has exceeded the maximum allowed size';
      throw new AwsError('ValidationException', `Invalid ${name}: ${message}; expression size: ${bytes}`);
    }
    if (charactersRead(expression) > MOST_CHARACTERS_READ) {
      const message = `Invalid ${name}: the local engine cannot read so many parentheses inside each other.`;
      throw new AwsError('ValidationException', message);
    }
  }
}

function charactersRead(expression: string): number {
  let [times, read] = [1, 0];
  for (const character of expression) {
    if (character === '(') times *= READ_AGAIN;
    else if (character === ')') times = Math.max(1, times / READ_AGAIN);
    read += times;
  }
  return read;
}
