const TEXT = /"(?:[^"\\]|\\.)*"/g;
const NUMBER = /-?\d[\d.eE+-]*/g;

/** Any decimal number with so many digits is the same after it was read as a double (IEEE 754). */
const SURE_DIGITS = 15;

/**
 * The first number in JSON that would not be the same once it was parsed and written again, such as 12345678901234567890.
 * @param json valid JSON
 */
export function findInexactNumber(json: string): string | undefined {
  return (json.replaceAll(TEXT, '""').match(NUMBER) ?? []).find((number) => !isExact(number));
}

function isExact(number: string): boolean {
  const value = Number(number);
  if (String(value) === number) return true;
  const digits = number
    .replace(/[eE].*$/, '')
    .replaceAll(/\D/g, '')
    .replace(/^0+/, '');
  const isInRange = Number.isFinite(value) && (value !== 0 || digits === '');
  return isInRange && digits.length <= SURE_DIGITS;
}
