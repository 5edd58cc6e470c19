/** A file to be written where there is none. */
export interface NewFile {
  /** From the project's folder, with `/` between its parts. */
  readonly path: string;
  readonly text: string;
}

/** What a request comes to: files to write, or why it is refused. */
export type Plan = { readonly files: readonly NewFile[] } | Refusal;

export interface Refusal {
  /** For the person who asked: what is wrong, and what would be right. */
  readonly refused: string;
}
