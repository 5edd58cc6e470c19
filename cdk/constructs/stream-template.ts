import { ConfigError } from '../context.ts';

/** A value of a stream record, for the template of a {@link StreamPipe}. Made by {@link fromRecord}. */
export interface FromRecord {
  /** From the record, such as `$.eventID`. */
  readonly recordPath: string;
}

/** Recognized by its class: an event may have a field that is called `recordPath`. */
class RecordValue implements FromRecord {
  readonly recordPath: string;

  constructor(recordPath: string) {
    this.recordPath = recordPath;
  }
}

/** What an event's `detail` holds: JSON, with values of the record in it. */
export type DetailTemplate = { readonly [field: string]: TemplateValue };

/** A part of a {@link DetailTemplate}. */
export type TemplateValue = string | number | boolean | FromRecord | readonly TemplateValue[] | DetailTemplate;

/** Names and list positions, as a pipe's template can spell them (EventBridge user guide, eb-pipes-input-transformation). */
const PATH = /^\$(?:\.[A-Za-z0-9_/*-]+(?:\[\d+\])*)+$/;

/**
 * A value of the stream record. If the record has none there, the event has an empty text.
 *
 * @param path from the record, such as `$.eventID`, or `$.dynamodb.NewImage.total.N` for an attribute with its type. Names are made
 *   of letters, digits, `_`, `-`, `/` and `*`.
 * @throws {ConfigError} for a path that a pipe does not understand
 */
export function fromRecord(path: string): FromRecord {
  if (PATH.test(path)) return new RecordValue(path);
  throw new ConfigError([`fromRecord: a pipe understands paths such as $.dynamodb.Keys.id.S; got ${path}`]);
}

/** Source: Pipes API reference, PipeTargetParameters. */
const MOST_CHARACTERS = 8192;

/**
 * The input template of a pipe, as text. A path stands without quotes even where the value is a text: EventBridge then quotes and
 * escapes it. Inside quotes it would insert the value as it is, and one with a `"` in it would break the event.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-input-transformation.html
 * @throws {ConfigError} for a template that AWS would refuse, or fill where that is not meant
 */
export function templateText(template: string | DetailTemplate): string {
  const text = typeof template === 'string' ? template : render(template);
  if (text.length <= MOST_CHARACTERS) return text;
  throw new ConfigError([`template: a pipe takes at most ${MOST_CHARACTERS} characters; got ${text.length}`]);
}

function render(template: DetailTemplate): string {
  const paths: string[] = [];
  const text = JSON.stringify(
    template,
    (_, value: unknown) => {
      if (typeof value === 'string' && /<(?:\$|aws\.)/.test(value)) {
        throw new ConfigError([`template: a pipe would fill in ${value}; use fromRecord, outside of other text`]);
      }
      if (!(value instanceof RecordValue)) return value;
      paths.push(value.recordPath);
      return PLACE;
    },
    2,
  );
  return text.replaceAll(JSON.stringify(PLACE), () => `<${paths.shift()}>`);
}

/** No text that someone writes. */
const PLACE = '\u0000';
