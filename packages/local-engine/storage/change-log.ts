import { existsSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';

/** Source of sizes, offsets and checksums: SQLite, WAL-mode file format. */
const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const LEAST_PAGE_BYTES = 512;
const MAGIC_LITTLE_ENDIAN = 0x377f0682;
const MAGIC_BIG_ENDIAN = 0x377f0683;

/**
 * What is wrong with SQLite's change log; undefined if nothing is. SQLite itself reads a log up to the first damage, and does not
 * report what comes after: acknowledged changes would be lost without a word.
 * @param file the log, such as `engine.db-wal`; it may be missing or empty
 */
export function checkChangeLog(file: string): string | undefined {
  if (!existsSync(file)) return undefined;
  const log = readFileSync(file);
  if (log.length === 0) return undefined;
  const name = basename(file);
  if (log.length < HEADER_BYTES) return `the change log ${name} is cut off in its header`;
  const magic = log.readUInt32BE(0);
  if (magic !== MAGIC_LITTLE_ENDIAN && magic !== MAGIC_BIG_ENDIAN) return `the change log ${name} has a broken header`;
  const read = wordReader(log, magic === MAGIC_BIG_ENDIAN);
  const headerSum = checksum(read, { from: 0, to: 24 }, [0, 0]);
  if (!isAt(log, 24, headerSum)) return `the change log ${name} has a broken header`;
  const pageBytes = log.readUInt32BE(8);
  const frameBytes = FRAME_HEADER_BYTES + pageBytes;
  let sum = headerSum;
  let at = HEADER_BYTES;
  for (; at + frameBytes <= log.length && hasSalts(log, at); at += frameBytes) {
    const next = checksum(read, { from: at, to: at + 8 }, sum);
    sum = checksum(read, { from: at + FRAME_HEADER_BYTES, to: at + frameBytes }, next);
    if (!isAt(log, at + 16, sum)) break;
  }
  // Frames of an earlier round, with other salts, may follow the last one: SQLite reuses the log from its start.
  for (let later = at; later + frameBytes <= log.length; later += frameBytes) {
    const endsCommit = log.readUInt32BE(later + 4) !== 0;
    if (later > at && endsCommit && hasSalts(log, later)) {
      return `the change log ${name} is damaged at byte ${at}, with changes after that. To give up those changes: truncate -s ${at} ${file}`;
    }
  }
  return undefined;
}

/**
 * Whether a log of that size is too small for a change. A log that is cut off in its header is another case.
 * @param bytes undefined for a missing log
 */
export function holdsNoChange(bytes: number | undefined): boolean {
  if (!bytes) return true;
  return bytes >= HEADER_BYTES && bytes < HEADER_BYTES + FRAME_HEADER_BYTES + LEAST_PAGE_BYTES;
}

/** Whether a frame belongs to this round: it has the salts of the header. */
function hasSalts(log: Buffer, frame: number): boolean {
  return log.compare(log, 16, 24, frame + 8, frame + 16) === 0;
}

type Sum = readonly [number, number];

function isAt(log: Buffer, place: number, [first, second]: Sum): boolean {
  return log.readUInt32BE(place) === first && log.readUInt32BE(place + 4) === second;
}

function wordReader(log: Buffer, isBigEndian: boolean): (place: number) => number {
  const view = new DataView(log.buffer, log.byteOffset, log.length);
  return (place) => view.getUint32(place, !isBigEndian);
}

function checksum(read: (place: number) => number, { from, to }: { from: number; to: number }, start: Sum): Sum {
  let [first, second] = start;
  for (let place = from; place < to; place += 8) {
    first = (first + read(place) + second) >>> 0;
    second = (second + read(place + 4) + first) >>> 0;
  }
  return [first, second];
}
