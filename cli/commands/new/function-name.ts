/** Words that no function of a module can be named (ECMAScript, "Keywords and Reserved Words" and strict mode). */
const RESERVED_WORDS = new Set(
  (
    'arguments await break case catch class const continue debugger default delete do else enum eval export extends ' +
    'false finally for function if implements import in instanceof interface let new null package private protected ' +
    'public return static super switch this throw true try typeof var void while with yield'
  ).split(' '),
);

/** What every module has already, and the linter or the compiler lets none hide. */
const BUILT_IN = new Set([
  ...Object.getOwnPropertyNames(Object.prototype),
  ...'decodeURI decodeURIComponent encodeURI encodeURIComponent escape globalThis isFinite isNaN parseFloat parseInt'.split(
    ' ',
  ),
  ...['undefined', 'unescape'],
]);

/** Names that the written files use themselves: what they import and what they define. */
const USED_NAMES = new Set([
  ...['createSubscriber', 'createTelemetry', 'telemetry', 'handler', 'event', 'logger', 'subscription'],
  ...['expect', 'test', 'sampleEvent'],
]);

/** The function of a service: that of `welcome-email` is `welcomeEmail`. */
export function functionName(serviceName: string): string {
  return serviceName.replaceAll(/-(.)/g, (_, first: string) => first.toUpperCase());
}

/** Says why a service's function and files cannot have its name, or gives undefined where they can. */
export function functionNameProblem(serviceName: string): string | undefined {
  const name = functionName(serviceName);
  if (RESERVED_WORDS.has(name)) {
    return `${serviceName} cannot be the name of a function, since ${name} is a word of the language; add one that says what it does, such as ${serviceName}-files`;
  }
  if (BUILT_IN.has(name)) {
    return `${serviceName} cannot be the name of a function, since ${name} is built into the language; add a word that says what it does`;
  }
  if (USED_NAMES.has(name)) {
    return `${serviceName} cannot be the name of a function, since every subscriber's files use ${name} already; add a word that says what it does`;
  }
  return undefined;
}
