import { type FieldContext, invalid, show, type ValueTest } from './types.ts';

/** `cidr`: an address and the number of its leading bits that count (aws/event-ruler, CIDR). */
export function cidr(block: string, context: FieldContext): ValueTest {
  const refuse = (problem: string) =>
    invalid(
      context,
      `cidr ${show(block)} ${problem}; allowed: an IPv4 address with /0 to /31, or an IPv6 address with /0 to /127`,
    );
  const slash = block.indexOf('/');
  // Java's split, which the engine uses, ignores slashes at the end.
  const mask = block.slice(slash + 1).replace(/\/+$/, '');
  if (slash === -1 || !/^[+-]?\d+$/.test(mask)) throw refuse('must have one "/", and a whole number after it');
  const digits = ipAddressDigits(block.slice(0, slash));
  if (digits === undefined) throw refuse('must begin with an IP address');
  // The engine refuses /32 and /128: a single address is written as a plain string.
  const bits = digits.length * 4;
  const fixedBits = Number(mask);
  if (fixedBits < 0 || fixedBits >= bits) throw refuse(`must have a mask of 0 to ${bits - 1} bits`);
  const variable = (1n << BigInt(bits - fixedBits)) - 1n;
  const base = BigInt(`0x${digits}`);
  return within(hex(base & ~variable, digits.length), hex(base | variable, digits.length));
}

/**
 * A plain string that is an IP address matches that address however it is written ("2001:DB8:0::1" for "2001:db8::1"),
 * because the engine turns it into a range of one (aws/event-ruler, CIDR.ipToRangeIfPossible). Any other string:
 * undefined.
 */
export function singleAddress(text: string): ValueTest | undefined {
  const digits = ipAddressDigits(text);
  return digits === undefined ? undefined : within(digits, digits);
}

/**
 * The engine reads the hex digits of an address from the left and decides as soon as it can (aws/event-ruler,
 * ByteMachine), even between an IPv4 and an IPv6 address: only the digits that both have are compared, and if the value
 * is shorter, its digits must be strictly between the bounds for a decision to have been reached.
 */
function within(bottom: string, top: string): ValueTest {
  return (value) => {
    const digits = typeof value === 'string' ? ipAddressDigits(value) : undefined;
    if (digits === undefined) return false;
    if (digits.length < bottom.length) {
      const beginOf = (bound: string) => bound.slice(0, digits.length);
      return digits > beginOf(bottom) && digits < beginOf(top);
    }
    const compared = digits.slice(0, bottom.length);
    return compared >= bottom && compared <= top;
  };
}

const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;
const IPV6 = /^[0-9a-fA-F:]+$/;
const MAPPED_IPV4 = '0000000000000000' + '0000FFFF';

/**
 * An IP address as upper-case hex digits, 8 for IPv4 and 32 for IPv6; undefined for any other text. The engine accepts what
 * Java's InetAddress reads (aws/event-ruler, CIDR): IPv4 in four decimal parts, with leading zeros if they fit in 15
 * characters; IPv6 in hex groups only (no dotted part, no zone). An IPv6 address that represents an IPv4 address
 * ("::ffff:a00:7") is that IPv4 address.
 */
function ipAddressDigits(text: string): string | undefined {
  if (IPV4.test(text)) return ipv4Digits(text);
  if (!IPV6.test(text)) return undefined;
  const digits = ipv6Digits(text);
  return digits?.startsWith(MAPPED_IPV4) ? digits.slice(MAPPED_IPV4.length) : digits;
}

function ipv4Digits(text: string): string | undefined {
  const parts = text.split('.').map(Number);
  if (text.length > 15 || parts.some((part) => part > 255)) return undefined;
  return parts.map((part) => hex(part, 2)).join('');
}

function ipv6Digits(text: string): string | undefined {
  const parts = text.split('::').map(groups);
  const given = parts.flat();
  const missing = 8 - given.length;
  const isComplete = parts.length === 1 ? missing === 0 : parts.length === 2 && missing > 0;
  if (!isComplete || !given.every((group) => group <= 0xffff)) return undefined;
  return parts.map((part) => part.map((group) => hex(group, 4)).join('')).join('0000'.repeat(missing));
}

/** The numbers between colons, NaN for none. */
function groups(text: string): number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

function hex(value: number | bigint, width: number): string {
  return value.toString(16).toUpperCase().padStart(width, '0');
}
