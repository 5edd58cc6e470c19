import { displayId } from './display.ts';

const TEXT = /"(?:[^"\\]|\\.)*"/g;
const NUMBER = /-?\d[\d.eE+-]*/g;

/** Any decimal number with so many digits is the same after it was read as a double (IEEE 754). */
const SURE_DIGITS = 15;

/** A number that would be another one, and the field that it is in. */
export interface InexactNumber {
  readonly number: string;
  /** The name alone, not its path. @default - it is in no field */
  readonly field?: string;
}

const FIELD_BEFORE = /"((?:[^"\\]|\\.)*)"\s*:[^":{}]*$/;

/**
 * Every number in JSON that would not be the same once it was parsed and written again.
 * @param json valid JSON
 */
export function inexactNumbers(json: string): readonly InexactNumber[] {
  // Texts are made empty, so that no number in one counts, and every other character keeps its place.
  const numbers = json.replaceAll(TEXT, (text) => `"${' '.repeat(text.length - 2)}"`).matchAll(NUMBER);
  return [...numbers].flatMap(({ 0: number, index }) => {
    if (isExact(number)) return [];
    const [, field] = FIELD_BEFORE.exec(json.slice(0, index)) ?? [];
    return [field === undefined ? { number } : { number, field: String(JSON.parse(`"${field}"`)) }];
  });
}

/** Says what is wrong with such a number, which is cut if it is long, and what to do. */
export function inexactText({ number, field }: InexactNumber): string {
  const where = field === undefined ? '' : ` in "${displayId(field)}"`;
  return `has a number that would be another one on the bus: ${displayId(number)}${where}; write it as a text, or with fewer digits`;
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
