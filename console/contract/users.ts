import type { Verdict } from './user.ts';

/** Users, the latest first. */
export interface UserListPage {
  /** The server's time of this reading. */
  readonly now: number;
  readonly users: readonly ListedUser[];
  /** What they were read from, and how far back, in a sentence. */
  readonly source: string;
}

export interface ListedUser {
  readonly userId: string;
  readonly at: number;
  readonly verdict: Verdict;
  /** The URI in the row; without one, what it waits for or what failed. */
  readonly text: string;
}

/** What a search found. */
export interface FoundUsers {
  readonly query: string;
  readonly users: readonly { readonly userId: string; readonly reason: string }[];
  /** Where it was searched, in a sentence. */
  readonly source: string;
}

/** What registering gave. */
export interface RegisteredUsers {
  readonly reports: readonly {
    readonly userId: string;
    readonly status: 'registered' | 'exists' | 'failed';
    readonly problem?: string;
  }[];
}
