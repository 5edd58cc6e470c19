/** The schema of one version of an event's detail, as it is written in `schemas/`. */
export interface DetailSchema {
  /** The envelope's `source`. */
  readonly source: string;
  /** The envelope's `detail-type`. */
  readonly detailType: string;
  readonly schemaVersion: number;
  /** Such as `user-registered.v1`. */
  readonly schemaName: string;
  /** JSON Schema 2020-12. */
  readonly schema: Readonly<Record<string, unknown>>;
}
