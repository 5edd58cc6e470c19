/**
 * What a reader or a producer of an event needs at run time. One contract per event and version is generated
 * from its JSON Schema into `generated/`; this file holds only what they share, and imports nothing,
 * so that a function pays nothing for it at cold start.
 */

/** Whether a parsed value of JSON is an object. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An event as EventBridge delivers it. Assignable to and from `EventBridgeEvent` of @types/aws-lambda. */
export interface EventEnvelope<TDetailType extends string, TDetail> {
  version: string;
  id: string;
  'detail-type': TDetailType;
  source: string;
  account: string;
  /** When the event was put on the bus, ISO 8601, UTC. */
  time: string;
  region: string;
  resources: string[];
  detail: TDetail;
  /** Set by EventBridge on replayed events only. */
  'replay-name'?: string;
}

/** One violation, in the form that Ajv reports it. */
export interface ValidationError {
  /** JSON Pointer to the offending value; empty for the validated value itself. */
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
  message?: string;
}

/**
 * A precompiled validator. It collects every violation, not only the first, and leaves them in `errors`
 * until its next call: read them at once. Also what @middy/validator takes as its `eventSchema`.
 */
export interface SchemaValidator<T> {
  (value: unknown): value is T;
  errors?: ValidationError[] | null;
}

/** One version of one event: its address on the bus, and the validators of its content. */
export interface EventContract<TDetail, TDetailType extends string = string> {
  /** The producer's name, the envelope's `source`. */
  readonly source: string;
  /** The fact's name, the envelope's `detail-type`. */
  readonly detailType: TDetailType;
  /** The value of `detail.metadata.schemaVersion`. */
  readonly schemaVersion: number;
  /** Name of the schema file without its ending, such as `user-registered.v1`. */
  readonly schemaName: string;
  /** Validates an event's `detail`. */
  readonly validateDetail: SchemaValidator<TDetail>;
  /** Validates a whole event as delivered: source, detail-type and detail. */
  readonly validateEnvelope: SchemaValidator<EventEnvelope<TDetailType, TDetail>>;
}

/** The `detail` type of a contract: `DetailOf<typeof UserRegistered>`. */
export type DetailOf<TContract> = TContract extends EventContract<infer TDetail, string> ? TDetail : never;

/** The event type of a contract, as a handler receives it: `EnvelopeOf<typeof UserRegistered>`. */
export type EnvelopeOf<TContract> =
  TContract extends EventContract<infer TDetail, infer TDetailType> ? EventEnvelope<TDetailType, TDetail> : never;

/** What is wrong with one field of an event. */
export interface Violation {
  /** JSON Pointer to the field, such as `/data/userId`; empty for the whole value. */
  readonly pointer: string;
  /** The same for people: `data.userId`. */
  readonly field: string;
  /** Such as `must be string`. Never names the value that was found: it may be personal. */
  readonly problem: string;
}

/** What is wrong with which field, one entry for each violation, in the order of the validator. */
export function listViolations(errors: readonly ValidationError[] | null | undefined): Violation[] {
  return (errors ?? []).map((error) => {
    const missing = error.keyword === 'required' ? `/${escapePointer(String(error.params.missingProperty))}` : '';
    const pointer = error.instancePath + missing;
    return { pointer, field: fieldName(pointer), problem: problemOf(error) };
  });
}

const MOST_ERRORS_SHOWN = 10;

/**
 * Says on one line what was wrong with which field, for a log line or an error message.
 * Names fields and rules, never the values found: they may be personal.
 *
 * @example
 * describeValidationErrors(UserRegistered.validateDetail.errors)
 * // 'data.userId must be string; metadata.eventId is missing'
 */
export function describeValidationErrors(errors: readonly ValidationError[] | null | undefined): string {
  if (!errors?.length) return 'no violations';
  const shown = listViolations(errors.slice(0, MOST_ERRORS_SHOWN)).map(({ field, problem }) => `${field} ${problem}`);
  const hidden = errors.length - shown.length;
  return [...new Set(shown), ...(hidden > 0 ? [`and ${hidden} more`] : [])].join('; ');
}

function problemOf({ keyword, params, message }: ValidationError): string {
  switch (keyword) {
    case 'required':
      return 'is missing';
    case 'const':
      return `must be ${JSON.stringify(params.allowedValue)}`;
    case 'enum':
      return `must be one of ${JSON.stringify(params.allowedValues)}`;
    default:
      return message ?? `breaks the rule "${keyword}"`;
  }
}

/** `/detail/resources/0` becomes `detail.resources[0]`. */
function fieldName(pointer: string): string {
  if (pointer === '') return 'value';
  return pointer
    .slice(1)
    .split('/')
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce(
      (path, segment) => (/^\d+$/.test(segment) ? `${path}[${segment}]` : path ? `${path}.${segment}` : segment),
      '',
    );
}

function escapePointer(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}
