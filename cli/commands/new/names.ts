/** Lines that contain the name fit the format up to here. (PutEvents takes a detail-type of 128.) */
const MOST_CHARACTERS = 80;

/** Every word has a small letter or digit, so that the schema's file name can be split into the same words. */
const PASCAL_CASE = /^([A-Z][a-z0-9]+)+$/;

/** Names that the generated list of events defines itself. */
const NAMES_IN_CONTRACTS = ['EventName'];

/** Why an event cannot have a name; undefined if it can. That the name is in the past tense cannot be checked. */
export function eventNameProblem(name: string): string | undefined {
  if (!PASCAL_CASE.test(name)) {
    const hint = suggestion(name);
    return `name an event in PascalCase after what happened, such as UserVerified; got ${JSON.stringify(name)}${hint}`;
  }
  if (/V\d+$/.test(name)) {
    const plain = name.replace(/V\d+$/, '');
    const hint = plain === '' ? '' : `; use ${plain}`;
    return `the name of an event has no version, because every version has its own schema; got ${name}${hint}`;
  }
  if (name.length > MOST_CHARACTERS) {
    return `the name of an event has at most ${MOST_CHARACTERS} characters, so that it fits into a line; got ${name.length}`;
  }
  if (NAMES_IN_CONTRACTS.includes(name)) {
    return `the name ${name} is used in schemas/generated/event-contracts.ts; choose another one`;
  }
  return undefined;
}

/** The nearest valid name, if there is one. */
function suggestion(name: string): string {
  const likely = name
    .replaceAll(
      /([A-Z])([A-Z]+)(?=[A-Z][a-z]|$|[^A-Za-z])/g,
      (_, first: string, rest: string) => first + rest.toLowerCase(),
    )
    .replaceAll(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9]?)/g, (_, first: string) => first.toUpperCase());
  return PASCAL_CASE.test(likely) && likely !== name ? `; did you mean ${likely}?` : '';
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

/** The likely producer: what the event is about, as in `bucket-service`, which publishes `BucketCreated`. */
export function likelySource(name: string): string {
  const words = eventWords(name);
  return [...(words.length > 1 ? words.slice(0, -1) : words), 'service'].join('-');
}

/** A function cannot have these names (ECMAScript, "Keywords and Reserved Words" and strict mode). */
const RESERVED_WORDS = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in instanceof interface let new null package private protected ' +
    'public return static super switch this throw true try typeof var void while with yield'
  ).split(' '),
);

/** Globals that the linter or the compiler does not allow to hide. */
const BUILT_IN = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  ...'decodeURI decodeURIComponent encodeURI encodeURIComponent escape globalThis isFinite isNaN parseFloat parseInt'.split(
    ' ',
  ),
  ...['undefined', 'unescape'],
]);

/** Names that a subscriber's files import and define themselves. */
const NAMES_IN_FILES = new Set([
  ...['createSubscriber', 'createTelemetry', 'telemetry', 'handler', 'event', 'logger', 'subscription'],
  ...['expect', 'test', 'sampleEvent'],
]);

/** The function of a service: that of `welcome-email` is `welcomeEmail`. */
export function functionName(serviceName: string): string {
  return serviceName.replaceAll(/-(.)/g, (_, first: string) => first.toUpperCase());
}

/** Why a service's function and files cannot have its name; undefined if they can. */
export function functionNameProblem(serviceName: string): string | undefined {
  const name = functionName(serviceName);
  const reason = RESERVED_WORDS.has(name)
    ? `${name} is a reserved word of JavaScript`
    : BUILT_IN.has(name)
      ? `${name} is built into JavaScript`
      : NAMES_IN_FILES.has(name)
        ? `the files of every subscriber use ${name}`
        : undefined;
  if (reason === undefined) return undefined;
  return `a subscriber cannot be named ${serviceName}, because ${reason}; add a word, such as ${serviceName}-files`;
}
