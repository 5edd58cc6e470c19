const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;
const IPV6 = /^[0-9a-fA-F:]+$/;
const MAPPED_IPV4 = '0000000000000000' + '0000FFFF';

/**
 * An IP address as upper-case hex digits, 8 for IPv4 and 32 for IPv6; undefined when the text is none. What counts as
 * one is what Java's InetAddress reads, as the engine asks it (aws/event-ruler, CIDR): IPv4 in four decimal parts, with
 * leading zeros if they fit in 15 characters; IPv6 in hex groups only (no dotted part, no zone), and one that stands
 * for an IPv4 address ("::ffff:a00:7") is that IPv4 address.
 */
export function ipAddressDigits(text: string): string | undefined {
  if (IPV4.test(text)) {
    return ipv4Digits(text);
  }
  if (!text.includes(':') || !IPV6.test(text)) {
    return undefined;
  }
  const digits = ipv6Digits(text);
  return digits?.startsWith(MAPPED_IPV4) ? digits.slice(MAPPED_IPV4.length) : digits;
}

function ipv4Digits(text: string): string | undefined {
  const parts = text.split('.').map(Number);
  if (text.length > 15 || parts.some((part) => part > 255)) {
    return undefined;
  }
  return parts.map((part) => hex(part, 2)).join('');
}

function ipv6Digits(text: string): string | undefined {
  const [left = '', right, ...more] = text.split('::');
  if (more.length > 0) {
    return undefined;
  }
  const head = groups(left);
  const tail = right === undefined ? [] : groups(right);
  if (head === undefined || tail === undefined) {
    return undefined;
  }
  const missing = 8 - head.length - tail.length;
  if (right === undefined ? missing !== 0 : missing < 1) {
    return undefined;
  }
  return [...head, ...Array<number>(missing).fill(0), ...tail].map((group) => hex(group, 4)).join('');
}

function groups(text: string): number[] | undefined {
  if (text === '') {
    return [];
  }
  const parts = text.split(':');
  const values = parts.map((part) => Number.parseInt(part, 16));
  return parts.includes('') || values.some((value) => value > 0xffff) ? undefined : values;
}

function hex(value: number, width: number): string {
  return value.toString(16).toUpperCase().padStart(width, '0');
}
