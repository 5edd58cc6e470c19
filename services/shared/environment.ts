/**
 * Reads the environment variables that a composition root needs, all at once.
 *
 * @param names the variables, such as `['EVENT_BUS_NAME', 'AWS_REGION']`
 * @param environment where to read them
 * @returns their values by name, none of them empty
 * @throws {Error} naming every variable that is missing or empty
 *
 * @example
 * const { EVENT_BUS_NAME } = readEnvironment(['EVENT_BUS_NAME']);
 */
export function readEnvironment<const TName extends string>(
  names: readonly TName[],
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Record<TName, string> {
  const missing = names.filter((name) => !environment[name]);
  if (missing.length > 0) {
    throw new Error(
      `environment variables missing or empty: ${missing.join(', ')} (the stack sets those of shared resources by "access" in subscription.ts, others by addEnvironment)`,
    );
  }
  return Object.fromEntries(names.map((name) => [name, environment[name]])) as Record<TName, string>;
}
