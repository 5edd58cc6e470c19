import { InvalidEventPatternError, show } from './errors.ts';
import { ipAddressDigits } from './ip-address.ts';
import type { Context, ValueTest } from './types.ts';

/** `cidr`: an address and the number of its leading bits that count (aws/event-ruler, CIDR). */
export function cidr(block: string, context: Context): ValueTest {
  const refuse = (problem: string) =>
    new InvalidEventPatternError(
      context.path,
      `cidr ${show(block)} ${problem}; allowed: an IPv4 address with /0 to /31, or an IPv6 address with /0 to /127`,
    );
  // Java's split, which the engine uses, ignores slashes at the end.
  const [address = '', mask = '', ...rest] = block.replace(/\/+$/, '').split('/');
  if (rest.length > 0 || !block.includes('/')) {
    throw refuse('must have one "/"');
  }
  if (!/^[+-]?\d+$/.test(mask)) {
    throw refuse('must have a whole number after "/"');
  }
  const digits = ipAddressDigits(address);
  if (digits === undefined) {
    throw refuse('must begin with an IP address');
  }
  // The engine refuses /32 and /128: a single address is written as a plain string.
  const bits = digits.length * 4;
  const fixedBits = Number(mask);
  if (fixedBits < 0 || fixedBits >= bits) {
    throw refuse(`must have a mask of 0 to ${bits - 1} bits`);
  }
  const variable = (1n << BigInt(bits - fixedBits)) - 1n;
  const base = BigInt(`0x${digits}`);
  const hex = (address: bigint) => address.toString(16).toUpperCase().padStart(digits.length, '0');
  return within(hex(base & ~variable), hex(base | variable));
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
 * ByteMachine), even between an IPv4 and an IPv6 address: only the digits that both have are compared, and where the
 * value is the shorter, its digits must lie strictly between the bounds for a decision to have been reached.
 */
function within(bottom: string, top: string): ValueTest {
  return (value) => {
    const digits = typeof value === 'string' ? ipAddressDigits(value) : undefined;
    if (digits === undefined) {
      return false;
    }
    if (digits.length < bottom.length) {
      return digits > bottom.slice(0, digits.length) && digits < top.slice(0, digits.length);
    }
    const compared = digits.slice(0, bottom.length);
    return compared >= bottom && compared <= top;
  };
}
