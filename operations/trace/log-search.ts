import { type CloudWatchLogsClient, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import pMap from 'p-map';
import { ifFound } from '../aws/aws-failure.ts';

/** One line of a log group. */
export interface FoundLine {
  /** Unique. */
  readonly id: string;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly message: string;
}

/**
 * Searches a log group.
 * @param patterns lines that match any of them are found, each once
 * @param from milliseconds since the Unix epoch
 * @returns lines in order of their times; undefined if there is no such group
 * @throws any other error of AWS, such as that the caller may not search
 */
export type SearchLogs = (
  group: string,
  patterns: readonly string[],
  from: number,
) => Promise<readonly FoundLine[] | undefined>;

/** AWS allows few searches a second. */
const SEARCHES_IN_FLIGHT = 2;

/** @param onPage called after each call: a search goes through all lines of a time, and answers in pages, many of them empty */
export function searchLogsOf(client: CloudWatchLogsClient, onPage: () => void = () => {}): SearchLogs {
  return async (logGroupName, patterns, from) => {
    const found = new Map<string, FoundLine>();
    const searchFor = async (filterPattern: string) => {
      const input = { logGroupName, filterPattern, ...(from > 0 && { startTime: from }) };
      for await (const { events = [] } of paginateFilterLogEvents({ client }, input)) {
        for (const { eventId = '', timestamp = 0, message = '' } of events) {
          found.set(eventId, { id: eventId, at: timestamp, message });
        }
        onPage();
      }
    };
    const isThere = await ifFound(pMap(patterns, searchFor, { concurrency: SEARCHES_IN_FLIGHT }));
    return isThere && [...found.values()].sort((a, b) => a.at - b.at);
  };
}

/**
 * Filter patterns of CloudWatch Logs. A pattern may match more lines than wanted, never fewer: the reader of the lines checks
 * them.
 * Source: CloudWatch Logs user guide, filter and pattern syntax.
 */

/** The longest pattern. Source: CloudWatch Logs API reference, FilterLogEvents. */
const MOST_CHARACTERS = 1024;

/** Of a longer text, the pattern contains the beginning. */
const MOST_OF_TEXT = 300;

/** Parts without characters that have, or may have, a meaning in a pattern, quoted or not. */
const PLAIN = /[^"\\*%\p{C}\p{Zl}\p{Zp}]+/gu;

/**
 * Patterns for lines that contain at least one of some texts, as few as possible. For the local engine alone, which allows every
 * character.
 */
export function containingAnyOf(texts: readonly string[]): string[] {
  const terms = texts.map((text) => `?"${escaped(text)}"`);
  return joined(terms, ' ', (pattern) => pattern);
}

/**
 * Patterns for lines of JSON in which a field has one of some values. Of a value with special characters, it asks for a part.
 * @param asked values by the field's selector, such as `$.userId`
 */
export function withFields(asked: Readonly<Record<string, readonly string[]>>): string[] {
  const conditions = Object.entries(asked).flatMap(([selector, texts]) =>
    texts.map((text) => `${selector} = "${plainForm(text)}"`),
  );
  return joined(conditions, ' || ', (pattern) => `{ ${pattern} }`);
}

/** A text, or its longest part without special characters and wildcards for the rest. */
function plainForm(text: string): string {
  const parts = [...text.matchAll(PLAIN)].map(([part]) => part);
  const longest = parts.reduce((longest, part) => (part.length > longest.length ? part : longest), '');
  const kept = cut(longest);
  if (kept === text) return text;
  if (text.startsWith(kept)) return `${kept}*`;
  return text.endsWith(kept) ? `*${kept}` : `*${kept}*`;
}

function escaped(text: string): string {
  return cut(text).replaceAll(/["\\]/g, '\\$&');
}

/** The beginning of a long text, never half of a surrogate pair. */
function cut(text: string): string {
  return text.length <= MOST_OF_TEXT ? text : text.slice(0, MOST_OF_TEXT).replace(/[\ud800-\udbff]$/, '');
}

function joined(conditions: readonly string[], by: string, finish: (pattern: string) => string): string[] {
  const patterns: string[] = [];
  for (const condition of new Set(conditions)) {
    const last = patterns.at(-1);
    const longer = last === undefined ? condition : last + by + condition;
    if (last !== undefined && finish(longer).length <= MOST_CHARACTERS) patterns[patterns.length - 1] = longer;
    else patterns.push(condition);
  }
  return patterns.map(finish);
}
