/** One version of one event, as a schema registry of EventBridge holds it. */
export interface RegisteredSchema {
  /** `UserRegisteredV1` */
  readonly typeName: string;
  /** The producer's name, such as `users-table`. */
  readonly source: string;
  /** The fact's name, such as `UserRegistered`. */
  readonly detailType: string;
  readonly version: number;
  /** What the event says, in a sentence or two. */
  readonly description: string;
  /** OpenAPI 3.0 document of the whole event. Its keys are sorted: the same schema gives the same text. */
  readonly openApi: Readonly<Record<string, unknown>>;
}
