import type { SchemaView } from '../../../contract/contracts.ts';

/** What is typed for an event. */
export interface KeptDraft {
  readonly detail: SchemaView;
  /** What is typed as JSON; absent in the form. */
  readonly json?: string;
}

/**
 * What was typed before, kept in this tab, so that a reload loses nothing. A browser may be set to keep nothing.
 * @param key names the event
 */
export function readDraft(key: string): KeptDraft | undefined {
  try {
    const text = sessionStorage.getItem(nameOf(key));
    return text === null ? undefined : (JSON.parse(text) as KeptDraft);
  } catch {
    return undefined;
  }
}

export function keepDraft(key: string, draft: KeptDraft): void {
  try {
    sessionStorage.setItem(nameOf(key), JSON.stringify(draft));
  } catch {
    // It is still in the form, and only lost with the page.
  }
}

function nameOf(key: string): string {
  return `draft ${key}`;
}
