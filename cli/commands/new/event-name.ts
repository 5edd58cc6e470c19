/** Lines that name it keep to the format up to here. (PutEvents takes a detail-type of 128.) */
const MOST_CHARACTERS = 80;

/** Every word has a small letter or digit, so that the schema's file name tells where it ends. */
const PASCAL_CASE = /^([A-Z][a-z0-9]+)+$/;

/** Names that the generated list of events defines itself. */
const USED_NAMES = ['EventName'];

/** Says why an event cannot have a name, or gives undefined where it can. Nobody can check that it is in the past tense. */
export function eventNameProblem(name: string): string | undefined {
  const convention = 'an event is named in PascalCase for what has happened, such as UserVerified';
  if (!PASCAL_CASE.test(name)) return `${convention}; got ${JSON.stringify(name)}${suggestion(name)}`;
  if (/V\d+$/.test(name)) {
    const plain = name.replace(/V\d+$/, '');
    return `an event's name holds no version, since every version has a schema of its own; got ${name}; name it ${plain || 'for what has happened'}`;
  }
  if (name.length > MOST_CHARACTERS) {
    return `an event's name has at most ${MOST_CHARACTERS} characters, so that it fits into a line; got ${name.length}`;
  }
  if (USED_NAMES.includes(name)) {
    return `${name} is a name that schemas/generated/event-contracts.ts uses itself; take another one`;
  }
  return undefined;
}

/** The words of a name, in small letters: those of `UserVerified` are `user` and `verified`. */
export function eventWords(name: string): string[] {
  return name
    .split(/(?=[A-Z])/)
    .map((word) => word.toLowerCase())
    .filter((word) => word !== '');
}

/** `UserVerified` is `user-verified` in file names. */
export function eventFileName(name: string): string {
  return eventWords(name).join('-');
}

/** Who tells most likely: what the event is about, as in `bucket-service`, which tells of `BucketCreated`. */
export function likelySource(name: string): string {
  const words = eventWords(name);
  return [...(words.length > 1 ? words.slice(0, -1) : words), 'service'].join('-');
}

/** The nearest name that would be one, where there is any. */
function suggestion(name: string): string {
  const likely = name
    .replaceAll(
      /([A-Z])([A-Z]+)(?=[A-Z][a-z]|$|[^A-Za-z])/g,
      (_, first: string, rest: string) => first + rest.toLowerCase(),
    )
    .replaceAll(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9]?)/g, (_, first: string) => first.toUpperCase());
  return PASCAL_CASE.test(likely) && likely !== name ? `; would ${likely} do?` : '';
}
