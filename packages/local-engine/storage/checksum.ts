import { closeSync, existsSync, openSync, readFileSync, readSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/**
 * The name of the file with the checksum of the database, as the engine left it when it stopped. It is there from a stop to the
 * first commit of the next start. SQLite has checksums for its change log alone: without this one, a value that the disk has changed would be read
 * as if it were right.
 */
export const CHECKSUM = 'checksum';

/** How much is read at a time. */
const BLOCK_BYTES = 1024 * 1024;

/** A file that the disk, or a crash of the machine, has left without this content is none. */
const CONTENT = /^\d+ bytes, CRC-32 [0-9a-f]{8}\n$/;

/**
 * Writes the checksum of a database that is closed. A disk that is full has no space for one: then the next start checks the
 * database as that of an engine that was killed, so there must not be half of it.
 */
export function writeChecksum(folder: string, database: string): void {
  try {
    writeFileSync(join(folder, CHECKSUM), checksumOf(join(folder, database)));
  } catch {
    removeChecksum(folder);
  }
}

/**
 * Whether the database is, byte for byte, what the engine left: then it needs no other check. Undefined if the engine left no
 * checksum, because it was killed.
 */
export function isAsItWasLeft(folder: string, database: string): boolean | undefined {
  const file = join(folder, CHECKSUM);
  const left = existsSync(file) ? readFileSync(file, 'latin1') : '';
  return CONTENT.test(left) ? left === checksumOf(join(folder, database)) : undefined;
}

/** Call this when the database may change: until then changes are in its log alone, and a log makes the checksum void. */
export function removeChecksum(folder: string): void {
  rmSync(join(folder, CHECKSUM), { force: true });
}

/** One line: the number of bytes, and their CRC-32. */
function checksumOf(file: string): string {
  const { size } = statSync(file);
  const block = Buffer.alloc(Math.min(size, BLOCK_BYTES));
  const descriptor = openSync(file, 'r');
  let sum = 0;
  try {
    for (let read = readSync(descriptor, block); read > 0; read = readSync(descriptor, block)) {
      sum = crc32(block.subarray(0, read), sum);
    }
  } finally {
    closeSync(descriptor);
  }
  return `${size} bytes, CRC-32 ${sum.toString(16).padStart(8, '0')}\n`;
}
