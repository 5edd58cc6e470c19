/** What an execution environment is started with. */
export interface RuntimeStart {
  /** The module that exports the handler. */
  readonly file: string;
  readonly exportName: string;
  readonly functionName: string;
  readonly functionArn: string;
  readonly memoryMb: number;
  readonly logGroup: string;
}

export interface Invocation {
  readonly requestId: string;
  readonly event: unknown;
  /** Unix epoch milliseconds at which the function times out. */
  readonly deadline: number;
}

/** The result as JSON text, or what the handler threw, in the form in which Lambda reports it. */
export interface InvocationAnswer {
  readonly requestId: string;
  readonly result?: string;
  readonly error?: { readonly errorType: string; readonly errorMessage: string; readonly stack: string };
}
