import type { UpdateItemCommandOutput } from '@aws-sdk/client-dynamodb';
import { describeServiceFailure, readServiceFailure } from '../shared/service-failure.ts';
import { URI_ATTRIBUTE } from './uri-update.ts';

/** What recording a bucket's URI came to. */
export type RecordOutcome =
  /** The row holds the URI. */
  | { readonly kind: 'recorded' }
  /** It held it since an earlier delivery. */
  | { readonly kind: 'recorded-before' }
  /** The user was deleted in the meantime. Nothing was written. */
  | { readonly kind: 'row-gone' }
  /**
   * The row names another bucket. Nothing was overwritten. Without the error, on purpose: it holds the whole row,
   * and would carry a user's personal data into the log.
   */
  | { readonly kind: 'different-uri'; readonly recorded: string }
  /** Not now; the same request may succeed later. */
  | { readonly kind: 'retry'; readonly problem: string; readonly cause: unknown }
  /** Not this request, ever, unless something changes. */
  | { readonly kind: 'refused'; readonly problem: string; readonly cause: unknown };

/**
 * Says what the success of the update means.
 * @param answer with what the updated attributes were before
 */
export function recordedOutcome({ Attributes: before }: UpdateItemCommandOutput): RecordOutcome {
  return { kind: before?.[URI_ATTRIBUTE] === undefined ? 'recorded' : 'recorded-before' };
}

/**
 * Says what DynamoDB's refusal of the update means. The row that a failed condition comes with tells which of the two
 * conditions failed: without a row, the first.
 *
 * @param error what the client threw
 */
export function failedOutcome(error: unknown): RecordOutcome {
  const failure = readServiceFailure(error);
  if (failure.code === 'ConditionalCheckFailedException') {
    const { Item: row } = error as { Item?: Readonly<Record<string, unknown>> };
    if (row === undefined) return { kind: 'row-gone' };
    return { kind: 'different-uri', recorded: describeAttribute(row[URI_ATTRIBUTE]) };
  }
  return { kind: failure.transient ? 'retry' : 'refused', problem: describeServiceFailure(failure), cause: error };
}

/** The text of a string attribute; of anything else, which no service of ours wrote, its typed form. */
function describeAttribute(attribute: unknown): string {
  const text = (attribute as { S?: unknown } | undefined)?.S;
  return typeof text === 'string' && text !== '' ? text : (JSON.stringify(attribute) ?? 'nothing');
}
